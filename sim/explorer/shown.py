"""What the page shows, declared once, and how it is read off the stored series of a regime and of its base."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.analysis import indicators, reading
from sim.analysis.gains import ACCOUNTED, EXPORT, PAID_OR_LOST
from sim.analysis.indicators import DIRECT_WAY
from sim.analysis.reading import StoredSeries
from sim.explorer.levers import SENDERS, Setting
from sim.explorer.regimes import BANNING, first_day, goods_in_scope
from sim.labels import Labels
from sim.outcomes.names import BOTH, TOTAL, parts_of

TILE, MARKET, DIFFERENCE, LOAD, SCOPE, ACCOUNT = VIEWS = ("tile", "market", "difference", "load", "scope", "account")
LOG, LINEAR, LOGIT = SCALES = ("log", "linear", "logit")
MUSD_A_YEAR, SHARE = "million dollars a year", "share"
LEAST_DIVERTED, MOST_DIVERTED = -1.0, 2.0
"""Where the direct way loses next to nothing, the quotient says nothing: it is cut off there."""


TILES = {
    "trade": "Registered trade of the region",
    "trade_difference": "Change of registered trade",
    "cut": "Goods in scope kept out",
    "diverted": "Of what the direct way lost, gained by other ways",
    "via_hubs": "Trade by way of hubs",
    "detained": "Goods detained at borders",
    "direct_lost": "lost by the direct way",
    "other_ways_gained": "gained by other ways",
}
"""Name of a tile in words; those that change are against the same background without any ban."""


class Outcome(NamedTuple):
    """A number that the page shows for every year, or every month.

    Attributes
    ----------
    view
        Of `VIEWS`.
    subject
        What it is about: a market, a crossing, an account, or the name of a tile.
    unit
        Unit of its values.
    scale
        On which it is emulated.
    paired
        Whether it is a difference from what the setting is held against; it is 0 while nothing is in force.
    monthly
        Whether it is told by month.
    """

    view: str
    subject: str
    unit: str = MUSD_A_YEAR
    scale: str = LOG
    paired: bool = False
    monthly: bool = False

    @property
    def is_change(self) -> bool:
        """Whether it may be below zero, and is told with its sign."""
        return self.paired and self.scale == LINEAR and self.unit != SHARE

    @property
    def begins_at_zero(self) -> bool:
        """Whether it grows from zero with what is in force: else it jumps, as a share does, once something is."""
        return self.is_change

    @property
    def key(self) -> str:
        """Name in tables."""
        return f"{self.view}/{self.subject}"


Values = dict[Outcome, NDArray[np.float64]]


class Stored(NamedTuple):
    """A stored study, the regime of it that others are held against, and the names of its world."""

    results: StoredSeries
    base: str
    labels: Labels


def members_of(labels: Labels) -> dict[str, tuple[str, ...]]:
    """Name the authorities behind each lever of senders."""
    groups = labels.members()
    every = {
        lever: [*names, *(one for name in names for one in groups.get(name, ()))] for lever, names in BANNING.items()
    }
    return {lever: tuple(each for each in labels.authorities if each in names) for lever, names in every.items()}


def values_of(stored: Stored, regime: str, setting: Setting | None) -> Values:
    """Read everything that the page shows of a regime.

    Parameters
    ----------
    stored : Stored
        With the regime and what it is held against.
    regime : str
        Its name.
    setting : mapping or None
        The setting that it was made of; of a regime that no levers made, what is cut and diverted is left out.

    Returns
    -------
    dict of Outcome to array [runs, years or months] of float64
        Shares of what is not defined are NaN.
    """
    return {
        **_trade(stored, regime),
        **(_scope(stored, regime, setting) if setting else {}),
        **_by_the_way(stored, regime),
        **_accounts(stored, regime),
        **_loads(stored, regime),
    }


def years_of(months: Sequence[str]) -> dict[str, slice]:
    """Find the whole years of a study."""
    found = indicators.year_slices(months)
    return {year: part for year, part in found.items() if part.stop - part.start == indicators.MONTHS_A_YEAR}


def _yearly(stored: Stored, regime: str, columns: Sequence[str]) -> NDArray[np.float64]:
    """Sum of some series by run and year."""
    months = reading.monthly(stored.results, regime, columns)
    return np.stack([months[:, part].sum(axis=1) for part in years_of(stored.results.months).values()], axis=1)


def _trade(stored: Stored, regime: str) -> Values:
    """Read registered trade, whole and by market, and how it differs."""
    found: Values = {}
    for (subject, way), columns in reading.catalogue(stored.results, "registered_trade").items():
        if way == BOTH and subject in (TOTAL, *stored.labels.markets):
            mine, base = (_yearly(stored, each, columns) for each in (regime, stored.base))
            level, change = (Outcome(TILE, "trade"), Outcome(TILE, "trade_difference", scale=LINEAR, paired=True))
            if subject != TOTAL:
                level, change = Outcome(MARKET, subject), Outcome(DIFFERENCE, subject, scale=LINEAR, paired=True)
            found |= {level: mine, change: mine - base}
    return found


def _scope(stored: Stored, regime: str, setting: Setting) -> Values:
    """Goods in scope that enter the markets of those who ban: what is left, cut and diverted."""
    mine, base = (_entering(stored, each, setting) for each in (regime, stored.base))
    direct, others = (base[0] - mine[0]), (mine[1] - base[1])
    diverted = np.clip(indicators.diverted(direct, others), LEAST_DIVERTED, MOST_DIVERTED)
    return {
        Outcome(TILE, "cut", SHARE, LOGIT, paired=True): indicators.cut(sum(mine), sum(base)),
        Outcome(TILE, "diverted", SHARE, LINEAR, paired=True): diverted,
        Outcome(SCOPE, "direct_lost", scale=LINEAR, paired=True): direct,
        Outcome(SCOPE, "other_ways_gained", scale=LINEAR, paired=True): others,
    }


def _entering(stored: Stored, regime: str, setting: Setting) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Goods in scope that enter the markets of those who ban in each year, [runs, years]: directly, by other ways."""
    goods, members, years = goods_in_scope(setting), members_of(stored.labels), years_of(stored.results.months)
    known = reading.by_commodity(stored.results, "sanctioned_trade")
    direct, others = np.zeros((2, reading.number_of_runs(stored.results), len(years)))
    for lever in (each for each in SENDERS if setting[each]):
        bans = np.array([f"{year}-12-31" >= first_day(setting, lever) for year in years])
        sums = {True: [], False: []}
        for subject, parts in known.items():
            sender, *kind = parts_of(subject)
            if kind and sender in members[lever]:
                sums[kind[0] == DIRECT_WAY] += [each for name, each in parts.items() if not goods or name in goods]
        direct += bans * _yearly(stored, regime, sums[True])
        others += bans * _yearly(stored, regime, sums[False])
    return direct, others


def _by_the_way(stored: Stored, regime: str) -> Values:
    """Trade by way of hubs, and what is detained."""
    hubs = [column for each in _both_ways(stored, "via_hub").values() for column in each]
    parts = {"via_hubs": hubs, "detained": _both_ways(stored, "detained").get(TOTAL, [])}
    paired = {"detained"}  # nothing is where no ban is
    return {
        Outcome(TILE, name, paired=name in paired): _yearly(stored, regime, columns)
        for name, columns in parts.items()
        if columns
    }


def _accounts(stored: Stored, regime: str) -> Values:
    """How each account differs; what is lost or paid out counts negative."""
    found: Values = {}
    for account, columns in _both_ways(stored, "incidence").items():
        if account in ACCOUNTED:
            mine, base = (_yearly(stored, each, columns) for each in (regime, stored.base))
            sign = -1.0 if account in PAID_OR_LOST else 1.0
            found[Outcome(ACCOUNT, account, scale=LINEAR, paired=True)] = sign * (mine - base)
    return found


def _both_ways(stored: Stored, outcome: str) -> dict[str, list[str]]:
    """Columns of each subject that is no pair, both directions together."""
    known = reading.catalogue(stored.results, outcome)
    return {subject: known[subject, way] for subject, way in known if way == BOTH and len(parts_of(subject)) == 1}


def _loads(stored: Stored, regime: str) -> Values:
    """Load of each crossing on the way out, by month; 0 while it is closed."""
    series = {name: reading.catalogue(stored.results, name) for name in ("throughput", "background", "capacity")}
    found: Values = {}
    for crossing in stored.labels.crossings:
        columns = [series[name].get((crossing, EXPORT)) for name in series]
        if all(columns):
            tonnes = [reading.monthly(stored.results, regime, each) for each in columns]
            load = np.nan_to_num(indicators.load(*tonnes), nan=0.0)
            found[Outcome(LOAD, crossing, "share of capacity", LINEAR, monthly=True)] = load
    return found
