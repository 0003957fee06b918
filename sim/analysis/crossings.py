"""Tables of crossings: loads by month, over a period, and the months in which they were full or closed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.analysis import comparison, indicators, reading
from sim.analysis.periods import Period
from sim.analysis.reading import StoredSeries
from sim.outcomes.names import BOTH, TOTAL
from sim.state import DIRECTIONS

_, IMPORT = DIRECTIONS


def crossings_by_month(results: StoredSeries, regime: str) -> pd.DataFrame:
    """Load, wait and throughput of each crossing by month under one regime.

    By direction if all that makes a load is stored by direction, else for both together: then a crossing full one way
    and empty the other shows half its load.

    Parameters
    ----------
    results : StoredSeries
        Stored results that observe `throughput`, `background`, `capacity` and `wait`.
    regime : str
        Its name.

    Returns
    -------
    DataFrame
        `regime, subject, direction, period`; `throughput_t` of the region's goods, `background_t` and `capacity_t`
        (means over runs, tonnes a month); `load_q05, load, load_q95` (share of capacity over runs; missing while
        closed); `closed` (no capacity in any run); `wait_days` (median over runs, of the slower direction; missing
        where it is not stored).
    """
    names = ("throughput", "background", "capacity", "wait")
    stored = {name: reading.catalogue(results, name) for name in names}
    gates = [gate for gate in stored["capacity"] if gate[0] != TOTAL]
    directed = [gate for gate in gates if gate[1] != BOTH and all(gate in stored[name] for name in names[:3])]
    frames = []
    for gate in directed or [gate for gate in gates if gate[1] == BOTH]:
        tonnes = [reading.monthly(results, regime, stored[name][gate]) for name in names[:3]]
        frame = _load_frame(*tonnes).assign(period=list(results.months), wait_days=np.nan)
        if gate in stored["wait"]:
            frame["wait_days"] = np.median(results.wide(regime, stored["wait"][gate]), axis=0).max(axis=1)
        frames.append(reading.labelled(frame, regime=regime, subject=gate[0], direction=gate[1]))
    return pd.concat(frames, ignore_index=True)


def _load_frame(throughput_t: np.ndarray, background_t: np.ndarray, capacity_t: np.ndarray) -> pd.DataFrame:
    """Work out loads of one crossing; arrays [runs, months]."""
    closed = (capacity_t <= 0).all(axis=0)
    loads = comparison.bands(np.nan_to_num(indicators.load(throughput_t, background_t, capacity_t), nan=0.0))
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


def crossings_over_period(by_month: pd.DataFrame, months: Sequence[str], period: Period) -> pd.DataFrame:
    """Sum up `crossings_by_month` over some months, both directions together.

    Parameters
    ----------
    by_month : DataFrame
        From `crossings_by_month`.
    months : sequence of str
        All of the results, `YYYY-MM`.
    period : Period
        Of some of them.

    Returns
    -------
    DataFrame
        `regime, subject, months, open_months, throughput_t, background_t, capacity_t` (a year), `load` in `direction`:
        exports where loads are by direction, else both together; largest throughput first.
    """
    part = by_month[by_month["period"].isin(months[period.months])]
    tonnes = ["throughput_t", "background_t", "capacity_t"]
    gates = part.groupby(["regime", "subject", "direction"], sort=False)[tonnes].sum().reset_index()
    gates["load"] = indicators.load(gates["throughput_t"], gates["background_t"], gates["capacity_t"])
    leaving = leaving_loads(gates).set_index(["regime", "subject"])
    both = part.groupby(["regime", "subject"])
    table = (
        both[tonnes]
        .sum()
        .div(period.years)
        .assign(
            months=len(period.days),
            open_months=part[~part["closed"]].groupby(["regime", "subject"])["period"].nunique(),
            load=leaving["load"],
            direction=leaving["direction"],
        )
    )
    table["open_months"] = table["open_months"].fillna(0).astype(int)
    return table.reset_index().sort_values("throughput_t", ascending=False, kind="stable", ignore_index=True)


def leaving_loads(frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows of the way out of the region: exports, or both directions together if they are not kept apart.

    Parameters
    ----------
    frame : DataFrame
        With a column `direction`.
    """
    return frame[frame["direction"] != IMPORT]


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
        `subject, months, full, closed` of the way out, and `share` of the region's tonnes that passed there, both
        directions, over all months.
    """
    leaving = leaving_loads(by_month)
    flags = leaving.assign(full=leaving["load"] >= full_from)
    counts = flags.groupby("subject", sort=False).agg(
        months=("full", "size"), full=("full", "sum"), closed=("closed", "sum")
    )
    tonnes = by_month.groupby("subject", sort=False)["throughput_t"].sum()
    return counts.assign(share=tonnes / max(tonnes.sum(), np.finfo(float).tiny)).reset_index()
