"""Tables that figures and pages draw: one function a table, from stored results to a DataFrame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.analysis import comparison, reading
from sim.analysis.reading import BOTH, TOTAL, Results
from sim.outcomes import outcomes

OTHERS = "others"
MONTHS_A_QUARTER = 3
LEAST_SHARE_OF_RUNS = 0.5
MOST_SENDERS = 4


def _bands(values: np.ndarray, periods: Sequence[str]) -> pd.DataFrame:
    low, median, high = comparison.quantile_bands(values)
    return pd.DataFrame({"period": list(periods), "q05": low, "median": median, "q95": high})


def trade_by_month(
    results: Results, against: str, markets: Sequence[str], *, always: Sequence[str] = (), number: int = 10
) -> pd.DataFrame:
    """Bands of registered trade by partner and month, in million dollars a month.

    Parameters
    ----------
    results : Results
        Stored results.
    against : str
        Regime under which partners are ranked by their trade.
    markets : sequence of str
        Partners to choose from; those without stored series are passed over.
    always : sequence of str
        Partners shown however small their trade is: the senders of measures; of more than four the largest.
    number : int
        Partners of their own; the rest is `others`.

    Returns
    -------
    DataFrame
        `regime, subject, period, q05, median, q95`; subjects are `total`, the largest partners, `others`.
    """
    columns = reading.catalogue(results, "registered_trade")
    size = {
        name: reading.monthly(results, against, columns[name, BOTH]).mean()
        for name in markets
        if (name, BOTH) in columns
    }
    shown = _shown(size, always, number)
    rest = [column for name in size if name not in shown for column in columns[name, BOTH]]
    frames = []
    for regime in results.regimes:
        for subject in (TOTAL, *shown):
            frames.append(_trade_bands(results, regime, subject, columns[subject, BOTH]))
        if rest:
            frames.append(_trade_bands(results, regime, OTHERS, rest))
    return pd.concat(frames, ignore_index=True)


def _shown(size: dict[str, float], always: Sequence[str], number: int) -> list[str]:
    """Choose the largest partners and, however small, the largest of those that are always shown; largest first."""
    by_size = sorted(size, key=size.get, reverse=True)
    kept = [name for name in by_size if name in always][:MOST_SENDERS]
    largest = [name for name in by_size if name not in kept][: number - len(kept)]
    return [name for name in by_size if name in kept or name in largest]


def _trade_bands(results: Results, regime: str, subject: str, columns: list[str]) -> pd.DataFrame:
    values = reading.monthly(results, regime, columns)
    return reading.labelled(_bands(values, results.months), regime=regime, subject=subject)


def differences(
    results: Results, outcome: str, against: str, subjects: Sequence[str], periods: Sequence[slice]
) -> pd.DataFrame:
    """Paired differences of an outcome by subject and period: average a year (flows) or mean (levels).

    Parameters
    ----------
    results : Results
        Stored results.
    outcome : str
        Its name.
    against : str
        Regime that the others are compared with.
    subjects : sequence of str
        Those wanted; those without stored series are passed over.
    periods : sequence of slice
        Positions in `results.months`; `outcomes.year_slices(results.months).values()` for calendar years.

    Returns
    -------
    DataFrame
        `regime, against, outcome, unit, period` and the columns of `comparison.paired_difference`; no rows if there is
        nothing to compare.
    """
    columns = reading.catalogue(results, outcome)
    chosen = {subject: columns[subject, BOTH] for subject in subjects if (subject, BOTH) in columns}
    kind = outcomes.OUTCOMES[outcome]
    if not chosen:
        return pd.DataFrame()
    base = _by_period(results, against, kind, periods, chosen)
    frames = []
    for regime in reading.compared(results, against):
        values = _by_period(results, regime, kind, periods, chosen)
        labels = {"regime": regime, "against": against, "outcome": outcome, "unit": kind.unit_of_period}
        for position, period in enumerate(periods):
            frame = comparison.paired_difference(values[:, position], base[:, position], list(chosen))
            frames.append(reading.labelled(frame, **labels, period=reading.period_name(results.months, period)))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _by_period(
    results: Results, regime: str, kind: outcomes.Outcome, periods: Sequence[slice], columns: dict[str, list[str]]
) -> np.ndarray:
    """Values [runs, periods, subjects]."""
    subjects = []
    for names in columns.values():
        monthly = reading.monthly(results, regime, names)
        means = [outcomes.over_period(monthly, period, is_flow=kind.is_flow, yearly=True) for period in periods]
        subjects.append(np.stack(means, axis=1))
    return np.stack(subjects, axis=2)


def yearly_means(results: Results, regime: str, outcome: str, subjects: Sequence[str], period: slice) -> pd.DataFrame:
    """Mean over runs of an outcome by subject: average a year (flows) or mean (levels).

    Parameters
    ----------
    results : Results
        Stored results.
    regime, outcome : str
        Their names.
    subjects : sequence of str
        Those wanted; those without stored series are passed over.
    period : slice
        Positions in `results.months`.

    Returns
    -------
    DataFrame
        `subject, mean`.
    """
    columns = reading.catalogue(results, outcome)
    chosen = {subject: columns[subject, BOTH] for subject in subjects if (subject, BOTH) in columns}
    if not chosen:
        return pd.DataFrame({"subject": pd.Series(dtype=str), "mean": pd.Series(dtype=float)})
    values = _by_period(results, regime, outcomes.OUTCOMES[outcome], [period], chosen)
    return pd.DataFrame({"subject": list(chosen), "mean": values.mean(axis=0)[0]})


def declared_origins(results: Results, regime: str) -> pd.DataFrame:
    """Where detained goods were declared from: shares by quarter.

    Parameters
    ----------
    results : Results
        Stored results that observe `detained`.
    regime : str
        Its name.

    Returns
    -------
    DataFrame
        `regime, subject, period` (`2022 Q3`); `mean, q05, median, q95` of the share of detained value declared from
        there, over the `runs` in which anything was detained in that quarter; `detained_musd` (mean over all runs).
        Quarters in which nothing is detained in more than half of the runs are left out; no rows if all are.
    """
    columns = reading.catalogue(results, "detained")
    quarters = _quarters(results.months)
    by_origin = {
        name: _over_quarters(reading.monthly(results, regime, columns[name, BOTH]), quarters)
        for name in reading.parts(results, "detained")
    }
    whole = sum(by_origin.values())
    rows = []
    for position, quarter in enumerate(quarters):
        if np.mean(whole[:, position] > 0) < LEAST_SHARE_OF_RUNS:
            continue
        for origin, values in by_origin.items():
            shares = comparison.share_summary(outcomes.share(values[:, position], whole[:, position]))
            detained = {"detained_musd": values[:, position].mean()}
            rows.append({"regime": regime, "subject": origin, "period": quarter} | shares | detained)
    return pd.DataFrame(rows)


def declared_origins_over_period(results: Results, regime: str, period: slice) -> pd.DataFrame:
    """Where detained goods were declared from, over some months together.

    Parameters
    ----------
    results : Results
        Stored results that observe `detained`.
    regime : str
        Its name.
    period : slice
        Positions in `results.months`.

    Returns
    -------
    DataFrame
        As `declared_origins`, one row an origin, the largest share first; no rows if no run detained anything.
    """
    columns = reading.catalogue(results, "detained")
    origins = reading.parts(results, "detained")
    values = {name: reading.monthly(results, regime, columns[name, BOTH])[:, period].sum(axis=1) for name in origins}
    whole = sum(values.values())
    labels = {"regime": regime, "period": reading.period_name(results.months, period)}
    rows = [
        labels
        | {"subject": name}
        | comparison.share_summary(outcomes.share(part, whole))
        | {"detained_musd": part.mean()}
        for name, part in values.items()
        if whole.any()
    ]
    return pd.DataFrame(rows).sort_values("mean", ascending=False, ignore_index=True) if rows else pd.DataFrame()


def _over_quarters(monthly: np.ndarray, quarters: dict[str, list[int]]) -> np.ndarray:
    """Add up to [runs, quarters]."""
    return np.stack([monthly[:, months].sum(axis=1) for months in quarters.values()], axis=1)


def _quarters(months: Sequence[str]) -> dict[str, list[int]]:
    """Positions of the months of each whole quarter."""
    found: dict[str, list[int]] = {}
    for position, month in enumerate(months):
        quarter = (int(month[5:7]) - 1) // MONTHS_A_QUARTER + 1
        found.setdefault(f"{month[:4]} Q{quarter}", []).append(position)
    return {name: positions for name, positions in found.items() if len(positions) == MONTHS_A_QUARTER}


def cut_and_leakage(
    results: Results, against: str, period: slice, senders: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """How far each regime cuts the goods in scope that enter each sender's market, and how much of the rest leaks.

    Parameters
    ----------
    results : Results
        Stored results.
    against : str
        Regime that the others are compared with.
    period : slice
        Positions in `results.months`.
    senders : mapping of str to sequence of str
        Regime to the markets that send its measures.

    Returns
    -------
    DataFrame
        `regime, against, period, quantity` (`cut`, `leakage`, `leakage_against`), `subject` (a sender of the regime
        or of `against`), `unit`; `mean, q05, median, q95` over the `runs` in which it is defined. No rows if
        sanctioned trade is not stored by sender and kind.
    """
    rows = []
    stored = list(dict.fromkeys(sender for sender, _ in reading.pairs(results, "sanctioned_trade")))
    for regime in reading.compared(results, against):
        for sender in (name for name in stored if name in (*senders[regime], *senders[against])):
            base = _by_kind(results, against, sender, period)
            kinds = _by_kind(results, regime, sender, period)
            quantities = {
                "cut": outcomes.cut(sum(kinds.values()), sum(base.values())),
                "leakage": outcomes.leakage(kinds),
                "leakage_against": outcomes.leakage(base),
            }
            labels = {"regime": regime, "against": against, "period": reading.period_name(results.months, period)}
            for quantity, values in quantities.items():
                names = {"quantity": quantity, "subject": sender, "unit": "share"}
                rows.append(labels | names | comparison.share_summary(values))
    return pd.DataFrame(rows)


def _by_kind(results: Results, regime: str, sender: str, period: slice) -> dict[str, np.ndarray]:
    """Sum up sanctioned trade [runs] of a sender by kind of channel."""
    columns = reading.catalogue(results, "sanctioned_trade")
    return {
        kind: reading.monthly(results, regime, columns[f"{name}{reading.PAIR}{kind}", BOTH])[:, period].sum(axis=1)
        for name, kind in reading.pairs(results, "sanctioned_trade")
        if name == sender
    }
