"""On how many days measures set a regime apart from the one it is compared with.

A comparison can say little of a measure that is in force on few of its days. That is told before a study runs, and
beside its numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from sim.constants import DAYS_PER_YEAR
from sim.policy.backgrounds import background_of
from sim.policy.compile.intensity import daily_intensity
from sim.policy.describe import days_of_cause, senders
from sim.policy.language.measures import Measure, Regime, alike, differing
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
"""Keys of a measure that say when it is in force."""

STAGED = (*DATED, "level", "low", "high")
"""Keys in which the stages of one measure differ, of which each begins where the one before ends."""

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
    other_stages
        `full_days` of the other stages of the same measure: alike but for days and level.
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
    other_stages: float = 0.0

    @property
    def compared(self) -> int:
        """Number of days compared."""
        return (self.last - self.first).days + 1

    @property
    def hardly(self) -> bool:
        """Whether the comparison can say little of the measure: all stages on less than a tenth of its days."""
        return self.full_days + self.other_stages < HARDLY * self.compared

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
    pairs = differing(*(tuple(_dated(each, tables) for each in one.measures) for one in (regime, against)))
    found = [_counted(regime.name, against.name, pair, first, last) for pair in pairs.values()]
    return _with_stages(found, [mine or other for mine, other in pairs.values()])


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
    known = {each.name for each in background_of(base)}
    return [
        apart
        for each in others
        for apart in days_apart(each, base, first, last, tables)
        if apart.hardly and not (apart.how == LEFT_OUT and apart.measure in known)
    ]


def joined(rows: Sequence[DaysApart]) -> list[DaysApart]:
    """Tell once what several regimes have alike.

    Parameters
    ----------
    rows
        Of several regimes.

    Returns
    -------
    list of DaysApart
        In the order of `rows`; `regime` names all that a row is of.
    """
    names: dict[DaysApart, list[str]] = {}
    for row in rows:
        names.setdefault(replace(row, regime=""), []).append(row.regime)
    return [replace(row, regime=", ".join(dict.fromkeys(regimes))) for row, regimes in names.items()]


def _counted(
    regime: str, against: str, pair: tuple[Measure | None, Measure | None], first: date, last: date
) -> DaysApart:
    there = [each for each in pair if each]
    horizon = date(min(first.year + FARTHEST_YEARS, date.max.year), 12, 31)
    days = (max(horizon, last) - first).days + 1
    strengths = [daily_intensity(each, np.datetime64(first), days) for each in there]
    only_dates = len(there) == 2 and alike(*there, DATED)
    apart = np.abs(strengths[0] - strengths[1]) if only_dates else np.max(strengths, axis=0)
    compared = apart[: (last - first).days + 1]
    return DaysApart(
        regime=regime,
        against=against,
        measure=there[0].name,
        sender=senders(there[0]),
        how=LEFT_OUT if pair[0] is None else ADDED if pair[1] is None else ALTERED,
        first=first,
        last=last,
        days=int(np.count_nonzero(compared)),
        full_days=float(compared.sum()),
        begins=first + timedelta(days=int(np.argmax(apart > 0))) if apart.any() else None,
        needed_end=_needed_end(apart, first, last),
    )


def _with_stages(found: Sequence[DaysApart], measures: Sequence[Measure | None]) -> list[DaysApart]:
    """Tell each measure of the days of its other stages, which a regime treats as it treats this one."""
    pairs = [(row, measure) for row, measure in zip(found, measures, strict=True) if measure]
    return [
        replace(
            row,
            other_stages=sum(
                other.full_days
                for other, stage in pairs
                if other is not row and other.how == row.how and alike(stage, measure, STAGED)
            ),
        )
        for row, measure in pairs
    ]


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
