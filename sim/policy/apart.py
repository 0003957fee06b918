"""What sets a regime apart from the one it is compared with: measures with their days in force, and backgrounds.

A comparison can say little of a measure that is in force on few of its days, and it says more than it seems to where
the background differs too. Both are told before a study runs, and beside its numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.constants import DAYS_PER_YEAR
from sim.policy.compile.intensity import daily_intensity
from sim.policy.describe import days_of_cause, senders
from sim.policy.language.load import BACKGROUND, load_regime
from sim.policy.language.measures import Measure, Regime, role
from sim.world.tables.read import Tables

HARDLY = 0.1
"""A measure at full strength on a smaller share of the days compared is hardly in force (assumed)."""

ENOUGH_DAYS = int(DAYS_PER_YEAR)
"""Days at full strength after which a comparison can say something of a measure (assumed): one of each season."""

FARTHEST_YEARS = 60
"""Years after the first day compared in which an end is looked for."""

MOSTLY = 0.5
"""Mean strength below which a measure is said to be at little strength on the days it is in force."""

DATED = ("start", "end", "announced", "phase_in", "schedule", "end_known")
REMARKS = ("name", "source", "note", "low", "high")
"""Keys of a measure that say when it is in force, and those that change nothing."""


ADDED, LEFT_OUT, ALTERED = "added", "left out", "altered"
"""What a regime does with a measure: only it has it, only the other has it, both have it in different form."""

_SOMETIMES = {
    ADDED: "is in force on",
    LEFT_OUT: "is left out, and would be in force on",
    ALTERED: "is altered, which makes a difference on",
}
_NEVER = {
    ADDED: "is never in force on any of",
    LEFT_OUT: "is left out, and would not be in force on any of",
    ALTERED: "is altered, which makes no difference on any of",
}


@dataclass(frozen=True)
class DaysApart:
    """On how many days a measure sets a regime apart from the one it is compared with.

    Parameters
    ----------
    regime, against, measure
        Their names.
    sender
        Who sends the measure, in words.
    how
        ADDED, LEFT_OUT or ALTERED.
    first, last
        Of the days compared.
    days
        Days compared on which the two differ by the measure.
    full_days
        The same, each day weighted by the strength (phase-in, schedule) on it.
    begins
        First day from `first` on that they do, also after `last`; None: there is none.
    needed_end
        The end of the first year by which `full_days` would do; None where no later end helps.
    """

    regime: str
    against: str
    measure: str
    sender: str
    how: str
    first: date
    last: date
    days: int
    full_days: float
    begins: date | None
    needed_end: date | None

    @property
    def compared(self) -> int:
        """Number of days compared."""
        return (self.last - self.first).days + 1

    @property
    def hardly(self) -> bool:
        """Whether the comparison can say little of the measure: full strength on less than a tenth of its days."""
        return self.full_days < HARDLY * self.compared

    @property
    def sentence(self) -> str:
        """What is so, and which `end` would do.

        Examples
        --------
        >>> first, last, day = date(2021, 1, 1), date(2027, 12, 31), date(2027, 12, 14)
        >>> apart = DaysApart("b", "a", "ban", "Eu", ADDED, first, last, 18, 18.0, day, date(2028, 12, 31))
        >>> print(apart.sentence.partition(', first')[0])
        b: 'ban' (Eu) is in force on 18 of the 2,556 days from 2021-01-01 to 2027-12-31
        """
        span = f"{self.compared:,} days from {self.first} to {self.last}"
        often = f"{_SOMETIMES[self.how]} {self.days:,} of" if self.days else _NEVER[self.how]
        weak = ", mostly at little strength" if self.full_days < MOSTLY * self.days else ""
        since = f", {'first on' if self.days else 'only later, from'} {self.begins}"
        since = since if self.begins and self.begins > self.first else ""
        hint = f"; end={self.needed_end} would hold enough of it" if self.needed_end else ""
        means = f"numbers say {'little' if self.days else 'nothing'} of it"
        return f"{self.regime}: {self.measure!r} ({self.sender}) {often} the {span}{since}{weak}: {means}{hint}."


def days_apart(regime: Regime, against: Regime, first: date, last: date, tables: Tables) -> list[DaysApart]:
    """Count for each measure by which two regimes differ the days on which it sets them apart.

    Parameters
    ----------
    regime, against
        Loaded regimes.
    first, last
        Of the days compared.
    tables
        The world's tables, which date causes.

    Returns
    -------
    list of DaysApart
        By name of the measure; none for what both have alike. A measure that `against` has and the regime lacks is
        counted too: leaving it out is what the regime does.
    """
    mine, other = ({each.name: each for each in one.measures} for one in (regime, against))
    found = []
    for name in sorted(mine.keys() | other.keys()):
        pair = [_dated(one[name], tables) for one in (mine, other) if name in one]
        if len(pair) == 1 or not _alike(*pair, REMARKS):
            how = ALTERED if len(pair) == 2 else ADDED if name in mine else LEFT_OUT
            found.append(_counted(regime, against, pair, how, first, last))
    return found


def hardly_in_force(
    regimes: Sequence[Regime], against: str, first: date, last: date, tables: Tables
) -> list[DaysApart]:
    """Find the measures of which a comparison can say little, for all regimes of a study.

    Parameters
    ----------
    regimes
        All that are compared.
    against
        Name of the one that the others are compared with.
    first, last
        Of the days compared.
    tables
        The world's tables.

    Returns
    -------
    list of DaysApart
        Those that are `hardly` in force, in the order of the regimes; without what a regime leaves out of the
        background, which `background_apart` names.
    """
    base = next(each for each in regimes if each.name == against)
    others = [each for each in regimes if each is not base]
    known = _background(base)
    return [
        apart
        for each in others
        for apart in days_apart(each, base, first, last, tables)
        if apart.hardly and not (apart.how == LEFT_OUT and apart.measure in known)
    ]


def _counted(regime: Regime, against: Regime, pair: Sequence[Measure], how: str, first: date, last: date) -> DaysApart:
    measure = pair[0]
    horizon = date(min(first.year + FARTHEST_YEARS, date.max.year), 12, 31)
    days = (max(horizon, last) - first).days + 1
    strengths = [daily_intensity(each, np.datetime64(first), days) for each in pair]
    only_dates = len(pair) == 2 and _alike(*pair, (*REMARKS, *DATED))
    apart = np.abs(strengths[0] - strengths[1]) if only_dates else np.max(strengths, axis=0)
    compared = apart[: (last - first).days + 1]
    return DaysApart(
        regime=regime.name,
        against=against.name,
        measure=measure.name,
        sender=senders(measure),
        how=ALTERED
        if len(pair) == 2
        else ADDED
        if measure.name in {each.name for each in regime.measures}
        else LEFT_OUT,
        first=first,
        last=last,
        days=int(np.count_nonzero(compared)),
        full_days=float(compared.sum()),
        begins=first + timedelta(days=int(np.argmax(apart > 0))) if apart.any() else None,
        needed_end=_needed_end(apart, first, last),
    )


def _needed_end(apart: NDArray[np.float64], first: date, last: date) -> date | None:
    """Find the end of the first year by which a measure was in force for long enough, and on enough of the days."""
    known = np.cumsum(apart)
    for year in range(last.year, first.year + FARTHEST_YEARS + 1):
        end = date(year, 12, 31)
        days = (end - first).days + 1
        if end > last and days <= len(known) and known[days - 1] >= max(ENOUGH_DAYS, HARDLY * days):
            return end
    return None


def _dated(measure: Measure, tables: Tables) -> Measure:
    """Give a measure that the world's tables date the days that they say."""
    if not measure.instrument.rule.dated_by_tables:
        return measure
    start, end = days_of_cause(measure, tables)
    return replace(measure, start=start, end=end)


def _alike(one: Measure, other: Measure, but: Sequence[str]) -> bool:
    """Tell whether two measures are equal in all keys but some."""
    names = [each.name for each in fields(Measure) if each.compare and each.name not in but]
    return all(getattr(one, name) == getattr(other, name) for name in names)


@dataclass(frozen=True)
class BackgroundApart:
    """How the background of a regime differs from that of the one it is compared with.

    Parameters
    ----------
    regime, against
        Their names.
    lacks, adds, alters
        Names of shocks, counter-measures and other parts of the observed background that only `against` has, that
        only the regime has, and that both have in different form.
    """

    regime: str
    against: str
    lacks: tuple[str, ...]
    adds: tuple[str, ...]
    alters: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether there is a difference."""
        return bool(self.lacks or self.adds or self.alters)

    @property
    def sentence(self) -> str:
        """What differs; empty if nothing does.

        Examples
        --------
        >>> print(BackgroundApart("ban", "none", ("pandemic",), (), ()).sentence)
        The background of ban is not that of none: it lacks pandemic. Differences hold what this does, too.
        """
        if not self:
            return ""
        named = (("lacks", self.lacks), ("adds", self.adds), ("alters", self.alters))
        parts = [f"{verb} {_few(names)}" for verb, names in named if names]
        differs = f"The background of {self.regime} is not that of {self.against}: it {', '.join(parts)}."
        return f"{differs} Differences hold what this does, too."


def background_apart(regime: Regime, against: Regime) -> BackgroundApart:
    """Compare what two regimes stand on: shocks, counter-measures, and all else of the observed background.

    Parameters
    ----------
    regime, against
        Loaded regimes.

    Returns
    -------
    BackgroundApart
        False where both stand on the same.
    """
    mine, other = (_background(each) for each in (regime, against))
    both = sorted(mine.keys() & other.keys())
    return BackgroundApart(
        regime.name,
        against.name,
        lacks=tuple(sorted(other.keys() - mine.keys())),
        adds=tuple(sorted(mine.keys() - other.keys())),
        alters=tuple(name for name in both if not _alike(mine[name], other[name], REMARKS)),
    )


def _background(regime: Regime) -> dict[str, Measure]:
    """Measures of a regime that nobody sends against the region's trade, or that the observed background has."""
    observed = _observed_names()
    return {each.name: each for each in regime.measures if role(each) != "measure" or each.name in observed}


@lru_cache(maxsize=1)
def _observed_names() -> frozenset[str]:
    return frozenset(each.name for each in load_regime(BACKGROUND).measures)


def _few(names: Sequence[str], most: int = 4) -> str:
    """List some names, and say how many more there are."""
    told = ", ".join(names[:most])
    return told if len(names) <= most else f"{told} and {len(names) - most} more"
