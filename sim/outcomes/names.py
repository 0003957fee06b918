"""Names of stored series: here their parts are joined, and here they are taken apart."""

from __future__ import annotations

import pandas as pd

TOTAL, ALL, BOTH = "total", "all", "both"
"""Subject, commodity and direction of what is added up over all of them."""

SERIES_COLUMNS = ("outcome", "subject", "commodity", "direction", "unit")
COLUMN_JOINT, SUBJECT_JOINT = "|", "/"


def columns_of(series: pd.DataFrame) -> pd.Series:
    """Name the stored column of each series.

    Parameters
    ----------
    series
        With `SERIES_COLUMNS`.
    """
    return series[list(SERIES_COLUMNS)].agg(COLUMN_JOINT.join, axis=1)


def subjects_of(cells: pd.DataFrame, axes: tuple[str, ...]) -> pd.Series | str:
    """Name the subject of each cell by some of its columns; the total where there is none.

    Parameters
    ----------
    cells
        One row a cell, with these columns.
    axes
        Names of columns.
    """
    if not axes:
        return TOTAL
    names = [SUBJECT_JOINT.join(parts) for parts in zip(*(cells[axis] for axis in axes), strict=True)]
    return pd.Series(names, cells.index, dtype=object)


def pair(first: str, second: str) -> str:
    """Name a subject of two parts.

    Examples
    --------
    >>> pair("united_states", "direct")
    'united_states/direct'
    """
    return f"{first}{SUBJECT_JOINT}{second}"


def parts_of(subject: str) -> tuple[str, ...]:
    """Take the name of a subject apart.

    Examples
    --------
    >>> parts_of("united_states/direct"), parts_of("total")
    (('united_states', 'direct'), ('total',))
    """
    return tuple(subject.split(SUBJECT_JOINT, 1))
