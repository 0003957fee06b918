"""Files that are whole or absent: written beside their place, synced, then renamed. Faults of disks in plain words."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sim.errors import InputError
from sim.plain_files import open_plain

PARTIAL = ".partial"
FULL_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def plain_faults(path: Path) -> Iterator[None]:
    """Tell faults of the file system as one sentence.

    Parameters
    ----------
    path
        What is being written; named in the sentence.

    Raises
    ------
    InputError
        Instead of OSError.
    """
    try:
        yield
    except OSError as error:
        if error.errno in FULL_DISK:
            raise InputError(
                f"The disk is full, or a file may not grow further: {path} was not written. All that was finished is "
                "kept, and the same command continues once there is room."
            ) from error
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"{path} cannot be written ({reason}): choose another place with results_dir=PATH.") from error


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes its place only when it is complete and on the disk.

    Parameters
    ----------
    path
        Its place; what lies there stays until the new file replaces it.

    Yields
    ------
    file object
        Opened for writing bytes.

    Raises
    ------
    InputError
        If it cannot be written, or the disk is full; nothing is left behind.
    """
    partial = path.with_name(path.name + PARTIAL)
    with plain_faults(path):
        try:
            with partial.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
            sync_folder(path.parent)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a crash.

    Parameters
    ----------
    folder
        Any folder. Windows opens none, and keeps names of its own accord.
    """
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_text(path: Path, text: str) -> str:
    """Write a text file, whole or not at all.

    Parameters
    ----------
    path
        Its place.
    text
        Its content, stored as UTF-8.

    Returns
    -------
    str
        SHA-256 of the bytes.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    return write_bytes(path, text.encode())


def write_bytes(path: Path, data: bytes) -> str:
    """Write a file, whole or not at all.

    Parameters
    ----------
    path
        Its place.
    data
        Its content.

    Returns
    -------
    str
        SHA-256 of the bytes.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    with whole_file(path) as file:
        file.write(data)
    return sha256_of(data)


def sha256_of(data: bytes) -> str:
    """SHA-256 of bytes.

    Parameters
    ----------
    data
        Of a file.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    return hashlib.sha256(data).hexdigest()


def sha256(path: Path) -> str | None:
    """SHA-256 of a file, or None if it cannot be read or is not a plain one.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    str or None
        64 hexadecimal digits.
    """
    try:
        with open_plain(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return None


def verified(path: Path, checksum: str | None) -> bytes | None:
    """Read a file whose SHA-256 is known.

    Parameters
    ----------
    path
        The file.
    checksum
        64 hexadecimal digits.

    Returns
    -------
    bytes or None
        None if it is missing, cut short or changed; a larger file is not taken into memory to find out.
    """
    if checksum is None or sha256(path) != checksum:
        return None
    try:
        data = path.read_bytes()
    except OSError:
        return None
    return data if sha256_of(data) == checksum else None
