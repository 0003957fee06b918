"""What a regime does to crossings: the causes it switches on in the world's tables, and factors on capacity."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.constants import DAYS_PER_WEEK, LONGEST_WAIT_DAYS, NEVER
from sim.policy.compile.intensity import announced_weeks, daily_intensity, weekly
from sim.policy.language.measures import Measure, Regime
from sim.policy.language.names import Names
from sim.state import DIRECTIONS, GateSchedule
from sim.world.network.calendars import Cause
from sim.world.network.gates import compile_gates
from sim.world.tables.read import Tables


def causes_of(regime: Regime) -> dict[str, Cause]:
    """Causes that a regime and its background switch on, by id."""
    return {
        measure.cause: Cause(measure.start, measure.end, measure.end_known)
        for measure in regime.measures
        if measure.instrument.rule.dated_by_tables
    }


def compile_schedule(regime: Regime, tables: Tables, names: Names, week_starts: NDArray[np.datetime64]) -> GateSchedule:
    """Gates under a regime.

    Parameters
    ----------
    regime
        Its measures that reach gates count here: causes of the world's tables, and factors on capacity.
    tables
        A checked world.
    names
        Its labels.
    week_starts
        Mondays, shape (T,).

    Returns
    -------
    GateSchedule
        Capacity and background of G gates in T weeks, and V versions of what is known.
    """
    causes = tuple(sorted(causes_of(regime).items(), key=lambda each: each[0]))
    gates = _gates_under(_Same(tables), causes, tuple(week_starts.tolist()))
    factors = [
        measure
        for measure in regime.measures
        if measure.instrument.rule.reach == "gates" and not measure.instrument.rule.dated_by_tables
    ]
    return with_factors(gates, factors, names, week_starts)


class _Same:
    """A world's tables as a key of a cache: equal only to themselves."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.tables is other.tables

    def __hash__(self) -> int:
        return id(self.tables)


@lru_cache(maxsize=64)
def _gates_under(world: _Same, causes: tuple[tuple[str, Cause], ...], mondays: tuple[date, ...]) -> GateSchedule:
    """Gates under causes; most regimes share theirs, so each set is worked out once."""
    return compile_gates(world.tables, dict(causes), np.array(mondays, dtype="datetime64[D]"))


def with_factors(
    gates: GateSchedule, measures: Sequence[Measure], names: Names, week_starts: NDArray[np.datetime64]
) -> GateSchedule:
    """Gates whose capacity the measures multiply, and what is known of it from each announcement on.

    A week's capacity is multiplied by the mean factor of its days. Where several measures narrow a gate the strongest
    holds, and likewise where several widen it. A factor of 0 shuts the gate on its days, without an end for good.
    """
    by_gate = _measures_by_gate(measures, names)
    if not by_gate:
        return gates
    capacity, version, ordinary = gates.capacity_t.copy(), gates.version.copy(), gates.ordinary_t.copy()
    open_share = gates.open_share.copy()
    known, next_open, gone = list(gates.known_capacity_t), list(gates.next_open_days), list(gates.gone_week)
    for gate, mine in by_gate.items():
        factors = np.array([_factor(measure, week_starts) for measure in mine])
        told = np.array([_first_known(measure, week_starts) for measure in mine])
        capacity[gate] *= _strongest(factors)
        ordinary[gate] *= np.maximum(_strongest(factors), 1)
        for factor in factors[[measure.level == 0 for measure in mine]]:
            open_share[gate] = np.minimum(open_share[gate], factor)
        leaves = np.array([_gone_week(measure, factor) for measure, factor in zip(mine, factors, strict=True)])
        states = [(old, tuple(told <= week)) for week, old in enumerate(gates.version[gate])]
        rows: dict[tuple[np.int32, tuple[np.bool_, ...]], int] = {}
        for old, heard in states:
            if (old, heard) not in rows:
                rows[old, heard] = len(known)
                factor = _strongest(factors[list(heard)])
                known.append(gates.known_capacity_t[old] * factor)
                next_open.append(_later_openings(gates.next_open_days[old], factor))
                gone.append(min(gates.gone_week[old], leaves[list(heard)].min(initial=NEVER)))
        version[gate] = [rows[state] for state in states]
    return gates._replace(
        capacity_t=capacity,
        open_share=open_share,
        version=version,
        known_capacity_t=np.array(known),
        next_open_days=np.array(next_open),
        gone_week=np.array(gone, np.int32),
        ordinary_t=ordinary,
    )


def _measures_by_gate(measures: Sequence[Measure], names: Names) -> Mapping[int, list[Measure]]:
    by_gate: dict[int, list[Measure]] = {}
    for measure in measures:
        directions = measure.scope.directions or DIRECTIONS
        for crossing in np.flatnonzero(names.mask("crossings", measure.scope.crossings)):
            for direction in directions:
                by_gate.setdefault(2 * int(crossing) + DIRECTIONS.index(direction), []).append(measure)
    return by_gate


def _factor(measure: Measure, week_starts: NDArray[np.datetime64]) -> NDArray[np.float64]:
    strength = daily_intensity(measure, week_starts[0], DAYS_PER_WEEK * len(week_starts))
    return 1 + (measure.level - 1) * weekly(strength).astype(np.float64)


def _gone_week(measure: Measure, factor: NDArray[np.float64]) -> int:
    """First week from which a measure without an end keeps a gate shut; `NEVER` where it does not."""
    if measure.level > 0 or measure.end is not None or factor[-1] > 0:
        return NEVER
    return int(np.flatnonzero(factor > 0).max(initial=-1)) + 1


def _first_known(measure: Measure, week_starts: NDArray[np.datetime64]) -> int:
    known = announced_weeks(measure, week_starts)
    return int(known.argmax()) if known.any() else len(week_starts)


def _strongest(factors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of factors (measures, T), the least where one is below 1, else the largest: shape (T,), or 1 of none."""
    if not len(factors):
        return np.float64(1)
    least, most = factors.min(axis=0), factors.max(axis=0)
    return np.where(least < 1, least, most)


def _later_openings(next_open_days: NDArray[np.float32], factor: NDArray[np.float64]) -> NDArray[np.float32]:
    """Days to the first open day when weeks whose factor is 0 are shut altogether."""
    days = np.array(next_open_days)
    shut = np.broadcast_to(factor <= 0, days.shape)
    for week in range(len(days) - 1, -1, -1):
        after = days[week + 1] if week + 1 < len(days) else LONGEST_WAIT_DAYS
        if shut[week] or (days[week] >= DAYS_PER_WEEK and days[week] < LONGEST_WAIT_DAYS):
            days[week] = min(after + DAYS_PER_WEEK, LONGEST_WAIT_DAYS)
    return days
