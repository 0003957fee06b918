"""Deterministic user equilibrium by gradient projection in the space of routes.

Wardrop's equilibrium minimises Beckmann's convex objective, the sum of the integrals of link costs,
over all flows that carry the demand. Frank-Wolfe does so on link flows and stalls near the optimum;
its bi-conjugate form [1]_ reaches a gap of 1e-5 but takes thousands of rounds where flows are several times
capacity. This solver keeps the routes in use and needs tens of rounds [2]_, [3]_. A round

1. finds the cheapest route of every pair at present costs and adds it to the routes of the pair;
2. sweeps over pairs, and moves flow from each dearer route to the cheapest one by the Newton step
   for their difference in cost: difference / (sum of link slopes over links that only one of them uses),
   at most the flow there is; costs are renewed after every move (Gauss-Seidel);
3. forgets routes left without flow.

References
----------
.. [1] Mitradjieva, M. and Lindberg, P. O. (2013). The stiff is moving: conjugate direction
   Frank-Wolfe methods with applications to traffic assignment. Transportation Science 47(2), 280-293.
.. [2] Jayakrishnan, R., Tsai, W. K., Prashker, J. N. and Rajadhyaksha, S. (1994). A faster path-based
   algorithm for traffic assignment. Transportation Research Record 1443, 75-83.
.. [3] Xie, J., Nie, Y. and Liu, X. (2018). A greedy path-based algorithm for traffic assignment.
   Transportation Research Record 2672(48), 36-44.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.networks.compiled import compiled
from sim.networks.equilibrium.cheapest import CheapestRoutes
from sim.networks.equilibrium.congestion import LinkCosts
from sim.networks.equilibrium.errors import ConvergenceError
from sim.networks.equilibrium.links import Demand, Network

MOST_ROUNDS = 1_000
PATIENCE = 60
"""Rounds without a better gap after which the method is taken to stall."""

SWEEPS = 10
"""Sweeps over all pairs in a round: cheap beside the search for routes, and most of the progress."""


class _Routes(NamedTuple):
    """Routes of pair p: first[p] .. first[p + 1] - 1; legs of route r: legs[start[r] .. start[r + 1] - 1]."""

    first: NDArray[np.int64]
    start: NDArray[np.int64]
    legs: NDArray[np.int64]


class _Links(NamedTuple):
    """Present flow, cost and slope of every link (written), and what its cost is made of."""

    flow: NDArray[np.float64]
    cost: NDArray[np.float64]
    slope: NDArray[np.float64]
    free: NDArray[np.float64]
    capacity: NDArray[np.float64]
    alpha: NDArray[np.float64]
    beta: NDArray[np.float64]


def solve(network: Network, demand: Demand, link_costs: LinkCosts, gap: float) -> tuple[NDArray[np.float64], float]:
    """Link flows of the deterministic user equilibrium and the relative gap reached.

    Raises
    ------
    InputError
        If no links lead from one place of a pair to the other.
    ConvergenceError
        If the gap no longer falls before it is reached.

    Notes
    -----
    The relative gap is (total cost - cost of all demand on its cheapest route) / total cost, at the
    costs of the flow returned; it is zero at equilibrium.
    """
    search = CheapestRoutes(network, demand)
    known = _KnownRoutes(demand)
    flow = np.zeros(network.links)
    best, best_at = np.inf, 0
    for round_number in range(MOST_ROUNDS):
        costs = link_costs.at(flow)
        routes, cheapest = search.routes(costs)
        reached = _relative_gap(costs @ flow, cheapest @ demand.volume) if round_number else np.inf
        if reached <= gap:
            return flow, reached
        if reached < best:
            best, best_at = reached, round_number
        elif round_number - best_at > PATIENCE:
            break
        known.add(routes)
        flow = known.equalise(link_costs)
    msg = f"The user equilibrium stays at a relative gap of {best:.1e}; {gap:.1e} was asked."
    raise ConvergenceError(msg)


def _relative_gap(total: float, cheapest: float) -> float:
    # The size: a difference that rounding turns below zero is no proof of a smaller gap.
    return float(abs(total - cheapest) / total) if total > 0 else 0.0


class _KnownRoutes:
    """Routes found so far, by pair, each with its flow; the first ones carry all demand."""

    def __init__(self, demand: Demand) -> None:
        self.volume = demand.volume
        self.flows: list[dict[bytes, float]] = [{} for _ in demand.volume]

    def add(self, routes: list[NDArray[np.int64]]) -> None:
        for flows, volume, legs in zip(self.flows, self.volume, routes, strict=True):
            flows.setdefault(legs.tobytes(), 0.0 if flows else float(volume))

    def equalise(self, link_costs: LinkCosts) -> NDArray[np.float64]:
        """Move flow between known routes, forget the empty ones, and return the link flows."""
        routes = self._table()
        flows = np.array([flow for known in self.flows for flow in known.values()])
        load = self._load(routes, flows, len(link_costs.free))
        _sweep(routes, flows, self._links(link_costs, load))
        load = self._load(routes, flows, len(link_costs.free))  # afresh: no rounding piles up over rounds
        left = iter(flows.tolist())
        self.flows = [{legs: flow for legs in known if (flow := next(left)) > 0} for known in self.flows]
        return load

    def _table(self) -> _Routes:
        legs = [np.frombuffer(key, dtype=np.int64) for known in self.flows for key in known]
        return _Routes(np.cumsum([0, *map(len, self.flows)]), np.cumsum([0, *map(len, legs)]), np.concatenate(legs))

    @staticmethod
    def _load(routes: _Routes, flows: NDArray[np.float64], links: int) -> NDArray[np.float64]:
        return np.bincount(routes.legs, np.repeat(flows, np.diff(routes.start)), links)

    @staticmethod
    def _links(link_costs: LinkCosts, load: NDArray[np.float64]) -> _Links:
        fixed = (link_costs.free, link_costs.capacity, link_costs.alpha, link_costs.beta)
        return _Links(load, link_costs.at(load), link_costs.slope(load), *fixed)


@compiled
def _sweep(routes: _Routes, flows: NDArray[np.float64], links: _Links) -> None:
    """Move flow from dearer routes to the cheapest of each pair; writes ``flows`` and ``links``."""
    on_cheapest = np.zeros(links.cost.size, np.bool_)
    for _ in range(SWEEPS):
        for pair in range(routes.first.size - 1):
            cheapest = _cheapest_of(routes, pair, links.cost)
            for place in range(routes.start[cheapest], routes.start[cheapest + 1]):
                on_cheapest[routes.legs[place]] = True
            for route in range(routes.first[pair], routes.first[pair + 1]):
                if route != cheapest and flows[route] > 0:
                    _shift(routes, flows, links, (route, cheapest), on_cheapest)
            for place in range(routes.start[cheapest], routes.start[cheapest + 1]):
                on_cheapest[routes.legs[place]] = False


@compiled
def _cheapest_of(routes: _Routes, pair: int, costs: NDArray[np.float64]) -> int:
    cheapest, least = -1, np.inf
    for route in range(routes.first[pair], routes.first[pair + 1]):
        cost = 0.0
        for place in range(routes.start[route], routes.start[route + 1]):
            cost += costs[routes.legs[place]]
        if cost < least:
            cheapest, least = route, cost
    return cheapest


@compiled
def _shift(
    routes: _Routes,
    flows: NDArray[np.float64],
    links: _Links,
    between: tuple[int, int],
    on_cheapest: NDArray[np.bool_],
) -> None:
    """One Newton step of flow from a route to the cheapest one (``on_cheapest`` marks its links)."""
    route, cheapest = between
    difference, slope = 0.0, 0.0
    for place in range(routes.start[cheapest], routes.start[cheapest + 1]):
        difference -= links.cost[routes.legs[place]]
        slope += links.slope[routes.legs[place]]
    for place in range(routes.start[route], routes.start[route + 1]):
        leg = routes.legs[place]
        difference += links.cost[leg]
        slope += -links.slope[leg] if on_cheapest[leg] else links.slope[leg]
    if difference <= 0:
        return
    moved = flows[route] if difference >= slope * flows[route] else difference / slope
    flows[route] -= moved
    flows[cheapest] += moved
    for place in range(routes.start[route], routes.start[route + 1]):
        _change(links, routes.legs[place], -moved)
    for place in range(routes.start[cheapest], routes.start[cheapest + 1]):
        _change(links, routes.legs[place], moved)


@compiled
def _change(links: _Links, link: int, moved: float) -> None:
    """Add to the flow of a link and renew its cost and slope (the formulas of `LinkCosts`)."""
    links.flow[link] = max(links.flow[link] + moved, 0.0)
    load = links.flow[link] / links.capacity[link]
    rising = links.free[link] * links.alpha[link]
    beta = links.beta[link]
    links.cost[link] = links.free[link] + rising * load**beta
    links.slope[link] = rising * beta * max(load, 1e-12) ** (beta - 1) / links.capacity[link]
