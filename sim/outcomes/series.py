"""Which series a study keeps, and how each is added up from the cells of a record.

A series is an outcome of a subject (a market, a bloc, a crossing ...), a commodity and a direction, in a unit. The
kernels record far more cells than anybody reads, so each call reduces its record at once: one sparse matrix
[series x cells] times the record. Flows and counts are added up. Waits and prices of several cells become weighted
means; the kernels have already weighted the days of a month.

Series overlap on purpose: `total` and blocs beside markets, `both` beside `export` and `import`, `all` beside each
commodity. Pick one resolution of each column before adding up.

Three resolutions, each holding all series of the one before: `totals` for large sweeps, `default` for studies,
`full` with the cross of subjects and commodities.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from sim.errors import InputError
from sim.labels import Labels
from sim.outcomes.names import ALL, BOTH, SERIES_COLUMNS, columns_of, subjects_of
from sim.outcomes.outcomes import OUTCOMES, RESOLUTIONS, Outcome, Record, View
from sim.state import World


class Observation(NamedTuple):
    """What is kept of a record: names of the series, and the matrix that makes them."""

    series: pd.DataFrame  # `column` (name of the stored column) and SERIES_COLUMNS
    matrix: sparse.csr_array  # [series, cells] float64; cells in the order of Record's fields

    def of(self, records: Record) -> np.ndarray:
        """Reduce records of some runs to series.

        Parameters
        ----------
        records
            Arrays [runs, months, cells of the outcome] float64.

        Returns
        -------
        numpy.ndarray
            [runs, months, series] float32; infinite where a sum is too large for that.
        """
        runs, months = records[0].shape[:2]
        cells = np.concatenate([field.reshape(runs * months, -1) for field in records], axis=1)
        with np.errstate(over="ignore", invalid="ignore"):
            return (self.matrix @ cells.T).T.astype(np.float32).reshape(runs, months, -1)


def observation(
    world: World, labels: Labels, resolution: str, outcomes: Mapping[str, Outcome] = OUTCOMES
) -> Observation:
    """Choose the series of a resolution and build the matrix that makes them.

    Parameters
    ----------
    world
        Arrays of the world.
    labels
        Names of what they number.
    resolution
        `totals`, `default` or `full`.
    outcomes
        In the order of the record's fields.

    Returns
    -------
    Observation
        Series in the order of resolutions, outcomes and views, and their matrix.

    Raises
    ------
    InputError
        If two subjects of an outcome have one name, for example a market and a bloc.
    """
    tables = {name: outcome.cells.table(world, labels) for name, outcome in outcomes.items()}
    cells = tuple(len(table) for table in tables.values())
    first_cell = dict(zip(tables, np.cumsum((0, *cells[:-1])), strict=True))
    series, entries = [], []
    known: dict[tuple[str, ...], frozenset[int]] = {}
    for outcome, view in _views(outcomes, resolution):
        groups, group, weight = _new(*_grouped(outcome, view, tables[outcome.name], labels), known)
        before = sum(len(each) for each in series)
        series.append(groups)
        entries.append((before + group, first_cell[outcome.name] + group.index, weight))
    rows, columns, weights = (np.concatenate(part) for part in zip(*entries, strict=True))
    names = _named(pd.concat(series, ignore_index=True))
    matrix = sparse.csr_array((weights, (rows, columns)), shape=(len(names), sum(cells)))
    return Observation(names, matrix)


def _views(outcomes: Mapping[str, Outcome], resolution: str) -> Iterator[tuple[Outcome, View]]:
    """List what a resolution keeps, after what coarser ones keep."""
    for name in RESOLUTIONS[: RESOLUTIONS.index(resolution) + 1]:
        for outcome in outcomes.values():
            yield from ((outcome, view) for view in getattr(outcome, name))


def _grouped(
    outcome: Outcome, view: View, cells: pd.DataFrame, labels: Labels
) -> tuple[pd.DataFrame, pd.Series, np.ndarray]:
    """Series of a view; the series that each of its cells belongs to (index: the cell); and the cell's weight."""
    one_way = bool(view.only) or cells["direction"].nunique() == 1  # of all cells: a world may lack one way of trade
    cells = cells[cells["used"] & (cells["direction"].eq(view.only) | (not view.only))]
    if "bloc" in view.subject:
        blocs = cells["market"].map(lambda market: labels.blocs.get(market, ()))
        cells = cells.assign(bloc=blocs).explode("bloc")
    cells = cells.dropna(subset=list(view.subject))
    keys = pd.DataFrame(
        {
            "outcome": outcome.name,
            "subject": subjects_of(cells, view.subject),
            "commodity": cells["commodity"] if view.commodity else ALL,
            "direction": cells["direction"] if view.direction or one_way else BOTH,
            "unit": outcome.unit,
        },
        index=cells.index,
    )
    group = keys.groupby(list(SERIES_COLUMNS), sort=False).ngroup()
    weight = np.ones(len(cells))
    if outcome.mean:
        weight = cells["weight"].to_numpy(float)
        weight = weight / np.bincount(group, weight)[group]
    return keys.drop_duplicates(), group, weight


def _new(
    groups: pd.DataFrame, group: pd.Series, weight: np.ndarray, known: dict[tuple[str, ...], frozenset[int]]
) -> tuple[pd.DataFrame, pd.Series, np.ndarray]:
    """Leave out series that an earlier view made of the same cells: a world that only exports has one total, not two.

    Writes `known`: the cells of each series by its name.
    """
    cells = {int(number): frozenset(index) for number, index in group.groupby(group).groups.items()}
    names = [tuple(row) for row in groups.to_numpy()]
    kept = np.array([known.get(name) != cells[number] for number, name in enumerate(names)], dtype=bool)
    known |= {name: cells[number] for number, name in enumerate(names)}
    if kept.all():
        return groups, group, weight
    stays = kept[group.to_numpy()]
    number = (np.cumsum(kept) - 1)[group[stays].to_numpy()]
    return groups[kept], pd.Series(number, group.index[stays]), weight[stays]


def _named(series: pd.DataFrame) -> pd.DataFrame:
    """Name the stored column of each series by its parts, which must tell it from all others."""
    names = columns_of(series)
    if names.duplicated().any():
        twin = series[names.duplicated()].iloc[0]
        raise InputError(f"Two subjects of {twin['outcome']} are named {twin['subject']!r}: rename a market or a bloc.")
    return series.assign(column=names)[["column", *SERIES_COLUMNS]]
