"""Which claims are fitted and which are tests: the rule, and how many of each hold.

A claim is fitted where one of its figures is a target of the calibration, or where it says itself that a value was set
by hand on it, or that targets say the same (`Claim.set_on`). All others are tests: nothing was turned on their figures.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import pandas as pd

TARGET = "a figure of it is a target"


class Unfitted(NamedTuple):
    """How many claims that were not fitted hold."""

    held: int
    of: int

    @property
    def share(self) -> float:
        """Held, of all."""
        return self.held / self.of if self.of else float("nan")


def mark_fitted(claims: pd.DataFrame, targets: Collection[str]) -> pd.DataFrame:
    """Mark each claim as fitted or not.

    Parameters
    ----------
    claims : DataFrame
        As of `judge`.
    targets : collection of str
        Observations that targets of the calibration rest on.

    Returns
    -------
    DataFrame
        The same with `fitted` (yes or no); `set_on` also says where a figure is a target.
    """
    is_target = claims["figures"].map(lambda names: not set(names.split()).isdisjoint(targets))
    reason = claims["set_on"].mask(is_target & (claims["set_on"] == ""), TARGET)
    return claims.assign(set_on=reason, fitted=(reason != "").map({True: "yes", False: "no"}))


def unfitted_held(claims: pd.DataFrame, *, weak: bool = True) -> Unfitted:
    """Count the claims that were not fitted, and those of them that hold.

    Parameters
    ----------
    claims : DataFrame
        As of `mark_fitted`.
    weak : bool
        Also those that follow from what was put in.
    """
    tests = claims[(claims["fitted"] == "no") & (weak | (claims["weak"] == "no"))]
    return Unfitted(int((tests["holds"] == "yes").sum()), len(tests))
