"""Which goods are in the scope of the measures by which two regimes differ: senders, commodities, kinds and days.

A scope may name more than that, such as owners or crossings; series do not tell those goods apart, so they count as in
scope. What a measure itself exempts is out of its scope; what another rule spares, such as small parcels, is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from sim.analysis.periods import Dates
from sim.outcomes.names import ALL
from sim.policy.language.measures import Measure, Regime, Scope, differing, role
from sim.policy.language.names import Names, names_in
from sim.state import DIRECTIONS
from sim.world.tables.read import Tables

EXPORT, _ = DIRECTIONS
HOW_CUSTOMS_WORK = ("classes", "customs")  # what measures reach that set priorities, budgets and odds of release


@dataclass(frozen=True)
class Part:
    """Goods in the scope of one measure, or spared by it, on some days.

    Attributes
    ----------
    commodities, kinds : tuple of str
        Empty: all.
    start, end : date, optional
        First and last day; without limit if None.
    spared : tuple of Part
        What the measure exempts.
    """

    commodities: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    spared: tuple[Part, ...] = ()

    def days(self, kind: str, commodity: str, days: np.ndarray) -> np.ndarray:
        """Tell on which days goods are in scope.

        Parameters
        ----------
        kind, commodity : str
            Of the goods.
        days : array of datetime64[D]
            Any.

        Returns
        -------
        array of bool
        """
        named = (not self.kinds or kind in self.kinds) and (not self.commodities or commodity in self.commodities)
        found = np.full(days.shape, named)
        if self.start:
            found &= days >= np.datetime64(self.start)
        if self.end:
            found &= days <= np.datetime64(self.end)
        for part in self.spared:
            found &= ~part.days(kind, commodity, days)
        return found


@dataclass(frozen=True, eq=False)
class InScope:
    """Goods in the scope of any of some measures of one sender.

    Attributes
    ----------
    parts : tuple of Part
        One for each measure.
    dates : Dates
        Of the study.
    """

    parts: tuple[Part, ...]
    dates: Dates

    @property
    def tells_commodities(self) -> bool:
        """Whether some commodities are in scope and others not."""
        return any(part.commodities for each in self.parts for part in (each, *each.spared))

    def share(self, kind: str, commodity: str = ALL) -> np.ndarray:
        """Share of the observed days of each month on which goods are in scope.

        Parameters
        ----------
        kind, commodity : str
            Of the goods; any commodity where none is told apart.

        Returns
        -------
        array [months] of float64
        """
        days = self.dates.each_day
        inside = np.zeros(days.shape, bool)
        for part in self.parts:
            inside |= part.days(kind, commodity, days)
        starts = np.concatenate([[0], np.cumsum(self.dates.days)[:-1]])
        return np.add.reduceat(inside.astype(np.float64), starts) / self.dates.days


Scopes = Mapping[str, Mapping[str, InScope]]
"""Regime to sender to the goods in the scope of the measures by which the regime differs from the one compared with."""


def scopes(regimes: Sequence[Regime], against: str, tables: Tables, dates: Dates) -> dict[str, dict[str, InScope]]:
    """Find what is in the scope of the measures of senders by which each regime differs from another.

    Parameters
    ----------
    regimes : sequence of Regime
        All that are compared.
    against : str
        Name of the one that the others are compared with; it has no scope of its own unless it stands alone.
    tables : Tables
        Of the world.
    dates : Dates
        Of the study.

    Returns
    -------
    dict of str to dict of str to InScope
        Regime to sender, markets in the order of the world, coalitions spelled out.
    """
    base = next(each for each in regimes if each.name == against)
    found: dict[str, dict[str, InScope]] = {}
    for regime in regimes:
        pairs = differing(regime.measures, () if len(regimes) == 1 else base.measures).values()
        apart = [each for pair in pairs for each in pair if each]
        measures = [each for each in apart if role(each) == "measure" and _acts_on_goods(each)]
        found[regime.name] = _by_sender(measures, tables, dates)
    return found


def _acts_on_goods(measure: Measure) -> bool:
    """Tell whether a measure acts on goods itself, and not on how customs go about what another measure names."""
    return measure.instrument.rule.reach not in HOW_CUSTOMS_WORK


def _by_sender(measures: Sequence[Measure], tables: Tables, dates: Dates) -> dict[str, InScope]:
    names = names_in(tables)
    sent = [(each, names.members(each.sender)) for each in measures]
    found = {}
    for market in names.labels.markets:
        own = [each for each, senders in sent if market in senders]
        if own:
            parts = [_part(each) for each in own if _is_reached(each, market, names)]
            found[market] = InScope(tuple(parts), dates)
    return found


def _is_reached(measure: Measure, market: str, names: Names) -> bool:
    """Tell whether a measure can reach what enters a market: the sender's own, if its scope names it."""
    markets = names.members(measure.scope.markets)
    directions = measure.scope.directions or measure.instrument.rule.directions
    return EXPORT in directions and (not markets or market in markets)


def _part(measure: Measure) -> Part:
    spared = [
        Part(each.scope.commodities, each.scope.kinds, each.start, each.end)
        for each in measure.exemptions
        if replace(each.scope, commodities=(), kinds=()) == Scope()
    ]
    return Part(measure.scope.commodities, measure.scope.kinds, measure.start, measure.end, tuple(spared))
