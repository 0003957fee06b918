"""A comparison of regimes: what is compared over which months, and the tables that several figures share.

Each table is computed when it is first asked for, and kept with the comparison.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import TypeVar

import pandas as pd

from sim.analysis import crossings, reading
from sim.analysis.comparison import HARDLY, NOT_IN_FORCE, UNCLEAR
from sim.analysis.cuts import OUTCOME, cut_and_diverted, entering_in_scope
from sim.analysis.differences import differences, yearly_means
from sim.analysis.periods import Dates, Period
from sim.analysis.reading import StoredSeries
from sim.analysis.scopes import Scopes
from sim.outcomes.names import TOTAL
from sim.policy.apart import DaysApart, days_apart
from sim.policy.language.measures import Regime
from sim.world.tables.read import Tables

TOTALS = ("registered_trade", OUTCOME, "detained", "via_hub", "active_firms")

Subject = TypeVar("Subject")
Made = TypeVar("Made")


def once(make: Callable[[Subject], Made]) -> Callable[[Subject], Made]:
    """Let what a function makes of a comparison be kept with that comparison: the second call computes nothing.

    Parameters
    ----------
    make : callable
        Takes a comparison, or another object with attributes, and nothing else.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> study, read = SimpleNamespace(runs=3), []
    >>> double = once(lambda study: read.append("read") or 2 * study.runs)
    >>> double(study), double(study), read
    (6, 6, ['read'])
    """
    key = f"{make.__module__}.{make.__qualname__}"

    @wraps(make)
    def kept(study: Subject) -> Made:
        found = vars(study)
        if key not in found:
            found[key] = make(study)
        return found[key]

    return kept


def titles_of(names: Sequence[str], laws: Mapping[str, Regime]) -> dict[str, str]:
    """Give each regime what it is called: its title, with its name where others have the same title.

    Parameters
    ----------
    names : sequence of str
        Of the regimes.
    laws : mapping of str to Regime
        Those of them that are known.
    """
    told = {name: laws[name].title or name if name in laws else name for name in names}
    often = Counter(told.values())
    return {name: title if often[title] == 1 else f"{title} ({name})" for name, title in told.items()}


@dataclass(frozen=True, eq=False)
class Comparison:
    """Stored results under the question of what each regime changes against one of them.

    Attributes
    ----------
    results : StoredSeries
        Stored results.
    against : str
        Regime that the others are compared with.
    world : Tables
        Of the world: markets, places, observations.
    dates : Dates
        Months of the results, and the days of them that were observed.
    scopes : mapping of str to mapping of str to InScope
        Regime to the markets that send the measures by which it differs from `against`, with the goods in scope.
    window : slice
        Positions of the months over which every pair is compared; where an end is None, that of the months in which the
        pair differs.
    laws : mapping of str to Regime
        What each regime says.
    """

    results: StoredSeries
    against: str
    world: Tables
    dates: Dates
    scopes: Scopes
    window: slice = field(default_factory=lambda: slice(None))
    laws: Mapping[str, Regime] = field(default_factory=dict)

    @property
    def regimes(self) -> tuple[str, ...]:
        """All, in the order they were asked for."""
        return tuple(self.results.regimes)

    @property
    def main(self) -> str:
        """The regime that single pictures show: the first of those compared."""
        return next(iter(reading.compared(self.results, self.against)), self.against)

    @property
    def markets(self) -> list[str]:
        """Ids of the world's markets."""
        return self.world.markets["market"].tolist()

    @property
    def sending(self) -> list[str]:
        """Markets that send a measure of any regime."""
        return list(dict.fromkeys(sender for regime in self.regimes for sender in self.scopes[regime]))

    @cached_property
    def titles(self) -> dict[str, str]:
        """Regime to what it is called: its title, with its name where others have the same title."""
        return titles_of(self.regimes, self.laws)

    @cached_property
    def runs(self) -> int:
        """Paired runs."""
        return reading.number_of_runs(self.results)

    @cached_property
    def periods(self) -> dict[str, Period]:
        """Months over which each regime is compared with `against`: those of the pair, whatever else is compared."""
        return {regime: self._period(regime) for regime in reading.compared(self.results, self.against)}

    def _period(self, regime: str) -> Period:
        first, stop = self.window.start, self.window.stop or len(self.results.months)
        if first is None:
            effect = reading.period_of_effect(self.results, regime, self.against).start
            first = effect if effect < stop else 0
        return self.dates.period(slice(first, stop))

    @cached_property
    def apart(self) -> dict[str, list[DaysApart]]:
        """On how many of the days compared each measure sets a regime apart from `against`."""
        if self.against not in self.laws:
            return {}
        base = self.laws[self.against]
        return {
            regime: days_apart(self.laws[regime], base, period.first, period.last, self.world)
            for regime, period in self.periods.items()
        }

    @cached_property
    def idle(self) -> dict[str, str]:
        """Verdict on each regime of which no measure is in force for long enough to say anything of it."""
        hardly = {regime: rows for regime, rows in self.apart.items() if rows and all(each.hardly for each in rows)}
        return {regime: HARDLY if any(each.days for each in rows) else NOT_IN_FORCE for regime, rows in hardly.items()}

    def judged(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Give differences that are not clear, of regimes whose measures are hardly in force, that as their verdict.

        Parameters
        ----------
        rows : DataFrame
            Of `differences`.
        """
        if rows.empty:
            return rows
        verdicts = [
            self.idle.get(regime, UNCLEAR) if verdict == UNCLEAR else verdict
            for regime, verdict in zip(rows["regime"], rows["verdict"], strict=True)
        ]
        return rows.assign(verdict=verdicts)

    @cached_property
    def period(self) -> Period:
        """Months over which the main regime is compared; all months if it stands alone."""
        return self.periods.get(self.main) or self.dates.period(slice(0, len(self.results.months)))

    @cached_property
    def last(self) -> Period:
        """The last whole year, or what there is of one."""
        return self.dates.last_year

    @property
    def last_year(self) -> str:
        """Months of the last whole year, or of what there is of one."""
        return self.last.name

    @cached_property
    def totals(self) -> pd.DataFrame:
        """`differences` of the totals over the period of each pair; goods in scope by sender."""
        return self.totals_over({regime: [period] for regime, period in self.periods.items()})

    @property
    def totals_by_year(self) -> pd.DataFrame:
        """The same by calendar year."""
        return self.totals_over(dict.fromkeys(self.periods, self.dates.years))

    def totals_over(self, periods: Mapping[str, list[Period]]) -> pd.DataFrame:
        """Differences of the totals over some periods.

        Parameters
        ----------
        periods : mapping of str to list of Period
            Of each regime that is compared.

        Returns
        -------
        DataFrame
            As of `differences`.
        """
        found = [
            entering_in_scope(self.results, self.against, periods, self.scopes)
            if name == OUTCOME
            else differences(self.results, name, self.against, [TOTAL], periods)
            for name in TOTALS
        ]
        return self.judged(pd.concat(found, ignore_index=True))

    @cached_property
    def by_market(self) -> pd.DataFrame:
        """`differences` of registered trade by market over the period."""
        return self._over_the_pairs("registered_trade", self.markets)

    def _over_the_pairs(self, outcome: str, subjects: Sequence[str]) -> pd.DataFrame:
        periods = {regime: [period] for regime, period in self.periods.items()}
        return self.judged(differences(self.results, outcome, self.against, subjects, periods))

    @cached_property
    def by_crossing(self) -> pd.DataFrame:
        """`differences` of throughput by crossing over the period."""
        return self._over_the_pairs("throughput", reading.parts(self.results, "throughput"))

    @cached_property
    def cut(self) -> pd.DataFrame:
        """`cut_and_diverted` over the period."""
        return cut_and_diverted(self.results, self.against, self.periods, self.scopes)

    @cached_property
    def calendar(self) -> pd.DataFrame:
        """`crossings_by_month` of the main regime; no rows if loads are not stored."""
        if not reading.parts(self.results, "capacity"):
            return pd.DataFrame()
        return crossings.crossings_by_month(self.results, self.main)

    @cached_property
    def gates(self) -> pd.DataFrame:
        """`crossings_over_period` of the main regime in the last year with `trade_musd`; no rows without loads."""
        if self.calendar.empty:
            return pd.DataFrame()
        gates = crossings.crossings_over_period(self.calendar, self.results.months, self.last)
        value = yearly_means(self.results, self.main, "port_trade", gates["subject"], self.last)
        return gates.merge(value.rename(columns={"mean": "trade_musd"}), on="subject", how="left")


def summary(study: Comparison) -> pd.DataFrame:
    """Put the headline numbers of a comparison into one table.

    Parameters
    ----------
    study : Comparison
        What is compared.

    Returns
    -------
    DataFrame
        `regime, against, period, quantity, subject, unit, mean, q05, q95` (range over runs), `runs`, `verdict`: shares
        cut and diverted by sender, then paired differences of the totals. No rows if there is nothing to compare.
    """
    columns = ["regime", "against", "period", "quantity", "subject", "unit", "mean", "q05", "q95", "runs", "verdict"]
    totals = study.totals.drop(columns="mean", errors="ignore").rename(
        columns={"outcome": "quantity", "difference": "mean", "run_q05": "q05", "run_q95": "q95"}
    )
    frames = [frame.reindex(columns=columns) for frame in (study.cut, totals) if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
