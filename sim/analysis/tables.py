"""Tables that figures and pages draw: one function a table, from stored results to a DataFrame."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.analysis import comparison, outcomes, reading
from sim.analysis.reading import BOTH, TOTAL, Results

OTHERS = "others"
MONTHS_A_QUARTER = 3
LEAST_SHARE_OF_RUNS = 0.5


def _labelled(frame: pd.DataFrame, **labels: str) -> pd.DataFrame:
    """Put constant columns in front."""
    return frame.assign(**labels)[[*labels, *frame.columns]]


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
        Partners shown however small their trade is: the senders of measures.
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
    ranked = sorted(size, key=lambda name: (name in always, size[name]), reverse=True)
    shown = sorted(ranked[:number], key=size.get, reverse=True)
    frames = []
    for regime in results.regimes:
        for subject in (TOTAL, *shown):
            frames.append(_trade_bands(results, regime, subject, columns[subject, BOTH]))
        if len(ranked) > number:
            rest = [column for name in ranked[number:] for column in columns[name, BOTH]]
            frames.append(_trade_bands(results, regime, OTHERS, rest))
    return pd.concat(frames, ignore_index=True)


def _trade_bands(results: Results, regime: str, subject: str, columns: list[str]) -> pd.DataFrame:
    values = reading.monthly(results, regime, columns)
    return _labelled(_bands(values, results.months), regime=regime, subject=subject)


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
            frames.append(_labelled(frame, **labels, period=reading.period_name(results.months, period)))
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


def crossings_by_month(results: Results, regime: str) -> pd.DataFrame:
    """Load, wait and throughput of each crossing by month under one regime.

    By direction if capacity is stored by direction, else for both together: then a crossing full one way and empty the
    other shows half its load.

    Parameters
    ----------
    results : Results
        Stored results that observe `throughput`, `background`, `capacity` and `wait`.
    regime : str
        Its name.

    Returns
    -------
    DataFrame
        `regime, subject, direction, period`; `throughput_t` of the region's goods, `background_t` and `capacity_t`
        (means over runs, tonnes a month); `load_q05, load, load_q95` (share of capacity over runs; missing while
        closed); `closed` (no capacity in any run); `wait_days` (median over runs, of the slower direction).
    """
    names = ("throughput", "background", "capacity", "wait")
    stored = {name: reading.catalogue(results, name) for name in names}
    gates = [gate for gate in stored["capacity"] if gate[0] != TOTAL]
    directed = [gate for gate in gates if gate[1] != BOTH]
    frames = []
    for gate in directed or gates:
        tonnes = [reading.monthly(results, regime, stored[name][gate]) for name in names[:3]]
        wait_days = np.median(results.wide(regime, stored["wait"][gate]), axis=0).max(axis=1)
        frame = _load_frame(*tonnes).assign(wait_days=wait_days, period=list(results.months))
        frames.append(_labelled(frame, regime=regime, subject=gate[0], direction=gate[1]))
    return pd.concat(frames, ignore_index=True)


def _load_frame(throughput_t: np.ndarray, background_t: np.ndarray, capacity_t: np.ndarray) -> pd.DataFrame:
    """Work out loads of one crossing; arrays [runs, months]."""
    closed = (capacity_t <= 0).all(axis=0)
    loads = comparison.quantile_bands(np.nan_to_num(outcomes.load(throughput_t, background_t, capacity_t), nan=0.0))
    low, median, high = np.where(closed, np.nan, loads)
    return pd.DataFrame(
        {
            "throughput_t": throughput_t.mean(axis=0),
            "background_t": background_t.mean(axis=0),
            "capacity_t": capacity_t.mean(axis=0),
            "load_q05": low,
            "load": median,
            "load_q95": high,
            "closed": closed,
        }
    )


def crossings_over_period(by_month: pd.DataFrame, periods: Sequence[str]) -> pd.DataFrame:
    """Sum up `crossings_by_month` over some months, both directions together.

    Parameters
    ----------
    by_month : DataFrame
        From `crossings_by_month`.
    periods : sequence of str
        Months, `YYYY-MM`.

    Returns
    -------
    DataFrame
        `regime, subject, months, open_months, throughput_t, background_t, capacity_t` (sums), `load` of the busier
        direction, `busier` (that direction); largest throughput first.
    """
    part = by_month[by_month["period"].isin(periods)]
    tonnes = ["throughput_t", "background_t", "capacity_t"]
    gates = part.groupby(["regime", "subject", "direction"], sort=False)[tonnes].sum().reset_index()
    gates["load"] = outcomes.load(gates["throughput_t"], gates["background_t"], gates["capacity_t"])
    busiest = gates.fillna({"load": 0.0}).sort_values("load", kind="stable").groupby(["regime", "subject"]).last()
    both = part.groupby(["regime", "subject"])
    table = (
        both[tonnes]
        .sum()
        .assign(
            months=len(periods),
            open_months=part[~part["closed"]].groupby(["regime", "subject"])["period"].nunique(),
            load=busiest["load"],
            busier=busiest["direction"],
        )
    )
    table["open_months"] = table["open_months"].fillna(0).astype(int)
    return table.reset_index().sort_values("throughput_t", ascending=False, kind="stable", ignore_index=True)


def months_full_and_closed(by_month: pd.DataFrame, full_from: float = 0.95) -> pd.DataFrame:
    """Count the months in which crossings were full or closed.

    Parameters
    ----------
    by_month : DataFrame
        From `crossings_by_month` for one regime.
    full_from : float
        Median load from which a month counts as full.

    Returns
    -------
    DataFrame
        `subject, months, full, closed`; of a crossing stored by direction, the busier direction counts.
    """
    flags = by_month.assign(full=by_month["load"] >= full_from)
    months = flags.groupby(["subject", "period"], sort=False).agg(full=("full", "max"), closed=("closed", "min"))
    counts = months.groupby("subject", sort=False).agg(
        months=("full", "size"), full=("full", "sum"), closed=("closed", "sum")
    )
    return counts.reset_index()


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


def cut_and_leakage(results: Results, against: str, period: slice) -> pd.DataFrame:
    """How far each regime cuts the goods in scope that enter each sender's market, and how much of the rest leaks.

    Parameters
    ----------
    results : Results
        Stored results.
    against : str
        Regime that the others are compared with.
    period : slice
        Positions in `results.months`.

    Returns
    -------
    DataFrame
        `regime, against, period, quantity` (`cut`, `leakage`, `leakage_against`), `subject` (sender), `unit`; `mean,
        q05, median, q95` over the `runs` in which it is defined. No rows if sanctioned trade is not stored by sender
        and kind.
    """
    rows = []
    for sender in dict.fromkeys(sender for sender, _ in reading.pairs(results, "sanctioned_trade")):
        base = _by_kind(results, against, sender, period)
        for regime in reading.compared(results, against):
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
