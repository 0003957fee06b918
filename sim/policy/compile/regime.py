"""Compiles a regime against a world: rows of weekly intensity and lists of what each reaches.

A row is a measure, or the part of one that an exemption leaves. A row that no firm's channel meets, or that is never in
force, is dropped, so that it changes nothing at all. Rows are in the order of the measures' names, which makes the
compiled form a function of what a regime says and not of how its file is written.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.constants import DAYS_PER_WEEK, NEVER
from sim.errors import InputError
from sim.kernels.rules import LISTING_AUTHORITIES
from sim.policy.compile.capacity import compile_schedule
from sim.policy.compile.effects import effects_of, roles_of
from sim.policy.compile.intensity import announced_weeks, daily_intensity, in_force, weekly
from sim.policy.compile.levels import Level, levels_of
from sim.policy.compile.reach import Mask, Reach, firm_scope
from sim.policy.compile.rows import Row
from sim.policy.compile.withdrawal import withdrawals
from sim.policy.instruments import Instrument
from sim.policy.language.checks import contradiction
from sim.policy.language.measures import EVENTS, Measure, Regime, Scope
from sim.policy.language.names import Names, names_of
from sim.state import DIRECT, GateSchedule, Policy, World
from sim.state.measures import BARS, BELIEVED_ONLY, KNOWN, LISTS, UNKNOWN
from sim.world.build import BuiltWorld

_EVERY_FIRM = firm_scope(Scope())


class Compiled(NamedTuple):
    """A regime as the kernels read it, and the levels of its measures that can be moved, by name."""

    policy: Policy
    levels: dict[str, Level]


def compile_policy(regime: Regime, built: BuiltWorld) -> Policy:
    """Compile a regime as `compile_regime` does, for runs that leave its levels where they are."""
    return compile_regime(regime, built).policy


def compile_regime(regime: Regime, built: BuiltWorld) -> Compiled:
    """Compile a regime and its background against a world.

    Parameters
    ----------
    regime
        What the senders do, and the background.
    built
        The world, its labels, tables and weeks.

    Returns
    -------
    Compiled
        Exact to the day in every week; of J rows, each within reach of some channel.

    Raises
    ------
    InputError
        If the regime names a market, good, place or crossing that is unknown, or a cause that no table has; or if
        customs list firms that have no number for it.
    """
    names = names_of(built)
    check_regime(regime, names)
    schedule = compile_schedule(regime, built.tables, names, built.week_starts)
    rows = compile_rows(regime, built, names)
    levels = levels_of(regime.measures, [row.measure.name for row in rows])
    return Compiled(pack(rows, built, names, schedule), levels)


def check_regime(regime: Regime, names: Names) -> None:
    """Refuse what a regime says that a world has no room for; a world that is only read is enough.

    Raises
    ------
    InputError
        As of `compile_regime`, with file and line of the measure.
    """
    names.check(regime)
    if sentence := contradiction(tuple(map(names.by_market, regime.measures))):  # of one market under two names
        raise InputError(sentence)
    late = set(names.labels.authorities[LISTING_AUTHORITIES:])
    for measure in regime.measures:
        if measure.instrument.rule.lists_firms and late.intersection(names.members(measure.sender)):
            raise InputError(
                f"{measure.file}, line {measure.line}: only the first {LISTING_AUTHORITIES} customs can list firms."
            )


def compile_rows(regime: Regime, built: BuiltWorld, names: Names) -> list[Row]:
    """Rows of a regime in the order of names; those out of reach or never in force are left out."""
    reach = Reach(names, built.arrays, built.labels.declared_origins)
    first, days = built.week_starts[0], DAYS_PER_WEEK * len(built.week_starts)
    spared = [
        (measure, *_spared(measure, reach, first, days))
        for measure in regime.measures
        if measure.instrument.rule.spares
    ]
    rows: list[Row] = []
    for measure in regime.measures:
        if measure.instrument.rule.reach == "gates" or measure.instrument.rule.spares:
            continue
        whole = Row(
            measure,
            measure.instrument,
            _level(measure),
            daily_intensity(measure, first, days),
            reach.channels(measure),
            reach.cells(measure),
            reach.classes(measure),
            firm_scope(measure.scope),
        )
        parts = _after_exemptions(whole, reach, first, days)
        for other, channels, daily in spared:
            spares = measure.instrument.name in other.instrument.rule.spares
            if spares and set(names.members(other.sender)) & set(names.members(measure.sender)):
                parts = [piece for part in parts for piece in _split(part, channels, daily, _EVERY_FIRM)]
        rows += [row for part in parts for row in _with_tracing(part)]
    rows += withdrawals(rows, built.arrays.channels.kind == DIRECT, first)
    rows.sort(key=lambda row: row.measure.name)
    return [row for row in rows if _matters(row, built.week_starts)]


def pack(rows: list[Row], built: BuiltWorld, names: Names, schedule: GateSchedule) -> Policy:
    """Arrays of the rows, with the schedule of the gates, as the kernels read them."""
    reach = Reach(names, built.arrays, built.labels.declared_origins)
    weeks = built.week_starts
    intensity = np.array([weekly(row.daily) for row in rows], dtype=np.float32).reshape(len(rows), len(weeks))
    announced = np.array([_announced(row, weeks) for row in rows], dtype=np.uint8).reshape(len(rows), len(weeks))
    routes = [_routes(row, reach) for row in rows]
    channels = [_channels(row, own, reach) for row, own in zip(rows, routes, strict=True)]
    channel_start, channel_reach = _lists([np.flatnonzero(mask) for mask in channels])
    cell_start, cell_reach = _lists([np.flatnonzero(row.cells) for row in rows])
    route_start, route_reach = _lists(routes)
    stop_start, stop_reach = _lists([_stops(row, own, reach) for row, own in zip(rows, routes, strict=True)])
    place_start, place_reach = _lists([_places(row, names) for row in rows])
    firm_start, firm_reach = _lists([_nameable(row, reach) for row in rows])
    inspection_start, inspection_reach = _lists([np.flatnonzero(row.classes) for row in rows])
    return Policy(
        schedule=schedule,
        instrument=np.array([row.instrument.number for row in rows], dtype=np.int32),
        intensity=intensity,
        announced=announced,
        level=np.array([row.level for row in rows], dtype=np.float32),
        level_ends=np.array([_ends(row) for row in rows], dtype=np.float32).reshape(len(rows), 2),
        driver=np.array([row.measure.sender == (EVENTS,) for row in rows], dtype=np.uint8),
        enforcement=np.array([_enforcement(row) for row in rows], dtype=np.float32).reshape(len(rows), 2),
        effects=effects_of(
            [(row.instrument, row.level, row.measure.enforcement, row.firms) for row in rows],
            [_ends(row) for row in rows],
        ),
        role=roles_of([row.instrument for row in rows]),
        changed=_changed(intensity, announced),
        channel_start=channel_start,
        channel_reach=channel_reach,
        cell_start=cell_start,
        cell_reach=cell_reach,
        authority_reach=np.array([reach.authorities(row.measure) for row in rows], dtype=np.uint8).reshape(
            len(rows), len(built.arrays.authorities.market)
        ),
        inspection_start=inspection_start,
        inspection_reach=inspection_reach,
        firm_scope=np.array([row.firms for row in rows], dtype=np.uint8).reshape(len(rows), len(_EVERY_FIRM)),
        firm_start=firm_start,
        firm_reach=firm_reach,
        route_start=route_start,
        route_reach=route_reach,
        stop_start=stop_start,
        stop_reach=stop_reach,
        closing=_closing([BARS in row.instrument.rule.roles for row in rows], announced, schedule, built.arrays),
        place_start=place_start,
        place_reach=place_reach,
    )


def _spared(rule: Measure, reach: Reach, first: np.datetime64, days: int) -> tuple[Mask, NDArray[np.float64]]:
    """Channels that a de minimis rule spares, and the days on which it does."""
    channels = reach.channels(rule)
    for exemption in rule.exemptions:
        channels &= ~reach.scope_channels(exemption.scope)
    return channels, daily_intensity(rule, first, days)


def _level(measure: Measure) -> float:
    """Level at full intensity; of a list of entities, how many exporters of the region it holds at its longest."""
    return measure.level * _longest(measure)


def _longest(measure: Measure) -> float:
    """Most entities of a list; 1 for what is none."""
    return max((count for _, count in measure.schedule), default=1.0)


def _ends(row: Row) -> tuple[float, float]:
    """Low and high end of a row's level: those of its measure, unless the row is at a level of its own."""
    measure, (low, high) = row.measure, row.measure.ends
    if row.level != _level(measure) or row.instrument != measure.instrument:
        return row.level, row.level
    if not measure.level:
        return low * _longest(measure), high * _longest(measure)
    return row.level * low / measure.level, row.level * high / measure.level


def _after_exemptions(whole: Row, reach: Reach, first: np.datetime64, days: int) -> list[Row]:
    rows = [whole]
    for exemption in whole.measure.exemptions:
        daily = in_force(exemption.start, exemption.end, first, days)
        channels, firms = reach.scope_channels(exemption.scope), firm_scope(exemption.scope)
        rows = [piece for row in rows for piece in _split(row, channels, daily, firms)]
        if _is_of_demand(exemption.scope):
            cells = reach.scope_cells(exemption.scope)
            rows = [piece for row in rows for piece in _split_cells(row, cells, daily)]
    return rows


def _split(row: Row, spared: Mask, daily: NDArray[np.float64], firms: tuple[int, ...]) -> Iterator[Row]:
    """Divide a row into the channels that are not spared, and those that are on some days or for some firms."""
    inside = row.channels & spared
    if not inside.any():
        yield row
        return
    yield replace(row, channels=row.channels & ~spared, part=True)
    met = replace(row, channels=inside, cells=np.zeros_like(row.cells), part=True, spared=True)
    yield replace(met, daily=row.daily * (1 - daily))
    for others in _firms_not_spared(row.firms, firms):
        yield replace(met, daily=row.daily * daily, firms=others)


def _firms_not_spared(firms: tuple[int, ...], spared: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Classes of firms of a row that an exemption leaves in scope while it lasts."""
    others = tuple(has * (1 - free) for has, free in zip(firms, spared, strict=True))
    return [others] if any(others) else []


def _split_cells(row: Row, spared: Mask, daily: NDArray[np.float64]) -> Iterator[Row]:
    inside = row.cells & spared
    yield replace(row, cells=row.cells & ~spared)
    if inside.any():
        none, days = np.zeros_like(row.channels), row.daily * (1 - daily)
        yield replace(row, cells=inside, channels=none, daily=days, part=True, spared=True)


def _is_of_demand(scope: Scope) -> bool:
    """Tell whether an exemption names only goods and markets, which is all that demand can tell apart."""
    return replace(scope, commodities=(), markets=()) == Scope()


def _with_tracing(row: Row) -> Iterator[Row]:
    """Yield the row, and for a ban that is enforced with tracing a second one that traces the same goods."""
    yield row
    traced = row.measure.enforcement.tracing
    if traced > 1:
        yield replace(row, instrument=Instrument.tracing, level=traced)


def _matters(row: Row, weeks: NDArray[np.datetime64]) -> bool:
    """Decide whether some channel, cell, place or class meets the row, in force or announced in these weeks."""
    of_demand_alone = row.part or row.instrument.rule.reach == "cells"
    reached = row.channels.any() or (of_demand_alone and row.cells.any())
    if row.instrument.rule.reach == "classes":
        reached = row.classes.any()
    return bool(reached and (row.daily.any() or _announced(row, weeks).any()))


def _announced(row: Row, weeks: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Weeks in which a row is known; what an exemption spares on some days, from its first day in force on.

    Before that day only who believes it hears of what else exemptions leave. Of a crossing that will be shut the days
    are known, with those on which goods are exempt.
    """
    known = announced_weeks(row.measure, weeks).astype(bool)
    if not row.part or BARS in row.instrument.rule.roles:
        return np.where(known, KNOWN, UNKNOWN)
    begun = np.maximum.accumulate(weekly(row.daily) > 0)
    return np.where(known, np.where(begun, KNOWN, UNKNOWN if row.spared else BELIEVED_ONLY), UNKNOWN)


def _enforcement(row: Row) -> tuple[float, float]:
    """Multiples of budget and days."""
    own = row.measure.enforcement
    return own.budget, own.detention_days


def _routes(row: Row, reach: Reach) -> NDArray[np.int32]:
    if row.instrument.rule.reach != "routes":
        return np.zeros(0, dtype=np.int32)
    return reach.routes(row.measure.scope, row.channels)


def _stops(row: Row, routes: NDArray[np.int32], reach: Reach) -> NDArray[np.int32]:
    """Give the stops at which a row lets nothing pass."""
    if BARS not in row.instrument.rule.roles:
        return np.zeros(0, dtype=np.int32)
    return reach.stops(row.measure.scope, routes)


def _closing(
    bars: Sequence[bool], announced: NDArray[np.uint8], schedule: GateSchedule, world: World
) -> NDArray[np.uint8]:
    """Shape (T,): 1 where rows that bar goods are known, or a gate is known to shut for good before goods reach it.

    Parameters
    ----------
    bars
        Of J rows, whether they bar goods.
    announced
        Weeks in which they are known, [J, T].
    schedule
        Of the gates.
    world
        Its weeks of travel count where a gate shuts for good.
    """
    closing = announced[np.array(bars, dtype=bool)].any(axis=0)
    gone = schedule.gone_week[schedule.version]
    if (gone < NEVER).any():
        ahead = np.arange(closing.size) + world.passages.latest_weeks.max(initial=0)
        closing |= (gone <= ahead).any(axis=0)
    return closing.astype(np.uint8)


def _channels(row: Row, routes: NDArray[np.int32], reach: Reach) -> Mask:
    """Channels on which a row acts.

    None for what acts on places or demand, or shuts a crossing, which is no news of any channel's risk.
    """
    if row.instrument.rule.reach == "routes" and BARS not in row.instrument.rule.roles:
        return reach.channels_of(routes)
    return row.channels if row.instrument.rule.reach == "channels" else np.zeros_like(row.channels)


def _places(row: Row, names: Names) -> NDArray[np.int64]:
    if row.instrument.rule.reach != "places":
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(names.mask("places", row.measure.scope.places))


def _nameable(row: Row, reach: Reach) -> NDArray[np.int32]:
    """Firms that a list of entities may name, in the order in which it does."""
    if LISTS not in row.instrument.rule.roles:
        return np.zeros(0, dtype=np.int32)
    return reach.firms(row.channels)


def _lists(parts: Sequence[NDArray[np.integer]]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Put lists one after another: starts and members."""
    start = np.concatenate(([0], np.cumsum([len(part) for part in parts]))).astype(np.int32)
    return start, np.concatenate([np.zeros(0, dtype=np.int32), *parts]).astype(np.int32)


def _changed(intensity: NDArray[np.float32], announced: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Shape (T,): 1 where some row's strength or announcement differs from the week before (nothing, at first)."""
    changed = np.zeros(intensity.shape[1], dtype=bool)
    for values in (intensity, announced):
        changed |= (np.diff(values, axis=1, prepend=0) != 0).any(axis=0)
    return changed.astype(np.uint8)
