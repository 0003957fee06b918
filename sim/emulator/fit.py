"""Fitting: a ridge regression on the terms of a quadratic, its weight chosen for each outcome, and its test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from types import ModuleType

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.emulator.emulator import Emulator
from sim.emulator.inputs import Input, columns_of, describe_inputs
from sim.emulator.terms import quadratic_pairs, terms_of
from sim.errors import InputError
from sim.intervals import COVERAGE

PENALTIES = np.logspace(-4, 5, 46)
"""Weights of the ridge that are tried: from none to one that leaves the mean alone, for up to some 100,000 runs."""

FOLDS = 5
"""Parts of the runs; each is predicted by a fit to the others."""

LEAST_RUNS_A_COLUMN = 4
"""Fewest runs for each column of inputs: of fewer, not even the slopes are found."""


def fit_emulator(inputs: pd.DataFrame, outcomes: pd.DataFrame, seed: int = 0, judged: int | None = None) -> Emulator:
    """Fit an emulator to runs, and test it on runs that it has not seen.

    Parameters
    ----------
    inputs : pandas.DataFrame
        A row a run: numbers, flags (booleans) and categories (text).
    outcomes : pandas.DataFrame
        The same rows; columns of numbers, in any units. What grows by a factor does best on a log scale.
    seed : int
        Of the parts into which the runs are cut for the test. Equal seeds give equal bits.
    judged : int, optional
        Number of the last runs by which it is judged (`held_out`), where those before lie elsewhere; by default all.

    Returns
    -------
    Emulator

    Raises
    ------
    InputError
        If rows differ or are too few, if an input or an outcome cannot be fitted, or if scikit-learn is missing.
    """
    described = describe_inputs(inputs)
    _check(inputs, outcomes, sum(each.width for each in described))
    columns, values = columns_of(described, inputs), outcomes.to_numpy(np.float64)
    names = tuple(map(str, outcomes.columns))
    fitted = _fit(described, names, columns, values)
    return replace(fitted, held_out=_held_out(fitted, columns, values, seed, judged or len(values)))


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
    inputs: Sequence[Input], outcomes: tuple[str, ...], columns: NDArray[np.float64], values: NDArray[np.float64]
) -> Emulator:
    """Fit without the test."""
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
        noise=(error**2).mean(axis=0),
        held_out=pd.DataFrame(),
        runs=len(values),
    )


def _held_out(
    whole: Emulator, columns: NDArray[np.float64], values: NDArray[np.float64], seed: int, judged: int
) -> pd.DataFrame:
    """Predict each part of the runs by a fit to the others; the last runs are what it is judged by.

    Returns
    -------
    pandas.DataFrame
        By outcome: `rmse` in its unit, `r2`, `coverage_90` (share of runs within the 90 % range), `spread` (standard
        deviation over the runs).
    """
    mean, variance = np.empty_like(values), np.empty_like(values)
    parts = scikit_learn("sklearn.model_selection").KFold(FOLDS, shuffle=True, random_state=seed)
    for seen, unseen in parts.split(columns):
        part = _fit(whole.inputs, whole.outcomes, columns[seen], values[seen])
        mean[unseen], variance[unseen] = part.predict_columns(columns[unseen])
    mean, variance, values = mean[-judged:], variance[-judged:], values[-judged:]
    error, spread = values - mean, values.std(axis=0)
    rmse = np.sqrt((error**2).mean(axis=0))
    return pd.DataFrame(
        {
            "rmse": rmse,
            "r2": 1.0 - np.divide(rmse, spread, out=np.ones_like(rmse), where=spread > 0) ** 2,
            "coverage_90": (np.abs(error) <= ndtri(0.5 + COVERAGE / 2) * np.sqrt(variance)).mean(axis=0),
            "spread": spread,
        },
        index=pd.Index(whole.outcomes, name="outcome"),
    )


def scikit_learn(module: str) -> ModuleType:
    """Import a part of scikit-learn, or say how to get it."""
    try:
        return import_module(module)
    except ModuleNotFoundError:
        raise InputError("Emulators need scikit-learn: python -m pip install scikit-learn") from None
