"""Indicators made of outcomes: sums over years and periods, shares, loads, gaps, and ways round.

Values come as arrays [runs, months] of one series at a time: memory does not grow with the number of series.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

MONTHS_A_YEAR = 12
LEAST_WHOLE = 1e-6
"""Of less, a dollar a year where values are in million dollars, a share says nothing: it is what rounding left."""

DIRECT_WAY, EMBODIED_WAY = "direct", "embodied"


def year_slices(months: Sequence[str]) -> dict[str, slice]:
    """Find the months of each year.

    Parameters
    ----------
    months : sequence of str
        `YYYY-MM`, ascending.

    Returns
    -------
    dict of str to slice
        Year to its positions in `months`; the first and last year may be incomplete.

    Examples
    --------
    >>> year_slices(["2021-11", "2021-12", "2022-01"])
    {'2021': slice(0, 2, None), '2022': slice(2, 3, None)}
    """
    years = [month[:4] for month in months]
    firsts = {year: years.index(year) for year in dict.fromkeys(years)}
    return {year: slice(first, first + years.count(year)) for year, first in firsts.items()}


def share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Part of a whole; undefined (NaN) where the whole is nothing, up to `LEAST_WHOLE`.

    Parameters
    ----------
    part, whole : arrays of the same shape
        In one unit.

    Returns
    -------
    array of float64
    """
    part, whole = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    return np.divide(part, whole, out=np.full_like(whole, np.nan), where=whole > LEAST_WHOLE)


def load(throughput_t: np.ndarray, background_t: np.ndarray, capacity_t: np.ndarray) -> np.ndarray:
    """Load of a crossing: what passed over what could pass; undefined (NaN) while it is closed.

    Parameters
    ----------
    throughput_t, background_t, capacity_t : arrays of the same shape
        Tonnes in the same time.

    Returns
    -------
    array of float64
        Share of capacity.
    """
    return share(np.add(throughput_t, background_t, dtype=np.float64), capacity_t)


def mirror_gap(region_musd: np.ndarray, partner_musd: np.ndarray) -> np.ndarray:
    """How much more the region books as exports to a partner than the partner books as imports.

    Parameters
    ----------
    region_musd, partner_musd : arrays of the same shape
        Exports in the region's book and imports in the partner's, over the same months.

    Returns
    -------
    array of float64
        1 = the books agree; NaN where the partner books nothing.
    """
    return share(region_musd, partner_musd)


def cut(sanctioned_musd: np.ndarray, against_musd: np.ndarray) -> np.ndarray:
    """Fall of the goods in scope that still enter, against another regime, run by run.

    Parameters
    ----------
    sanctioned_musd, against_musd : arrays [runs]
        Over the same firms, scope and months.

    Returns
    -------
    array [runs] of float64
        1 = all gone, 0 = no change, negative = more than before; NaN where nothing entered under `against`.
    """
    return 1.0 - share(sanctioned_musd, against_musd)


def diverted(direct_lost_musd: np.ndarray, others_gained_musd: np.ndarray) -> np.ndarray:
    """Divide what other ways gained by what the direct way lost, run by run.

    Parameters
    ----------
    direct_lost_musd, others_gained_musd : arrays [runs]
        Goods in scope under the one regime less those under the other, over the same months.

    Returns
    -------
    array [runs] of float64
        1 = all comes another way, 0 = none, negative = other ways lose as well; NaN where the direct way loses nothing.
    """
    return share(others_gained_musd, direct_lost_musd)


def other_ways_share(by_kind_musd: dict[str, np.ndarray]) -> np.ndarray:
    """Share of the goods in scope that come another way than directly: what is there, not what was turned there.

    Parameters
    ----------
    by_kind_musd : dict of str to array [runs]
        Value by kind of channel.

    Returns
    -------
    array [runs] of float64
        NaN where nothing enters.
    """
    whole = sum(by_kind_musd.values())
    return share(whole - by_kind_musd.get(DIRECT_WAY, np.zeros_like(whole)), whole)
