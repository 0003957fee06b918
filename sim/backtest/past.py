"""What was published by an origin: monthly paths of published series, their last growth, and their years.

Sources print cumulated periods that overlap. A path is the smoothest monthly series that meets them, each within its
error; published growth over a year also gives the figure of the year before.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import nnls

from sim.calibration.published import in_the_model

ROUGHNESS = 0.3
"""By which part of its mean level a monthly series is taken to move from a month to the next."""

LEAST_ERROR = 0.01
COVERED = 0.5
"""Part of a year that figures cover where the year counts as known."""

MONTHS = 12
TRADE, GROWTH, CUMULATED = "registered_trade", "growth_yoy", "_cumulated"


class Series(NamedTuple):
    """Names of a published series."""

    quantity: str
    subject: str
    commodity: str
    direction: str


class Figure(NamedTuple):
    """One published figure, in the unit of the model."""

    first: pd.Timestamp
    last: pd.Timestamp
    value: float
    error: float  # as a share


class Past:
    """Published figures whose last day is at or before an origin.

    Parameters
    ----------
    observed : pandas.DataFrame
        Table `observed` of a world.
    origin : date
        Last day that is known.
    """

    def __init__(self, observed: pd.DataFrame, origin: date) -> None:
        table = observed.assign(
            from_date=pd.to_datetime(observed["from_date"]), to_date=pd.to_datetime(observed["to_date"])
        )
        table = table[(table["to_date"] <= pd.Timestamp(origin)) & (table["error_share"] > 0)]
        self.origin = pd.Period(origin, "M")
        self._series = dict(zip(observed["observation"], map(_series_of, observed.itertuples()), strict=True))
        self._figures: dict[Series, list[Figure]] = {}
        for row in table.itertuples():
            value = in_the_model(row.quantity, row.unit, row.value, row.from_date.year)
            if np.isfinite(value):
                figure = Figure(row.from_date, row.to_date, value, max(row.error_share, LEAST_ERROR))
                self._figures.setdefault(_series_of(row), []).append(figure)
        self._means = {_series_of(row) for row in table.itertuples() if _is_mean(row.unit)}
        self._paths: dict[Series, pd.Series | None] = {}

    def series(self, observation: str) -> Series:
        """Name the series that a figure belongs to, whether or not the figure is known yet."""
        return self._series[observation.lstrip("-")]

    def all_trade(self) -> list[Series]:
        """Every known series of registered trade over all goods, in the order of the table."""
        return [each for each in self._figures if each.quantity == TRADE and each.commodity == "*"]

    def path(self, series: Series) -> pd.Series | None:
        """Find the monthly path of a series, from its first known month to the origin; None where nothing is known."""
        if series not in self._paths:
            figures = [*self._figures.get(series, []), *self._from_growth(series)]
            self._paths[series] = _smoothest(figures, self.origin, series in self._means) if figures else None
        return self._paths[series]

    def over(self, series: Series, first: pd.Period, last: pd.Period) -> float:
        """Add a path up over months (average it, where it is a share or hours).

        Returns
        -------
        float
            Of the path's mean level where it does not reach so far back; NaN where nothing is known.
        """
        path = self.path(series)
        if path is None:
            return float("nan")
        months = pd.period_range(first, last, freq="M")
        inside = months.isin(path.index).all()
        mean = float(path[months].mean()) if inside else float(path.iloc[-MONTHS:].mean())
        return mean if series in self._means else mean * len(months)

    def last_growth(self, series: Series) -> float:
        """Find the growth over a year, as a factor, that was published last; else that of the path; else NaN."""
        known = self._growth(series)
        if known:
            return 1.0 + max(known, key=lambda each: (each.last, -each.first.value)).value
        years = self.years(series)
        last = self.origin.year
        return years[last] / years[last - 1] if {last, last - 1} <= years.keys() else float("nan")

    def years(self, series: Series) -> dict[int, float]:
        """Give the yearly figures of a path, of the years that published figures cover at least half of."""
        path = self.path(series)
        if path is None:
            return {}
        found = {}
        figures = [*self._figures.get(series, []), *self._from_growth(series)]
        for year in range(path.index[0].year, self.origin.year + 1):
            months = pd.period_range(f"{year}-01", f"{year}-12", freq="M")
            covered = np.max([_weights(months, each) for each in figures], axis=0).mean()
            if months.isin(path.index).all() and covered >= COVERED:
                found[year] = self.over(series, months[0], months[-1])
        return found

    def _growth(self, series: Series) -> list[Figure]:
        """List the published growth of a series over a year, as a share."""
        if not series.quantity.startswith(TRADE):
            return []
        return self._figures.get(series._replace(quantity=series.quantity.replace(TRADE, GROWTH, 1)), [])

    def _from_growth(self, series: Series) -> list[Figure]:
        """Work out figures of the year before (or after) from published growth over the same months."""
        own, found = self._figures.get(series, []), []
        spans = {(each.first, each.last) for each in own}
        for grown in self._growth(series):
            before = grown.first - pd.DateOffset(years=1), grown.last - pd.DateOffset(years=1)
            for each in own:
                error = float(np.hypot(each.error, grown.error * grown.value / (1.0 + grown.value)))
                if (each.first, each.last) == (grown.first, grown.last) and before not in spans:
                    found.append(Figure(*before, each.value / (1.0 + grown.value), error))
                if (each.first, each.last) == before and (grown.first, grown.last) not in spans:
                    found.append(Figure(grown.first, grown.last, each.value * (1.0 + grown.value), error))
        return found


def _series_of(row: object) -> Series:
    """Name the series of a row; cumulated counts belong to that of their increments."""
    return Series(row.quantity.removesuffix(CUMULATED), row.subject, row.commodity, row.direction)


def _is_mean(unit: str) -> bool:
    """Whether figures of a unit are averaged over months and not added up."""
    return unit.startswith(("percent", "share", "h")) or "/" in unit


def _weights(months: pd.PeriodIndex, figure: Figure) -> NDArray[np.float64]:
    """Part of each month that a figure covers."""
    first = np.maximum(months.start_time, figure.first)
    last = np.minimum(months.end_time.normalize(), figure.last)
    days = (last - first).days.to_numpy(np.float64) + 1.0
    return np.clip(days / months.days_in_month.to_numpy(np.float64), 0.0, 1.0)


def _smoothest(figures: list[Figure], origin: pd.Period, mean: bool) -> pd.Series:
    """Fit a monthly path: it meets the figures within their errors, and moves as little as that allows."""
    months = pd.period_range(min(each.first for each in figures).to_period("M"), origin, freq="M")
    rows = np.array([_weights(months, each) for each in figures])
    values = np.array([each.value for each in figures])
    if mean:
        rows = rows / rows.sum(axis=1, keepdims=True)
    level = float(np.mean(values / rows.sum(axis=1)))
    if level <= 0:
        return pd.Series(level, index=months)
    weight = 1.0 / np.maximum(np.abs(values) * [each.error for each in figures], 1e-12 * level)
    moves = np.diff(np.eye(len(months)), axis=0) / (ROUGHNESS * level)
    left = np.vstack([rows * weight[:, None], moves])
    right = np.concatenate([values * weight, np.zeros(len(moves))])
    return pd.Series(nnls(left * level, right)[0] * level, index=months)
