"""Plain files of any origin: opened without waiting for a pipe or a device, and read up to a size."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO


class NotPlain(OSError):
    """A folder, a pipe or a device stands where a file is meant."""


class TooLarge(OSError):
    """A file is larger than any that is meant there."""


def plain_bytes(path: Path, largest: int) -> bytes:
    """Read a plain file that is not too large; never waits for a pipe.

    Parameters
    ----------
    path
        The file.
    largest
        Bytes that it may have.

    Raises
    ------
    NotPlain, TooLarge
        If it is a folder, a pipe or a device; if it is larger.
    OSError
        If it cannot be read.
    """
    with open_plain(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > largest:
            raise TooLarge(errno.EFBIG, "larger than any that is meant here")
        return file.read(size)


def open_plain(path: Path) -> BinaryIO:
    """Open a plain file for reading.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    NotPlain
        If it is a folder, a pipe or a device.
    OSError
        If it cannot be opened.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise NotPlain(errno.EINVAL, "not a plain file")
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise
