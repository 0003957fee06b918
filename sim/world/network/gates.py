"""Gates: what each crossing lets through in each direction, week by week, and what of it is known when.

Gate number = 2 x crossing + direction (0 export, 1 import), crossings in the order of places.csv.

    capacity(d) = min over both sides(nominal x hours / hours at nominal) x min over both sides(open share)

A side without a row of capacity does not bind; where neither side has one, the crossing does not exist yet and
lets nothing through. Weeks are sums over days, so a gate that opens inside a week passes its exact share and one
that is shut all week passes exactly 0.0.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.constants import DAYS_PER_WEEK, HOURS_PER_DAY, LONGEST_WAIT_DAYS, NEVER
from sim.state import DIRECTIONS, GateSchedule
from sim.units import tonnes_per_week
from sim.world.graph import crossing_ids
from sim.world.network.calendars import Cause, Spell, news_days, paint, rows_in_force, spells_of
from sim.world.tables.read import Tables
from sim.world.tables.schema import CAPACITY, SIDES_OF_A_GATE

OPEN_SHARE = "open_share"
_DAYS_BEYOND = 366
"""Days after the last week that are looked at: a whole year, so that all of a calendar's seasons are seen."""


@dataclass(frozen=True)
class PassageCosts:
    """What a passage of each gate [G] costs at free flow."""

    border_days: NDArray[np.float64]
    base_fee_usd_per_t: NDArray[np.float64]
    handling_cost_usd_per_t: NDArray[np.float64]
    handling_days: NDArray[np.float64]


def compile_gates(tables: Tables, causes: Mapping[str, Cause], week_starts: NDArray[np.datetime64]) -> GateSchedule:
    """Schedule of all gates under the causes in force.

    Parameters
    ----------
    tables
        A checked world.
    causes
        Causes in force by id; rows of other causes are ignored.
    week_starts
        Mondays, shape (T,), datetime64[D], without gaps.

    Returns
    -------
    GateSchedule
        Contiguous arrays, exact to the day: gates G over weeks T, with V versions of what is known. `version` is that
        of the week's Sunday; `next_open_days` are 0 when a gate is open on the week's Monday, and at most 200.
    """
    crossings = crossing_ids(tables.places, tables.crossings)
    first_monday = week_starts[0].item()
    weeks = len(week_starts)
    spells = _spells_by_crossing(tables, causes, first_monday, _horizon(weeks))
    capacity, open_share, version, known, next_open, gone, own = [], [], [], [], [], [], []
    for crossing in crossings:
        for direction in DIRECTIONS:
            mine = [spell for spell in spells[crossing] if spell.direction in {direction, "both"}]
            gate = _gate_weeks(mine, weeks)
            capacity.append(gate.capacity_t)
            open_share.append(gate.open_share)
            version.append(gate.version + len(known))
            known += gate.known_capacity_t
            next_open += gate.next_open_days
            gone += gate.gone_week
            own.append(_own_scope(mine, weeks))
    background_t, background_share = _background(tables.background, crossings, week_starts)
    return GateSchedule(
        capacity_t=np.array(capacity),
        background_t=background_t,
        background_share=background_share,
        open_share=np.array(open_share),
        version=np.array(version, np.int32),
        known_capacity_t=np.array(known),
        next_open_days=np.array(next_open, np.float32),
        gone_week=np.array(gone, np.int32),
        ordinary_t=np.array([each.ordinary_t for each in own]),
        hours_headroom=np.array([each.hours_headroom for each in own]),
        plans_from_week=np.array([each.plans_from_week for each in own], np.int32),
    )


def _horizon(weeks: int) -> int:
    """Days that are looked at."""
    return DAYS_PER_WEEK * weeks + _DAYS_BEYOND


def _spells_by_crossing(
    tables: Tables, causes: Mapping[str, Cause], first_monday: date, days: int
) -> dict[str, list[Spell]]:
    figures = rows_in_force(tables.crossings, causes)
    figures = figures[figures["quantity"].isin([CAPACITY, "hours", "nominal_hours"])]
    tonnes = [
        tonnes_per_week(value, unit) if quantity == CAPACITY else value
        for quantity, value, unit in zip(figures["quantity"], figures["value"], figures["unit"], strict=True)
    ]
    figures = figures.assign(value=np.array(tonnes, dtype=np.float64))
    openings = rows_in_force(tables.calendars, causes)
    openings = openings.assign(quantity=OPEN_SHARE, value=openings["open_share"])
    spells: dict[str, list[Spell]] = {crossing: [] for crossing in tables.crossings["crossing"].unique()}
    for rows in (figures, openings):
        for crossing, group in rows.groupby("crossing", sort=False):
            spells[crossing] += spells_of(group, causes, first_monday, days)
    return spells


@dataclass(frozen=True)
class _GateWeeks:
    """One gate: true weeks [T], and known ones by version."""

    capacity_t: NDArray[np.float64]
    open_share: NDArray[np.float64]
    version: NDArray[np.int64]
    known_capacity_t: list[NDArray[np.float64]]
    next_open_days: list[NDArray[np.int64]]
    gone_week: list[int]


def _gate_weeks(spells: list[Spell], weeks: int) -> _GateWeeks:
    days = _horizon(weeks)
    sundays = DAYS_PER_WEEK * np.arange(1, weeks + 1) - 1
    news = news_days(spells)
    told = np.searchsorted(news, sundays, side="right")
    states, version = np.unique(told, return_inverse=True)
    heard = [news[state - 1] if state else -LONGEST_WAIT_DAYS for state in states]
    daily = [_daily_capacity(spells, days, known_by) for known_by in heard]
    passable = _daily_capacity(spells, days, None)
    return _GateWeeks(
        _weekly(passable, weeks),
        _weekly((passable > 0) / DAYS_PER_WEEK, weeks),
        version,
        [_weekly(one, weeks) for one in daily],
        [_next_open(one, weeks) for one in daily],
        [_gone_week(spells, one, known_by, weeks) for one, known_by in zip(daily, heard, strict=True)],
    )


def _gone_week(spells: list[Spell], daily_t: NDArray[np.float64], known_by: int, weeks: int) -> int:
    """First week from which, as is known, a gate that was open never opens again; `NEVER` where it may.

    A closure whose end is not known is until it is lifted, and so not for good.
    """
    days = daily_t.size
    certain = [spell for spell in spells if spell.known <= known_by and (spell.end_known or spell.end <= known_by)]
    open_to = _day_after_last_open(daily_t)
    if not 0 < open_to <= DAYS_PER_WEEK * weeks:
        return NEVER
    open_to = max(open_to, _day_after_last_open(_daily_capacity(certain, days, None)))
    at_last = [replace(spell, begin=min(spell.begin, 0)) for spell in certain if spell.endless]
    opens_later = any(spell.begin >= days for spell in certain) or (_daily_capacity(at_last, days, None) > 0).any()
    return NEVER if opens_later or open_to > DAYS_PER_WEEK * weeks else -(-open_to // DAYS_PER_WEEK)


def _day_after_last_open(daily_t: NDArray[np.float64]) -> int:
    """Day after the last one with capacity; 0 where there is none."""
    found = np.flatnonzero(daily_t > 0)
    return int(found[-1]) + 1 if found.size else 0


def _daily_capacity(spells: list[Spell], days: int, known_by: int | None) -> NDArray[np.float64]:
    """Tonnes that a gate can pass on each day, shape (D,)."""
    sides = _by_side(spells, days, known_by)
    return _binding([side.limit_t for side in sides]) * _open_share(sides) / DAYS_PER_WEEK


@dataclass(frozen=True)
class _OwnScope:
    """What the port of one gate may do itself; as in `GateSchedule`."""

    ordinary_t: NDArray[np.float64]
    hours_headroom: NDArray[np.float64]
    plans_from_week: int


def _own_scope(spells: list[Spell], weeks: int) -> _OwnScope:
    sides = _by_side(spells, _horizon(weeks), None)
    usual = _binding([side.limit_t for side in sides])
    largest = np.maximum.accumulate(usual)
    longest = _binding([side.limit_t / np.where(side.worked > 0, side.worked, 1.0) for side in sides])
    passing = _weekly(usual * _open_share(sides), weeks)
    headroom = np.ones(weeks)
    np.divide(_weekly(longest * _open_share(sides), weeks), passing, out=headroom, where=passing > 0)
    rescheduled = np.any([np.diff(side.worked) != 0 for side in sides], axis=0)
    headroom[: _week_after_last(rescheduled, weeks)] = 1.0
    ordinary = _weekly(largest * _open_share(sides), weeks) / DAYS_PER_WEEK
    return _OwnScope(ordinary, headroom, _week_after_last(np.diff(largest) > 0, weeks))


def _week_after_last(changed: NDArray[np.bool_], weeks: int) -> int:
    """Week after that of the last change; `changed` [D - 1] compares the second and later days to the day before."""
    days = np.flatnonzero(changed[: DAYS_PER_WEEK * weeks - 1]) + 1
    return int(days[-1]) // DAYS_PER_WEEK + 1 if days.size else 0


@dataclass(frozen=True)
class _Side:
    """One side of a gate by day [D]: tonnes a week at the recorded hours, share of 24 hours worked, share open.

    Without a record of hours the share worked is 1: there is nothing to lengthen.
    """

    limit_t: NDArray[np.float64]
    worked: NDArray[np.float64]
    open_share: NDArray[np.float64]


def _by_side(spells: list[Spell], days: int, known_by: int | None) -> list[_Side]:
    sides = []
    for side in SIDES_OF_A_GATE:
        mine = [spell for spell in spells if spell.side in {side, "both"}]
        nominal, hours, nominal_hours, share = (
            paint([spell for spell in mine if spell.quantity == quantity], empty, days, known_by)
            for quantity, empty in ((CAPACITY, np.nan), ("hours", np.nan), ("nominal_hours", np.nan), (OPEN_SHARE, 1.0))
        )
        ratio = hours / nominal_hours
        worked = np.where(np.isnan(ratio), HOURS_PER_DAY, hours) / HOURS_PER_DAY
        sides.append(_Side(nominal * np.nan_to_num(ratio, nan=1.0), worked, share))
    return sides


def _binding(limits_t: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Tonnes a week that the sides pass together; a side without a figure does not bind."""
    return np.nan_to_num(np.fmin(*limits_t), nan=0.0)


def _open_share(sides: list[_Side]) -> NDArray[np.float64]:
    return np.minimum(*(side.open_share for side in sides))


def _weekly(daily: NDArray[np.float64], weeks: int) -> NDArray[np.float64]:
    return daily[: DAYS_PER_WEEK * weeks].reshape(weeks, DAYS_PER_WEEK).sum(axis=1)


def _next_open(daily: NDArray[np.float64], weeks: int) -> NDArray[np.int64]:
    """Days from each Monday to the first day with capacity, at most `LONGEST_WAIT_DAYS`."""
    number = np.where(daily > 0, np.arange(len(daily)), len(daily) + LONGEST_WAIT_DAYS)
    following = np.minimum.accumulate(number[::-1])[::-1]
    mondays = DAYS_PER_WEEK * np.arange(weeks)
    return np.minimum(following[mondays] - mondays, LONGEST_WAIT_DAYS)


def passage_costs(tables: Tables, day: date) -> PassageCosts:
    """Free-flow time, fee and handling of each gate, the same for every regime.

    Only rows without a cause count: the last one that covers the day, else the first of the file. A row of side
    `both` is the whole crossing; where there is none, the figures of the two sides are added.

    Parameters
    ----------
    tables
        A checked world.
    day
        Day whose figures hold, usually the first of the spin-up.
    """
    crossings = crossing_ids(tables.places, tables.crossings)
    rows: dict[tuple[str, str], list[_Row]] = {}
    for row in tables.crossings[tables.crossings["cause"] == ""].to_dict("records"):
        rows.setdefault((row["crossing"], row["quantity"]), []).append(row)
    figures = {
        quantity: np.array(
            [
                _passage_figure(rows.get((crossing, quantity), []), direction, day)
                for crossing in crossings
                for direction in DIRECTIONS
            ]
        )
        for quantity in ("border_hours", "base_fee", "handling_cost", "handling_days")
    }
    return PassageCosts(
        figures["border_hours"] / HOURS_PER_DAY,
        figures["base_fee"],
        figures["handling_cost"],
        figures["handling_days"],
    )


_Row = Mapping[Hashable, Any]
"""One row of a table by column."""


def _passage_figure(rows: list[_Row], direction: str, day: date) -> float:
    mine = [row for row in rows if row["direction"] in {direction, "both"}]
    whole = [row for row in mine if row["side"] == "both"]
    parts = [whole] if whole else [[row for row in mine if row["side"] == side] for side in SIDES_OF_A_GATE]
    return sum(_figure_on(part, day) for part in parts if part)


def _figure_on(rows: list[_Row], day: date) -> float:
    covering = [row for row in rows if row["from_date"] <= day <= row["to_date"]]
    return covering[-1]["value"] if covering else rows[0]["value"]


def _background(
    background: pd.DataFrame, crossings: tuple[str, ...], week_starts: NDArray[np.datetime64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Background tonnes a week and share of capacity, [G, T]: means over the days of the years nearest to theirs."""
    days = (week_starts[:, np.newaxis] + np.arange(DAYS_PER_WEEK)).astype("datetime64[Y]").astype(np.int64) + 1970
    tonnes = np.zeros((2 * len(crossings), len(week_starts)))
    share = np.zeros_like(tonnes)
    by_crossing = dict(list(background.sort_values("year", kind="stable").groupby("crossing")))
    for gate in range(len(tonnes)):
        rows = by_crossing.get(crossings[gate // 2], background.iloc[:0])
        rows = rows[rows["direction"].isin([DIRECTIONS[gate % 2], "both"])]
        if rows.empty:
            continue
        years = rows["year"].to_numpy(dtype=np.int64)
        nearest = np.abs(days[..., np.newaxis] - years).argmin(axis=-1)
        tonnes[gate] = rows["tonnes_per_week"].to_numpy()[nearest].mean(axis=1)
        share[gate] = rows["share_of_capacity"].to_numpy()[nearest].mean(axis=1)
    return tonnes, share
