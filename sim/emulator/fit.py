"""Fitting: a ridge regression on the terms of a quadratic, its weight chosen for each outcome, and its test."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.emulator.emulator import Emulator
from sim.emulator.inputs import Input, columns_of, describe_inputs
from sim.emulator.shared import shared_parts
from sim.emulator.terms import quadratic_pairs, terms_of
from sim.errors import InputError
from sim.intervals import COVERAGE

PENALTIES = np.logspace(-4, 5, 46)
"""Weights of the ridge that are tried: from none to one that leaves the mean alone, for up to some 100,000 runs."""

LEAST_RUNS_A_COLUMN = 4
"""Fewest runs for each column of inputs: of fewer, not even the slopes are found."""


def fit_emulator(inputs: pd.DataFrame, outcomes: pd.DataFrame, judged: int | None = None) -> Emulator:
    """Fit an emulator to runs, and test it on runs that it has not seen: each is predicted from all others.

    Parameters
    ----------
    inputs : pandas.DataFrame
        A row a run: numbers, flags (booleans) and categories (text).
    outcomes : pandas.DataFrame
        The same rows; columns of numbers, in any units. What grows by a factor does best on a log scale.
    judged : int, optional
        Number of the last runs by which it is judged (`held_out`), where those before lie elsewhere; by default all.

    Returns
    -------
    Emulator
        The same runs give the same bits.

    Raises
    ------
    InputError
        If rows differ or are too few, if an input or an outcome cannot be fitted, or if scikit-learn is missing.
    """
    described = describe_inputs(inputs)
    _check(inputs, outcomes, sum(each.width for each in described))
    columns, values = columns_of(described, inputs), outcomes.to_numpy(np.float64)
    names = tuple(map(str, outcomes.columns))
    return _fit(described, names, columns, values, judged or len(values))


def check_runs(runs: int, columns: int) -> None:
    """Refuse to learn from too few runs.

    Raises
    ------
    InputError
        If there are fewer than `LEAST_RUNS_A_COLUMN` for each column of inputs.
    """
    least = LEAST_RUNS_A_COLUMN * columns
    if runs < least:
        raise InputError(f"An emulator of {columns} columns of inputs wants {least} runs; there are {runs}.")


def _check(inputs: pd.DataFrame, outcomes: pd.DataFrame, columns: int) -> None:
    """Refuse what cannot be fitted, in one sentence."""
    if len(inputs) != len(outcomes):
        raise InputError(f"There are {len(inputs)} rows of inputs and {len(outcomes)} of outcomes: a row is a run.")
    check_runs(len(inputs), columns)
    for name in outcomes.columns:
        if not np.isfinite(outcomes[name].to_numpy(np.float64)).all():
            raise InputError(f"Outcome {name!r} holds a number that is not finite.")


def _fit(
    inputs: Sequence[Input],
    outcomes: tuple[str, ...],
    columns: NDArray[np.float64],
    values: NDArray[np.float64],
    judged: int,
) -> Emulator:
    """Fit, and predict each run from the others, which a ridge regression does in closed form."""
    pairs = quadratic_pairs(inputs)
    terms = terms_of(columns, pairs)
    centre, spread = terms.mean(axis=0), terms.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    scaled = (terms - centre) / scale
    ridge = scikit_learn("sklearn.linear_model").RidgeCV(alphas=PENALTIES, alpha_per_target=True).fit(scaled, values)
    penalty = np.broadcast_to(ridge.alpha_, (len(outcomes),)).astype(np.float64)
    left, strength, right = np.linalg.svd(scaled, full_matrices=False)
    kept = strength > strength.max() * np.finfo(np.float64).eps * max(scaled.shape)
    shrunk = strength[kept, None] ** 2 / (strength[kept, None] ** 2 + penalty)
    own_weight = left[:, kept] ** 2 @ shrunk + 1.0 / len(values)  # of a run in its own prediction
    error = (values - ridge.predict(scaled).reshape(values.shape)) / (1.0 - own_weight)
    noise = (error**2 * (1.0 - own_weight)).mean(axis=0)  # an error holds what the other runs leave open too
    held_out = _held_out(error[-judged:], noise / (1.0 - own_weight[-judged:]), values[-judged:])
    return Emulator(
        inputs=tuple(inputs),
        outcomes=outcomes,
        pairs=pairs,
        centre=centre,
        scale=scale,
        constant=np.atleast_1d(ridge.intercept_),
        slope=np.atleast_2d(ridge.coef_).T,
        axes=right[kept].T,
        strength=strength[kept],
        penalty=penalty,
        noise=noise,
        shared=shared_parts(error * np.sqrt(1.0 - own_weight)),
        held_out=held_out.set_axis(pd.Index(outcomes, name="outcome")),
        runs=len(values),
    )


def _held_out(error: NDArray[np.float64], variance: NDArray[np.float64], values: NDArray[np.float64]) -> pd.DataFrame:
    """Sum up errors of runs that were left out, [runs, outcomes], with the variance that was told for each.

    Returns
    -------
    pandas.DataFrame
        By outcome: `rmse` in its unit, `r2`, `coverage_90` (share of runs within the 90 % range), `spread` (standard
        deviation over the runs).
    """
    rmse, spread = np.sqrt((error**2).mean(axis=0)), values.std(axis=0)
    return pd.DataFrame(
        {
            "rmse": rmse,
            "r2": 1.0 - np.divide(rmse, spread, out=np.ones_like(rmse), where=spread > 0) ** 2,
            "coverage_90": (np.abs(error) <= ndtri(0.5 + COVERAGE / 2) * np.sqrt(variance)).mean(axis=0),
            "spread": spread,
        }
    )


def scikit_learn(module: str) -> ModuleType:
    """Import a part of scikit-learn, or say how to get it."""
    try:
        return import_module(module)
    except ModuleNotFoundError:
        raise InputError("Emulators need scikit-learn: python -m pip install scikit-learn") from None
