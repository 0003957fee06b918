"""Names in words of what results number: markets, crossings, declared origins."""

from __future__ import annotations

from sim.analysis.trade import OTHERS
from sim.outcomes.names import TOTAL
from sim.world.tables.read import Tables

SUMS = {TOTAL: "All partners", OTHERS: "All other partners"}


def names(tables: Tables) -> dict[str, str]:
    """Name every subject in words.

    Parameters
    ----------
    tables : Tables
        Of the world.

    Returns
    -------
    dict of str to str
        Market, place or other subject to its name.
    """
    places = dict(zip(tables.places["place"], tables.places["name"].map(short_name), strict=True))
    markets = dict(zip(tables.markets["market"], tables.markets["name"], strict=True))
    return places | markets | dict(tables.about.origins) | SUMS


def short_name(name: str) -> str:
    """Shorten the name of a crossing to its near side and its mode, for labels.

    Parameters
    ----------
    name : str
        Such as `Hither / Yonder (rail)`.

    Examples
    --------
    >>> short_name("Khorgos / Altynkol (rail)"), short_name("Shanghai (Yangshan and Waigaoqiao)")
    ('Khorgos (rail)', 'Shanghai')
    """
    first = name.partition(" / ")[0].partition(" (")[0]
    mode = name[name.index("(") :] if "(" in name else ""
    return f"{first} {mode}" if "rail" in mode or "road" in mode else first
