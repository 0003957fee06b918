"""By which gate the visitors of a place come: shoppers cross the border by road."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.world.graph import Geography


def shoppers_gates(
    where: Geography, places: pd.DataFrame, legs: pd.DataFrame, names: Sequence[str]
) -> NDArray[np.int32]:
    """Find the border crossing nearest to each place, among those with a road if there is one.

    Parameters
    ----------
    where, places, legs
        Geography and tables of a world.
    names
        Places in China, shape (O,).

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
