"""The fitted emulator: what it predicts, how sure it is, and how well it did on runs that it has not seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.emulator.inputs import Input, columns_of
from sim.emulator.terms import terms_of


@dataclass(frozen=True)
class Emulator:
    """A quadratic for each outcome, fitted by ridge regression.

    Attributes
    ----------
    inputs : tuple of Input
        What it takes.
    outcomes : tuple of str
        What it predicts.
    pairs : array [products, 2] of int64
        Which columns each product joins.
    centre, scale : arrays [terms] of float64
        Mean and spread of each term over the runs that it was fitted to.
    constant : array [outcomes] of float64
        Prediction at the mean of all terms, in the unit of each outcome.
    slope : array [terms, outcomes] of float64
        What a spread of a term adds.
    axes : array [terms, axes] of float64
        Directions in which the runs vary (right singular vectors of the scaled terms).
    strength : array [axes] of float64
        Singular values that belong to them.
    penalty : array [outcomes] of float64
        Weight of the ridge, chosen for each outcome by generalised cross-validation.
    noise : array [outcomes] of float64
        Variance of a run about the quadratic, from runs left out, one at a time.
    shared : array [outcomes, parts] of float64
        Loadings of errors on common parts, in standard deviations: errors of one run go together over outcomes.
    held_out : pandas.DataFrame
        By outcome: `rmse` and `r2` of predictions for runs that were left out, `coverage_90`, and the `spread` of the
        outcome itself.
    runs : int
        Number of runs that it was fitted to.
    """

    inputs: tuple[Input, ...]
    outcomes: tuple[str, ...]
    pairs: NDArray[np.int64]
    centre: NDArray[np.float64]
    scale: NDArray[np.float64]
    constant: NDArray[np.float64]
    slope: NDArray[np.float64]
    axes: NDArray[np.float64]
    strength: NDArray[np.float64]
    penalty: NDArray[np.float64]
    noise: NDArray[np.float64]
    shared: NDArray[np.float64]
    held_out: pd.DataFrame
    runs: int

    def predict(self, table: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Predict every outcome at every row.

        Parameters
        ----------
        table : pandas.DataFrame
            A row a point, with the columns of `inputs`.

        Returns
        -------
        mean, variance : arrays [rows, outcomes] of float64
            In the unit of each outcome, and its square. The variance is that of a single run: the noise of a run, and
            what the runs that were made leave open about the quadratic.

        Raises
        ------
        InputError
            If a column is missing, or a category has a level that no run had.
        """
        return self.predict_columns(columns_of(self.inputs, table))

    def predict_columns(self, columns: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Predict at points given as columns, as `columns_of` makes them: for samplers, which ask millions of times."""
        terms = (terms_of(columns, self.pairs) - self.centre) / self.scale
        along = (terms @ self.axes) ** 2
        unknown = along @ (1.0 / (self.strength[:, None] ** 2 + self.penalty)) + 1.0 / self.runs
        return self.constant + terms @ self.slope, self.noise * (1.0 + unknown)
