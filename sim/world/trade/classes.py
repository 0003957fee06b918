"""Honest consignments that the customs of the senders see, by class and year."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

CLASS = ["sender", "declared_origin", "commodity"]
BEFORE = 0
"""Year of a row that names none: it holds before every other."""


def honest_by_year(
    classes: pd.DataFrame, mondays: NDArray[np.datetime64]
) -> tuple[pd.DataFrame, NDArray[np.float64], NDArray[np.int32]]:
    """Numbers of honest consignments of each class in each year that the table tells apart.

    Parameters
    ----------
    classes
        Table inspection_classes.csv.
    mondays
        [T] first days of the weeks of a run.

    Returns
    -------
    classes : pandas.DataFrame
        One row a class, sorted by sender, declared origin and commodity: its earliest row.
    legitimate : numpy.ndarray
        [Y, H] consignments a week, a row for each year named and one for the years before. A year in which a class has
        no row has the numbers of the year before; years before its first row have those of the first.
    year : numpy.ndarray
        int32 [T], row of `legitimate` that holds in a week, by the year of its Monday.

    Examples
    --------
    >>> table = pd.DataFrame({"sender": "a", "declared_origin": "b", "commodity": ["c", "c", "d"],
    ...     "year": pd.array([pd.NA, 2023, pd.NA], "Int64"), "legitimate_consignments_per_week": [1.0, 2.0, 3.0]})
    >>> _, numbers, year = honest_by_year(table, np.array(["2022-12-26", "2023-01-02"], "datetime64[D]"))
    >>> numbers.tolist(), year.tolist()
    ([[1.0, 3.0], [2.0, 3.0]], [0, 1])
    """
    rows = classes.assign(year=classes["year"].fillna(BEFORE).astype(int))
    rows = rows.sort_values([*CLASS, "year"], kind="stable")
    years = np.union1d([BEFORE], rows["year"])
    wide = rows.pivot_table(index=CLASS, columns="year", values="legitimate_consignments_per_week")
    legitimate = wide.reindex(columns=years).ffill(axis=1).bfill(axis=1).to_numpy(float).T
    calendar = mondays.astype("datetime64[Y]").astype(int) + 1970
    year = np.searchsorted(years, calendar, side="right") - 1
    return rows.drop_duplicates(CLASS).reset_index(drop=True), np.ascontiguousarray(legitimate), year.astype(np.int32)
