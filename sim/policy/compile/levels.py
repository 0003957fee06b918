"""Levels of single measures: a run may give a measure a level of its own, within its range.

A compiled measure that is put at a level of its own has that level at both ends of its range. So it stays there
wherever the draw of a run puts the levels of all others (`sim.kernels.levels`), and kernels need not know of it: one
rule reads levels, and nothing is compiled anew. Only the few short columns that hold levels are copied.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError, unknown
from sim.kernels.compiler.jit import over_arrays
from sim.kernels.levels import level_at
from sim.policy.language.measures import Measure
from sim.state import Policy
from sim.world.frozen import frozen


class Level(NamedTuple):
    """Level of a measure and its range, in the unit of its instrument; and the rows of the policy that have it."""

    level: float
    low: float
    high: float
    rows: tuple[int, ...]

    def position(self, value: float) -> float:
        """Where a value lies in the range: 0 at the level itself, -1 at the low end, 1 at the high end.

        Examples
        --------
        >>> [Level(0.5, 0.2, 1.0, ()).position(value) for value in (0.2, 0.5, 0.75, 1.0)]
        [-1.0, 0.0, 0.5, 1.0]
        """
        beside = value - self.level
        if not beside:
            return 0.0
        return beside / (self.high - self.level if beside > 0 else self.level - self.low)


def check_level(key: str, value: float, low: float, high: float) -> None:
    """Refuse a level outside the range of its measure, or that is no number.

    Parameters
    ----------
    key
        Where it stands, for errors.
    value, low, high
        In the unit of the measure.

    Raises
    ------
    InputError
        With the range.

    Examples
    --------
    >>> check_level("draws.csv, row 2, level.goods_that_go_on", 1.2, 0.9, 2.8)
    """
    if not low <= value <= high:
        raise InputError(f"{key}={value:g}: outside the range of the measure's level, {low:g} to {high:g}.")


def levels_of(measures: Iterable[Measure], of_rows: Sequence[str]) -> dict[str, Level]:
    """Give the levels that can be moved.

    Parameters
    ----------
    measures
        Of a regime.
    of_rows
        The name of the measure of each row of its policy.

    Returns
    -------
    dict of str to Level
        By the name of the measure, of those with a range; one that is out of reach or never in force has no rows.
    """
    return {
        each.name: Level(each.level, *each.ends, tuple(j for j, name in enumerate(of_rows) if name == each.name))
        for each in measures
        if each.has_range
    }


def at_levels(policy: Policy, levels: Sequence[Level | None], values: NDArray[np.float64]) -> Policy:
    """Put measures of a policy at levels of their own.

    Parameters
    ----------
    policy
        Compiled and frozen.
    levels
        Of the measures to move; None for one that the policy lacks.
    values
        [levels] float64, each in the unit of its measure and within its range.

    Returns
    -------
    Policy
        The same where nothing is moved, else a frozen copy that shares all arrays but those of levels.
    """
    position = np.full(policy.level.shape, np.nan, np.float32)
    for each, value in zip(levels, values, strict=True):
        if each is not None:
            position[list(each.rows)] = each.position(value)
    if np.isnan(position).all():
        return policy
    effects, ends = policy.effects, policy.level_ends
    of_effect = np.repeat(position, np.diff(effects.start))
    level, low, high = _moved(policy.level, ends[:, 0], ends[:, 1], position)
    full, lowest, highest = _moved(effects.full, effects.lowest, effects.highest, of_effect)
    effects = effects._replace(full=full, lowest=lowest, highest=highest)
    return frozen(policy._replace(level=level, level_ends=np.column_stack((low, high)), effects=effects))


def at_named_levels(policy: Policy, known: Mapping[str, Level], values: Mapping[str, float]) -> Policy:
    """Put measures of a policy at levels of their own, by name.

    Parameters
    ----------
    policy
        Compiled and frozen.
    known
        Its levels that can be moved.
    values
        Name of a measure to its level.

    Returns
    -------
    Policy
        As of `at_levels`.

    Raises
    ------
    InputError
        If a measure is not known, has no range, or its level lies outside.
    """
    for name, value in values.items():
        if name not in known:
            raise unknown("levels", name, known)
        check_level(f"levels, {name}", value, known[name].low, known[name].high)
    return at_levels(policy, [known[name] for name in values], np.array([*values.values()], np.float64))


def _moved(
    level: NDArray[np.float32], low: NDArray[np.float32], high: NDArray[np.float32], position: NDArray[np.float32]
) -> tuple[NDArray[np.float32], ...]:
    """Level and both ends, all three at the level's own place where it has a position (not NaN).

    By the rule of the kernels in their precision, so that a level at an end has the bits of all levels at that end.
    """
    moved, low, high = level.copy(), low.copy(), high.copy()
    for j in np.flatnonzero(~np.isnan(position)):
        moved[j] = low[j] = high[j] = over_arrays(level_at)(level[j], low[j], high[j], position[j])
    return moved, low, high
