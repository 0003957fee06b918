"""What the targets pin down: how much narrower a posterior is than its prior, and which factors only show together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calibration.factors import Prior

OPEN = 0.8
"""Posterior over prior width from which on the targets are said to leave a factor open."""

TOGETHER = 0.7
"""Correlation from which on two factors are said to show only together."""


class Widths(NamedTuple):
    """What is left open of one factor.

    Attributes
    ----------
    factor : str
    q05, median, q95 : float
        Of the posterior, in the unit of the factor.
    low, high : float
        Range of the prior.
    width : float
        Standard deviation of the posterior over that of the prior, on the scale on which the prior is even.
    place : float
        Mean of the posterior on that scale: 0 at `low`, 1 at `high`.
    """

    factor: str
    q05: float
    median: float
    q95: float
    low: float
    high: float
    width: float
    place: float


def widths(prior: Prior, table: pd.DataFrame, weight: NDArray[np.float64]) -> pd.DataFrame:
    """Hold each factor's posterior against its prior.

    Parameters
    ----------
    prior : Prior
    table : pandas.DataFrame
        A row a draw, a column a factor, in its own unit.
    weight : array [draws] of float64
        Adds up to 1.

    Returns
    -------
    pandas.DataFrame
        A row a factor, the narrowest first; columns as of `Widths`.
    """
    even = prior.even(table).to_numpy()
    mean = weight @ even
    spread = np.sqrt(weight @ (even - mean) ** 2)
    rows = []
    for number, factor in enumerate(prior.factors):
        values = table[factor.name].to_numpy(np.float64)
        range_ = np.quantile(values, [0.05, 0.5, 0.95], weights=weight, method="inverted_cdf")
        width = spread[number] * np.sqrt(12.0)  # the standard deviation of what is even from 0 to 1 is 1 / sqrt(12)
        rows.append(Widths(factor.name, *map(float, range_), factor.low, factor.high, width, mean[number]))
    return pd.DataFrame(rows).sort_values("width", kind="stable", ignore_index=True)


def pairs(prior: Prior, table: pd.DataFrame, weight: NDArray[np.float64]) -> pd.DataFrame:
    """Find pairs of factors of which the targets show a combination better than either.

    Parameters
    ----------
    prior, table, weight
        As of `widths`.

    Returns
    -------
    pandas.DataFrame
        A row a pair whose correlation is at least `TOGETHER`, the closest first: `first, second, correlation` (of
        normal scores), `first_width, second_width` (over the prior's), `together` (width of the combination that is
        known best, over the prior's).
    """
    scores = prior.scores(table)
    covariance = np.cov(scores.T, aweights=weight, ddof=0).reshape(len(prior.names), -1)
    spread = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(spread, spread)
    rows = [
        {
            "first": prior.names[one],
            "second": prior.names[other],
            "correlation": correlation[one, other],
            "first_width": spread[one],
            "second_width": spread[other],
            "together": float(np.sqrt(np.linalg.eigvalsh(covariance[np.ix_((one, other), (one, other))])[0])),
        }
        for one, other in zip(*np.triu_indices(len(spread), 1), strict=True)
        if abs(correlation[one, other]) >= TOGETHER
    ]
    columns = ["first", "second", "correlation", "first_width", "second_width", "together"]
    found = pd.DataFrame(rows, columns=columns)
    return found.sort_values("correlation", key=np.abs, ascending=False, kind="stable", ignore_index=True)


def in_words(row: pd.Series, prior: Prior) -> str:
    """Say what is known of a pair that shows only together.

    Parameters
    ----------
    row : pandas.Series
        Of `pairs`.
    prior : Prior
        Says on which scales the two are spread.

    Returns
    -------
    str
        A sentence.
    """
    by_factor = {each.name: each.by_factor for each in prior.factors}
    like = (by_factor[row["first"]], by_factor[row["second"]])
    if all(like):
        known = "their ratio" if row["correlation"] > 0 else "their product"
    elif not any(like):
        known = "their difference" if row["correlation"] > 0 else "their sum"
    else:
        known = "a combination of them"
    moves = "both larger or both smaller" if row["correlation"] > 0 else "one larger and the other smaller"
    return (
        f"{row['first']} and {row['second']} fit as well {moves} (correlation {row['correlation']:.2f}): the figures "
        f"show {known} better than either."
    )
