"""Targets: published figures that a fit is held to, each with its error, its scale and its group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import InputError, nearest, unknown

LINEAR, LOG, LOGIT = SCALES = ("linear", "log", "logit")
COLUMNS = ("target", "group", "scale", "value", "error")
FAR = 3.0
"""Errors beyond which a target is missed."""

FARTHEST = 5.0
"""Distance on a log or logit scale, a factor of 150, beyond which figures count alike: 0 is not infinitely wrong."""


class Targets(NamedTuple):
    """Targets on the scale on which errors are even.

    Attributes
    ----------
    names : tuple of str
    groups : tuple of str
        Names of the groups, each once.
    group : array [targets] of int64
        Group of each target.
    scales : tuple of str
        "linear", "log" (levels that grow by factors) or "logit" (shares), for each target.
    value, error : arrays [targets] of float64
        On that scale: published value, and its standard error.
    luck : array [targets] of float64
        On that scale: variance of runs that differ in their luck alone; 0 where it is not known.
    """

    names: tuple[str, ...]
    groups: tuple[str, ...]
    group: NDArray[np.int64]
    scales: tuple[str, ...]
    value: NDArray[np.float64]
    error: NDArray[np.float64]
    luck: NDArray[np.float64]

    @classmethod
    def of_table(cls, table: pd.DataFrame) -> Targets:
        """Check a table of targets and put it on its scales.

        Parameters
        ----------
        table : pandas.DataFrame
            `target` (name), `group`, `scale`, `value` (in its unit) and `error` (standard error in that unit; of the
            value itself).

        Returns
        -------
        Targets

        Raises
        ------
        InputError
            If a column is missing, a name stands twice, a scale is not known, an error is not above 0, or a value does
            not lie on its scale.
        """
        missing = [name for name in COLUMNS if name not in table]
        if missing:
            raise InputError(f"The table of targets lacks the column {missing[0]!r}.")
        twice = table["target"][table["target"].duplicated()]
        if len(twice):
            raise InputError(f"Target {twice.iloc[0]!r} stands twice: one value for one figure.")
        for row in table.itertuples():
            _check(row)
        groups = tuple(dict.fromkeys(table["group"]))
        scales = tuple(table["scale"])
        value = table["value"].to_numpy(np.float64)
        slope = np.array([_slope(scale, each) for scale, each in zip(scales, value, strict=True)])
        return cls(
            names=tuple(table["target"]),
            groups=groups,
            group=np.array([groups.index(each) for each in table["group"]], np.int64),
            scales=scales,
            value=on_scale(scales, value[None, :])[0],
            error=table["error"].to_numpy(np.float64) * slope,
            luck=np.zeros(len(table)),
        )

    def part(self, names: Sequence[str]) -> Targets:
        """Give some of the targets, with their groups."""
        kept = np.array([name in names for name in self.names], dtype=bool)
        groups = tuple(each for number, each in enumerate(self.groups) if (self.group[kept] == number).any())
        return Targets(
            names=tuple(np.array(self.names, dtype=object)[kept]),
            groups=groups,
            group=np.array([groups.index(self.groups[each]) for each in self.group[kept]], np.int64),
            scales=tuple(np.array(self.scales, dtype=object)[kept]),
            value=self.value[kept],
            error=self.error[kept],
            luck=self.luck[kept],
        )

    def scaled(self, table: pd.DataFrame) -> pd.DataFrame:
        """Put simulated figures on the scales of their targets.

        Parameters
        ----------
        table : pandas.DataFrame
            A row a run, a column a target, in the unit of the target.

        Returns
        -------
        pandas.DataFrame
            The same rows, columns in the order of the targets; figures of 0, or far from their target, lie `FARTHEST`
            from it.

        Raises
        ------
        InputError
            If a target is not simulated, or a figure does not lie on its scale in some run.
        """
        missing = [name for name in self.names if name not in table]
        if missing:
            raise InputError(f"The runs do not say {missing[0]!r}.{nearest(missing[0], list(table.columns))}")
        values = on_scale(self.scales, table[list(self.names)].to_numpy(np.float64))
        bent = np.array([scale != LINEAR for scale in self.scales], dtype=bool)
        near = np.clip(values, self.value - FARTHEST, self.value + FARTHEST)
        values = np.where(bent, near, values)
        lost = ~np.isfinite(values).all(axis=0)
        if lost.any():
            name, scale = self.names[int(np.argmax(lost))], self.scales[int(np.argmax(lost))]
            raise InputError(f"Target {name!r} is on a {scale} scale, on which its figure does not lie in every run.")
        return pd.DataFrame(values, columns=list(self.names), index=table.index)


def _check(row: Any) -> None:
    """Refuse a target that cannot be one."""
    if row.scale not in SCALES:
        raise unknown(f"The scale of {row.target!r}", row.scale, SCALES)
    if not (np.isfinite(row.error) and row.error > 0):
        raise InputError(f"Target {row.target!r} has the error {row.error:g}: it must be above 0.")
    inside = {LINEAR: np.isfinite(row.value), LOG: row.value > 0, LOGIT: 0 < row.value < 1}[row.scale]
    if not inside:
        raise InputError(f"Target {row.target!r} is {row.value:g}, which does not lie on a {row.scale} scale.")


def on_scale(scales: tuple[str, ...], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Put values [rows, targets] on their scales; not finite where a value does not lie on it."""
    out = values.astype(np.float64, copy=True)
    log, logit = (np.array([scale == each for scale in scales], dtype=bool) for each in (LOG, LOGIT))
    with np.errstate(divide="ignore", invalid="ignore"):
        out[:, log] = np.log(values[:, log])
        out[:, logit] = np.log(values[:, logit] / (1.0 - values[:, logit]))
    return out


def _slope(scale: str, value: float) -> float:
    """How much a scale moves with its value: turns an error of the value into one of the scale."""
    if scale == LINEAR:
        return 1.0
    return 1.0 / value if scale == LOG else 1.0 / (value * (1.0 - value))
