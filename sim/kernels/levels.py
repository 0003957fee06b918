"""Levels of measures: where the draw of a run puts them in their range. Many levels are a handful of factors."""

from sim.kernels.compiler.jit import process
from sim.kernels.numbers.numerics import ZERO


@process
def level_position(policy, j, parameters):
    """Where the level of measure j lies in its range: drivers move together, and so do what senders do."""
    return parameters.driver_levels if policy.driver[j] != 0 else parameters.measure_levels


@process
def level_at(level, low, high, position):
    """Give the level itself at position 0, its low end at -1, its high end at 1, and what lies straight between."""
    return level + position * (high - level if position > ZERO else level - low)


@process
def level_of(policy, j, parameters):
    """Level of measure j in this run."""
    low, high = policy.level_ends[j, 0], policy.level_ends[j, 1]
    return level_at(policy.level[j], low, high, level_position(policy, j, parameters))
