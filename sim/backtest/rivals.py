"""Rivals of the model: no change, last growth continues, and structural gravity, each with an interval.

A rival knows what was published by an origin. Its spread is that of the errors it would have made before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.backtest.gravity import Gravity
from sim.backtest.past import MONTHS, TRADE, Past, Series
from sim.calibration.targets import on_scale
from sim.outcomes.names import ALL, BOTH, TOTAL

NO_CHANGE, GROWTH_GOES_ON, GRAVITY = RIVALS = ("no change", "growth continues", "gravity")
SHARE = "share"
LEAST_ERRORS = 2
QUANTILES = 400
"""Of a rival's normal interval, evenly spaced: what it is scored by."""


class Forecast(NamedTuple):
    """What a rival says of one target, on its scale; NaN where it says nothing."""

    middle: float
    spread: float

    def draws(self) -> NDArray[np.float64]:
        """Give evenly spaced quantiles of the normal interval."""
        return self.middle + self.spread * ndtri((np.arange(QUANTILES) + 0.5) / QUANTILES)


NOTHING = Forecast(float("nan"), float("nan"))


class Asked(NamedTuple):
    """One target as rivals see it.

    Attributes
    ----------
    top, below : tuple of Series
        Published series that its value is the sum of, and that of what it is divided by; below is empty for levels and
        for shares that are published as such.
    period, over : pairs of pandas.Period
        First and last month of both.
    growth : bool
        A ratio to an earlier year.
    scale : str
    """

    top: tuple[Series, ...]
    below: tuple[Series, ...]
    period: tuple[pd.Period, pd.Period]
    over: tuple[pd.Period, pd.Period]
    growth: bool
    scale: str


def asked(row: pd.Series, past: Past) -> Asked:
    """Read a row of targets, as `read_target_rows` gives it."""
    period = pd.Period(row["from_month"]), pd.Period(row["to_month"])
    ratio = bool(row["over_from_month"])
    over = (pd.Period(row["over_from_month"]), pd.Period(row["over_to_month"])) if ratio else period
    growth = over[0] < period[0]
    top = _series(row["observed"], past)
    if growth:  # growth is published of the series itself
        top = tuple(each._replace(quantity=each.quantity.replace("growth_yoy", TRADE)) for each in top)
    below = _series(row["over_observed"], past)
    if not _published(top, past):
        below = tuple(each._replace(quantity=TRADE, subject=TOTAL) for each in top)
        top = tuple(each._replace(quantity=TRADE) for each in top)
    return Asked(top, below, period, over, growth, row["scale"])


def forecasts(row: pd.Series, past: Past, gravity: Gravity | None) -> dict[str, Forecast]:
    """Say what each rival predicts of a target.

    Parameters
    ----------
    row : pandas.Series
        Of `read_target_rows`.
    past : Past
        What was published by the origin.
    gravity : Gravity, optional
        Fitted to the same; None: it says nothing.

    Returns
    -------
    dict of str to Forecast
        By the names of `RIVALS`.
    """
    what = asked(row, past)
    values = {
        NO_CHANGE: _no_change(what, past),
        GROWTH_GOES_ON: _growth_goes_on(what, past),
        GRAVITY: _gravity(row, what, past, gravity),
    }
    spreads = {
        NO_CHANGE: spread(what, past, 1),
        GROWTH_GOES_ON: spread(what, past, 2),
        GRAVITY: _spread_of_gravity(row, gravity),
    }
    return {name: _forecast(values[name], spreads[name], what.scale) for name in RIVALS}


def spread(what: Asked, past: Past, differences: int) -> float:
    """Root mean square of the errors that a rival would have made at the end of each earlier year.

    Parameters
    ----------
    what : Asked
    past : Past
    differences : int
        1: of no change, whose error is the growth of a year; 2: of growth that continues, whose error is by how much
        growth changed.

    Returns
    -------
    float
        On the scale of the target. Of its own series; with fewer than two errors, of all series of trade.
    """
    own = _errors(_yearly(what, past), what.scale, differences)
    if len(own) < LEAST_ERRORS:
        every = [past.years(each) for each in past.all_trade()]
        own = [error for years in every for error in _errors(years, "log", differences)]
    return float(np.sqrt(np.mean(np.square(own)))) if own else float("nan")


def _published(top: Sequence[Series], past: Past) -> bool:
    """Whether a published share was published by the origin; else it is worked out of trade."""
    return any(each.quantity != SHARE or past.path(each) is not None for each in top)


def _spread_of_gravity(row: pd.Series, gravity: Gravity | None) -> float:
    """Spread of the law: of all trade, or of partners."""
    if gravity is None:
        return float("nan")
    return gravity.spread_of_total if row["subjects"] == TOTAL else gravity.spread


def _series(names: str, past: Past) -> tuple[Series, ...]:
    """Name the series of figures, each once."""
    return tuple(dict.fromkeys(past.series(each) for each in names.split()))


def _yearly(what: Asked, past: Past) -> dict[int, float]:
    """Give the yearly values of what is asked, of the years in which all its series are known."""
    top = [past.years(each) for each in what.top]
    below = [past.years(each) for each in what.below] if not what.growth else []
    known = set.intersection(*(set(each) for each in (*top, *below)))
    return {
        year: sum(each[year] for each in top) / (sum(each[year] for each in below) if below else 1.0)
        for year in sorted(known)
    }


def _errors(years: dict[int, float], scale: str, differences: int) -> list[float]:
    """Differences of yearly values on a scale, over years that follow one another."""
    values = dict(zip(years, _scaled(list(years.values()), scale), strict=True))
    found = []
    for year in values:
        stretch = [values.get(year - back, float("nan")) for back in range(differences, -1, -1)]
        found.append(float(np.diff(stretch, n=differences)[0]))
    return [each for each in found if np.isfinite(each)]


def _value(what: Asked, past: Past, back: int) -> float:
    """Value of what is asked, some months before."""
    top = sum(past.over(each, *(month - back for month in what.period)) for each in what.top)
    below = sum(past.over(each, *(month - back for month in what.over)) for each in what.below)
    return top / below if what.below else top


def _no_change(what: Asked, past: Past) -> float:
    """Predict the same months of the year before; of a growth, none."""
    return 1.0 if what.growth else _value(what, past, MONTHS)


def _growth_goes_on(what: Asked, past: Past) -> float:
    """Predict no change times the last known growth; a share follows the growth of its parts where it is a ratio."""
    factors = [past.last_growth(each) for each in what.top]
    weights = np.array([past.over(each, *(month - MONTHS for month in what.period)) for each in what.top])
    grown = float(np.average(factors, weights=np.maximum(weights, 1e-12))) if np.isfinite(weights).all() else factors[0]
    if what.growth:
        return grown
    if what.below:
        grown /= float(np.mean([past.last_growth(each) for each in what.below]))
    return _value(what, past, MONTHS) * grown


def _gravity(row: pd.Series, what: Asked, past: Past, gravity: Gravity | None) -> float:
    """Predict trade by the law of gravity; of a growth, over the published year before."""
    told = row["outcome"] == TRADE and row["commodities"] == ALL and row["over_outcome"] in ("", TRADE)
    if gravity is None or not told or (what.below and what.scale != "logit" and not what.growth):
        return float("nan")
    subject, direction = row["subjects"], row["direction"]
    year = gravity.trade(subject, what.period[0].year) * _part(subject, direction, past)
    if what.growth:
        before = sum(past.years(each).get(what.over[0].year, float("nan")) for each in what.top)
        return year / before
    if what.scale == "logit":
        return year / gravity.trade(TOTAL, what.period[0].year)
    return year * _season(what, past)


def _part(subject: str, direction: str, past: Past) -> float:
    """Part of a direction in trade with a partner, as last known of the partner, else of all."""
    if direction == BOTH:
        return 1.0
    for name in (subject, TOTAL):
        both, one = (past.years(Series(TRADE, name, "*", way)) for way in (BOTH, direction))
        if known := sorted(both.keys() & one.keys()):
            return one[known[-1]] / both[known[-1]]
    return float("nan")


def _season(what: Asked, past: Past) -> float:
    """Part of a year that the same months had in the year before."""
    first, last = what.period
    whole = sum(
        past.over(each, *(pd.Period(f"{first.year - 1}-{month:02d}") for month in (1, 12))) for each in what.top
    )
    part = _value(what, past, MONTHS) / whole
    return part if np.isfinite(part) else (last - first).n / MONTHS + 1.0 / MONTHS


def _forecast(value: float, width: float, scale: str) -> Forecast:
    """Put a forecast on its scale."""
    middle = _scaled([value], scale)[0]
    return Forecast(middle, width) if np.isfinite(middle) and np.isfinite(width) else NOTHING


def _scaled(values: Sequence[float], scale: str) -> list[float]:
    """Put values on a scale; not finite where they do not lie on it."""
    return on_scale((scale,), np.array(values, np.float64)[:, None])[:, 0].tolist()
