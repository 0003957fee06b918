"""What the figures of a fit are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calibration.factors import Prior


@dataclass(frozen=True)
class FitShown:
    """A fit and its checks.

    Attributes
    ----------
    beside : DataFrame
        Targets, simulated beside published: as of `sim.calibration.agreement.beside`.
    even : DataFrame
        Draws of the posterior, a column a factor, in places of their ranges (0 to 1).
    weight : array [draws]
        Of the draws; adds up to 1.
    widths, pairs : DataFrame
        As of `sim.calibration.identifiability`.
    effects : DataFrame
        Factor by group of targets: as of `sim.calibration.influence.by_group`.
    shifts : DataFrame
        Of factors and of answers, where a group is left out: as of `sim.calibration.influence.shifts`, with `kind`
        (factor or answer).
    hangs : DataFrame
        Factor by answer: part of the answer's spread over the posterior that goes with the factor.
    opinions : DataFrame
        As of `sim.calibration.second_opinion.compared`.
    answers : DataFrame
        The headline and its tests over one parameter and under the rules of choice: as of `sim.report.fit.answers`.
    prior : Prior
        Of the factors.
    fit : mapping
        What `fit.yaml` says.
    answered : float
        Smallest R2, on runs not seen, of the emulator of answers that `shifts` rests on.
    """

    beside: pd.DataFrame
    even: pd.DataFrame
    weight: NDArray[np.float64]
    widths: pd.DataFrame
    pairs: pd.DataFrame
    effects: pd.DataFrame
    shifts: pd.DataFrame
    hangs: pd.DataFrame
    opinions: pd.DataFrame
    answers: pd.DataFrame
    prior: Prior
    fit: Mapping[str, Any]
    answered: float
