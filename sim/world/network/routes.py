"""Routes of every lane, found from the network once a world at free-flow cost.

A lane is an origin, a market, a hub or none, a commodity and a direction. Its routes minimise, per dollar of goods,

    gc_r = (freight + handling + base fees) / value_per_t + time_value x (leg days + handling days + border hours / 24)

Multiplied by the value of a tonne this is freight plus days times the *day rate* value_per_t x time_value, so
commodities of one day rate share their routes. The choice set is the R cheapest over legs and crossings open at
base, kept diverse (`sim.world.network.choice_sets`), and the cheapest route over each planned leg or crossing, shut
until it opens. A planned route that is dearer than all R others is left out: it would not be one of the R cheapest once
it is open.

ArcPath size [1]_, over the legs and gate passages a of a route:

    PS_r = sum over a in r of (cost_a / cost_r) / number of routes of the set that use a

The routes open at base form one set; a planned route is measured against all routes, so that a plan takes nothing
from a road before it opens.

References
----------
.. [1] Ben-Akiva, M. and Bierlaire, M. (1999). Discrete choice methods and their applications to short term travel
   decisions. In: Handbook of Transportation Science, Kluwer, 5-33.
"""

from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.networks.route_sets import path_sizes
from sim.state import DIRECTIONS
from sim.world.graph import NO_GATE, NO_LEG, Geography, Graph, Node, build_graph, end_node, geography, start_node
from sim.world.network.choice_sets import ArcCosts, ArcPath, ChoiceSet, Limits, Pair, Pools, searched_rates
from sim.world.network.gates import PassageCosts, passage_costs
from sim.world.tables.read import Tables
from sim.world.tables.schema import CAPACITY, EVERYTHING

"""Legs and crossings that open later are planned ones."""

LANE_COLUMNS = ["origin", "market", "hub", "commodity", "direction", "by_air"]


@dataclass(frozen=True)
class FoundRoutes:
    """Routes N of the lanes, lane by lane, those open at base first and cheapest first.

    Attributes
    ----------
    lanes
        The lanes asked for, columns `LANE_COLUMNS`, index 0..lanes-1; lanes without a route are kept.
    lane
        [N] int64: lane of each route.
    legs
        Leg ids in the order in which goods travel.
    gates
        Gates in that order: 2 x crossing + direction.
    gate_days
        Days on legs to each gate from the one before, or from where the goods set out; handling and border time
        at gates is not in it.
    last_days
        [N] days on legs from the last gate to the end.
    freight_usd_per_t
        [N] cost of the legs.
    path_size
        [N] in (0, 1].
    border_gate
        [N] int64: the gate at the border of home.
    opens
        Day from which all of the route is open; None when it is open at base.
    """

    lanes: pd.DataFrame
    lane: NDArray[np.int64]
    legs: tuple[tuple[str, ...], ...]
    gates: tuple[tuple[int, ...], ...]
    gate_days: tuple[tuple[float, ...], ...]
    last_days: NDArray[np.float64]
    freight_usd_per_t: NDArray[np.float64]
    path_size: NDArray[np.float64]
    border_gate: NDArray[np.int64]
    opens: tuple[date | None, ...]

    def of(self, column: str) -> NDArray[np.object_]:
        """Value of a lane's column for each route, shape (N,)."""
        return self.lanes[column].to_numpy()[self.lane]


def lanes_of(tables: Tables) -> pd.DataFrame:
    """Lanes between the places with firms and the markets with demand, direct and over the hubs of hubs.csv.

    Parameters
    ----------
    tables
        A checked world.

    Returns
    -------
    pandas.DataFrame
        Columns `LANE_COLUMNS`: place, market, hub (a market, empty for none), commodity, `export` or `import`, and
        whether the lane is open to airports only (parcels). No row stands twice.
    """
    origins = (
        tables.firms.loc[tables.firms["firms"] > 0, ["place"]].drop_duplicates().rename(columns={"place": "origin"})
    )
    wanted = tables.demand.loc[tables.demand["value_musd"] > 0, ["market", "commodity", "direction"]]
    exports = wanted[wanted["direction"] == DIRECTIONS[0]]
    hubs = tables.hubs[["hub", "market", "kind", "commodity"]]
    named = hubs[hubs["commodity"] != EVERYTHING].merge(exports, on=["market", "commodity"])
    every = hubs[hubs["commodity"] == EVERYTHING].drop(columns="commodity").merge(exports, on="market")
    over_hubs = pd.concat([named, every])
    over_hubs["by_air"] = over_hubs["kind"] == "parcel"
    lanes = pd.concat([wanted.assign(hub="", by_air=False), over_hubs]).merge(origins, how="cross")
    return lanes[LANE_COLUMNS].drop_duplicates(ignore_index=True)


def find_routes(
    tables: Tables,
    lanes: pd.DataFrame | None = None,
    *,
    routes_per_lane: int = 6,
    largest_shared_part: float = 0.7,
) -> FoundRoutes:
    """Find the choice set of every lane.

    Parameters
    ----------
    tables
        A checked world.
    lanes
        Columns `LANE_COLUMNS`; by default those of `lanes_of`.
    routes_per_lane
        R, routes open at base.
    largest_shared_part
        Largest part of the cost of a kept route that a further one may share with it.

    Returns
    -------
    FoundRoutes
        A lane that nothing joins has no route.
    """
    lanes = lanes_of(tables) if lanes is None else lanes[LANE_COLUMNS].reset_index(drop=True)
    rate_of = day_rates(tables.commodity_figures)
    finder = _Finder(
        tables,
        geography(tables.places, tables.legs, tables.crossings),
        passage_costs(tables, tables.about.base_day),
        searched_rates(rate_of[commodity] for commodity in lanes["commodity"].unique()),
        Limits(routes_per_lane, largest_shared_part),
    )
    place_of = dict(zip(tables.markets["market"], tables.markets["place"], strict=True))
    rows = [
        (origin, place_of[market], place_of.get(hub, ""), rate_of[commodity])
        for origin, market, hub, commodity in zip(
            lanes["origin"], lanes["market"], lanes["hub"], lanes["commodity"], strict=True
        )
    ]
    sets: list[list[_Route]] = [[] for _ in rows]
    for (direction, by_air), group in lanes.groupby(["direction", "by_air"], sort=False):
        ways = finder.ways(DIRECTIONS.index(direction), by_air=by_air)
        for row, found in zip(group.index, ways.routes([rows[row] for row in group.index]), strict=True):
            sets[row] = found
    return _gathered(lanes, sets)


def day_rates(figures: pd.DataFrame) -> dict[str, float]:
    """Dollars that a tonne of each commodity loses a day: value per tonne x time value."""
    wide = figures.pivot_table(index="commodity", columns="quantity", values="value")
    return (wide["value_usd_per_t"] * wide["time_value_per_day"]).to_dict()


@dataclass(frozen=True)
class _Way:
    """A path as goods travel it; shared by all lanes that have it."""

    legs: tuple[str, ...]
    gates: tuple[int, ...]
    gate_days: tuple[float, ...]
    last_days: float
    freight_usd_per_t: float
    border_gate: int
    opens: date | None


_Route = tuple[_Way, float]
"""ArcPath and path size."""

_LaneRow = tuple[str, str, str, float]
"""Places of origin, market and hub (or empty), and day rate."""


@dataclass(frozen=True)
class _Finder:
    """What all searches of one call share."""

    tables: Tables
    where: Geography
    costs: PassageCosts
    rates: list[float]
    limits: Limits
    pools: dict[bytes, Pools] = field(default_factory=dict)

    def ways(self, direction: int, *, by_air: bool) -> "_Ways":
        """Graph of one direction with its pools; graphs with equal arcs share them."""
        graph = build_graph(self.where, direction)
        if by_air:
            graph = _without(graph, _gates_that_are_no_airport(self.tables, self.where))
        legs = self.tables.legs
        opens = _opening_days(self.tables, self.where, graph)
        is_leg = graph.leg != NO_LEG
        leg_usd = np.where(is_leg, legs["cost_usd_per_t"].to_numpy()[graph.leg], 0.0)
        leg_days = np.where(is_leg, legs["days"].to_numpy()[graph.leg], 0.0)
        gate_usd = self.costs.base_fee_usd_per_t + self.costs.handling_cost_usd_per_t
        gate_days = self.costs.border_days + self.costs.handling_days
        arcs = ArcCosts(
            graph.ends,
            leg_usd + np.where(is_leg, 0.0, gate_usd[graph.gate]),
            leg_days + np.where(is_leg, 0.0, gate_days[graph.gate]),
            np.array([day is not None for day in opens], dtype=bool),
        )
        key = b"".join(array.tobytes() for array in vars(arcs).values())
        pools = self.pools.setdefault(key, Pools(arcs, self.rates, self.limits))
        return _Ways(
            self.where,
            graph.nodes,
            direction,
            graph.leg.tolist(),
            graph.gate.tolist(),
            leg_usd.tolist(),
            leg_days.tolist(),
            opens,
            legs["leg"].to_list(),
            pools,
        )


def _gates_that_are_no_airport(tables: Tables, where: Geography) -> list[int]:
    kinds = dict(zip(tables.places["place"], tables.places["kinds"], strict=True))
    return [
        2 * number + direction
        for number, crossing in enumerate(where.crossings)
        if crossing in where.border and "airport" not in kinds[crossing].split()
        for direction in (0, 1)
    ]


def _without(graph: Graph, gates: list[int]) -> Graph:
    kept = ~np.isin(graph.gate, gates)
    return Graph(graph.nodes, graph.ends[kept], graph.leg[kept], graph.gate[kept])


def _opening_days(tables: Tables, where: Geography, graph: Graph) -> list[date | None]:
    """Day on which each arc opens; None when it is open at base. A crossing opens with its first capacity."""
    capacities = tables.crossings[tables.crossings["quantity"] == CAPACITY]
    first = capacities.groupby("crossing")["from_date"].min()
    legs, crossings = tables.legs["opens"].to_list(), [first[crossing] for crossing in where.crossings]
    days = [
        legs[leg] if leg != NO_LEG else crossings[gate // 2]
        for leg, gate in zip(graph.leg.tolist(), graph.gate.tolist(), strict=True)
    ]
    return [day if day is not None and day > tables.about.base_day else None for day in days]


@dataclass(frozen=True)
class _Ways:
    """Graph of one direction, what its arcs mean, and the pools of paths over it."""

    where: Geography
    nodes: dict[Node, int]
    direction: int
    leg: list[int]
    gate: list[int]
    leg_usd: list[float]
    leg_days: list[float]
    opens: list[date | None]
    leg_ids: list[str]
    pools: Pools
    paths: dict[ArcPath, _Way] = field(default_factory=dict)

    def routes(self, lanes: list[_LaneRow]) -> list[list[_Route]]:
        """Choice set of every lane, with path sizes; lanes of equal places and day rate share theirs."""
        self.pools.search(pair for lane in lanes for pair in self._pairs(lane))
        costs = {rate: self.pools.arcs.at(rate) for rate in {lane[-1] for lane in lanes}}
        sets: dict[tuple[Pair, float], ChoiceSet] = {}
        once = dict.fromkeys(lanes)
        found = {lane: self._measured(self._choice_set(lane, costs[lane[-1]], sets), costs[lane[-1]]) for lane in once}
        return [found[lane] for lane in lanes]

    def _pairs(self, lane: _LaneRow) -> list[Pair]:
        """Pairs of nodes that a lane joins in turn; none where a place has no leg."""
        origin, market, hub, _ = lane
        stops = [start_node(self.where, origin), *(end_node(self.where, place) for place in (hub, market) if place)]
        nodes = [self.nodes.get(node, -1) for node in stops]
        return [] if min(nodes) < 0 else list(pairwise(nodes))

    def _choice_set(
        self, lane: _LaneRow, costs: NDArray[np.float64], sets: dict[tuple[Pair, float], ChoiceSet]
    ) -> ChoiceSet:
        parts = []
        for pair in self._pairs(lane):
            key = (pair, lane[-1])
            if key not in sets:
                sets[key] = self.pools.choice_set(pair, costs)
            parts.append(sets[key])
        if not parts:
            return ChoiceSet()
        return self.pools.over_hub(*parts, costs) if len(parts) > 1 else parts[0]

    def _measured(self, found: ChoiceSet, costs: NDArray[np.float64]) -> list[_Route]:
        open_paths = [np.array(path) for path in found.open]
        planned = [np.array(path) for path in found.planned]
        sizes = [*path_sizes(costs, open_paths)]
        if planned:
            sizes += [*path_sizes(costs, [*open_paths, *planned])[len(open_paths) :]]
        return [(self._path(path), float(size)) for path, size in zip(found.open + found.planned, sizes, strict=True)]

    def _path(self, outwards: ArcPath) -> _Way:
        if outwards not in self.paths:
            self.paths[outwards] = self._read(outwards)
        return self.paths[outwards]

    def _read(self, outwards: ArcPath) -> _Way:
        """Read a path off its arcs, in the order of travel: imports come towards the region."""
        arcs = outwards if self.direction == 0 else outwards[::-1]
        legs, gates, gate_days, days = [], [], [], 0.0
        for arc in arcs:
            if self.gate[arc] == NO_GATE:
                legs.append(self.leg[arc])
                days += self.leg_days[arc]
            else:
                gates.append(self.gate[arc])
                gate_days.append(days)
                days = 0.0
        opens = [self.opens[arc] for arc in arcs if self.opens[arc] is not None]
        return _Way(
            legs=tuple(self.leg_ids[leg] for leg in legs),
            gates=tuple(gates),
            gate_days=tuple(gate_days),
            last_days=days,
            freight_usd_per_t=sum(self.leg_usd[arc] for arc in arcs),
            border_gate=next(gate for gate in gates if self.where.crossings[gate // 2] in self.where.border),
            opens=max(opens, default=None),
        )


def _gathered(lanes: pd.DataFrame, sets: list[list[_Route]]) -> FoundRoutes:
    paths = [path for found in sets for path, _ in found]
    return FoundRoutes(
        lanes=lanes,
        lane=np.repeat(np.arange(len(sets)), [len(found) for found in sets]),
        legs=tuple(path.legs for path in paths),
        gates=tuple(path.gates for path in paths),
        gate_days=tuple(path.gate_days for path in paths),
        last_days=np.array([path.last_days for path in paths]),
        freight_usd_per_t=np.array([path.freight_usd_per_t for path in paths]),
        path_size=np.array([size for found in sets for _, size in found]),
        border_gate=np.array([path.border_gate for path in paths], dtype=np.int64),
        opens=tuple(path.opens for path in paths),
    )
