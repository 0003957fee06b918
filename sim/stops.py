"""What stopped a run, in words: the process, the Monday of the week, and the name of what it numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from sim.constants import DAYS_PER_WEEK
from sim.kernels.week import (
    CUSTOMS,
    FIRMS,
    MARKETS,
    NETWORK,
    ODD_SERIES,
    ODD_START,
    PORTS,
    PROCESSES,
)
from sim.labels import Labels
from sim.state import DIRECTIONS, World
from sim.store.saved_state import part_name


def why_stopped(
    status: np.ndarray, first_monday: date, world: World, labels: Labels, series: Sequence[str] = ()
) -> str:
    """Say why a run stopped.

    Parameters
    ----------
    status
        [4] int64: code (not 0), week, process, entity, as in `sim.kernels.week`.
    first_monday
        Of the first week of the spin-up.
    world
        Arrays of the world.
    labels
        Names of what they number.
    series
        Names of the series that are kept.

    Returns
    -------
    str
        Part of a sentence, such as `firms left a number that is not finite in the week of 2022-03-07 (firm 17)`.
    """
    code, week, process, number = (int(each) for each in status)
    if code == ODD_SERIES:
        name = series[number] if number < len(series) else f"series {number}"
        return f"{name} is not finite in month {week + 1}"
    if code == ODD_START:
        return f"its saved state holds a number that is not finite ({part_name(world, number)})"
    try:
        monday = first_monday + timedelta(days=DAYS_PER_WEEK * week)
        named = entity_name(process, number, world, labels)
    except (KeyError, IndexError, OverflowError):
        return "its saved state says that it failed in a place that there is not"
    return f"{PROCESSES[process]} left a number that is not finite in the week of {monday} ({named})"


def entity_name(process: int, number: int, world: World, labels: Labels) -> str:
    """Name an entity of a process.

    Parameters
    ----------
    process
        Index of `sim.kernels.week.PROCESSES`.
    number
        A firm's row, a gate, an inspection class or a price cell.
    world
        Arrays of the world.
    labels
        Names of what they number.

    Returns
    -------
    str
        Such as `horgos, export`.

    Raises
    ------
    KeyError
        If the process never stops a run.
    """
    return _NAMED[process](number, world, labels)


def _firm(number: int, _world: World, _labels: Labels) -> str:
    return f"firm {number}"


def _gate(number: int, _world: World, labels: Labels) -> str:
    crossing, direction = divmod(number, len(DIRECTIONS))
    return f"{labels.crossings[crossing]}, {DIRECTIONS[direction]}"


def _inspection_class(number: int, world: World, labels: Labels) -> str:
    authorities = world.authorities
    authority = int(np.searchsorted(authorities.class_start, number, side="right")) - 1
    origin, commodity = authorities.class_declared[number], authorities.class_commodity[number]
    goods = f"{labels.commodities[commodity]} from {labels.declared_origins[origin]}"
    return f"customs of {labels.authorities[authority]}, {goods}"


def _cell(number: int, world: World, labels: Labels) -> str:
    market, commodity = world.cells.market[number], labels.commodities[world.cells.commodity[number]]
    return f"{commodity} in {labels.markets[market]}" if market >= 0 else f"{commodity} in the region"


_NAMED = {PORTS: _gate, FIRMS: _firm, NETWORK: _gate, CUSTOMS: _inspection_class, MARKETS: _cell}
