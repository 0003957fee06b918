"""Faults that show only when tables are seen together: sums, roles of places, markets out of reach."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.about import WORLD_FILE, About
from sim.state import DIRECTIONS, EXPORT
from sim.world.graph import ABROAD, HOME, border_faults, build_graph, geography, reached_places
from sim.world.tables.parsing import MOST_TOLD, more, nearest
from sim.world.tables.schema import CAPACITY, EVERYTHING, MONTHS, plain, quantities_of

Frames = Mapping[str, pd.DataFrame]

EARTH_RADIUS_KM = 6371.0

ROUNDING = 0.005
"""Largest distance from 1 of shares or seasonal factors that were rounded by hand."""

LEAST_MUSD, LEAST_SHARE = 1e-6, 1e-9
"""Least trade of a row of demand, a dollar a year, and least share of a row of firms, besides none."""

MOST_MUSD_PER_FIRM = 5_000
"""Trade of the base year over the number of firms: some 250 times that of the region."""

FARTHEST_ROUND, NEAR_KM = 20, 100
"""Longest leg over the straight line between its ends, to which some kilometres are added for places that are near."""

MOST_FIRMS = 10_000_000
KINDS_WITHOUT_HUB = frozenset({"embodied", "parcel"})
"""Kinds that need no hub: goods worked up inland, and parcels that fly to the buyer."""

CROSSING_KINDS = frozenset({"crossing", "seaport", "airport"})
ORIGIN_KINDS = frozenset({"origin", "inland_origin"})
OPTIONAL = frozenset({"substitution"})  # figures of commodities that a world may do without


def world_faults(frames: Frames) -> list[str]:
    """Faults between tables.

    Parameters
    ----------
    frames
        Typed tables without faults of their own, by name; a rule whose tables are not all there is left out.
        The index is the row's number in a spreadsheet.

    Returns
    -------
    list of str
        One plain sentence a fault, at most `MOST_TOLD` of a kind, and one that counts those behind them.
    """
    found = [list(rule(*_pick(frames, tables))) for tables, rule in _RULES if all(name in frames for name in tables)]
    return [fault for faults in found for fault in _told(faults)]


def about_faults(about: About, frames: Frames) -> list[str]:
    """Faults between what a world says of itself and its tables.

    Parameters
    ----------
    about
        Of its `world.yaml`.
    frames
        As of `world_faults`.

    Returns
    -------
    list of str
        One plain sentence a fault.
    """
    if not {"places", "markets"} <= frames.keys():
        return []
    markets, places = set(frames["markets"]["market"]), frames["places"]
    at_home = set(places.loc[places["side"] == HOME, "place"])
    named = {"home": [about.home], "origins": about.origins, "senders": about.senders, "coalitions": about.coalitions}
    faults = [
        f"{WORLD_FILE}: {name!r} of {key!r} is a market of markets.csv; a name is one thing only."
        for key, names in named.items()
        for name in names
        if name in markets
    ]
    for name in about.answers:
        if name not in markets and name not in about.senders:
            known = [*about.senders, *markets]
            faults.append(
                f"{WORLD_FILE}: {name!r} of 'answers' is neither a market nor a sender{nearest(name, known)}."
            )
    return faults + [
        f"{WORLD_FILE}: the place {place!r} of the sender {name!r} does not lie at home{nearest(place, at_home)}."
        for name, sender in about.senders.items()
        for place in sender.places
        if place not in at_home
    ]


def _told(faults: list[str]) -> list[str]:
    told = faults[:MOST_TOLD]
    return told + more(told[0].split()[0].rstrip(":"), len(faults) - len(told)) if told else []


def _pick(frames: Frames, names: tuple[str, ...]) -> list[pd.DataFrame]:
    return [frames[name] for name in names]


def _roles(places: pd.DataFrame) -> dict[str, set[str]]:
    return {place: set(kinds.split()) for place, kinds in zip(places["place"], places["kinds"], strict=True)}


def _side_faults(table: str, side: str) -> Callable[[pd.DataFrame, pd.DataFrame], Iterator[str]]:
    """Make the rule that the places of a table lie at home, or abroad; each wrong place is told once."""

    def rule(places: pd.DataFrame, frame: pd.DataFrame) -> Iterator[str]:
        lies = dict(zip(places["place"], places["side"], strict=True))
        for row, place in frame["place"].drop_duplicates().items():
            if lies[place] != side:
                yield f"{table}.csv row {row}: the side of place '{place}' is {lies[place]} in places.csv, not {side}."

    return rule


def _role_faults(
    table: str, column: str, kinds: frozenset[str]
) -> Callable[[pd.DataFrame, pd.DataFrame], Iterator[str]]:
    """Make the rule that the places of a column have one of some kinds; each wrong place is told once."""

    def rule(places: pd.DataFrame, frame: pd.DataFrame) -> Iterator[str]:
        roles = _roles(places)
        for row, place in frame[column].drop_duplicates().items():
            if not roles[place] & kinds:
                words = ", ".join(sorted(kinds))
                yield f"{table}.csv row {row}: {column} '{place}' is none of {words} in places.csv."

    return rule


def _visit_faults(firms: pd.DataFrame, visits: pd.DataFrame) -> Iterator[str]:
    sellers = set(firms["place"])
    for row, place in visits["place"].drop_duplicates().items():
        if place not in sellers:
            yield f"visits.csv row {row}: place '{place}' has no row in firms.csv, so nobody sells there."


def _crossing_faults(table: str) -> Callable[[pd.DataFrame, pd.DataFrame], Iterator[str]]:
    """Make the rule that a crossing named in a table stands in crossings.csv."""

    def rule(crossings: pd.DataFrame, frame: pd.DataFrame) -> Iterator[str]:
        known = set(crossings["crossing"])
        for row, crossing in frame["crossing"].drop_duplicates().items():
            if crossing not in known:
                yield f"{table}.csv row {row}: crossing '{crossing}' has no row in crossings.csv."

    return rule


def _capacity_faults(crossings: pd.DataFrame) -> Iterator[str]:
    measured = set(crossings.loc[crossings["quantity"] == CAPACITY, "crossing"])
    for row, crossing in crossings["crossing"].drop_duplicates().items():
        if crossing not in measured:
            yield f"crossings.csv row {row}: crossing '{crossing}' has no row of quantity capacity."


def _season_faults(calendars: pd.DataFrame) -> Iterator[str]:
    for row, begin, end in zip(calendars.index, calendars["season_from"], calendars["season_to"], strict=True):
        if bool(begin) != bool(end):
            yield f"calendars.csv row {row}: season_from '{begin}' and season_to '{end}' must be given together."


def _leg_faults(legs: pd.DataFrame) -> Iterator[str]:
    for row, place in legs.loc[legs["from_place"] == legs["to_place"], "from_place"].items():
        yield f"legs.csv row {row}: to_place '{place}' is where the leg begins."


def _distance_faults(places: pd.DataFrame, legs: pd.DataFrame) -> Iterator[str]:
    ends = places.drop_duplicates("place").set_index("place")[["lat", "lon"]].astype(float)
    line = great_circle_km(*(ends.loc[legs[end]].to_numpy() for end in ("from_place", "to_place")))
    far = legs["distance_km"].to_numpy() > FARTHEST_ROUND * (line + NEAR_KM)
    for row, km, straight in zip(legs.index[far], legs["distance_km"][far], line[far], strict=True):
        yield (
            f"legs.csv row {row}: distance_km {plain(km)} is more than {FARTHEST_ROUND} times the straight line "
            f"between its places ({straight:,.0f} km)."
        )


def great_circle_km(begin: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance along the surface of the earth between points given as latitude and longitude in degrees, [N, 2]."""
    (lat, lon), (other_lat, other_lon) = np.radians(begin).T, np.radians(end).T
    chord = np.sin((other_lat - lat) / 2) ** 2 + np.cos(lat) * np.cos(other_lat) * np.sin((other_lon - lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1)))


def _figure_faults(commodities: pd.DataFrame, figures: pd.DataFrame) -> Iterator[str]:
    given = set(zip(figures["commodity"], figures["quantity"], strict=True))
    unsaid = OPTIONAL - set(figures["quantity"])
    wanted = [quantity for quantity in quantities_of("commodity_figures") if quantity.name not in unsaid]
    for commodity in commodities["commodity"]:
        for quantity in wanted:
            if (commodity, quantity.name) not in given:
                yield f"commodity_figures.csv: commodity '{commodity}' has no row of quantity {quantity.name}."


def _mean_season_faults(seasons: pd.DataFrame) -> Iterator[str]:
    for commodity, factors in seasons.groupby("commodity", sort=False)["factor"]:
        if len(factors) != MONTHS:
            yield f"seasons.csv: commodity '{commodity}' has {len(factors)} months instead of {MONTHS}."
        elif abs(factors.mean() - 1) > ROUNDING:
            yield f"seasons.csv: the factors of commodity '{commodity}' have mean {factors.mean():.4f} instead of 1."


def _firm_faults(firms: pd.DataFrame) -> Iterator[str]:
    total = firms["trade_share"].sum()
    if abs(total - 1) > ROUNDING:
        yield f"firms.csv: column trade_share sums to {total:.4f} instead of 1."
    if firms["firms"].sum() > MOST_FIRMS:
        yield f"firms.csv: column firms sums to {firms['firms'].sum():,}, above {MOST_FIRMS:,}."
    idle = firms[(firms["firms"] == 0) & (firms["trade_share"] > 0)]
    for row, place in idle["place"].items():
        yield f"firms.csv row {row}: place '{place}' has a trade_share but no firm."
    for row, place in firms.loc[(firms["firms"] > 0) & (firms["trade_share"] < LEAST_SHARE), "place"].items():
        yield f"firms.csv row {row}: place '{place}' has firms but a trade_share of none; leave the row out."


def _hub_faults(hubs: pd.DataFrame, commodities: pd.DataFrame) -> Iterator[str]:
    for row, hub in hubs.loc[hubs["hub"] == hubs["market"], "hub"].items():
        yield f"hubs.csv row {row}: hub '{hub}' is its own market."
    nowhere = hubs[(hubs["hub"] == "") & ~hubs["kind"].isin(KINDS_WITHOUT_HUB)]
    for row, kind in nowhere["kind"].items():
        yield f"hubs.csv row {row}: hub is empty, but kind '{kind}' goes over one."
    yield from _share_faults(hubs, list(commodities["commodity"]))


def _share_faults(hubs: pd.DataFrame, commodities: list[str]) -> Iterator[str]:
    """Tell the first commodity of each market of which hubs take more than all."""
    every = hubs["commodity"] == EVERYTHING
    of_all = hubs[every].groupby("market")["base_share"].sum()
    named = {market: {} for market in hubs["market"].unique()}
    for (market, commodity), share in hubs[~every].groupby(["market", "commodity"])["base_share"].sum().items():
        named[market][commodity] = share
    for market, own in named.items():
        wide = of_all.get(market, 0.0)
        order = commodities[:1] if wide > 1 + ROUNDING else [commodity for commodity in commodities if commodity in own]
        for commodity in order:
            share = wide + own.get(commodity, 0.0)
            if share > 1 + ROUNDING:
                yield (
                    f"hubs.csv: the base_share of commodity '{commodity}' into market '{market}' "
                    f"sums to {share:.4f}, above 1."
                )
                break


def _supply_faults(firms: pd.DataFrame, demand: pd.DataFrame) -> Iterator[str]:
    wanted = demand[demand["value_musd"] > 0]
    if (firms["firms"] > 0).any() or wanted.empty:
        return
    row, market = wanted.index[0], wanted["market"].iloc[0]
    yield f"demand.csv row {row}: market '{market}' has demand but firms.csv has no firm to supply it."


def _demand_faults(demand: pd.DataFrame) -> Iterator[str]:
    value = demand["value_musd"]
    if not (value > 0).any():
        yield "demand.csv: every value_musd is 0; a world needs trade in the base year."
    for row, musd in value[(value > 0) & (value < LEAST_MUSD)].items():
        yield f"demand.csv row {row}: value_musd {musd:g} is less than a dollar a year; its unit is million USD/year."


def _twice_faults(markets: pd.DataFrame) -> Iterator[str]:
    """Tell a country that two markets stand for where they are in one place: it was named twice, in two ways."""
    first: dict[tuple[str, str], tuple[int, str]] = {}
    for row, market, place, country in markets[["market", "place", "country"]].itertuples():
        before = first.setdefault((place, country), (row, market))
        if before != (row, market):
            yield (
                f"markets.csv row {row}: country '{country}' at place '{place}' is market '{before[1]}' of row "
                f"{before[0]} already; keep one of them, or give '{market}' a place of its own."
            )


def _part_faults(firms: pd.DataFrame, demand: pd.DataFrame, supply: pd.DataFrame) -> Iterator[str]:
    """Tell places without firms or trade, and branches of which more than all is told, or less and nobody has more."""
    at_work = set(firms.loc[(firms["firms"] > 0) & (firms["trade_share"] > 0), "place"])
    branches = len(demand.loc[demand["value_musd"] > 0, ["commodity", "direction"]].drop_duplicates())
    none = supply.loc[supply["share"] == 0, "place"].value_counts()
    for row, place in supply["place"].drop_duplicates().items():
        if place not in at_work:
            yield f"supply.csv row {row}: place '{place}' has no firms in firms.csv."
        elif none.get(place, 0) >= branches:
            yield f"supply.csv row {row}: place '{place}' has no part of any trade; take its firms out of firms.csv."
    for (commodity, direction), named in supply.groupby(["commodity", "direction"]):
        total, rest = named["share"].sum(), at_work - set(named["place"])
        if total > 1 + ROUNDING or (not rest and total < 1 - ROUNDING):
            yield (
                f"supply.csv: shares of the {direction} of commodity '{commodity}' sum to {total:.4g}, and must sum to "
                f"{'at most ' if rest else ''}1."
            )


def _pair_faults(firms: pd.DataFrame, demand: pd.DataFrame, bilateral: pd.DataFrame) -> Iterator[str]:
    """Tell pairs whose place has no firms, or whose market buys nothing in this direction."""
    at_work = set(firms.loc[(firms["firms"] > 0) & (firms["trade_share"] > 0), "place"])
    traded = set(demand.loc[demand["value_musd"] > 0, ["market", "direction"]].itertuples(index=False, name=None))
    for row, place, market, direction in bilateral[["place", "market", "direction"]].itertuples():
        if place not in at_work:
            yield f"bilateral.csv row {row}: place '{place}' has no firms in firms.csv."
        elif (market, direction) not in traded:
            yield f"bilateral.csv row {row}: market '{market}' has no {direction} in demand.csv."


def _size_faults(firms: pd.DataFrame, demand: pd.DataFrame) -> Iterator[str]:
    """Trade that is counted in another unit shows in the mean firm."""
    total, count = demand["value_musd"].sum(), int(firms["firms"].sum())
    if count and total > MOST_MUSD_PER_FIRM * count:
        yield (
            f"demand.csv: column value_musd counts million USD/year, and sums to {total:,.0f} for the {count:,} firms "
            f"of firms.csv, above {MOST_MUSD_PER_FIRM:,} a firm."
        )


def _reach_faults(
    places: pd.DataFrame,
    legs: pd.DataFrame,
    crossings: pd.DataFrame,
    firms: pd.DataFrame,
    markets: pd.DataFrame,
    demand: pd.DataFrame,
) -> Iterator[str]:
    where = geography(places, legs, crossings)
    yield from border_faults(where, legs)
    origins = sorted(set(firms.loc[firms["firms"] > 0, "place"]))
    for number, direction in enumerate(DIRECTIONS):
        reached = reached_places(where, build_graph(where, number), origins)
        wanted = set(demand.loc[(demand["direction"] == direction) & (demand["value_musd"] > 0), "market"])
        for row, market, place in zip(markets.index, markets["market"], markets["place"], strict=True):
            if origins and market in wanted and place not in reached:
                yield (
                    f"markets.csv row {row}: no {direction} route joins market '{market}' (place '{place}') "
                    "and a place with firms over legs.csv and crossings.csv."
                )


def _onward_faults(
    places: pd.DataFrame, legs: pd.DataFrame, crossings: pd.DataFrame, markets: pd.DataFrame, hubs: pd.DataFrame
) -> Iterator[str]:
    where = geography(places, legs, crossings)
    graph = build_graph(where, EXPORT)
    place_of = dict(zip(markets["market"], markets["place"], strict=True))
    onward = {hub: reached_places(where, graph, [place_of[hub]]) for hub in set(hubs["hub"]) - {""}}
    for row, hub, market in zip(hubs.index, hubs["hub"], hubs["market"], strict=True):
        if hub and place_of[market] not in onward[hub]:
            yield f"hubs.csv row {row}: no route leads from hub '{hub}' on to market '{market}' abroad."


_Rule = Callable[..., Iterator[str]]

_RULES: tuple[tuple[tuple[str, ...], _Rule], ...] = (
    (("legs",), _leg_faults),
    (("places", "legs"), _distance_faults),
    (("places", "crossings"), _role_faults("crossings", "crossing", CROSSING_KINDS)),
    (("crossings",), _capacity_faults),
    (("crossings", "calendars"), _crossing_faults("calendars")),
    (("calendars",), _season_faults),
    (("crossings", "background"), _crossing_faults("background")),
    (("commodities", "commodity_figures"), _figure_faults),
    (("seasons",), _mean_season_faults),
    (("places", "markets"), _role_faults("markets", "place", frozenset({"market"}))),
    (("markets",), _twice_faults),
    (("places", "markets"), _side_faults("markets", ABROAD)),
    (("hubs", "commodities"), _hub_faults),
    (("places", "firms"), _role_faults("firms", "place", ORIGIN_KINDS)),
    (("places", "firms"), _side_faults("firms", HOME)),
    (("firms",), _firm_faults),
    (("firms", "visits"), _visit_faults),
    (("demand",), _demand_faults),
    (("firms", "demand"), _supply_faults),
    (("places", "supply"), _side_faults("supply", HOME)),
    (("firms", "demand", "supply"), _part_faults),
    (("places", "bilateral"), _side_faults("bilateral", HOME)),
    (("firms", "demand", "bilateral"), _pair_faults),
    (("firms", "demand"), _size_faults),
    (("places", "legs", "crossings", "firms", "markets", "demand"), _reach_faults),
    (("places", "legs", "crossings", "markets", "hubs"), _onward_faults),
)
