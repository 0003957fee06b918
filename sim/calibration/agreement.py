"""Runs at the posterior beside the figures that they were fitted to."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.calibration.targets import FAR, Targets

QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
ERRORS = 40
"""Places of a normal error at which a figure's own error is added to what is simulated."""


def beside(published: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Put what runs say of each target beside what was published.

    Parameters
    ----------
    published : pandas.DataFrame
        `target, group, scale, value, error`, a row a target.
    figures : pandas.DataFrame
        A row a run, equally likely, a column a target, in its unit.

    Returns
    -------
    pandas.DataFrame
        The rows of `published` with `q05, q25, median, q75, q95` of the runs, in the unit of the target; `apart`:
        median less published, in errors of the figure, on its scale; `missed`: part of the runs more than three errors
        away; `within_50, within_90`: whether the figure lies in the interval of the runs with its own error added.
    """
    targets = Targets.of_table(published)
    scaled = targets.scaled(figures).to_numpy()
    names = list(targets.names)
    quantiles = np.quantile(figures[names].to_numpy(np.float64), list(QUANTILES.values()), axis=0)
    away = (scaled - targets.value) / targets.error
    return published.reset_index(drop=True).assign(
        **dict(zip(QUANTILES, quantiles, strict=True)),
        apart=np.median(away, axis=0),
        missed=(np.abs(away) > FAR).mean(axis=0),
        within_50=_within(away, 0.5),
        within_90=_within(away, 0.9),
    )


def _within(away: NDArray[np.float64], level: float) -> NDArray[np.bool_]:
    """Say whether 0 lies in the central interval of distances [runs, targets], with normal errors of 1 added."""
    places = ndtri((np.arange(ERRORS) + 0.5) / ERRORS)
    widened = (away[:, None, :] + places[None, :, None]).reshape(-1, away.shape[1])
    low, high = np.quantile(widened, [(1.0 - level) / 2, (1.0 + level) / 2], axis=0)
    return (low <= 0.0) & (0.0 <= high)
