"""Visitors who come to shop: how many come to a place, and by which gate. They cross the border by road."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.constants import DAYS_PER_WEEK
from sim.state import Shoppers
from sim.world.graph import Geography
from sim.world.tables.read import Tables


def shoppers_of(where: Geography, tables: Tables, names: Sequence[str], mondays: NDArray[np.datetime64]) -> Shoppers:
    """Compile the visitors of a world.

    Parameters
    ----------
    where, tables
        Geography and tables of a world.
    names
        Places of firms, shape (O,).
    mondays
        Weeks of a run, spin-up included, shape (T,), datetime64[D].

    Returns
    -------
    Shoppers
        Gates and visitors by week.
    """
    return Shoppers(
        gate=nearest_gates(where, tables.places, tables.legs, names),
        per_day=visitors(tables.visits, names, mondays),
    )


def visitors(visits: pd.DataFrame, names: Sequence[str], mondays: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Mean of each week's days, by the last row that covers a day; none where no row does.

    Parameters
    ----------
    visits
        Table visits.csv.
    names
        Places of firms, shape (O,).
    mondays
        Shape (T,), datetime64[D].

    Returns
    -------
    numpy.ndarray
        Visitors a day, shape (O, T), float64.
    """
    days = mondays[:, np.newaxis] + np.arange(DAYS_PER_WEEK)
    came = np.zeros((len(names), *days.shape))
    for row in visits[visits["place"].isin(names)].itertuples(index=False):
        covered = (days >= np.datetime64(row.from_date)) & (days <= np.datetime64(row.to_date))
        came[list(names).index(row.place), covered] = row.visitors_per_day
    return came.mean(axis=2)


def nearest_gates(
    where: Geography, places: pd.DataFrame, legs: pd.DataFrame, names: Sequence[str]
) -> NDArray[np.int32]:
    """Find the border crossing nearest to each place, among those with a road if there is one.

    Parameters
    ----------
    where, places, legs
        Geography and tables of a world.
    names
        Places at home, shape (O,).

    Returns
    -------
    numpy.ndarray
        Gate of exports of the crossing, shape (O,), int32.
    """
    on_road = legs.loc[legs["mode"] == "road", ["from_place", "to_place"]].to_numpy().ravel()
    border = [crossing for crossing in where.crossings if crossing in where.border]
    crossings = [crossing for crossing in border if crossing in set(on_road)] or border
    position = np.radians(places.set_index("place")[["lat", "lon"]].astype(float))
    lat, lon = position.loc[list(names)].to_numpy()[:, :, np.newaxis].swapaxes(0, 1)
    gate_lat, gate_lon = position.loc[crossings].to_numpy().T
    chord = np.sin((gate_lat - lat) / 2) ** 2 + np.cos(lat) * np.cos(gate_lat) * np.sin((gate_lon - lon) / 2) ** 2
    nearest = chord.argmin(axis=1)
    return np.array([2 * where.crossings.index(crossings[row]) for row in nearest], np.int32)
