"""Quantiles of more numbers than fit into memory: counts in buckets whose width grows with the number.

A bucket holds all numbers between gamma^(i-1) and gamma^i, gamma = (1 + a) / (1 - a), so any quantile is known to
within the share ``a`` of itself, whatever the distribution. Sketches of parts add up to exactly the sketch of the
whole, in any order (DDSketch: Masson, Rim & Lee 2019, PVLDB 12(12), 2195-2205).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

RELATIVE_ERROR = 0.005
SMALLEST, LARGEST = 1e-9, 1e12
"""Sizes between which the error holds; smaller numbers count as zero."""

_LOG_GAMMA = np.log((1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR))
_FIRST = int(np.ceil(np.log(SMALLEST) / _LOG_GAMMA))
_SIZES = int(np.ceil(np.log(LARGEST) / _LOG_GAMMA)) - _FIRST + 1


class Sketch:
    """Counts of numbers in columns.

    Parameters
    ----------
    columns
        How many columns there are, for example months.
    """

    def __init__(self, columns: int) -> None:
        self._counts = np.zeros((columns, 2 * _SIZES + 1), np.int64)  # negative numbers, zero, positive numbers
        self._sum, self._rows = np.zeros(columns), 0

    def add(self, values: np.ndarray) -> None:
        """Count numbers.

        Parameters
        ----------
        values
            [rows, columns], finite.
        """
        size = np.abs(values, dtype=np.float64)
        with np.errstate(divide="ignore"):
            step = np.ceil(np.log(size) / _LOG_GAMMA) - _FIRST + 1
        bucket = _SIZES + np.where(size < SMALLEST, 0, np.sign(values) * step.clip(1, _SIZES)).astype(np.int64)
        columns, buckets = self._counts.shape
        flat = (bucket + np.arange(columns) * buckets).ravel()
        self._counts += np.bincount(flat, minlength=self._counts.size).reshape(self._counts.shape)
        self._sum += values.sum(axis=0, dtype=np.float64)
        self._rows += len(values)

    def merge(self, other: Sketch) -> None:
        """Add the counts of another sketch.

        Parameters
        ----------
        other
            Of as many columns.
        """
        self._counts += other._counts
        self._sum += other._sum
        self._rows += other._rows

    @property
    def mean(self) -> np.ndarray:
        """Mean of each column."""
        return self._sum / self._rows

    def quantiles(self, shares: Sequence[float]) -> np.ndarray:
        """Look quantiles up.

        Parameters
        ----------
        shares
            Between 0 and 1.

        Returns
        -------
        numpy.ndarray
            [shares, columns], each within `RELATIVE_ERROR` of a number of that rank.
        """
        cumulated = self._counts.cumsum(axis=1)
        found = [(cumulated > share * (self._rows - 1)).argmax(axis=1) - _SIZES for share in shares]
        step = np.array(found)
        size = np.exp((np.abs(step) + _FIRST - 1) * _LOG_GAMMA) * 2 / (1 + np.exp(_LOG_GAMMA))
        return np.where(step == 0, 0.0, np.sign(step) * size)


class Summary:
    """Mean and quantiles over runs: exact, or from counts where there are too many runs.

    Parameters
    ----------
    exact
        Keep all values.
    """

    def __init__(self, *, exact: bool) -> None:
        self._exact, self._values, self._sketches = exact, np.empty(0), []

    def add(self, values: np.ndarray) -> None:
        """Add runs.

        Parameters
        ----------
        values
            [runs, months, series]; once only where quantiles are exact.
        """
        if self._exact:
            self._values = values
            return
        self._sketches = self._sketches or [Sketch(values.shape[1]) for _ in range(values.shape[2])]
        for place, sketch in enumerate(self._sketches):
            sketch.add(values[:, :, place])

    def of(self, place: int, quantiles: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
        """Sum one series up.

        Parameters
        ----------
        place
            Which series.
        quantiles
            Between 0 and 1.

        Returns
        -------
        mean : numpy.ndarray
            [months].
        quantiles : numpy.ndarray
            [quantiles, months].
        """
        if not self._exact:
            return self._sketches[place].mean, self._sketches[place].quantiles(quantiles)
        values = self._values[:, :, place].astype(np.float64)
        return values.mean(axis=0), np.quantile(values, quantiles, axis=0)
