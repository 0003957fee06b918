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
from sim.report.figures.who_gains import LOSSES, PARTIES
from sim.report.subjects import names
from sim.world.tables.read import Tables

TILE, MARKET, DIFFERENCE, LOAD, SCOPE, ACCOUNT = VIEWS = ("tile", "market", "difference", "load", "scope", "account")
LOG, LINEAR, LOGIT = SCALES = ("log", "linear", "logit")
MUSD_A_YEAR, SHARE = "million dollars a year", "share"
MOST_DIVERTED = 2.0
"""Share of a small loss at which what others gain is cut off."""

LEAST_WHOLE_MUSD = 1.0
"""A share of less, in million dollars a year, is a share of nothing: it is not defined."""

NEXT_TO_NONE = 0.005
"""A share below is told as 0 %."""

DEFINED = 0.5
"""Of the runs: where a share is defined in fewer, it is told as not defined."""


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


def words_for_subjects(tables: Tables) -> dict[str, str]:
    """Name everything that is shown, in words.

    Parameters
    ----------
    tables : Tables
        Of the world.

    Returns
    -------
    dict of str to str
        Subject to its name.
    """
    return {**names(tables), **PARTIES, **LOSSES, **TILES}


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
    whole
        Of a share that is not always defined: subject, in the view of goods in scope, of what it is a share of; where
        the middle of that is below `LEAST_WHOLE_MUSD`, the share is not defined.
    least, most
        Ends of what its values can be, which bands do not leave.
    """

    view: str
    subject: str
    unit: str = MUSD_A_YEAR
    scale: str = LOG
    paired: bool = False
    monthly: bool = False
    whole: str = ""
    least: float = -np.inf
    most: float = np.inf

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


CUT = Outcome(TILE, "cut", SHARE, LOGIT, paired=True, least=0.0, most=1.0)
"""Share of the goods in scope that no longer enters."""

DIVERTED = Outcome(TILE, "diverted", SHARE, LOG, paired=True, whole="direct_lost", least=0.0, most=MOST_DIVERTED)
"""What other ways gained, as a share of what the direct way lost."""

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
    return {
        CUT: indicators.cut(sum(mine), sum(base)),
        DIVERTED: diverted(direct, others),
        Outcome(SCOPE, DIVERTED.whole, scale=LINEAR, paired=True): direct,
        Outcome(SCOPE, "other_ways_gained", scale=LINEAR, paired=True): others,
    }


def diverted(lost_musd: NDArray[np.float64], gained_musd: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide what other ways gained by what the direct way lost.

    Parameters
    ----------
    lost_musd, gained_musd : arrays of the same shape
        Million dollars a year.

    Returns
    -------
    array of float64
        0 where other ways gain nothing, or lose as well: nothing is turned there. NaN where the direct way loses less
        than `LEAST_WHOLE_MUSD`.

    Examples
    --------
    >>> diverted(np.array([80.0, 80.0, 0.2]), np.array([20.0, -130.0, 5.0])).tolist()
    [0.25, 0.0, nan]
    """
    found = np.clip(indicators.diverted(lost_musd, gained_musd), DIVERTED.least, DIVERTED.most)
    return np.where(lost_musd >= LEAST_WHOLE_MUSD, found, np.nan)


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
            found[Outcome(LOAD, crossing, "share of capacity", LINEAR, monthly=True, least=0.0)] = load
    return found
