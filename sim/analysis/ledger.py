"""The whole ledger of a comparison, whose sides are equal, and the balance of each partner."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.analysis import comparison, reading
from sim.analysis.gains import BY_MARKET, OUTCOME
from sim.analysis.periods import Period
from sim.analysis.reading import StoredSeries
from sim.outcomes.names import BOTH, TOTAL, pair, parts_of

SOURCES = ("payments", "subsidies", "on_the_way", "importers")
USES = (
    "treasury",
    "hubs",
    "payment_agents",
    "carriers",
    "gates",
    "production",
    "days",
    "spoilage",
    "detention",
    "denial",
    "producers",
)
"""Where money comes from and where it goes (`docs/decisions/incidence.md`): both sides are equal in every run."""

PARTNER_GAINS, PARTNER_LOSSES = ("buyers", "treasury", "hubs"), ("importers", "false_alarms")
SIDES = {**dict.fromkeys(SOURCES, "from"), **dict.fromkeys(USES, "to")}


def ledger(results: StoredSeries, regimes: tuple[str, str], period: Period) -> pd.DataFrame:
    """Paired differences of every account of the ledger, average a year.

    Parameters
    ----------
    results : StoredSeries
        Stored results with accounts.
    regimes : (str, str)
        The regime, and the one it is compared with.
    period : Period
        Of any months.

    Returns
    -------
    DataFrame
        `regime, against, period, side` (`from` or `to`) and the columns of `comparison.paired_difference` in million
        dollars a year: those of `from` add up to those of `to`.
    """
    both = [_accounts(results, regime, period) for regime in regimes]
    found = comparison.paired_difference(*both, list(SIDES))
    found.insert(0, "side", list(SIDES.values()))
    return reading.labelled(found, regime=regimes[0], against=regimes[1], period=period.name)


def imbalance(results: StoredSeries, regime: str, period: Period) -> float:
    """Largest difference of the two sides in any run, as a share of what buyers pay.

    Parameters
    ----------
    results : StoredSeries
        Stored results with accounts.
    regime : str
        Its name.
    period : Period
        Of any months.
    """
    values = _accounts(results, regime, period)
    sign = np.array([1.0 if side == "from" else -1.0 for side in SIDES.values()])
    return float(np.max(np.abs(values @ sign) / np.abs(values[:, 0])))


def _accounts(results: StoredSeries, regime: str, period: Period) -> np.ndarray:
    columns = reading.catalogue(results, OUTCOME)
    monthly = [reading.monthly(results, regime, columns[account, BOTH]) for account in SIDES]
    return np.stack([period.rate(each) for each in monthly], axis=1)


def partners(results: StoredSeries, regimes: tuple[str, str], period: Period) -> pd.DataFrame:
    """Paired difference of the balance of each market: surplus of buyers, duties and hubs, less losses of importers.

    Parameters
    ----------
    results : StoredSeries
        Stored results with accounts by market.
    regimes : (str, str)
        The regime, and the one it is compared with.
    period : Period
        Of any months.

    Returns
    -------
    DataFrame
        `regime, against, period` and the columns of `comparison.paired_difference` in million dollars a year.
    """
    columns = reading.catalogue(results, BY_MARKET)
    known = [parts_of(name) for name, way in columns if way == BOTH]
    markets = list(dict.fromkeys(each[1] for each in known if each[0] == "buyers"))
    both = []
    for regime in regimes:
        balance = np.zeros((reading.number_of_runs(results), len(markets)))
        for accounts, sign in ((PARTNER_GAINS, 1.0), (PARTNER_LOSSES, -1.0)):
            for account in accounts:
                for place, market in enumerate(markets):
                    series = columns.get((pair(account, market), BOTH), [])
                    balance[:, place] += sign * period.rate(reading.monthly(results, regime, series)) if series else 0
        both.append(balance)
    found = comparison.paired_difference(*both, markets)
    return reading.labelled(found, regime=regimes[0], against=regimes[1], period=period.name)


def stopped(results: StoredSeries, regimes: tuple[str, str], period: Period) -> pd.DataFrame:
    """Paired difference of consignments that customs stop, a year.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    regimes : (str, str)
        The regime, and the one it is compared with.
    period : Period
        Of any months.
    """
    columns = reading.catalogue(results, "detained_count")[TOTAL, BOTH]
    both = [period.rate(reading.monthly(results, regime, columns))[:, None] for regime in regimes]
    found = comparison.paired_difference(*both, [TOTAL])
    return reading.labelled(found, regime=regimes[0], against=regimes[1], period=period.name)
