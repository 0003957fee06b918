"""What an opening in some months of the year moves: by calendar month, and what of it is new."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

MONTHS = range(1, 13)
IN_SHUT_MONTHS = "in_shut_months"
PARTS = ("only_moved_in_time", "came_off_other_ways", "taken_from_other_partners", "new_to_the_region")
"""Parts of what passes in the months that were shut before; they add up to it."""


def by_calendar_month(values: NDArray[np.float64], months: Sequence[str]) -> NDArray[np.float64]:
    """Average each calendar month over the years.

    Parameters
    ----------
    values : array [runs, months]
        Of any unit.
    months : sequence of str
        `YYYY-MM`, one for each column.

    Returns
    -------
    array [runs, 12] of float64
        Missing (NaN) where no year has the month.

    Examples
    --------
    >>> by_calendar_month(np.array([[1.0, 2.0, 3.0]]), ["2024-01", "2024-02", "2025-01"])[0, :3]
    array([ 2.,  2., nan])
    """
    number = np.array([int(month[5:]) for month in months])
    found = np.full((len(values), len(MONTHS)), np.nan)
    for place, month in enumerate(MONTHS):
        if (number == month).any():
            found[:, place] = np.asarray(values, np.float64)[:, number == month].mean(axis=1)
    return found


def shut_months(capacity: NDArray[np.float64], months: Sequence[str]) -> NDArray[np.bool_]:
    """Find the calendar months that a crossing is shut for the most part: less than half of an open month passes.

    Parameters
    ----------
    capacity : array [runs, months]
        Tonnes that can pass in each month.
    months : sequence of str
        `YYYY-MM`.

    Returns
    -------
    array [12] of bool
    """
    usual = by_calendar_month(capacity, months).mean(axis=0)
    return usual < 0.5 * np.nanmax(usual)


def parts_of_opening(
    at_gate: NDArray[np.float64],
    shut: NDArray[np.bool_],
    with_partner: NDArray[np.float64],
    of_region: NDArray[np.float64],
) -> dict[str, NDArray[np.float64]]:
    """Part what passes in months that used to be shut into what is new and what is not.

    Parameters
    ----------
    at_gate : array [runs, 12]
        What passes more a year with the opening, by calendar month.
    shut : array [12] of bool
        Months that are shut without it.
    with_partner, of_region : arrays [runs]
        How much more a year is traded with the partner beyond the gate, whatever the way, and by the region in all.

    Returns
    -------
    dict of str to array [runs]
        `in_shut_months`, and the `PARTS` that add up to it: what would have passed the gate in other months; what would
        have come another way; what would have been traded with others; and what would not have been traded.
    """
    opened, others = at_gate[:, shut].sum(axis=1), at_gate[:, ~shut].sum(axis=1)
    return {
        IN_SHUT_MONTHS: opened,
        PARTS[0]: -others,
        PARTS[1]: opened + others - with_partner,
        PARTS[2]: with_partner - of_region,
        PARTS[3]: of_region,
    }
