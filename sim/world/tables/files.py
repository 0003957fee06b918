"""The text of a world's files: plain files of a size that fits in memory, in UTF-8 or in the UTF-16 of spreadsheets."""

import codecs
from pathlib import Path

from sim.plain_files import NotPlain, TooLarge, plain_bytes

LARGEST_MB = 10
"""Largest file of a world. A table of 200 markets, 50 groups of goods and both directions has a fifth of it."""

README = "README.md"
MISSING = "is missing"
WORKBOOK = b"PK\x03\x04"
"""How the files of spreadsheet programs begin."""

WORKBOOKS = (".xlsx", ".xls", ".ods", ".numbers")
SAVE_IT = "save the sheet as CSV in UTF-8 (in Excel: Save As, CSV UTF-8; semicolons and decimal commas are read too)"
_LARGEST_BYTES = LARGEST_MB * 1_000_000
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def text_of(path: Path) -> tuple[str, str]:
    """Read a file of a world as text.

    Parameters
    ----------
    path
        Nothing but a plain file is opened: a pipe or a device would never end.

    Returns
    -------
    text : str
        Empty where there is a fault.
    fault : str
        Words that fit behind the name of the file, such as "is missing"; empty when there is none.
    """
    data, fault = _bytes_of(path)
    if fault:
        return "", f"{fault}{_beside(path)}" if fault == MISSING else fault
    if not data.strip():
        return "", "is empty"
    if data.startswith(WORKBOOK):
        return "", f"is a workbook; {SAVE_IT}"
    encoding = "utf-16" if data.startswith(_UTF_16) else "utf-8-sig"
    if encoding == "utf-8-sig" and b"\0" in data:
        return "", "is binary; a table is a CSV file in UTF-8"
    try:
        return data.decode(encoding), ""
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        how = f"{SAVE_IT}" if path.suffix == ".csv" else "save it as text in UTF-8"
        return "", f"row {row} is not UTF-8; {how}"


def readme_faults(folder: Path) -> list[str]:
    """Say why the README of a world cannot be printed beside its results; a world may do without one."""
    _, fault = text_of(folder / README)
    return [f"{README} {fault}."] if fault and fault not in {MISSING, "is empty"} else []


def _beside(path: Path) -> str:
    """Say which file beside a missing one is meant for it: a workbook, or one whose name has other capitals."""
    try:
        near = {each.name for each in path.parent.iterdir() if each.stem.lower() == path.stem}
    except OSError:
        return ""
    other = next((name for name in sorted(near) if name.lower() == path.name), "")
    if other:
        return f"; '{other}' is there: write its name in small letters"
    book = next((name for name in sorted(near) if Path(name).suffix.lower() in WORKBOOKS), "")
    return f"; '{book}' is there: {SAVE_IT}" if book else ""


def _bytes_of(path: Path) -> tuple[bytes, str]:
    try:
        return plain_bytes(path, _LARGEST_BYTES), ""
    except FileNotFoundError:
        return b"", MISSING
    except NotPlain:
        return b"", "is not a plain file"
    except TooLarge:
        return b"", f"is larger than {LARGEST_MB} MB, the most that a table may have"
    except (OSError, ValueError) as error:
        return b"", f"cannot be read ({getattr(error, 'strerror', None) or error})"
