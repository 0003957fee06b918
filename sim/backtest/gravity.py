"""Structural gravity: a partner's share of trade by its size, its distance and a border, and the trend of all trade."""

from __future__ import annotations

from importlib import import_module
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.backtest.past import TRADE, Past, Series
from sim.errors import InputError
from sim.outcomes.names import TOTAL

EARTH_KM = 6371.0
COUNTED_FROM = 2019
"""Year from which the trend counts years; any would do."""

BORDER = "border_trade"
LEAST_YEARS = 3
"""Of all trade, for a trend with an error."""


class Gravity(NamedTuple):
    """A fitted law, and the markets that it is asked about.

    Attributes
    ----------
    markets : pandas.DataFrame
        `market, blocs, log_gdp, log_km, border`: a row a market.
    slope : array [3] of float64
        Of `log_gdp`, `log_km` and `border`.
    trend : tuple of float
        Constant and slope of the logarithm of all trade, by years after `COUNTED_FROM`.
    spread, spread_of_total : float
        Root mean square of the residuals of what was published of partners, and of all trade, on a log scale.
    rows : int
        Partners and years that it was fitted to.
    """

    markets: pd.DataFrame
    slope: NDArray[np.float64]
    trend: tuple[float, float]
    spread: float
    spread_of_total: float
    rows: int

    def trade(self, subject: str, year: int) -> float:
        """Predict trade with a market, a bloc or all of them in a year, in million dollars; NaN where none is meant."""
        blocs = self.markets["blocs"].str.split()
        meant = (self.markets["market"] == subject) | blocs.map(lambda names: subject in names) | (subject == TOTAL)
        if not meant.any():
            return float("nan")
        weight = np.exp(_columns(self.markets) @ self.slope)
        every = np.exp(self.trend[0] + self.trend[1] * (year - COUNTED_FROM))
        return float(every * weight[meant.to_numpy()].sum() / weight.sum())


def markets_of(places: pd.DataFrame, markets: pd.DataFrame, demand: pd.DataFrame, size: pd.DataFrame) -> pd.DataFrame:
    """Describe the markets of a world for a law of gravity.

    Parameters
    ----------
    places, markets, demand : pandas.DataFrame
        Tables of the world. Distance is that of the great circle from its first place of origin.
    size : pandas.DataFrame
        `country, gdp_bn_usd`; markets of other countries are left out.

    Returns
    -------
    pandas.DataFrame
        `market, blocs, log_gdp, log_km, border, base_musd`; markets of one country are one, by the name of the first.
    """
    places = places.set_index("place")
    origin = places[places["kinds"].str.split().map(lambda kinds: "origin" in kinds)].iloc[0]
    base = demand.groupby("market")["value_musd"].sum()
    table = markets.merge(size[["country", "gdp_bn_usd"]], on="country")
    table["base_musd"] = table["market"].map(base).fillna(0.0)
    table["base_musd"] = table.groupby("country")["base_musd"].transform("sum")
    table = table.drop_duplicates("country").reset_index(drop=True)
    at = places.loc[table["place"], ["lat", "lon"]].to_numpy(np.float64)
    table["log_gdp"] = np.log(table["gdp_bn_usd"].astype(np.float64))
    table["log_km"] = np.log(_great_circle(origin["lat"], origin["lon"], at))
    table["border"] = table["blocs"].str.split().map(lambda blocs: BORDER in blocs).astype(np.float64)
    return table[["market", "blocs", "log_gdp", "log_km", "border", "base_musd"]]


def fit_gravity(past: Past, markets: pd.DataFrame) -> Gravity:
    """Fit the law to yearly trade by partner, published by an origin, and to the base year of the others.

    Parameters
    ----------
    past : Past
    markets : pandas.DataFrame
        As `markets_of` gives it.

    Returns
    -------
    Gravity

    Raises
    ------
    InputError
        If all trade is known of too few years, or scikit-learn is missing.
    """
    every = past.years(Series(TRADE, TOTAL, "*", "both"))
    if len(every) < LEAST_YEARS:
        raise InputError(f"Gravity wants {LEAST_YEARS} years of all trade; the figures give {len(every)}.")
    parts, known = [], []
    for number, market in enumerate(markets["market"]):
        years = past.years(Series(TRADE, market, "*", "both"))
        shares = {year: value / every[year] for year, value in years.items() if year in every}
        base = {COUNTED_FROM: float(markets["base_musd"].iloc[number] / markets["base_musd"].sum())}
        parts += [(number, share) for share in (shares or base).values()]
        known += [bool(shares)] * len(shares or base)
    where, share = (np.array(each) for each in zip(*parts, strict=True))
    columns = _columns(markets)[where]
    centre, scale = columns.mean(axis=0), np.where(columns.std(axis=0) > 0, columns.std(axis=0), 1.0)
    law = _poisson().fit((columns - centre) / scale, share / share.mean())
    fitted = law.predict((columns - centre) / scale) * share.mean()
    told = np.array(known) & (share > 0)
    residual = np.log(share[told] / fitted[told])
    time, level = np.array(list(every), np.float64) - COUNTED_FROM, np.log(list(every.values()))
    slope, constant = np.polyfit(time, level, 1)
    off = level - constant - slope * time
    spread_of_total = float(np.sqrt((off**2).sum() / (len(off) - 2)))
    spread = float(np.sqrt(np.mean(residual**2))) if told.any() else spread_of_total
    return Gravity(markets, law.coef_ / scale, (float(constant), float(slope)), spread, spread_of_total, len(parts))


def _columns(markets: pd.DataFrame) -> NDArray[np.float64]:
    """Columns of the law: size, distance and border."""
    return markets[["log_gdp", "log_km", "border"]].to_numpy(np.float64)


def _great_circle(lat: float, lon: float, at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance in kilometres from a point to others [n, latitude and longitude in degrees]."""
    first, other = np.radians([lat, lon]), np.radians(at)
    turn = np.sin((other[:, 0] - first[0]) / 2) ** 2
    turn += np.cos(first[0]) * np.cos(other[:, 0]) * np.sin((other[:, 1] - first[1]) / 2) ** 2
    return 2.0 * EARTH_KM * np.arcsin(np.sqrt(turn))


def _poisson() -> object:
    """Make a Poisson regression without a penalty, or say how to get one."""
    try:
        models = import_module("sklearn.linear_model")
    except ModuleNotFoundError:
        raise InputError("The gravity rival needs scikit-learn: python -m pip install scikit-learn") from None
    return models.PoissonRegressor(alpha=0.0, max_iter=2000, tol=1e-10, solver="newton-cholesky")
