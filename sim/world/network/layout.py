"""Routes of the network laid out as arrays: stops at gates, travel between them in weeks, approaches to gates."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from sim.constants import DAYS_PER_WEEK
from sim.errors import InputError
from sim.state import Gates, Passages, Routes
from sim.world.network.gates import PassageCosts
from sim.world.network.routes import FoundRoutes

STOPS_AT_MOST = 3
APPROACH_STEP_DAYS = 0.1
WEEK_DIGITS = 9
"""Digits of a sum of weeks; what is beyond them is rounding."""


def split_weeks(days: NDArray[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Whole weeks, and the share of mass that takes one more, so that the mean is exact.

    Examples
    --------
    >>> whole, part = split_weeks(np.array([10.5]))
    >>> int(whole[0]), float(part[0])
    (1, 0.5)
    """
    weeks = days / DAYS_PER_WEEK
    whole = np.floor(weeks)
    return whole.astype(np.int32), weeks - whole


def lay_out(
    routes: FoundRoutes,
    commodity: NDArray[np.int32],
    costs: PassageCosts,
    tonnes_per_musd: NDArray[np.float64],
    border: NDArray[np.uint8],
    first_monday: np.datetime64,
) -> tuple[Routes, Gates]:
    """Turn routes into the arrays that the kernels read.

    Border time, handling and change of gauge at a gate count as travel after it; from one gate to the next goods take a
    week at least, which is what the real distances take.

    Parameters
    ----------
    routes
        Lanes are the channels, in their order, each with a route.
    commodity
        [K] of the channels.
    costs
        Passage of each gate [G].
    tonnes_per_musd
        [C].
    border
        [G] gates at the border of home.
    first_monday
        First week of the spin-up.

    Raises
    ------
    InputError
        If a route passes more gates than the kernels provide for.
    """
    counts = np.array([len(gates) for gates in routes.gates])
    _check_stops(routes, counts)
    start = np.concatenate([[0], np.cumsum(counts)])
    gate = np.concatenate([np.array(gates, int) for gates in routes.gates])
    travel = np.concatenate([np.array(days, float) for days in routes.gate_days])
    route = np.repeat(np.arange(counts.size), counts)
    first, last = _ends(start)
    passing = costs.border_days[gate] + costs.handling_days[gate]
    before = np.where(first, 0.0, np.roll(passing, 1))
    to_stop = np.where(first, travel, np.maximum(travel + before, DAYS_PER_WEEK))
    running = np.cumsum(to_stop)
    reached = running - np.repeat(running[start[:-1]] - to_stop[start[:-1]], counts)
    whole, part = split_weeks(to_stop)
    last_whole, last_part = split_weeks(routes.last_days + passing[last])
    approach, approach_gate, approach_days = _approaches(gate, reached)
    of_route = _by_stop(approach, start, nothing=approach_gate.size - 1)
    channel = routes.lane.astype(np.int32)
    usd_per_t = routes.freight_usd_per_t + _by_route(costs.handling_cost_usd_per_t[gate], route)
    static_days = _by_route(to_stop - before + costs.handling_days[gate], route) + routes.last_days
    arrays = Routes(
        static_usd_per_t=usd_per_t.astype(np.float32),
        static_days=static_days.astype(np.float32),
        gate_usd_per_t=_by_route(costs.base_fee_usd_per_t[gate], route).astype(np.float32),
        gate_days=_by_route(costs.border_days[gate], route).astype(np.float32),
        path_size=routes.path_size.astype(np.float32),
        opens_week=_opening_weeks(routes.opens, first_monday),
        stop_start=start.astype(np.int32),
        stop_gate=gate.astype(np.int32),
        stop_channel=channel[route],
        stop_next=np.where(last, -1, np.arange(1, gate.size + 1)).astype(np.int32),
        stop_whole_weeks=whole,
        stop_part_week=part,
        last_whole_weeks=last_whole,
        last_part_week=last_part,
        stop_route=route.astype(np.int32),
        stop_tonnes=tonnes_per_musd[commodity[channel[route]]],
        approach=of_route,
        channel=channel,
    )
    days, fee = costs.border_days.copy(), costs.base_fee_usd_per_t.copy()
    return arrays, Gates(days, fee, border, approach_gate, approach_days)


def _check_stops(routes: FoundRoutes, counts: NDArray[np.int64]) -> None:
    """Refuse routes that pass more gates than the kernels provide for."""
    if counts.max() > STOPS_AT_MOST:
        raise InputError(
            f"legs.csv: a route over leg {routes.legs[int(counts.argmax())][0]!r} passes {counts.max()} crossings; "
            f"at most {STOPS_AT_MOST} are possible."
        )


def _ends(start: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Mark the first and the last stop of each route: [S] each."""
    first, last = np.zeros((2, start[-1]), bool)
    first[start[:-1]] = True
    last[start[1:] - 1] = True
    return first, last


def _by_stop(approach: NDArray[np.int32], start: NDArray[np.int64], nothing: int) -> NDArray[np.int32]:
    """Approaches [S] of the routes' stops as a table, [most stops, R], with `nothing` where a route has no more."""
    counts = np.diff(start)
    route = np.repeat(np.arange(counts.size), counts)
    table = np.full((STOPS_AT_MOST, counts.size), nothing, np.int32)
    table[np.arange(start[-1]) - start[route], route] = approach
    return table


def passages_of(routes: Routes, gates: Gates) -> Passages:
    """Sort the stops of all routes for the weekly work: by gate and, at a gate, by what is done with them.

    Parameters
    ----------
    routes
        With all stops.
    gates
        With their approaches.

    Returns
    -------
    Passages

    Raises
    ------
    ValueError
        If goods reach a later gate of a route within less than a week of the gate before.
    """
    _refuse_short_legs(routes)
    count, gate_count, none = routes.stop_gate.size, gates.border_days.size, gates.approach_gate.size - 1
    landing_weeks = np.where(routes.stop_next >= 0, 0, routes.last_whole_weeks[routes.stop_route])
    order, keys = _sorted_stops(routes, landing_weeks)
    begins = np.flatnonzero(np.append(True, (keys[:, 1:] != keys[:, :-1]).any(axis=0)))
    stops = np.diff(begins, append=count)
    place = np.append(np.argsort(order), -1)
    of_route = routes.stop_route[order]
    soonest, latest = _weeks_on_the_way(routes)
    lands, ends = _landings(landing_weeks[order], begins, keys[1])
    approaches = routes.approach.ravel()
    slot = np.arange(routes.channel.size) - np.searchsorted(routes.channel, routes.channel)
    of_slots = slot * (int(routes.channel.max()) + 1) + routes.channel
    by_approach = np.argsort(approaches, kind="stable")
    return Passages(
        place=of_slots.astype(np.uint32),
        gate=routes.stop_gate[order],
        channel=routes.stop_channel[order].astype(np.uint32),
        route=of_route,
        route_place=of_slots[of_route].astype(np.uint32),
        of_stop=place[:-1].astype(np.int32),
        soonest_weeks=soonest[order],
        latest_weeks=latest[order],
        source=np.where(keys[2], place[order - 1], of_slots[of_route]).astype(np.uint32),
        section=np.repeat(np.arange(begins.size), stops).astype(np.int32),
        part_week=routes.stop_part_week[order],
        tonnes=routes.stop_tonnes[order],
        next_stop=place[routes.stop_next[order]].astype(np.int32),
        last_weeks=routes.last_whole_weeks[of_route].astype(np.uint32),
        last_part_week=routes.last_part_week[of_route],
        gate_start=np.searchsorted(keys[0], np.arange(gate_count + 1)).astype(np.int32),
        gate_onward=np.searchsorted(2 * keys[0] + keys[1], 2 * np.arange(gate_count) + 1).astype(np.int32),
        section_start=np.append(begins, count).astype(np.int32),
        section_gate=keys[0, begins].astype(np.int32),
        section_weeks=keys[3, begins].astype(np.int32),
        section_later=keys[2, begins].astype(np.int32),
        section_line=_line_starts((keys[3, begins] + 1) * stops),
        landing_start=lands.astype(np.uint32),
        landing_end=ends.astype(np.uint32),
        landing_gate=keys[0, lands].astype(np.int32),
        landing_weeks=landing_weeks[order[lands]].astype(np.int32),
        approach_start=np.searchsorted(approaches[by_approach], np.arange(none + 1)).astype(np.int32),
        approach_route=(by_approach % routes.channel.size)[: np.count_nonzero(approaches < none)].astype(np.uint32),
        planned_route=np.flatnonzero(routes.opens_week > 0).astype(np.uint32),
    )


def _sorted_stops(routes: Routes, landing_weeks: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Order of the stops [S], and by what they are sorted [4, S]: gate, goes on, not the first, whole weeks to it."""
    later = np.ones(routes.stop_gate.size, np.int32)
    later[routes.stop_start[:-1]] = 0
    keys = (routes.stop_gate, routes.stop_next >= 0, later, routes.stop_whole_weeks)
    order = np.lexsort((landing_weeks, *reversed(keys)))
    return order, np.stack([each[order] for each in keys])


def _line_starts(places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where lines of so many places begin that stand one after the other."""
    return np.cumsum(places) - places


def _landings(
    weeks: NDArray[np.int32], begins: NDArray[np.intp], onward: NDArray[np.int32]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """First stops of the landings, and the ones after their last; the arguments are in the order of `Passages`."""
    same = (np.diff(weeks, prepend=-1) == 0) & ~np.isin(np.arange(weeks.size), begins)
    lands = np.flatnonzero(~same)
    ends = np.append(lands[1:], weeks.size)
    before_market = onward[lands] == 0
    return lands[before_market], ends[before_market]


def _weeks_on_the_way(routes: Routes) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Weeks from dispatch to each stop [S], when nothing waits: of what sets out first in a week, and of the last."""
    first, weeks = routes.stop_start[:-1], routes.stop_whole_weeks + routes.stop_part_week
    running = np.cumsum(weeks)
    reached = np.round(running - (running[first] - weeks[first])[routes.stop_route], WEEK_DIGITS)
    return np.floor(reached).astype(np.int32), np.ceil(reached).astype(np.int32)


def _refuse_short_legs(routes: Routes) -> None:
    """Hold a promise that the compiler relies on: what is sent to a later gate is never due in the week of sending.

    `sim.kernels.roads.transit.send` gets the row of what is due after the whole weeks of the way, and that of what is
    due a week later, as two arrays. On a way of no whole week both would be one row.
    """
    first = np.zeros(routes.stop_gate.size, bool)
    first[routes.stop_start[:-1]] = True
    short = np.flatnonzero(~first & (routes.stop_whole_weeks < 1))
    if short.size:
        stop = int(short[0])
        raise ValueError(
            f"Route {routes.stop_route[stop]}: goods reach gate {routes.stop_gate[stop]} within less than a week of "
            f"the gate before; `lay_out` makes it a week at least."
        )


def _by_route(values: NDArray[np.float64], route: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sum over the stops of each route."""
    return np.bincount(route, values)


def _approaches(
    gate: NDArray[np.int64], days: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Find the distinct approaches: a gate after a travel time, to a tenth of a day; the last stands for none."""
    steps = np.round(days / APPROACH_STEP_DAYS).astype(np.int64)
    pairs, number = np.unique(np.stack([gate, steps], axis=1), axis=0, return_inverse=True)
    gates = np.append(pairs[:, 0], -1).astype(np.int32)
    return number.ravel().astype(np.int32), gates, np.append(pairs[:, 1] * APPROACH_STEP_DAYS, 0.0)


def _opening_weeks(opens: tuple[date | None, ...], first_monday: np.datetime64) -> NDArray[np.int32]:
    """First week in which a planned route is open; 0 for those open at base."""
    days = [0 if day is None else int((np.datetime64(day) - first_monday).astype(int)) for day in opens]
    return np.array([max(-(-each // DAYS_PER_WEEK), 0) for each in days], np.int32)
