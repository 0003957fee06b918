"""Uncertain factors and their prior: a range for each, spread evenly or on a log scale, and how it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm, qmc

from sim.errors import InputError


class Factor(NamedTuple):
    """A number that is not known, and what is known of it beforehand.

    Attributes
    ----------
    name : str
    low, high : float
        Range, in the unit of the factor.
    by_factor : bool
        Spread evenly over the logarithm: as likely to be halved as doubled.
    """

    name: str
    low: float
    high: float
    by_factor: bool = False


class Prior:
    """All factors together: independent of each other.

    Parameters
    ----------
    factors : sequence of Factor

    Raises
    ------
    InputError
        If there are none, two have one name, a range is empty or not finite, or a log scale reaches 0.
    """

    def __init__(self, factors: tuple[Factor, ...]) -> None:
        if not factors:
            raise InputError("Nothing is uncertain, so there is nothing to fit.")
        for number, each in enumerate(factors):
            if each.name in [other.name for other in factors[:number]]:
                raise InputError(f"Factor {each.name!r} stands twice.")
            if not (np.isfinite([each.low, each.high]).all() and each.low < each.high):
                raise InputError(f"The range of {each.name!r}, {each.low:g} to {each.high:g}, is empty.")
            if each.by_factor and each.low <= 0:
                raise InputError(f"The range of {each.name!r} begins at {each.low:g}: a log scale begins above 0.")
        self.factors = factors

    @property
    def names(self) -> list[str]:
        """Names of the factors, in order."""
        return [each.name for each in self.factors]

    def part(self, names: Sequence[str]) -> Prior:
        """Give the prior of some of the factors."""
        return Prior(tuple(each for each in self.factors if each.name in names))

    def completed(self, table: pd.DataFrame, seed: int) -> pd.DataFrame:
        """Draw the factors that a table lacks.

        Parameters
        ----------
        table : pandas.DataFrame
            A row a draw, a column for each of some factors.
        seed : int

        Returns
        -------
        pandas.DataFrame
            The same rows, with all factors in their order.
        """
        scores = np.random.default_rng(seed).standard_normal((len(table), len(self.factors)))
        return self.table(scores).set_index(table.index).assign(**{name: table[name] for name in table})

    def sobol(self, count: int, seed: int) -> pd.DataFrame:
        """Draw evenly over the prior.

        Parameters
        ----------
        count : int
            Number of draws; powers of two spread most evenly.
        seed : int
            Of the scrambling.

        Returns
        -------
        pandas.DataFrame
            A row a draw, a column a factor.
        """
        engine = qmc.Sobol(len(self.factors), rng=np.random.default_rng(seed))
        whole = engine.random_base2(int(np.ceil(np.log2(count))))
        return self.table(norm.ppf(np.clip(whole[:count], 1e-9, 1 - 1e-9)))

    def table(self, scores: NDArray[np.float64]) -> pd.DataFrame:
        """Turn normal scores into values.

        Parameters
        ----------
        scores : array [draws, factors] of float64
            Standard normal under the prior.

        Returns
        -------
        pandas.DataFrame
        """
        places = norm.cdf(scores)
        return pd.DataFrame({f.name: _value(f, places[:, number]) for number, f in enumerate(self.factors)})

    def scores(self, table: pd.DataFrame) -> NDArray[np.float64]:
        """Turn values into normal scores: the way back of `table`."""
        places = np.column_stack([_place(f, table[f.name].to_numpy(np.float64)) for f in self.factors])
        return norm.ppf(np.clip(places, 1e-9, 1 - 1e-9))

    def even(self, table: pd.DataFrame) -> pd.DataFrame:
        """Put values on the scale on which they are spread evenly, from 0 to 1: what an emulator is fitted on."""
        return pd.DataFrame({f.name: _place(f, table[f.name].to_numpy(np.float64)) for f in self.factors})


def _value(factor: Factor, place: NDArray[np.float64]) -> NDArray[np.float64]:
    """Value at a place of the range, from 0 to 1."""
    if factor.by_factor:
        return factor.low * (factor.high / factor.low) ** place
    return factor.low + (factor.high - factor.low) * place


def _place(factor: Factor, value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Place of a value in its range, from 0 to 1."""
    if factor.by_factor:
        return np.log(value / factor.low) / np.log(factor.high / factor.low)
    return (value - factor.low) / (factor.high - factor.low)
