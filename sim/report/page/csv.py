"""Tables as CSV for people and their spreadsheets."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from sim.results.labels import Words, with_words
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


def table_files(tables: Mapping[str, pd.DataFrame], words: Words | None = None) -> dict[str, bytes]:
    """Print tables as files under `tables`, with words beside codes.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        File stem to table; empty tables make no file.
    words : Words, optional
        What codes are called.

    Returns
    -------
    dict of str to bytes
        Place to content.
    """
    kept = {name: with_words(frame, words or {}) for name, frame in tables.items() if len(frame)}
    return {f"tables/{name}.csv": csv_text(frame).encode() for name, frame in kept.items()}
