"""Measures that hold a world as it was on a day: its crossings, its trends of demand, what its senders do.

They are written in the language of regimes, so that nothing of the world is copied or changed. A crossing is held by
factors on its capacity, week by week that which it would have had over that which it has; factors above 1 are left out,
as nothing is to pass that did not. A trend is held by a driver of demand that takes it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from sim.constants import DAYS_PER_WEEK, DAYS_PER_YEAR
from sim.dates import LAST_DAY
from sim.policy.backgrounds import background_of
from sim.policy.compile.capacity import causes_of
from sim.policy.language.measures import Measure, Regime
from sim.state import DIRECTIONS
from sim.world.build import BuiltWorld
from sim.world.network.gates import compile_gates

Words = dict[str, dict[str, object]]
"""Measures by name, as a regime's file has them."""

FACTOR_DIGITS, TREND_DIGITS = 4, 6
SOURCE = "assumed"


def held_sanctions(regime: Regime, day: date) -> tuple[tuple[str, ...], Words]:
    """Find what is to leave out and to change so that senders do what they did on a day.

    Parameters
    ----------
    regime : Regime
        With background.
    day : date
        The last on which anything changes.

    Returns
    -------
    without : tuple of str
        Measures that start later.
    change : dict
        Those in force on that day, each without its end.
    """
    known = {each.name for each in background_of(regime)}
    senders = [each for each in regime.measures if each.name not in known]
    without = tuple(each.name for each in senders if each.start > day)
    return without, {each.name: {"end": ""} for each in senders if _ends_after(each, day)}


def _ends_after(measure: Measure, day: date) -> bool:
    return measure.start <= day and measure.end is not None and measure.end > day


def held_trends(built: BuiltWorld, day: date) -> Words:
    """Make drivers that take the trends of demand back from a day on.

    Parameters
    ----------
    built : BuiltWorld
        Its weeks and its table of demand; a market's trend is the mean by value.
    day : date
        The last on which demand follows its trend.

    Returns
    -------
    dict
        One measure for each trend and direction; none where nothing grows or the span is over.
    """
    years = ((built.week_starts[-1].item() + timedelta(DAYS_PER_WEEK)) - day).days / DAYS_PER_YEAR
    table = built.tables.demand
    if years <= 0:
        return {}
    grown = table.assign(grown=table["value_musd"] * table["trend_per_year"])
    sums = grown.groupby(["direction", "market"], as_index=False)[["grown", "value_musd"]].sum()
    sums = sums[sums["grown"] != 0].assign(trend=np.log1p(sums["grown"] / sums["value_musd"]).round(TREND_DIGITS))
    found: Words = {}
    for (direction, trend), mine in sums.groupby(["direction", "trend"]):
        found[f"held_trend_{len(found)}"] = {
            "sender": "events",
            "instrument": "demand",
            "start": day + timedelta(1),
            "phase_in": {"shape": "linear", "weeks": round(years * DAYS_PER_YEAR / DAYS_PER_WEEK, 3)},
            "level": round(-trend * years, TREND_DIGITS),
            "scope": {"directions": direction, "markets": mine["market"].tolist()},
            "source": SOURCE,
        }
    return found


def held_crossings(built: BuiltWorld, regime: Regime, causes: Iterable[str], day: date) -> Words:
    """Make factors that hold crossings as some causes had them on a day.

    Parameters
    ----------
    built : BuiltWorld
        Its weeks and its tables of crossings and calendars.
    regime : Regime
        The causes that it switches on are in force.
    causes : iterable of str
        Of rows that stay as they were.
    day : date
        The last on which these rows change.

    Returns
    -------
    dict
        One measure for each factor, direction and span of weeks, with all crossings that have it.
    """
    names, active, weeks = list(causes), causes_of(regime), built.week_starts
    tables = built.tables
    then = replace(
        tables,
        crossings=_as_on(tables.crossings, names, day),
        calendars=_as_on(tables.calendars, names, day),
    )
    now, was = (compile_gates(each, active, weeks).capacity_t for each in (tables, then))
    factor = np.minimum(np.divide(was, now, out=np.full_like(now, np.nan), where=now > 0), 1).round(FACTOR_DIGITS)
    factor = pd.DataFrame(factor).ffill(axis=1).fillna(1.0).to_numpy()  # a shut gate goes on as it was
    spans: dict[tuple[int, int, float, str], list[str]] = {}
    for gate, mine in enumerate(factor):
        edges = [0, *(np.flatnonzero(np.diff(mine)) + 1), len(mine)]
        for first, stop in zip(edges, edges[1:], strict=False):
            if mine[first] < 1:
                key = (int(first), int(stop), float(mine[first]), DIRECTIONS[gate % 2])
                spans.setdefault(key, []).append(built.labels.crossings[gate // 2])
    return {f"held_{number}": _factor(key, crossings, weeks) for number, (key, crossings) in enumerate(spans.items())}


def _as_on(rows: pd.DataFrame, causes: list[str], day: date) -> pd.DataFrame:
    """Rows of some causes as on a day: those that begin later are gone, those in force have no end."""
    mine = rows["cause"].isin(causes)
    kept = rows[~(mine & (rows["from_date"] > day))].copy()
    kept.loc[kept["cause"].isin(causes) & (kept["to_date"] >= day), "to_date"] = LAST_DAY
    return kept


def _factor(key: tuple[int, int, float, str], crossings: list[str], weeks: np.ndarray) -> dict[str, object]:
    first, stop, level, direction = key
    said: dict[str, object] = {
        "sender": "events",
        "instrument": "crossing_capacity",
        "start": weeks[first].item(),
        "level": level,
        "scope": {"crossings": crossings, "directions": direction},
        "source": SOURCE,
    }
    if stop < len(weeks):  # the last span has no end: nobody may wait for one
        said["end"] = weeks[stop].item() - timedelta(1)
    return said


def without_causes(regime: Regime, left_out: Mapping[str, object] | Iterable[str]) -> Regime:
    """Leave measures out of a regime that is read."""
    gone = set(left_out)
    return replace(regime, measures=tuple(each for each in regime.measures if each.name not in gone))
