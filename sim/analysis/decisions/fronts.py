"""Good compromises between several aims: a search by NSGA-II, and which of many points no other one beats."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError

WAY_OUT = "python -m pip install optuna"


class Range(NamedTuple):
    """A number between two ends that a search may choose; on the logarithm where `is_log`."""

    low: float
    high: float
    is_log: bool = False


YES_OR_NO = (False, True)
Lever = Range | tuple[bool, bool]
Choice = Mapping[str, float | bool]
Evaluate = Callable[[Sequence[Choice]], NDArray[np.float64]]
"""Gives the aims [choices, aims] of a generation of choices; all are made as small as can be."""


class Searched(NamedTuple):
    """All that a search looked at.

    Attributes
    ----------
    choices : list of dict
        Lever to value.
    aims : array [choices, aims] of float64
        As evaluated.
    """

    choices: list[dict[str, float | bool]]
    aims: NDArray[np.float64]


def non_dominated(aims: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which points no other beats: none is at most as large in all aims and smaller in one.

    Parameters
    ----------
    aims : array [points, aims]
        To be made small.

    Returns
    -------
    array [points] of bool
        Of equal points all.

    Examples
    --------
    >>> non_dominated(np.array([[1.0, 3.0], [2.0, 2.0], [2.0, 3.0], [3.0, 1.0]]))
    array([ True,  True, False,  True])
    """
    aims = np.asarray(aims, np.float64)
    beaten = [((aims <= each).all(axis=1) & (aims < each).any(axis=1)).any() for each in aims]
    return ~np.array(beaten, dtype=bool)


def search(
    levers: Mapping[str, Lever],
    evaluate: Evaluate,
    *,
    aims: int,
    population: int,
    generations: int,
    seed: int,
    first: Sequence[Choice] = (),
) -> Searched:
    """Look for good compromises with NSGA-II, generation by generation.

    Parameters
    ----------
    levers : mapping of str to Range or (False, True)
        What may be chosen.
    evaluate : callable
        Is asked once for each generation.
    aims : int
        How many.
    population, generations : int
        Choices of a generation, and how many of these.
    seed : int
        The same seed looks at the same choices.
    first : sequence of mapping
        Choices that the first generation holds, such as what is done now; at most a generation.

    Returns
    -------
    Searched
        In the order in which they were looked at.

    Raises
    ------
    InputError
        If optuna is not installed.
    """
    optuna = load_optuna()
    kinds = {name: _distribution(optuna, lever) for name, lever in levers.items()}
    sampler = optuna.samplers.NSGAIISampler(population_size=population, seed=seed)
    study = optuna.create_study(directions=["minimize"] * aims, sampler=sampler)
    for choice in first[:population]:
        study.enqueue_trial(dict(choice))
    choices, found = [], []
    for _ in range(generations):
        trials = [study.ask(kinds) for _ in range(population)]
        values = np.asarray(evaluate([trial.params for trial in trials]), np.float64)
        for trial, value in zip(trials, values, strict=True):
            study.tell(trial, value.tolist())
        choices += [dict(trial.params) for trial in trials]
        found.append(values)
    return Searched(choices, np.concatenate(found))


def load_optuna() -> ModuleType:
    """Import optuna, which only this search needs.

    Raises
    ------
    InputError
        If it is not installed.
    """
    try:
        optuna = import_module("optuna")
    except ModuleNotFoundError:
        raise InputError(f"The search for good targeting needs the package optuna: {WAY_OUT}.") from None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna


def _distribution(optuna: ModuleType, lever: Lever) -> object:
    if isinstance(lever, Range):
        return optuna.distributions.FloatDistribution(lever.low, lever.high, log=lever.is_log)
    return optuna.distributions.CategoricalDistribution(lever)
