"""Forecast: trade, partners and crossings month by month, with bands from the posterior.

Model money is yuan at the rate of 2023. It becomes yuan again by that rate, so that growth is growth in yuan, and
dollars at the mean rate of 2024.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.claims import MUSD_PER_BN_YUAN, monthly
from sim.analysis.observed import YUAN_PER_USD_OF_YEAR
from sim.analysis.patterns.worlds import HAPPENED
from sim.analysis.reading import StoredSeries, parts
from sim.calibration.posterior import DISCREPANCY
from sim.constants import YUAN_PER_USD
from sim.errors import InputError
from sim.outcomes.names import ALL, BOTH, TOTAL
from sim.state import DIRECTIONS
from sim.world.countries import country_code

YEARS = range(2025, 2028)
YEAR_OF_RATE = 2024
BLOCS = ("central_asia", "asean", "eu")
TRADE, THROUGHPUT, OTHERS = "registered_trade", "throughput", "background"
QUANTITIES = ("trade", "exports", "imports")
EXPORT = DIRECTIONS[0]
BN_YUAN, MUSD, TONNES = "bn_yuan", "musd", "t"
MUSD_OF_YEAR_OF_RATE = YUAN_PER_USD / YUAN_PER_USD_OF_YEAR[YEAR_OF_RATE]
GROUPS = {TOTAL: "totals", **dict.fromkeys(BLOCS, "partners"), "eu": "west"}
WEST, PARTNERS, CROSSINGS = "west", "partners", "crossings"
ENDS = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
COLUMNS = ("period_start", "period_end", "quantity", "subject", "unit", *ENDS)


class Band(NamedTuple):
    """One forecast series.

    Attributes
    ----------
    quantity, subject, unit : str
        As in the table.
    draws : array [runs, months] of float64
        In its unit: parameters, luck and discrepancy.
    """

    quantity: str
    subject: str
    unit: str
    draws: NDArray[np.float64]


def bands(results: StoredSeries, markets: pd.DataFrame, discrepancy: Mapping[str, float], seed: int) -> Iterator[Band]:
    """Put the discrepancy of its group to every series that is forecast.

    Parameters
    ----------
    results : StoredSeries
        Stored study of the world as it happened, a draw of the posterior each run.
    markets : pandas.DataFrame
        Table of the world.
    discrepancy : mapping of str to float
        By group of targets: standard deviation of the logarithm by which the model as a whole is off. A group that it
        lacks has the largest; where it is empty, that of the prior.
    seed : int

    Yields
    ------
    Band
        All months of the study. A run is off by one factor in all months and directions of a subject, as a model that
        is wrong stays wrong; so its months add up to its years.
    """
    off = _Off(discrepancy, seed)
    west = set(markets.loc[markets["blocs"].str.split().map(lambda blocs: WEST in blocs), "market"])
    for subject, members in members_of(markets).items():
        group = GROUPS.get(subject, WEST if subject in west else PARTNERS)
        for quantity, value in _trade(results, subject, members):
            unit = BN_YUAN if subject in GROUPS else MUSD
            factor = 1.0 / MUSD_PER_BN_YUAN if unit == BN_YUAN else MUSD_OF_YEAR_OF_RATE
            yield Band(quantity, subject, unit, off.put(value * factor, group, subject))
    for gate in parts(results, THROUGHPUT):
        tonnes = monthly(results, HAPPENED, THROUGHPUT, gate) + monthly(results, HAPPENED, OTHERS, gate)
        yield Band(THROUGHPUT, gate, TONNES, off.put(tonnes, CROSSINGS, gate))


def members_of(markets: pd.DataFrame) -> dict[str, list[str]]:
    """Name the subjects whose trade is forecast, and the stored subjects that each is the sum of.

    Parameters
    ----------
    markets : pandas.DataFrame
        Table of the world.

    Returns
    -------
    dict of str to list of str
        All trade, blocs as the markets that belong to them, and markets that are a country.
    """
    of_blocs = markets["blocs"].str.split()
    blocs = {bloc: markets.loc[of_blocs.map(lambda names, bloc=bloc: bloc in names), "market"] for bloc in BLOCS}
    is_country = [country_code(row.name) == row.country for row in markets[["name", "country"]].itertuples(index=False)]
    countries = {name: [name] for name in markets.loc[is_country, "market"]}
    return {TOTAL: [TOTAL], **{bloc: list(names) for bloc, names in blocs.items() if len(names)}, **countries}


def _trade(results: StoredSeries, subject: str, members: Sequence[str]) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Give trade, exports and imports, [runs, months] in model dollars, as far as they are stored.

    Exports of a bloc are those of its members, if all are stored; what is no export is an import.
    """
    series = results.series[(results.series["outcome"] == TRADE) & (results.series["commodity"] == ALL)]
    stored = set(zip(series["subject"], series["direction"], strict=True))
    trade, exports, imports = QUANTITIES
    sold, both = None, None
    if all((name, EXPORT) in stored for name in members):
        sold = np.sum([monthly(results, HAPPENED, TRADE, name, direction=EXPORT) for name in members], axis=0)
        yield exports, sold
    if (subject, BOTH) in stored:
        both = monthly(results, HAPPENED, TRADE, subject)
        yield trade, both
    if sold is not None and both is not None:
        yield imports, both - sold


class _Off:
    """Factors by which the model as a whole is off: one for each run and subject."""

    def __init__(self, discrepancy: Mapping[str, float], seed: int) -> None:
        self.discrepancy, self.seed = discrepancy, seed

    def put(self, value: NDArray[np.float64], group: str, subject: str) -> NDArray[np.float64]:
        """Multiply each run [runs, months] by its factor."""
        largest = max(self.discrepancy.values(), default=DISCREPANCY)
        spread = self.discrepancy.get(group, largest)
        random = np.random.default_rng([self.seed, *subject.encode()])
        return value * np.exp(spread * random.normal(size=(len(value), 1)))


def forecast_table(found: Sequence[Band], months: Sequence[str]) -> pd.DataFrame:
    """Write months and calendar years as quantiles.

    Parameters
    ----------
    found : sequence of Band
    months : sequence of str
        Of the study, `YYYY-MM`.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`: a row a month, then a row a calendar year, of each series. A year holds the sums of runs, so that
        its mean is the sum of those of its months; quantiles do not add up.

    Raises
    ------
    InputError
        If the study does not hold all months of the years that are forecast.
    """
    places = {year: _months(year, months) for year in YEARS}
    rows = []
    for band in found:
        every = [(months[place], months[place], band.draws[:, place]) for year in YEARS for place in places[year]]
        every += [(f"{year}-01", f"{year}-12", band.draws[:, places[year]].sum(axis=1)) for year in YEARS]
        ends = np.quantile(np.column_stack([values for *_, values in every]), list(ENDS.values()), axis=0)
        for (first, last, _), quantiles in zip(every, ends.T, strict=True):
            start, end = pd.Period(first, "M").start_time.date(), pd.Period(last, "M").end_time.date()
            rows.append((start, end, band.quantity, band.subject, band.unit, *quantiles))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _months(year: int, months: Sequence[str]) -> list[int]:
    """Places of the months of a year."""
    wanted = [f"{year}-{month:02d}" for month in range(1, 13)]
    missing = [month for month in wanted if month not in months]
    if missing:
        raise InputError(
            f"The forecast is of {YEARS[0]} to {YEARS[-1]}, and the study, {months[0]} to {months[-1]}, lacks "
            f"{missing[0]}: set end={YEARS[-1]}-12-31."
        )
    return [list(months).index(month) for month in wanted]
