"""What closures cost: the loss of each crossing and month, of pairs, and by days closed; from runs with one past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis import comparison, reading
from sim.analysis.decisions.kinks import Kink, kink
from sim.analysis.reading import StoredSeries
from sim.outcomes.names import BOTH, TOTAL

LOSS_OF = "registered_trade"
LATER_MONTHS = 6
"""Months after that in which a closure begins over which its loss is counted: what comes later makes up for some."""


class Closure(NamedTuple):
    """Crossings that are shut.

    Attributes
    ----------
    crossings : tuple of str
        One or two.
    month : str
        `YYYY-MM`, on whose first day they are shut.
    days : int
        How long.
    """

    crossings: tuple[str, ...]
    month: str
    days: int

    @property
    def name(self) -> str:
        """Name of its regime."""
        return f"shut_{'_and_'.join(self.crossings)}_{self.month.replace('-', '_')}_{self.days}d"


def counted_months(months: Sequence[str], first: str) -> slice:
    """Find the months over which the loss of a closure is counted.

    Parameters
    ----------
    months : sequence of str
        Of the study, `YYYY-MM`.
    first : str
        In which it begins.

    Examples
    --------
    >>> counted_months(["2024-01", "2024-02", "2024-03"], "2024-02")
    slice(1, 8, None)
    """
    start = list(months).index(first)
    return slice(start, start + 1 + LATER_MONTHS)


def loss(results: StoredSeries, closure: Closure) -> NDArray[np.float64]:
    """Give what trade of the region is lost by a closure, run by run.

    Parameters
    ----------
    results : StoredSeries
        With the regime of the closure, and `results.against` without it.
    closure : Closure
        Which.

    Returns
    -------
    array [runs] of float64
        Million dollars, from the month in which it begins to `LATER_MONTHS` after it; negative where trade is gained.
    """
    columns = reading.catalogue(results, LOSS_OF)[TOTAL, BOTH]
    kept = counted_months(results.months, closure.month)
    whole, shut = (
        reading.monthly(results, regime, columns)[:, kept].sum(axis=1) for regime in (results.against, closure.name)
    )
    return whole - shut


def losses(results: StoredSeries, closures: Sequence[Closure]) -> pd.DataFrame:
    """Put the losses of closures into a table.

    Parameters
    ----------
    results : StoredSeries
        With the regimes of all of them.
    closures : sequence of Closure
        Any.

    Returns
    -------
    DataFrame
        `crossing, second, month, days` (`second` empty of single closures) and the columns of
        `comparison.paired_difference`, without those that are relative, in million dollars: above zero is lost.
    """
    if not closures:
        return pd.DataFrame()
    values = np.stack([loss(results, each) for each in closures], axis=1)
    frame = comparison.paired_difference(values, np.zeros_like(values), [each.name for each in closures])
    labels = {
        "crossing": [each.crossings[0] for each in closures],
        "second": [each.crossings[1] if len(each.crossings) > 1 else "" for each in closures],
        "month": [each.month for each in closures],
        "days": [each.days for each in closures],
    }
    columns = [*labels, *(name for name in frame.columns if "relative" not in name and name != "subject")]
    return frame.assign(**labels)[columns]


def ranked(table: pd.DataFrame) -> pd.DataFrame:
    """Rank crossings by what a closure costs, month by month; 1 costs most.

    Parameters
    ----------
    table : DataFrame
        Of `losses`, single closures of one length.

    Returns
    -------
    DataFrame
        The same rows with `rank`.
    """
    rank = table.groupby("month")["difference"].rank(ascending=False, method="first").astype(int)
    return table.assign(rank=rank)


def worst_months(table: pd.DataFrame, most: int) -> dict[str, str]:
    """Find the crossings whose worst closure costs most, with the month in which it does.

    Parameters
    ----------
    table : DataFrame
        Of `losses`, single closures of one length.
    most : int
        How many crossings at most.

    Returns
    -------
    dict of str to str
        Crossing to month, the worst first.
    """
    worst = table.loc[table.groupby("crossing")["difference"].idxmax()]
    ordered = worst.sort_values("difference", ascending=False, kind="stable").head(most)
    return dict(zip(ordered["crossing"], ordered["month"], strict=True))


def together(
    results: StoredSeries, pairs: Sequence[Closure], singles: Mapping[tuple[str, str], Closure]
) -> pd.DataFrame:
    """Tell by how much two closures at once cost more than the sum of both.

    Parameters
    ----------
    results : StoredSeries
        With the regimes of pairs and of singles.
    pairs : sequence of Closure
        Of two crossings in one month.
    singles : mapping of (str, str) to Closure
        Crossing and month to the closure of it alone.

    Returns
    -------
    DataFrame
        As of `losses`, of the pairs; `alone` is the sum of both alone, and `extra, extra_q05, extra_q95,
        extra_verdict` what they cost more together, run by run.
    """
    if not pairs:
        return pd.DataFrame()
    alone = [sum(loss(results, singles[name, each.month]) for name in each.crossings) for each in pairs]
    both = np.stack([loss(results, each) for each in pairs], axis=1)
    extra = comparison.paired_difference(both, np.stack(alone, axis=1), [each.name for each in pairs])
    return losses(results, pairs).assign(
        alone=extra["mean_against"],
        extra=extra["difference"],
        extra_q05=extra["run_q05"],
        extra_q95=extra["run_q95"],
        extra_verdict=extra["verdict"],
        extra_detectable=extra["detectable"],
    )


def kinks(results: StoredSeries, lengths: Mapping[str, Sequence[Closure]], seed: int) -> dict[str, Kink]:
    """Fit loss against days closed, crossing by crossing.

    Parameters
    ----------
    results : StoredSeries
        With the regimes of all closures.
    lengths : mapping of str to sequence of Closure
        Crossing to closures of it that begin on one day, longer and longer.
    seed : int
        Of the bootstrap.

    Returns
    -------
    dict of str to Kink
        Million dollars a day.
    """
    found = {}
    for crossing, closures in lengths.items():
        values = np.stack([loss(results, each) for each in closures], axis=1)
        found[crossing] = kink(np.array([each.days for each in closures], float), values, seed)
    return found


def kink_table(found: Mapping[str, Kink], months: Mapping[str, str]) -> pd.DataFrame:
    """Put kinks into a table.

    Parameters
    ----------
    found : mapping of str to Kink
        Of `kinks`.
    months : mapping of str to str
        Crossing to the month in which its closures begin.

    Returns
    -------
    DataFrame
        `crossing, month`; `days, before, after, change`, each with `_q05` and `_q95`; `chance` that a straight line
        would seem so bent, and `is_clear`.
    """
    rows = []
    for crossing, each in found.items():
        row: dict[str, object] = {"crossing": crossing, "month": months[crossing]}
        for name in ("days", "before", "after", "change"):
            value = getattr(each, name)
            row |= {name: value.value, f"{name}_q05": value.low, f"{name}_q95": value.high}
        rows.append(row | {"chance": each.chance, "is_clear": each.is_clear})
    return pd.DataFrame(rows)
