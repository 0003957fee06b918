"""Routes of every lane, found from the network once a world at free-flow cost.

A lane is an origin, a market, a hub or none, a commodity and a direction. Its routes minimise, per dollar of goods,

    gc_r = (freight + handling + base fees) / value_per_t + time_value x (leg days + handling days + border hours / 24)

Multiplied by the value of a tonne this is dollars a tonne plus the *day rate* value_per_t x time_value times days,
so lanes of commodities with one day rate share their routes. The choice set is the R cheapest over legs and
crossings open at base, kept diverse (`sim.world.route_sets`), and the cheapest route over each planned leg or
crossing, shut until it opens. A planned route that is dearer than all R others is left out: it would not be one of
the R cheapest once it is open.

Path size [1]_, over the legs and gate passages a of a route:

    PS_r = sum over a in r of (cost_a / cost_r) / number of routes of the set that use a

The routes open at base form one set; a planned route is measured against all routes, so that a plan takes nothing
from a road before it opens.

References
----------
.. [1] Ben-Akiva, M. and Bierlaire, M. (1999). Discrete choice methods and their applications to short term travel
   decisions. In: Handbook of Transportation Science, Kluwer, 5-33.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from sim.state import DIRECTIONS
from sim.world.gates import PassageCosts, passage_costs
from sim.world.graph import (
    NO_GATE,
    NO_LEG,
    Geography,
    Graph,
    build_graph,
    crossing_ids,
    end_node,
    geography,
    start_node,
)
from sim.world.route_sets import diverse_routes, path_sizes
from sim.world.schema import CAPACITY, EVERYTHING
from sim.world.tables import Tables

BASE_DAY = date(2019, 12, 31)
"""Legs and crossings that open later are planned ones."""

LANE_COLUMNS = ["origin", "market", "hub", "commodity", "direction", "by_air"]


@dataclass(frozen=True)
class Routes:
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
        [N] int64: the gate at China's border.
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
) -> Routes:
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
    Routes
        A lane that nothing joins has no route.
    """
    lanes = lanes_of(tables) if lanes is None else lanes[LANE_COLUMNS].reset_index(drop=True)
    finder = _Finder(tables, routes_per_lane, largest_shared_part)
    rates = lanes["commodity"].map(day_rates(tables.commodity_figures))
    sets: list[list[_Route]] = [[] for _ in range(len(lanes))]
    for (direction, hub, by_air), group in lanes.groupby(["direction", "hub", "by_air"], sort=False):
        ways = finder.ways(DIRECTIONS.index(direction), hub, by_air=by_air)
        for rate, rows in group.groupby(rates.loc[group.index], sort=False):
            pairs = list(zip(rows["origin"], rows["market"], strict=True))
            for row, found in zip(rows.index, ways.choice_sets(pairs, rate), strict=True):
                sets[row] = found
    return _gathered(lanes, sets)


def day_rates(figures: pd.DataFrame) -> dict[str, float]:
    """Dollars that a tonne of each commodity loses a day: value per tonne x time value."""
    wide = figures.pivot_table(index="commodity", columns="quantity", values="value")
    return (wide["value_usd_per_t"] * wide["time_value_per_day"]).to_dict()


@dataclass(frozen=True)
class _Route:
    """One route of a choice set as the goods travel it; shared by all lanes that have it."""

    legs: tuple[str, ...]
    gates: tuple[int, ...]
    gate_days: tuple[float, ...]
    last_days: float
    freight_usd_per_t: float
    path_size: float
    border_gate: int
    opens: date | None


@dataclass(frozen=True)
class _Finder:
    """What all searches share."""

    tables: Tables
    routes_per_lane: int
    largest_shared_part: float

    def ways(self, direction: int, hub: str, *, by_air: bool) -> "_Ways":
        """Graph of one direction and hub, with the costs of its arcs."""
        tables = self.tables
        where = geography(tables.places, tables.legs, tables.crossings)
        place_of = dict(zip(tables.markets["market"], tables.markets["place"], strict=True))
        graph = build_graph(where, direction, place_of[hub] if hub else "")
        if by_air:
            graph = _without(graph, _gates_that_are_no_airport(tables, where))
        return _Ways(self, where, place_of, graph, direction, bool(hub))


def _gates_that_are_no_airport(tables: Tables, where: Geography) -> set[int]:
    kinds = dict(zip(tables.places["place"], tables.places["kinds"], strict=True))
    return {
        2 * number + direction
        for number, crossing in enumerate(where.crossings)
        if crossing in where.border and "airport" not in kinds[crossing].split()
        for direction in (0, 1)
    }


def _without(graph: Graph, gates: set[int]) -> Graph:
    kept = ~np.isin(graph.gate, sorted(gates))
    return Graph(graph.nodes, graph.ends[kept], graph.leg[kept], graph.gate[kept])


class _Ways:
    """Arcs of one graph with freight, days and opening days, and the choice sets over them."""

    def __init__(
        self, finder: _Finder, where: Geography, place_of: dict[str, str], graph: Graph, direction: int, over_hub: bool
    ) -> None:
        tables = finder.tables
        self.finder, self.where, self.graph, self.direction = finder, where, graph, direction
        self.node_of_market = {
            market: graph.nodes.get(end_node(where, place, behind_hub=over_hub), -1)
            for market, place in place_of.items()
        }
        self.leg_ids = tables.legs["leg"].to_numpy()
        costs = passage_costs(tables, BASE_DAY)
        is_leg, is_gate = graph.leg != NO_LEG, graph.gate != NO_GATE
        self.leg_usd = np.where(is_leg, tables.legs["cost_usd_per_t"].to_numpy()[graph.leg], 0.0)
        self.leg_days = np.where(is_leg, tables.legs["days"].to_numpy()[graph.leg], 0.0)
        self.usd = self.leg_usd + np.where(is_gate, _gate_usd(costs)[graph.gate], 0.0)
        self.days = self.leg_days + np.where(is_gate, (costs.handling_days + costs.border_days)[graph.gate], 0.0)
        self.opens = _opening_days(tables, where, graph)
        self.planned = np.array([day is not None for day in self.opens], dtype=bool)

    def choice_sets(self, pairs: list[tuple[str, str]], day_rate: float) -> list[list[_Route]]:
        """Routes of each pair (place of origin, market) at one day rate."""
        costs = self.usd + day_rate * self.days
        nodes = [
            (self.graph.nodes.get(start_node(self.where, origin), -1), self.node_of_market[market])
            for origin, market in pairs
        ]
        known = sorted({pair for pair in nodes if min(pair) >= 0})
        open_arcs = np.flatnonzero(~self.planned)
        found = diverse_routes(
            self.graph.ends[open_arcs],
            costs[open_arcs],
            known,
            count=self.finder.routes_per_lane,
            largest_shared_part=self.finder.largest_shared_part,
        )
        plans = self._planned_routes(known, costs)
        sets = {
            pair: self._measured([open_arcs[arcs] for arcs in arcs_open], plans(pair), costs)
            for pair, arcs_open in zip(known, found, strict=True)
        }
        return [sets.get(pair, []) for pair in nodes]

    def _planned_routes(
        self, pairs: Iterable[tuple[int, int]], costs: NDArray[np.float64]
    ) -> Callable[[tuple[int, int]], list[NDArray[np.int64]]]:
        """Make the function that gives the cheapest route of a pair over each planned arc, cheapest first."""
        planned = np.flatnonzero(self.planned)
        if len(planned) == 0:
            return lambda pair: []
        tree = _Trees(self.graph.ends, costs, pairs, len(self.graph.nodes))

        def over_each(pair: tuple[int, int]) -> list[NDArray[np.int64]]:
            routes = (tree.route_over(pair, arc) for arc in planned)
            different = {tuple(arcs): arcs for arcs in routes if arcs is not None}
            return sorted(different.values(), key=lambda arcs: costs[arcs].sum())

        return over_each

    def _measured(
        self, open_routes: list[NDArray[np.int64]], planned: list[NDArray[np.int64]], costs: NDArray[np.float64]
    ) -> list[_Route]:
        """Choice set with its path sizes; plans dearer than a full set are left out."""
        if len(open_routes) == self.finder.routes_per_lane:
            dearest = max(costs[arcs].sum() for arcs in open_routes)
            planned = [arcs for arcs in planned if costs[arcs].sum() < dearest]
        sizes = path_sizes(costs, open_routes)
        all_sizes = path_sizes(costs, [*open_routes, *planned])[len(open_routes) :]
        return [
            self._route(arcs, size) for arcs, size in zip([*open_routes, *planned], [*sizes, *all_sizes], strict=True)
        ]

    def _route(self, outwards: NDArray[np.int64], path_size: float) -> _Route:
        """Read a path off its arcs, in the order of travel: imports come towards the region."""
        arcs = outwards if self.direction == 0 else outwards[::-1]
        stops = np.flatnonzero(self.graph.gate[arcs] != NO_GATE)
        travelled = np.concatenate([[0.0], np.cumsum(self.leg_days[arcs])])
        gates = self.graph.gate[arcs[stops]].tolist()
        at_gates = [0.0, *travelled[stops].tolist()]
        days = [self.opens[arc] for arc in arcs if self.opens[arc] is not None]
        return _Route(
            legs=tuple(self.leg_ids[leg] for leg in self.graph.leg[arcs] if leg != NO_LEG),
            gates=tuple(gates),
            gate_days=tuple(after - before for before, after in pairwise(at_gates)),
            last_days=float(travelled[-1] - at_gates[-1]),
            freight_usd_per_t=float(self.leg_usd[arcs].sum()),
            path_size=float(path_size),
            border_gate=next(gate for gate in gates if self.where.crossings[gate // 2] in self.where.border),
            opens=max(days) if days else None,
        )


class _Trees:
    """Cheapest ways from every origin and to every market of some pairs, planned arcs included."""

    def __init__(
        self, ends: NDArray[np.int64], costs: NDArray[np.float64], pairs: Iterable[tuple[int, int]], nodes: int
    ) -> None:
        self.ends, self.costs = ends, costs
        # scipy reads a stored zero as no arc, and adds up parallel arcs: only the cheapest of them is stored.
        lengths = np.maximum(costs, 1e-9)
        order = np.lexsort((lengths, ends[:, 1], ends[:, 0]))
        first = np.unique(ends[order], axis=0, return_index=True)[1]
        self.arc = {tuple(ends[arc]): int(arc) for arc in order[first]}
        kept = order[first]
        matrix = csr_array((lengths[kept], (ends[kept, 0], ends[kept, 1])), shape=(nodes, nodes))
        pairs = list(pairs)
        self.origin = {node: row for row, node in enumerate(sorted({origin for origin, _ in pairs}))}
        self.market = {node: row for row, node in enumerate(sorted({market for _, market in pairs}))}
        self.from_origin = dijkstra(matrix, indices=list(self.origin), return_predecessors=True)
        self.to_market = dijkstra(matrix.T.tocsr(), indices=list(self.market), return_predecessors=True)

    def route_over(self, pair: tuple[int, int], arc: int) -> NDArray[np.int64] | None:
        """Cheapest route of a pair over one arc; None where there is none or it meets a node twice."""
        origin, market = self.origin[pair[0]], self.market[pair[1]]
        tail, head = self.ends[arc].tolist()
        if not np.isfinite(self.from_origin[0][origin, tail] + self.to_market[0][market, head]):
            return None
        before = _chain(self.from_origin[1][origin], tail)[::-1]
        after = _chain(self.to_market[1][market], head)
        nodes = [*before, *after]
        if len(set(nodes)) < len(nodes):
            return None
        inner = [self.arc[step] for step in pairwise(before)]
        outer = [self.arc[step] for step in pairwise(after)]
        return np.array([*inner, arc, *outer], dtype=np.int64)


def _chain(previous: NDArray[np.int32], node: int) -> list[int]:
    """Nodes from one node back to the root of a tree."""
    nodes = [node]
    while previous[nodes[-1]] >= 0:
        nodes.append(int(previous[nodes[-1]]))
    return nodes


def _gate_usd(costs: PassageCosts) -> NDArray[np.float64]:
    return costs.base_fee_usd_per_t + costs.handling_cost_usd_per_t


def _opening_days(tables: Tables, where: Geography, graph: Graph) -> list[date | None]:
    """Day on which each arc opens; None when it is open at base. A crossing opens with its first capacity."""
    capacities = tables.crossings[tables.crossings["quantity"] == CAPACITY]
    first = capacities.groupby("crossing")["from_date"].min()
    legs, crossings = tables.legs["opens"].to_list(), [first[crossing] for crossing in where.crossings]
    days = [
        legs[leg] if leg != NO_LEG else crossings[gate // 2] if gate != NO_GATE else None
        for leg, gate in zip(graph.leg.tolist(), graph.gate.tolist(), strict=True)
    ]
    return [day if day is not None and day > BASE_DAY else None for day in days]


def _gathered(lanes: pd.DataFrame, sets: list[list[_Route]]) -> Routes:
    routes = [route for found in sets for route in found]
    return Routes(
        lanes=lanes,
        lane=np.repeat(np.arange(len(sets)), [len(found) for found in sets]),
        legs=tuple(route.legs for route in routes),
        gates=tuple(route.gates for route in routes),
        gate_days=tuple(route.gate_days for route in routes),
        last_days=np.array([route.last_days for route in routes]),
        freight_usd_per_t=np.array([route.freight_usd_per_t for route in routes]),
        path_size=np.array([route.path_size for route in routes]),
        border_gate=np.array([route.border_gate for route in routes], dtype=np.int64),
        opens=tuple(route.opens for route in routes),
    )


__all__ = ["BASE_DAY", "LANE_COLUMNS", "Routes", "crossing_ids", "day_rates", "find_routes", "lanes_of"]
