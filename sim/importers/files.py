"""The text of a file that a user brings, and its faults told in the words of the setting that names it."""

from collections.abc import Iterable
from pathlib import Path

from sim.errors import InputError
from sim.plain_files import NotPlain, TooLarge, plain_bytes
from sim.world.tables.files import SAVE_IT, WORKBOOK
from sim.world.tables.parsing import MOST_TOLD

LARGEST_MB = 1_000
"""Largest file that is read: a whole country's trade of some years has a tenth of it."""


def read(key: str, path: str | Path) -> str:
    """Read a file as text.

    Parameters
    ----------
    key
        Setting that names it, for errors.
    path
        Of the file: UTF-8, UTF-16 with its mark, or the Latin letters of older programs.

    Raises
    ------
    InputError
        If it is missing, a folder, a workbook, or too large.
    """
    try:
        data = plain_bytes(Path(path).expanduser(), LARGEST_MB * 1_000_000)
    except NotPlain:
        raise InputError(f"{key}={path} is not a plain file.") from None
    except TooLarge:
        raise InputError(f"{key}={path} is larger than {LARGEST_MB:,} MB, the most that is read.") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{key}={path} cannot be read ({getattr(error, 'strerror', None) or error}).") from None
    if data.startswith(WORKBOOK):
        raise InputError(f"{key}={path} is a workbook; {SAVE_IT}, and name that file.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if b"\0" in data:
        raise InputError(f"{key}={path} is binary; a text file is needed.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def refuse(faults: Iterable[str]) -> None:
    """Tell all faults of a file at once, the last of very many by their number.

    Parameters
    ----------
    faults
        One sentence each.

    Raises
    ------
    InputError
        If there is any.
    """
    every = list(faults)
    if len(every) > MOST_TOLD:
        every = [*every[:MOST_TOLD], f"There are {len(every) - MOST_TOLD:,} more such faults."]
    if every:
        raise InputError("\n".join(every))
