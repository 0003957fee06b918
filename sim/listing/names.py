"""Names that regimes, tables and settings use: those of a world by kind, and the outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from sim.about import EVENTS
from sim.listing.lines import columns
from sim.outcomes.outcomes import OUTCOMES
from sim.world.tables.read import Tables

Names = Mapping[str, str]
"""Code to name in words."""


def names_by_kind(tables: Tables) -> dict[str, Names]:
    """Give the names of a world by kind.

    Parameters
    ----------
    tables
        Of the world.

    Returns
    -------
    dict of str to mapping
        `markets` (partners: buyers and sellers), `groups` of them (which may send measures together), `senders` and
        `origins` that are no market, `goods`, `crossings`, `hubs` (goods change papers there), `places` that are
        neither crossing nor hub.
    """
    places, about = tables.places, tables.about
    is_crossing = places["kinds"].map(lambda kinds: "crossing" in kinds.split())
    is_hub = places["kinds"].map(lambda kinds: "hub" in kinds.split())
    return {
        "markets": _named(tables.markets, "market"),
        "groups": _groups(tables.markets),
        "senders": {name: sender.name for name, sender in about.senders.items()} | {EVENTS: "what nobody decides"},
        "origins": about.origins | {about.home: "any of these"},
        "goods": _named(tables.commodities, "commodity"),
        "crossings": _named(places[is_crossing], "place"),
        "hubs": _named(places[is_hub & ~is_crossing], "place"),
        "places": _named(places[~is_hub & ~is_crossing], "place"),
    }


def _named(frame: pd.DataFrame, code: str) -> Names:
    return dict(zip(frame[code], frame["name"], strict=True))


def _groups(markets: pd.DataFrame) -> Names:
    """Name each group of markets with those that are in it."""
    members: dict[str, list[str]] = {}
    for row in markets.itertuples():
        for group in str(row.blocs or "").split():
            members.setdefault(group, []).append(row.name)
    return {group: ", ".join(members[group]) for group in sorted(members)}


WORDS = {
    "markets": "Markets (partners; as subject of results, as senders and markets of measures)",
    "groups": "Groups of markets (as senders, hubs and markets of measures)",
    "senders": "Others who act (as senders of measures)",
    "origins": "Addresses at home (as declared origins of measures)",
    "goods": "Goods (as commodities of measures; in results of observe=full)",
    "crossings": "Crossings (as crossings of measures, as subject of results)",
    "hubs": "Places where the region's firms and goods gather (as places of measures)",
    "places": "Other places (as places of measures)",
}
"""Heading of each kind."""


def lines_of(names: Mapping[str, Names], kinds: Iterable[str], tables: Tables) -> list[str]:
    """Tell names of a world.

    Parameters
    ----------
    names
        As of `names_by_kind`.
    kinds
        Those to tell.
    tables
        Of the world.
    """
    about = tables.about
    world = f"{tables.folder.name} ({about.title}; the region is {about.region})"
    lines = [f"Names of the world {world}: what to type, and what it means."]
    for kind in kinds:
        lines += ["", f"{WORDS[kind]}: {len(names[kind])}", *columns(names[kind])]
    return lines


def outcome_lines() -> list[str]:
    """Tell the outcomes: name, what it is, unit."""
    told = {each.name: f"{each.title} ({each.unit_of_period})" for each in OUTCOMES.values()}
    return ["Outcomes: what to type in Python and in export.outcome=, and what it means.", "", *columns(told)]
