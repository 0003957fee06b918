"""Tables as CSV for people and their spreadsheets."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sim.spreadsheets import harmless


def csv_text(frame: pd.DataFrame) -> str:
    r"""Print a table as CSV with six significant digits.

    Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers are left alone.

    Parameters
    ----------
    frame : DataFrame
        Any table of `sim.analysis`.

    Returns
    -------
    str
        With a header line and `\n` line ends.

    Examples
    --------
    >>> csv_text(pd.DataFrame({"name": ["=1+1"], "value": [-0.123456789]}))
    "name,value\n'=1+1,-0.123457\n"
    """
    plain = frame.copy()
    for column in plain.columns:
        if not pd.api.types.is_numeric_dtype(plain[column]):
            plain[column] = [harmless(cell) for cell in plain[column]]
    return plain.to_csv(index=False, float_format="%.6g", lineterminator="\n")


def write_tables(tables: dict[str, pd.DataFrame], folder: Path) -> list[Path]:
    """Write tables as CSV files.

    Parameters
    ----------
    tables : dict of str to DataFrame
        File stem to table; empty tables are not written.
    folder : Path
        Made if missing.

    Returns
    -------
    list of Path
        The files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, frame in tables.items():
        if len(frame):
            path = folder / f"{name}.csv"
            path.write_text(csv_text(frame), encoding="utf-8")
            written.append(path)
    return written
