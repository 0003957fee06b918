"""Names in words of what results number: markets, crossings, declared origins; and who sends measures."""

from __future__ import annotations

from collections.abc import Sequence

from sim.analysis.trade import OTHERS
from sim.outcomes.names import TOTAL
from sim.policy.language.measures import Regime, role
from sim.policy.language.names import COALITIONS
from sim.world.tables.read import Tables

CHINESE_ORIGINS = {"region": "an address in the region", "other_china": "elsewhere in China"}
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
    return places | markets | CHINESE_ORIGINS | SUMS


def short_name(name: str) -> str:
    """Shorten the name of a crossing to its Chinese side and its mode, for labels.

    Parameters
    ----------
    name : str
        Such as `Khorgos / Altynkol (rail)`.

    Examples
    --------
    >>> short_name("Khorgos / Altynkol (rail)"), short_name("Shanghai (Yangshan and Waigaoqiao)")
    ('Khorgos (rail)', 'Shanghai')
    """
    first = name.partition(" / ")[0].partition(" (")[0]
    mode = name[name.index("(") :] if "(" in name else ""
    return f"{first} {mode}" if "rail" in mode or "road" in mode else first


def senders(regimes: Sequence[Regime], tables: Tables) -> dict[str, list[str]]:
    """Find the markets that send the measures in which regimes differ, coalitions spelled out.

    What all regimes share is background, so its senders are left out; one regime alone keeps all of its own.

    Parameters
    ----------
    regimes : sequence of Regime
        All that are compared.
    tables : Tables
        Of the world.

    Returns
    -------
    dict of str to list of str
        Regime to market ids in the order of the world; neither shocks nor counter-measures have a sender here.
    """
    others = {regime.name: [other for other in regimes if other is not regime] for regime in regimes}
    rows = list(zip(tables.markets["market"], tables.markets["blocs"].str.split(), strict=True))
    found = {}
    for regime in regimes:
        own = [measure for measure in regime.measures if role(measure) == "measure"]
        own = [
            each for each in own if not others[regime.name] or any(each not in o.measures for o in others[regime.name])
        ]
        named = {COALITIONS.get(name, name) for measure in own for name in measure.sender}
        found[regime.name] = [market for market, blocs in rows if named & {market, *blocs}]
    return found
