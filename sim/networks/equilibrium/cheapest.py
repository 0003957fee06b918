"""The cheapest route of every pair at given link costs."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from sim.errors import InputError
from sim.networks.equilibrium.links import Demand, Network


class CheapestRoutes:
    """Searches that go from every origin at once; parallel links and links of no cost are allowed.

    Raises
    ------
    InputError
        If no links lead from one place of a pair to the other; the sentence names the pair.
    """

    def __init__(self, network: Network, demand: Demand) -> None:
        self.nodes = len(network.places)
        key = network.ends[:, 0] * self.nodes + network.ends[:, 1]  # ascending: links are sorted by their ends
        self.joined, self.bundle = np.unique(key, return_inverse=True)
        self.first_of_bundle = np.searchsorted(key, self.joined)
        self.destination = demand.pairs[:, 1]
        self.origins, self.origin_of_pair = np.unique(demand.pairs[:, 0], return_inverse=True)
        reached = np.isfinite(self._trees(np.ones(len(self.joined)))[0][self.origin_of_pair, self.destination])
        if not reached.all():
            msg = f"Demand from {demand.names[int(np.argmin(reached))]} cannot be carried: no links lead there."
            raise InputError(msg)

    def routes(self, costs: NDArray[np.float64]) -> tuple[list[NDArray[np.int64]], NDArray[np.float64]]:
        """Legs of the cheapest route of every pair, in order of travel, and what each costs."""
        # Of parallel links only the cheapest can be used: it stands first once sorted by (bundle, cost).
        best = np.lexsort((costs, self.bundle))[self.first_of_bundle]
        distance, before = self._trees(costs[best])
        back = []
        row, node = self.origin_of_pair, self.destination
        while True:  # one leg back towards the origin for all pairs at once
            tail = before[row, node].astype(np.int64)
            going = tail >= 0
            if not going.any():
                break
            bundle = np.searchsorted(self.joined, tail * self.nodes + node)
            back.append(np.where(going, best[np.where(going, bundle, 0)], -1))
            node = np.where(going, tail, node)
        legs = np.array(back[::-1], dtype=np.int64).reshape(len(back), -1).T
        return [route[route >= 0] for route in legs], distance[self.origin_of_pair, self.destination]

    def _trees(self, costs: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
        tails, heads = np.divmod(self.joined, self.nodes)
        # Explicit zeros stay in the matrix and are links that cost nothing.
        graph = csr_array((costs, (tails, heads)), shape=(self.nodes, self.nodes))
        return dijkstra(graph, indices=self.origins, return_predecessors=True)
