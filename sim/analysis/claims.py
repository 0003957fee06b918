"""Claims: one number a run, the bounds within which it must lie, and the published figure that the bounds rest on.

A claim holds where nine runs in ten lie within its bounds; one about few firms, where the interval of the mean over
runs does. Bounds are written down beside the figure before anything is run; a claim that asks for a sign has a
threshold just beyond the point where nothing happens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.about import first_world
from sim.analysis import comparison, reading
from sim.constants import YUAN_PER_USD
from sim.errors import InputError
from sim.intervals import mean_interval
from sim.outcomes.names import ALL, BOTH
from sim.state import DIRECTIONS
from sim.world.graph import HOME
from sim.world.tables.read import Tables

LEAST_SHARE_OF_RUNS = 0.9
PER_CENT = 100.0
MN_A_BN = 1000.0
MUSD_PER_BN_YUAN = MN_A_BN / YUAN_PER_USD

Period = tuple[str, str]
"""First and last month, `YYYY-MM`."""


class Known(NamedTuple):
    """What is known beside the results."""

    observed: pd.DataFrame  # table of a world
    sources: Mapping[str, str]  # id of a source to its publisher and date
    by_mode: Mapping[str, Sequence[str]]  # road, rail, sea, air: crossings at home


class Figure(NamedTuple):
    """A published figure, or one worked out of several."""

    value: float
    sources: tuple[str, ...] = ()
    names: tuple[str, ...] = ()  # of the observations

    def over(self, other: Figure) -> Figure:
        """Divide by another figure; the sources are those of both."""
        return self._with(other, self.value / other.value)

    def less(self, other: Figure) -> Figure:
        """Subtract another figure of the same unit; the sources are those of both."""
        return self._with(other, self.value - other.value)

    def times(self, factor: float) -> Figure:
        """Multiply by a number."""
        return self._replace(value=self.value * factor)

    def plus(self, term: float) -> Figure:
        """Add a number."""
        return self._replace(value=self.value + term)

    def _with(self, other: Figure, value: float) -> Figure:
        sources, names = self.sources + other.sources, self.names + other.names
        return Figure(value, tuple(dict.fromkeys(sources)), tuple(dict.fromkeys(names)))

    def grown(self) -> Figure:
        """Make the factor of a growth in per cent."""
        return self.times(1 / PER_CENT).plus(1)

    def and_also(self, other: Figure) -> Figure:
        """Add another figure of the same unit; the sources are those of both."""
        return self.less(other.times(-1))


UNKNOWN = Figure(float("nan"))


@dataclass(frozen=True)
class Claim:
    """What a pattern says about one number.

    Attributes
    ----------
    what : str
        The number in words.
    simulated : array [runs]
        The number in each run; NaN where it is undefined, which never lies within bounds.
    observed : Figure
        Published; `UNKNOWN` where only the sign or the rank is.
    low, high : float
        Bounds, both included.
    of_mean : bool
        Judged by the mean over runs, because chance moves single runs more than what is asked.
    weak : bool
        Follows from what was put in, so that it says little about the model.
    set_on : str
        What makes it a fit and no test, though its own figures are no targets: a value that was set by hand on them, or
        targets that say the same. Empty if nothing does.
    """

    what: str
    simulated: NDArray[np.float64]
    observed: Figure
    low: float = float("-inf")
    high: float = float("inf")
    of_mean: bool = False
    weak: bool = False
    set_on: str = ""

    @property
    def share_of_runs(self) -> float:
        """Runs within the bounds, as a share."""
        return float(np.mean((self.simulated >= self.low) & (self.simulated <= self.high)))

    @property
    def holds(self) -> bool:
        """Whether nine runs in ten lie within the bounds, or the 90 % interval of the mean if that is judged."""
        if self.of_mean:
            low, high = mean_interval(self.simulated)
            return bool(self.low <= low and high <= self.high)
        return self.share_of_runs >= LEAST_SHARE_OF_RUNS

    @property
    def rule(self) -> str:
        """The bounds in words."""
        judged = "mean " if self.of_mean else ""
        if self.low == self.high:
            return f"{judged}exactly {self.low:g}"
        if not np.isfinite(self.high):
            return f"{judged}at least {self.low:g}"
        if not np.isfinite(self.low):
            return f"{judged}at most {self.high:g}"
        return f"{judged}{self.low:g} to {self.high:g}"


def known_of(tables: Tables) -> Known:
    """Collect what is known beside the results from the tables of a world.

    Parameters
    ----------
    tables : Tables
        Observations, sources, places and legs.
    """
    sources = tables.sources.set_index("source")
    names = (sources["publisher"] + ", " + sources["date"]).to_dict()
    places = tables.places[tables.places["side"] == HOME]
    by_mode: dict[str, list[str]] = {mode: [] for mode in ("road", "rail", "sea", "air")}
    for place, kinds in zip(places["place"], places["kinds"].str.split(), strict=True):
        if "crossing" in kinds:
            by_mode[_mode(place, kinds, tables.legs)].append(place)
    return Known(tables.observed, names, by_mode)


def _mode(place: str, kinds: Sequence[str], legs: pd.DataFrame) -> str:
    """Mode by which goods leave a crossing."""
    if "seaport" in kinds:
        return "sea"
    if "airport" in kinds:
        return "air"
    return "road" if "road" in set(legs.loc[legs[["from_place", "to_place"]].eq(place).any(axis=1), "mode"]) else "rail"


def around(observed: Figure, tolerance: float) -> tuple[float, float]:
    """Bounds at an absolute distance from a figure, to three digits.

    Parameters
    ----------
    observed : Figure
        In the middle.
    tolerance : float
        Distance, in the unit of the figure.

    Examples
    --------
    >>> around(Figure(1.45), 0.2)
    (1.25, 1.65)
    """
    return round(observed.value - tolerance, 3), round(observed.value + tolerance, 3)


def within_factor(observed: Figure, factor: float) -> tuple[float, float]:
    """Bounds at a ratio to a figure, to three significant digits.

    Parameters
    ----------
    observed : Figure
        In the middle; positive.
    factor : float
        Above 1.

    Examples
    --------
    >>> within_factor(Figure(3.0), 1.5)
    (2.0, 4.5)
    """
    return float(f"{observed.value / factor:.3g}"), float(f"{observed.value * factor:.3g}")


def figure(known: Known, observation: str) -> Figure:
    """Find a published figure.

    Parameters
    ----------
    known : Known
        With the table of observations.
    observation : str
        Its id.

    Raises
    ------
    InputError
        If the table has no such row, as in a world other than the shipped one.
    """
    rows = known.observed[known.observed["observation"] == observation]
    if rows.empty:
        raise InputError(
            f"observed.csv has no row {observation!r}: the patterns are those of the world {first_world()}."
        )
    row = rows.iloc[0]
    return Figure(float(row["value"]), tuple(str(row["source"]).split()), (observation,))


def months(results: reading.StoredSeries, period: Period) -> slice:
    """Positions of the months of a period.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    period : Period
        First and last month.

    Raises
    ------
    InputError
        If the study does not hold it.
    """
    try:
        return slice(results.months.index(period[0]), results.months.index(period[1]) + 1)
    except ValueError:
        raise InputError(
            f"The patterns are judged over {period[0]} to {period[1]}, but the study holds {results.months[0]} to "
            f"{results.months[-1]}: set start=2021-01-01 and end=2025-03-31."
        ) from None


def monthly(
    results: reading.StoredSeries,
    regime: str,
    outcome: str,
    subject: str,
    *,
    commodity: str = ALL,
    direction: str = BOTH,
) -> NDArray[np.float64]:
    """Find the months of one series; both directions are the stored sum, else what is stored of the two.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    regime, outcome, subject, commodity, direction : str
        As in the stored series.

    Returns
    -------
    array [runs, months] of float64

    Raises
    ------
    InputError
        If the regime was not run, or no such series was stored.
    """
    if regime not in results.regimes:
        raise InputError(f"The patterns need the regime {regime!r}: experiment=patterns runs all that they need.")
    series = results.series
    mine = series[
        (series["outcome"] == outcome) & (series["subject"] == subject) & (series["commodity"] == commodity)
    ].set_index("direction")["column"]
    ways = [direction] if direction in mine.index else [way for way in DIRECTIONS if way in mine.index]
    if not ways or (direction != BOTH and direction not in mine.index):
        raise InputError(f"The patterns need the series {outcome} of {subject} ({commodity}, {direction}).")
    return reading.monthly(results, regime, [mine[way] for way in ways])


def total(
    results: reading.StoredSeries,
    regime: str,
    outcome: str,
    subjects: str | Sequence[str],
    period: Period,
    *,
    commodities: str | Sequence[str] = ALL,
    direction: str = BOTH,
) -> NDArray[np.float64]:
    """Add up an outcome over months, subjects and commodities.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    regime, outcome : str
        As in the stored series.
    subjects, commodities : str or sequence of str
        To add up.
    period : Period
        First and last month.
    direction : str
        `export`, `import` or `both`.

    Returns
    -------
    array [runs] of float64
    """
    names = [subjects] if isinstance(subjects, str) else subjects
    goods = [commodities] if isinstance(commodities, str) else commodities
    parts = [
        monthly(results, regime, outcome, name, commodity=each, direction=direction)[:, months(results, period)]
        for name in names
        for each in goods
    ]
    return np.sum(parts, axis=(0, 2))


def table(claims: Mapping[str, Sequence[Claim]], titles: Mapping[str, str], known: Known) -> pd.DataFrame:
    """One row a claim, with the verdict on its pattern.

    Parameters
    ----------
    claims : mapping of str to sequence of Claim
        Pattern to its claims; it is shown where all of them hold.
    titles : mapping of str to str
        Pattern to what it is.
    known : Known
        With the names of sources.

    Returns
    -------
    DataFrame
        `pattern, title, verdict, claim, q05, median, q95` (simulated), `observed, low, high, rule, share_of_runs,
        holds` and `weak` (yes or no), `set_on` (as of `Claim`), `figures` (observations, a blank apart), `source`.
    """
    rows = []
    for pattern, mine in claims.items():
        verdict = "shown" if all(claim.holds for claim in mine) else "not shown"
        for claim in mine:
            rows.append({"pattern": pattern, "title": titles[pattern], "verdict": verdict} | row_of(claim, known))
    return pd.DataFrame(rows)


def row_of(claim: Claim, known: Known) -> dict[str, object]:
    """Give the columns of `table` that say what a claim is and whether it holds.

    Parameters
    ----------
    claim : Claim
        To print.
    known : Known
        With the names of sources.
    """
    finite = claim.simulated[np.isfinite(claim.simulated)]
    low, median, high = comparison.quantile_bands(finite[:, None]) if finite.size else np.full((3, 1), np.nan)
    return {
        "claim": claim.what,
        "q05": low[0],
        "median": median[0],
        "q95": high[0],
        "observed": claim.observed.value,
        "low": claim.low,
        "high": claim.high,
        "rule": claim.rule,
        "share_of_runs": claim.share_of_runs,
        "holds": "yes" if claim.holds else "no",
        "weak": "yes" if claim.weak else "no",
        "set_on": claim.set_on,
        "figures": " ".join(claim.observed.names),
        "source": "; ".join(known.sources[source] for source in claim.observed.sources),
    }
