"""Registered trade by partner and month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.analysis import comparison, reading
from sim.analysis.indicators import MONTHS_A_YEAR
from sim.analysis.observed import EXPORTS_TO, STOPPED
from sim.analysis.periods import Dates, Period
from sim.analysis.reading import StoredSeries
from sim.outcomes.names import BOTH, TOTAL

OTHERS = "others"
MOST_SENDERS = 4
BANDS = ["q05", "median", "q95"]


def trade_by_month(
    results: StoredSeries,
    against: str,
    markets: Sequence[str],
    dates: Dates,
    *,
    always: Sequence[str] = (),
    number: int = 10,
) -> pd.DataFrame:
    """Bands of registered trade by partner and month, in million dollars a month.

    A month that the study cuts stands at the rate of its days.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    against : str
        Regime under which partners are ranked by their trade.
    markets : sequence of str
        Partners to choose from; those without stored series are passed over.
    dates : Dates
        Of the results.
    always : sequence of str
        Partners shown however small their trade is: the senders of measures; of more than four the largest.
    number : int
        Partners of their own; the rest is `others`.

    Returns
    -------
    DataFrame
        `regime, subject, period, q05, median, q95`, and `difference_q05, difference_median, difference_q95` of the
        same run's difference from `against`, missing for that regime itself; subjects are `total`, the largest
        partners, `others`. No rows if no trade is stored.
    """
    columns = reading.catalogue(results, "registered_trade")
    if (TOTAL, BOTH) not in columns:
        return pd.DataFrame()
    size = {
        name: reading.monthly(results, against, columns[name, BOTH]).mean()
        for name in markets
        if (name, BOTH) in columns
    }
    shown = _shown(size, always, number)
    rest = [column for name in size if name not in shown for column in columns[name, BOTH]]
    wanted = {subject: columns[subject, BOTH] for subject in (TOTAL, *shown)} | ({OTHERS: rest} if rest else {})
    return _all_bands(results, against, wanted, dates)


def at_senders(results: StoredSeries, against: str, senders: Sequence[str], dates: Dates) -> pd.DataFrame:
    """Bands of exports to senders and of the value that is stopped, by month, in million dollars a month.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    against : str
        Regime that the others are compared with.
    senders : sequence of str
        Markets; those without stored exports are passed over.
    dates : Dates
        Of the results.

    Returns
    -------
    DataFrame
        As of `trade_by_month`, with the subjects of `observed_at_senders`.
    """
    trade, detained = (reading.catalogue(results, name) for name in ("registered_trade", "detained"))
    columns = {EXPORTS_TO + name: trade[name, "export"] for name in senders if (name, "export") in trade}
    if stopped := [column for name in reading.parts(results, "detained") for column in detained[name, BOTH]]:
        columns[STOPPED] = stopped
    return _all_bands(results, against, columns, dates)


def seasons(
    results: StoredSeries, against: str, subjects: Sequence[str], periods: Mapping[str, Period]
) -> pd.DataFrame:
    """Paired differences of registered trade by month of the year: the mean of that month over the years compared.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    against : str
        Regime that the others are compared with.
    subjects : sequence of str
        Those wanted; those without stored series are passed over.
    periods : mapping of str to Period
        Months over which each regime is compared.

    Returns
    -------
    DataFrame
        `regime, subject, month` (1 to 12) and the columns of `comparison.paired_difference`, in million dollars a
        month; no rows if there is nothing to compare.
    """
    columns = reading.catalogue(results, "registered_trade")
    number = np.array([int(month[5:7]) for month in results.months])
    frames = []
    for regime, period in periods.items():
        of_year = number[period.months]
        months = [month for month in range(1, MONTHS_A_YEAR + 1) if (of_year == month).any()]
        for subject in (name for name in subjects if (name, BOTH) in columns):
            both = (
                reading.monthly(results, each, columns[subject, BOTH])[:, period.months] for each in (regime, against)
            )
            with_it, without = (
                np.stack([each[:, of_year == month].mean(axis=1) for month in months], axis=1) for each in both
            )
            table = comparison.paired_difference(with_it, without, months).rename(columns={"subject": "month"})
            frames.append(reading.labelled(table, regime=regime, subject=subject))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _shown(size: dict[str, float], always: Sequence[str], number: int) -> list[str]:
    """Choose the largest partners and, however small, the largest of those that are always shown; largest first."""
    by_size = sorted(size, key=size.get, reverse=True)
    kept = [name for name in by_size if name in always][:MOST_SENDERS]
    largest = [name for name in by_size if name not in kept][: number - len(kept)]
    return [name for name in by_size if name in kept or name in largest]


def _all_bands(results: StoredSeries, against: str, wanted: Mapping[str, list[str]], dates: Dates) -> pd.DataFrame:
    """Bands of each regime and subject by month, of the level and of the same run's difference."""
    frames = []
    for subject, columns in wanted.items():
        base = dates.at_the_rate_of_a_month(reading.monthly(results, against, columns))
        for regime in results.regimes:
            values = dates.at_the_rate_of_a_month(reading.monthly(results, regime, columns))
            moved = values - base if regime != against else np.full_like(base, np.nan)
            table = _bands(values, results.months).join(_bands(moved, results.months)[BANDS].add_prefix("difference_"))
            frames.append(reading.labelled(table, regime=regime, subject=subject))
    order = {regime: place for place, regime in enumerate(results.regimes)}
    frames.sort(key=lambda frame: order[frame["regime"].iloc[0]])  # subjects keep their order within a regime
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _bands(values: np.ndarray, periods: Sequence[str]) -> pd.DataFrame:
    low, median, high = comparison.bands(values)
    return pd.DataFrame({"period": list(periods), "q05": low, "median": median, "q95": high})
