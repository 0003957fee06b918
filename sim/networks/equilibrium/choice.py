"""Logit choice between explicit routes, weighted by path size.

The share of route r of a pair is ``PS_r exp(-theta c_r) / sum`` over the routes of the pair, with the
path size PS of [1]_ taken at free-flow cost inside the choice set.

References
----------
.. [1] Ben-Akiva, M. and Bierlaire, M. (1999). Discrete choice methods and their applications to
   short term travel decisions. In: Handbook of Transportation Science, Kluwer, 5-33.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from sim.errors import InputError
from sim.networks.equilibrium.cheapest import CheapestRoutes
from sim.networks.equilibrium.links import Demand, Network, key_of
from sim.networks.route_sets import diverse_routes, path_sizes

Vector = NDArray[np.float64]


class ChoiceSets:
    """Routes of all pairs, and what logit choice between them makes of link costs.

    Attributes
    ----------
    uses
        Matrix (links, routes): 1 where a route uses a link.
    pair
        Pair of each route, shape (routes,); routes of a pair stand together.
    log_size
        Logarithm of the path size of each route, shape (routes,).
    volume
        Demand of the pair of each route, shape (routes,).
    """

    def __init__(self, network: Network, demand: Demand, routes: Sequence[Sequence[NDArray[np.int64]]]) -> None:
        counts = [len(routes_of_pair) for routes_of_pair in routes]
        legs = [route for routes_of_pair in routes for route in routes_of_pair]
        self.demand = demand
        self.pair = np.repeat(np.arange(len(counts)), counts)
        self.first = np.cumsum([0, *counts[:-1]])
        self.log_size = np.log(np.concatenate([path_sizes(network.cost, routes_of_pair) for routes_of_pair in routes]))
        self.volume = demand.volume[self.pair]
        start = np.cumsum([0, *map(len, legs)])
        inside = np.concatenate(legs)
        self.uses = csc_array((np.ones(len(inside)), inside, start), shape=(network.links, len(legs)))

    def flows(self, link_costs: Vector, theta: float) -> tuple[Vector, float]:
        """Logit flow of every route, and the cost expected by all demand together.

        Notes
        -----
        Expected cost is ``-(volume / theta) log(sum PS exp(-theta c))`` summed over pairs; its
        derivative by a link's cost is that link's flow.
        """
        utility = self.log_size - theta * (self.uses.T @ link_costs)
        highest = np.maximum.reduceat(utility, self.first)
        weight = np.exp(utility - highest[self.pair])
        total = np.add.reduceat(weight, self.first)
        expected = -float(self.demand.volume @ (highest + np.log(total))) / theta
        return self.volume * weight / total[self.pair], expected

    def give_way(self, route_flows: Vector, rises: Vector) -> Vector:
        """How much flow leaves every route as link costs rise by ``rises``, per unit of theta.

        Notes
        -----
        On links this is ``B rises`` with ``B = U diag(f) U' - sum over pairs of x_p x_p' / volume_p``, U the uses, f
        the route flows, x_p the link flows of a pair: symmetric and positive semi-definite, a sum of covariances.
        """
        rise = self.uses.T @ rises
        mean = np.add.reduceat(route_flows * rise, self.first) / self.demand.volume
        return route_flows * (rise - mean[self.pair])

    def settled(self, route_flows: Vector) -> Vector:
        """Route flows without what is below zero, scaled to carry exactly the demand of each pair."""
        kept = np.maximum(route_flows, 0.0)
        return kept * (self.demand.volume / np.add.reduceat(kept, self.first))[self.pair]

    def give_way_diagonal(self, route_flows: Vector) -> Vector:
        """Diagonal of the matrix B of `give_way`, shape (links,)."""
        of_pair = self._pair_flows(route_flows)
        return self.uses @ route_flows - of_pair.power(2) @ (1 / self.demand.volume)

    def give_way_matrix(self, route_flows: Vector, links: NDArray[np.int64]) -> NDArray[np.float64]:
        """Matrix B of `give_way` between some links."""
        uses = self.uses.tocsr()[links]
        of_pair = self._pair_flows(route_flows)[links].toarray() / np.sqrt(self.demand.volume)
        return (uses.multiply(route_flows).tocsr() @ uses.T).toarray() - of_pair @ of_pair.T

    def _pair_flows(self, route_flows: Vector) -> csr_array:
        """Link flows by pair, shape (links, pairs)."""
        of_pair = csr_array((route_flows, (np.arange(len(self.pair)), self.pair)))
        return (self.uses @ of_pair).tocsr()


def choice_sets(
    network: Network, demand: Demand, routes: Iterable[Sequence[Hashable]] | None, open_links: NDArray[np.bool_]
) -> ChoiceSets:
    """Choice sets over open links: the routes given, or by default the cheapest diverse ones.

    Raises
    ------
    InputError
        If a pair has no route, or a route given does not follow links.
    """
    numbers = np.flatnonzero(open_links)
    if routes is not None:
        found = _given(network, demand, routes, open_links)
    else:
        inside = replace(
            network,
            rows=network.rows[numbers],
            ends=network.ends[numbers],
            figures={name: values[numbers] for name, values in network.figures.items()},
        )
        CheapestRoutes(inside, demand)  # refuses demand that no links can carry
        pairs = [tuple(pair) for pair in demand.pairs.tolist()]
        found = [[numbers[legs] for legs in set_] for set_ in diverse_routes(inside.ends, inside.cost, pairs)]
    for name, routes_of_pair in zip(demand.names, found, strict=True):
        if not routes_of_pair:
            msg = f"Demand from {name} has no route among those given that is open."
            raise InputError(msg)
    return ChoiceSets(network, demand, found)


def _given(
    network: Network, demand: Demand, routes: Iterable[Sequence[Hashable]], open_links: NDArray[np.bool_]
) -> list[list[NDArray[np.int64]]]:
    """Routes given, by pair and sorted; each once. Routes of pairs without demand play no part."""
    reader = _RouteReader(network)
    found: dict[tuple[int, int], set[tuple[int, ...]]] = {pair: set() for pair in map(tuple, demand.pairs.tolist())}
    for route in routes:
        legs = reader.legs(list(route))
        pair = (int(network.ends[legs[0], 0]), int(network.ends[legs[-1], 1]))
        if pair in found and open_links[legs].all():
            found[pair].add(tuple(legs))
    return [[np.array(legs, dtype=np.int64) for legs in sorted(found[tuple(pair)])] for pair in demand.pairs.tolist()]


class _RouteReader:
    """Reads a route told as places or as index labels of links into link numbers."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.places = set(network.places)
        self.link = {network.table.index[row]: number for number, row in enumerate(network.rows)}
        self.between: dict[tuple[int, int], list[int]] = {}
        for number, ends in enumerate(network.ends.tolist()):
            self.between.setdefault(tuple(ends), []).append(number)

    def legs(self, route: list[Hashable]) -> list[int]:
        told = " to ".join(map(str, route))
        labels = route and self.network.table.index.is_unique and all(label in self.link for label in route)
        if len(route) > 1 and all(place in self.places for place in route):
            legs = self._along(route, told)
        elif labels:
            legs = [self.link[label] for label in route]
        elif len(route) > 1 and all(key_of(place) in self.network.enters for place in route):
            legs = self._along(route, told)
        else:
            msg = f"The route {told!r} is neither a sequence of two or more places nor of unique index labels of links."
            raise InputError(msg)
        ends = self.network.ends[legs]
        nodes = [int(ends[0, 0]), *ends[:, 1].tolist()]
        if (ends[1:, 0] != ends[:-1, 1]).any() or len(set(nodes)) < len(nodes):
            barred = self.network.leaves != self.network.enters
            msg = f"The route {told!r} is broken or passes a place twice{', or one that none may pass' * barred}."
            raise InputError(msg)
        return legs

    def _along(self, route: list[Hashable], told: str) -> list[int]:
        return [self._joining(tail, head, told) for tail, head in zip(route[:-1], route[1:], strict=True)]

    def _joining(self, tail: Hashable, head: Hashable, told: str) -> int:
        links = self.between.get((self.network.leaves[key_of(tail)], self.network.enters[key_of(head)]), [])
        if len(links) != 1:
            msg = f"The route {told!r} needs one link from {tail} to {head}, and there are {len(links)}."
            hint = " Tell it by index labels of links." if links else ""
            raise InputError(msg + hint)
        return links[0]
