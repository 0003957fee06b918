"""A comparison of regimes: what is compared over which months, and the tables that several figures share.

Each table is computed when it is first asked for, and kept with the comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import TypeVar

import pandas as pd

from sim.analysis import crossings, indicators, reading
from sim.analysis.cuts import cut_and_leakage
from sim.analysis.differences import differences, yearly_means
from sim.analysis.reading import Results
from sim.outcomes.names import TOTAL
from sim.world.tables.read import Tables

TOTALS = ("registered_trade", "sanctioned_trade", "detained", "via_hub", "active_firms")

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


@dataclass(frozen=True, eq=False)
class Comparison:
    """Stored results under the question of what each regime changes against one of them.

    Attributes
    ----------
    results : Results
        Stored results.
    against : str
        Regime that the others are compared with.
    world : Tables
        Of the world: markets, places, observations.
    senders : mapping of str to sequence of str
        Regime to the markets that send its measures.
    """

    results: Results
    against: str
    world: Tables
    senders: Mapping[str, Sequence[str]]

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
        return list(dict.fromkeys(sender for regime in self.regimes for sender in self.senders[regime]))

    @cached_property
    def runs(self) -> int:
        """Paired runs."""
        return reading.number_of_runs(self.results)

    @cached_property
    def effect(self) -> slice:
        """Positions of the months over which regimes are compared."""
        return reading.period_of_effect(self.results, self.against)

    @property
    def years(self) -> list[slice]:
        """Positions of the months of each calendar year."""
        return list(indicators.year_slices(self.results.months).values())

    @property
    def last(self) -> slice:
        """Positions of the months of the last whole year, or of what there is of one."""
        whole = [year for year in self.years if year.stop - year.start == indicators.MONTHS_A_YEAR]
        return (whole or self.years)[-1]

    @property
    def period(self) -> str:
        """Months over which regimes are compared: `2022-06 to 2027-12`."""
        return reading.period_name(self.results.months, self.effect)

    @property
    def last_year(self) -> str:
        """Months of the last whole year, or of what there is of one."""
        return reading.period_name(self.results.months, self.last)

    @cached_property
    def totals(self) -> pd.DataFrame:
        """`differences` of the totals over the period; sanctioned trade by sender of the regimes."""
        return self.totals_over([self.effect])

    def totals_over(self, periods: Sequence[slice]) -> pd.DataFrame:
        """Differences of the totals over some periods.

        Parameters
        ----------
        periods : sequence of slice
            Positions in the months of the results.

        Returns
        -------
        DataFrame
            As of `differences`.
        """
        wanted = {name: self.sending if name == "sanctioned_trade" else [TOTAL] for name in TOTALS}
        found = [differences(self.results, name, self.against, each, periods) for name, each in wanted.items()]
        return pd.concat(found, ignore_index=True)

    @cached_property
    def by_market(self) -> pd.DataFrame:
        """`differences` of registered trade by market over the period."""
        return differences(self.results, "registered_trade", self.against, self.markets, [self.effect])

    @cached_property
    def by_crossing(self) -> pd.DataFrame:
        """`differences` of throughput by crossing over the period."""
        gates = reading.parts(self.results, "throughput")
        return differences(self.results, "throughput", self.against, gates, [self.effect])

    @cached_property
    def cut(self) -> pd.DataFrame:
        """`cut_and_leakage` over the period."""
        return cut_and_leakage(self.results, self.against, self.effect, self.senders)

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
        gates = crossings.crossings_over_period(self.calendar, self.results.months[self.last])
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
        cut and leaked by sender, then paired differences of the totals. No rows if there is nothing to compare.
    """
    columns = ["regime", "against", "period", "quantity", "subject", "unit", "mean", "q05", "q95", "runs", "verdict"]
    totals = study.totals.drop(columns="mean", errors="ignore").rename(
        columns={"outcome": "quantity", "difference": "mean", "run_q05": "q05", "run_q95": "q95"}
    )
    frames = [frame.reindex(columns=columns) for frame in (study.cut, totals) if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
