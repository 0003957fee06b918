"""Draws of uncertain parameters and levels: Latin hypercube, Sobol, Morris, factorial, or a table of one's own.

All but the table are drawn in the unit cube and then taken to each parameter's own range and distribution. Sobol and
Morris designs are those that SALib analyses (Saltelli 2002; Morris 1991); they are sampled by it as well. What is not
uncertain keeps the value it has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from itertools import product
from math import ceil, log2
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import qmc

from sim.ensemble.plan.design import FIRST_DRAW, Design
from sim.ensemble.plan.factors import Uncertain, ranged
from sim.errors import InputError, unknown
from sim.parameters import LEVEL, TABLE, not_drawn, out_of_range
from sim.policy.compile.levels import check_level
from sim.policy.language.measures import Measure, Regime
from sim.world.tables.files import text_of
from sim.world.tables.records import records_of, with_points

Columns = dict[str, ArrayLike]
LARGEST_DESIGN = 1_000_000
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", re.ASCII)
DISTRIBUTIONS = ("uniform", "log_uniform", "triangular")


def sampled(
    sampler: str,
    count: int,
    uncertain: Mapping[str, Uncertain],
    parameters: Mapping[str, float],
    *,
    runs: int = 1,
    seed: int = 1,
) -> Design:
    """Draw a design.

    Parameters
    ----------
    sampler
        `latin_hypercube` (``count`` draws), `sobol` (``count`` base samples, a power of two: ``count * (k + 2)`` draws
        for k parameters), `morris` (``count`` trajectories of k + 1 draws) or `factorial` (``count`` levels of each).
    count
        As above.
    uncertain
        Name of a parameter, or of a level (`level.MEASURE`), to range and distribution.
    parameters
        All parameters as they stand, in the order of `sim.state.Parameters`.
    runs
        Replications of each draw.
    seed
        Of the sampler; the random numbers of runs have their own.

    Returns
    -------
    Design
        Draws from number 1.

    Raises
    ------
    InputError
        If the sampler, a parameter or a distribution is not known, a range is empty, or the design would be too large.
    """
    if sampler not in SAMPLERS:
        raise unknown("design.sampler", sampler, SAMPLERS)
    for name, each in uncertain.items():
        _check(name, each, parameters)
    if not uncertain:
        raise InputError(f"design.sampler={sampler} has nothing to draw: name the uncertain parameters.")
    cube = SAMPLERS[sampler](count, len(uncertain), seed)
    return of_columns(_to_ranges(cube, uncertain, parameters), parameters, len(cube), runs)


def from_table(path: Path, parameters: Mapping[str, float], *, runs: int = 1, regimes: Sequence[Regime] = ()) -> Design:
    """Read a design from a CSV file: a column a parameter or a level (`level.MEASURE`), a row a draw.

    Parameters
    ----------
    path
        The file.
    parameters
        All parameters as they stand; columns that the file lacks keep these values.
    runs
        Replications of each draw.
    regimes
        Those of the study, whose measures have the levels.

    Returns
    -------
    Design
        Draws from number 1.

    Raises
    ------
    InputError
        If the file cannot be read, a column is no parameter and no level of the regimes, or a cell is no number of its
        range.
    """
    text, fault = text_of(path)
    if fault:
        raise InputError(f"{path}: the table of draws {fault}.")
    table = records_of(text)
    key = f"the column of {path}"
    levels = {name: ranged(key, name, regimes) for name in table.header if name.startswith(LEVEL)}
    for name in table.header:
        if name not in parameters and name not in levels:
            raise not_drawn(key, name) if name in TABLE else unknown(key, name, parameters)
    if table.odd:
        row, cells = table.lengths[0]
        raise InputError(f"{path}, row {row}: {cells} cells where the header has {len(table.header)}.")
    if not table.rows or len(set(table.header)) < len(table.header):
        raise InputError(f"{path} needs a header of different parameters and at least one row.")
    columns = {
        name: _column(path, name, table.rows, cells, levels.get(name))
        for name, cells in zip(table.header, zip(*table.cells, strict=True), strict=True)
    }
    return of_columns(columns, parameters, len(table.rows), runs)


def spread(count: int, uncertain: Mapping[str, Uncertain], parameters: Mapping[str, float], seed: int) -> Columns:
    """Draw evenly over ranges (Sobol, scrambled); the first draws of many are those of few.

    The first dimension of the sequence is left out: draws from a posterior are spread by it.

    Parameters
    ----------
    count
        Draws.
    uncertain
        Name to range and distribution; may be empty.
    parameters
        All parameters as they stand.
    seed
        Of the scrambling.

    Returns
    -------
    dict of str to numpy.ndarray
        Name to values, [count] float64.
    """
    engine = qmc.Sobol(1 + len(uncertain), rng=np.random.default_rng(seed))
    return _to_ranges(engine.random_base2(ceil(log2(count)))[:count, 1:], uncertain, parameters)


def of_columns(
    columns: Columns, parameters: Mapping[str, float], draws: int, runs: int, paired: bool = False
) -> Design:
    """Make a design of columns: those of parameters in the order of all, levels behind them.

    Parameters
    ----------
    columns
        Name of a parameter or level to values, [draws] float64.
    parameters
        All parameters as they stand: what has no column keeps its value.
    draws
        Their number.
    runs
        Replications of each draw; of a paired design as many as draws.
    paired
        Whether each run has its own draw.

    Returns
    -------
    Design
        Draws from number 1.
    """
    levels = tuple(name for name in columns if name.startswith(LEVEL))
    every = [columns.get(name, np.full(draws, standing)) for name, standing in parameters.items()]
    rows = np.column_stack([*every, *(columns[name] for name in levels)]).astype(np.float64)
    return Design(rows, FIRST_DRAW, runs, levels, paired)


def _to_ranges(cube: np.ndarray, uncertain: Mapping[str, Uncertain], parameters: Mapping[str, float]) -> Columns:
    """Take each column of the unit cube to the range and distribution of its factor."""
    drawn = zip(cube.T, uncertain.items(), strict=True)
    return {name: _to_range(column, each, parameters.get(name, np.nan)) for column, (name, each) in drawn}


def _column(path: Path, name: str, rows: Sequence[int], cells: Sequence[str], measure: Measure | None) -> list[float]:
    """Numbers of a column, decimal commas read; each within the range of its parameter or measure."""
    return [
        _number(f"{path}, row {row}, {name}", name, cell, number, measure)
        for row, cell, number in zip(rows, cells, with_points(list(cells)), strict=True)
    ]


def _number(key: str, name: str, cell: str, number: str, measure: Measure | None) -> float:
    if not _NUMBER.fullmatch(number) or not np.isfinite(value := float(number)):
        raise InputError(f"{key}={cell!r}: not a finite number.")
    if measure is not None:
        check_level(key, value, *measure.ends)
    elif not TABLE[name].holds(value):
        raise out_of_range(key, value, TABLE[name])
    return value


def _check(name: str, uncertain: Uncertain, parameters: Mapping[str, float]) -> None:
    """Refuse a parameter that is not known and a range or distribution that cannot be drawn from."""
    low, high, distribution = uncertain
    if name not in parameters and not name.startswith(LEVEL):
        raise unknown("design.uncertain", name, parameters)
    if distribution not in DISTRIBUTIONS:
        raise unknown(f"the distribution of {name}", distribution, DISTRIBUTIONS)
    if not (np.isfinite([low, high]).all() and low < high):
        raise InputError(f"design.uncertain.{name}: low={low:g} must be below high={high:g}.")
    if distribution == "log_uniform" and low <= 0:
        raise InputError(f"design.uncertain.{name}: low={low:g} must be above 0 for log_uniform.")
    if distribution == "triangular" and name not in parameters:
        raise InputError(f"design.uncertain.{name}: a level has no peak for triangular.")
    if distribution == "triangular" and not low <= parameters[name] <= high:
        raise InputError(f"design.uncertain.{name}: its value {parameters[name]:g} must lie between low and high.")


def _to_range(unit: np.ndarray, uncertain: Uncertain, peak: float) -> np.ndarray:
    """Take numbers between 0 and 1 to a parameter's distribution, by the inverse of its cumulative distribution."""
    low, high, distribution = uncertain
    if distribution == "log_uniform":
        return np.clip(low * (high / low) ** unit, low, high)  # which rounding may leave by a bit
    if distribution == "triangular":
        rising = unit * (high - low) < peak - low
        up = low + np.sqrt(unit * (high - low) * (peak - low))
        down = high - np.sqrt((1 - unit) * (high - low) * (high - peak))
        return np.clip(np.where(rising, up, down), low, high)
    return np.clip(low + (high - low) * unit, low, high)


def _latin_hypercube(count: int, parameters: int, seed: int) -> np.ndarray:
    return qmc.LatinHypercube(parameters, rng=seed).random(_allowed(count))


def _factorial(count: int, parameters: int, _: int) -> np.ndarray:
    _allowed(count**parameters)
    return np.array(list(product(np.linspace(0.0, 1.0, count), repeat=parameters)))


def _sobol(count: int, parameters: int, seed: int) -> np.ndarray:
    if count & (count - 1):
        raise InputError(f"design.draws={count}: a Sobol design needs a power of two, such as 64 or 128.")
    _allowed(count * (parameters + 2))
    return salib("SALib.sample.sobol").sample(_cube(parameters), count, calc_second_order=False, seed=seed)


def _morris(count: int, parameters: int, seed: int) -> np.ndarray:
    _allowed(count * (parameters + 1))
    return salib("SALib.sample.morris").sample(_cube(parameters), count, seed=seed)


def _cube(parameters: int) -> dict[str, object]:
    """Describe the unit cube as SALib's problem."""
    return {"num_vars": parameters, "names": [f"x{i}" for i in range(parameters)], "bounds": [[0.0, 1.0]] * parameters}


def _allowed(draws: int) -> int:
    if not 1 <= draws <= LARGEST_DESIGN:
        raise InputError(f"The design would have {draws} draws: choose between 1 and {LARGEST_DESIGN}.")
    return draws


def salib(module: str) -> object:
    """Import a part of SALib, or say how to get it."""
    try:
        return import_module(module)
    except ModuleNotFoundError:
        raise InputError("Sobol and Morris designs and their indices need SALib: python -m pip install SALib") from None


SAMPLERS: dict[str, Callable[[int, int, int], np.ndarray]] = {
    "latin_hypercube": _latin_hypercube,
    "sobol": _sobol,
    "morris": _morris,
    "factorial": _factorial,
}
