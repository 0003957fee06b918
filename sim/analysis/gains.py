"""Who gains and who pays: the accounts of a comparison, each signed so that more is better for whom it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from sim.analysis import comparison, indicators, reading
from sim.analysis.paired_rows import paired_rows, stacked
from sim.analysis.periods import Period
from sim.analysis.reading import StoredSeries
from sim.outcomes.names import BOTH, pair
from sim.state import ACCOUNTS_AT, DIRECTIONS

RELATIVE = ["relative", "relative_q05", "relative_q95"]  # accounts of both signs have no base to be a share of
EXPORT = DIRECTIONS[0]
OUTCOME, BY_MARKET = "incidence", "incidence_at"
AT_SENDERS, ELSEWHERE = "_at_senders", "_elsewhere"
SPLIT = ("buyers", "treasury")
PAID_OR_LOST = ("subsidies", "importers", "false_alarms", "days", "spoilage", "detention", "denial")
# Payments, production and goods on the way are left out: what they move stands in the accounts of others.
ACCOUNTED = ("buyers", "treasury", "producers", "hubs", "payment_agents", "gates", "carriers", *PAID_OR_LOST)


def gains(
    results: StoredSeries, against: str, periods: Mapping[str, Period], senders: Mapping[str, Iterable[str]]
) -> pd.DataFrame:
    """Paired differences of the accounts, average a year; what is lost or paid out counts negative.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    against : str
        Regime that the others are compared with.
    periods : mapping of str to Period
        Of each regime that is compared.
    senders : mapping of str to iterable of str
        Of each regime the markets whose buyers and treasuries stand apart from all others, if they are stored.

    Returns
    -------
    DataFrame
        `regime, against, outcome, unit, period` and the columns of `comparison.paired_difference` in million dollars a
        year, without those that are relative; `subject` is an account, buyers and treasury split into `_at_senders`
        and `_elsewhere`. No rows if no accounts are stored or there is nothing to compare.
    """
    frames = []
    for regime in reading.compared(results, against):
        period = periods[regime]
        base, values = (accounts(results, each, period, senders[regime]) for each in (against, regime))
        if not base:
            return pd.DataFrame()
        both = _side_by_side(values), _side_by_side(base)
        frame = paired_rows(*both, list(base), regimes=(regime, against), outcome=OUTCOME, period=period)
        frames.append(frame.drop(columns=RELATIVE))
    return stacked(frames)


def by_market(results: StoredSeries, against: str, periods: Mapping[str, Period]) -> pd.DataFrame:
    """Paired differences of the accounts that are kept by market, average a year; losses count negative.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    against : str
        Regime that the others are compared with.
    periods : mapping of str to Period
        Of each regime that is compared.

    Returns
    -------
    DataFrame
        As of `gains`; `subject` is account and market, such as `buyers/MARKET`. What suppliers of a market sell to
        the region is turnover, not gain.
    """
    columns = reading.catalogue(results, BY_MARKET)
    found = {name: columns[name, BOTH] for name, way in columns if way == BOTH and name.split("/")[0] in ACCOUNTS_AT}
    sign = np.array([-1.0 if name.split("/")[0] in PAID_OR_LOST else 1.0 for name in found])
    frames = []
    for regime in reading.compared(results, against) if found else ():
        base, values = (
            np.stack([_yearly(results, each, series, periods[regime]) for series in found.values()], axis=1) * sign
            for each in (against, regime)
        )
        both = (regime, against)
        frame = paired_rows(values, base, list(found), regimes=both, outcome=BY_MARKET, period=periods[regime])
        frames.append(frame.drop(columns=RELATIVE))
    return stacked(frames)


def _side_by_side(values: dict[str, np.ndarray]) -> np.ndarray:
    return np.stack(list(values.values()), axis=1)


def accounts(results: StoredSeries, regime: str, period: Period, senders: Iterable[str]) -> dict[str, np.ndarray]:
    """Each account as an average a year, more being better: what is lost or paid out is negative.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    regime : str
        Its name.
    period : Period
        Of any months.
    senders : iterable of str
        Markets whose buyers and treasuries stand apart from all others, if they are stored.

    Returns
    -------
    dict of str to array [runs]
        Million dollars a year; empty if no accounts are stored.
    """
    columns = reading.catalogue(results, OUTCOME)
    at_market = reading.catalogue(results, BY_MARKET)
    found: dict[str, np.ndarray] = {}
    for account in (each for each in ACCOUNTED if (each, BOTH) in columns):
        whole = _yearly(results, regime, columns[account, BOTH], period)
        pairs = [(pair(sender, account), BOTH) for sender in senders]
        stored = [column for each in pairs if account in SPLIT for column in at_market.get(each, [])]
        if stored:
            part = _yearly(results, regime, stored, period)
            found |= {f"{account}{AT_SENDERS}": part, f"{account}{ELSEWHERE}": whole - part}
        else:
            found[account] = -whole if account in PAID_OR_LOST else whole
    return found


def _yearly(results: StoredSeries, regime: str, columns: Sequence[str], period: Period) -> np.ndarray:
    """Add up some series to an average a year [runs]."""
    return period.rate(reading.monthly(results, regime, columns))


def mirror_gaps(results: StoredSeries, period: Period) -> pd.DataFrame:
    """Mirror gap of each hub: exports in the region's book over imports in the hub's, by regime.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    period : Period
        Of any months.

    Returns
    -------
    DataFrame
        `regime, period, subject, unit`; `mean, q05, median, q95` over the `runs` in which the hub books anything. No
        rows if the two books are not stored by hub.
    """
    region = reading.catalogue(results, "registered_trade")
    partner = reading.catalogue(results, "partner_imports")
    hubs = [hub for hub in reading.parts(results, "partner_imports") if (hub, EXPORT) in region]
    rows = []
    for regime in results.regimes:
        for hub in hubs:
            exported = reading.monthly(results, regime, region[hub, EXPORT])[:, period.months].sum(axis=1)
            booked = reading.monthly(results, regime, partner[hub, BOTH])[:, period.months].sum(axis=1)
            labels = {"regime": regime, "period": period.name, "subject": hub}
            shares = comparison.share_summary(indicators.mirror_gap(exported, booked))
            rows.append(labels | {"unit": "ratio"} | shares)
    return pd.DataFrame(rows)
