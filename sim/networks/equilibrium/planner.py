"""Least-cost flow: the linear programme of a planner with constant costs and hard capacities.

Demand from one origin is one commodity (its parts need not be told apart on the way), so the
programme has origins x links variables and origins x places balances [1]_. HiGHS solves it [2]_.

References
----------
.. [1] Ahuja, R. K., Magnanti, T. L. and Orlin, J. B. (1993). Network Flows. Prentice Hall, chapter 17.
.. [2] Huangfu, Q. and Hall, J. A. J. (2018). Parallelizing the dual revised simplex method.
   Mathematical Programming Computation 10, 119-142.
"""

from collections.abc import Hashable, Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import OptimizeResult, linprog
from scipy.sparse import block_array, csr_array, eye_array, hstack, kron

from sim.errors import InputError
from sim.networks.equilibrium.cheapest import CheapestRoutes
from sim.networks.equilibrium.errors import ConvergenceError
from sim.networks.equilibrium.links import Demand, Network, read_demand, read_network

INFEASIBLE = 2
"""Status of linprog for a programme that no flow satisfies."""


def least_cost_flow(links: pd.DataFrame, demand: pd.DataFrame, no_through: Iterable[Hashable] = ()) -> pd.DataFrame:
    """Flows that carry all demand at the least total cost within hard capacities.

    Parameters
    ----------
    links
        One row a link: ``from_place, to_place, cost, capacity``. Cost per unit is constant; capacity may
        be infinite, or zero for a closed link; other columns play no part.
    demand
        One row a pair: ``from_place, to_place, volume``. Rows of one pair add up; those from a place
        to itself use no link and are left out.
    no_through
        Places at which trips may begin and end, but which none may pass: the zones of published road networks.

    Returns
    -------
    pandas.DataFrame
        ``from_place, to_place, flow, cost`` in the rows and index of ``links``.

    Raises
    ------
    InputError
        If a table is not as told above, no links join a pair, or capacity cannot carry all demand; the
        sentence names the row or the pair that is left with most unmet demand.
    ConvergenceError
        If the solver ends without an optimum.

    Examples
    --------
    >>> links = pd.DataFrame(
    ...     [("a", "b", 1.0, 2.0), ("a", "b", 3.0, 9.0)], columns=["from_place", "to_place", "cost", "capacity"]
    ... )
    >>> demand = pd.DataFrame([("a", "b", 5.0)], columns=["from_place", "to_place", "volume"])
    >>> least_cost_flow(links, demand)["flow"].tolist()
    [2.0, 3.0]
    """
    network = read_network(links, ("cost", "capacity"), no_through)
    asked = read_demand(demand, network)
    flow = np.zeros(network.links)
    if len(asked.volume):
        CheapestRoutes(network, asked)  # refuses demand that no links can carry
        flow = _Programme(network, asked).flow()
    return network.result(flow=flow, cost=network.cost)


class _Programme:
    """Balances and capacities over the variables (origin, link), origin by origin."""

    def __init__(self, network: Network, demand: Demand) -> None:
        self.network, self.demand = network, demand
        origins, self.row = np.unique(demand.pairs[:, 0], return_inverse=True)
        self.origins, nodes, links = len(origins), len(network.places), network.links
        ends = network.ends
        arriving = csr_array((np.ones(links), (ends[:, 1], np.arange(links))), shape=(nodes, links))
        leaving = csr_array((np.ones(links), (ends[:, 0], np.arange(links))), shape=(nodes, links))
        self.balance = kron(eye_array(self.origins), arriving - leaving, format="csr")
        self.arrives = self.row * nodes + demand.pairs[:, 1]
        self.leaves = self.row * nodes + demand.pairs[:, 0]
        self.limited = np.flatnonzero(np.isfinite(network.capacity))
        self.load = kron(np.ones((1, self.origins)), eye_array(links, format="csr")[self.limited], format="csr")

    def flow(self) -> NDArray[np.float64]:
        """Link flows of the optimum, shape (links,)."""
        needs = np.bincount(self.arrives, self.demand.volume, self.balance.shape[0])
        needs -= np.bincount(self.leaves, self.demand.volume, self.balance.shape[0])
        found = linprog(
            np.tile(self.network.cost, self.origins),
            A_ub=self.load,
            b_ub=self.network.capacity[self.limited],
            A_eq=self.balance,
            b_eq=needs,
            method="highs",
        )
        if found.status == INFEASIBLE:
            self._refuse(needs)
        _check_optimum(found)
        return np.maximum(found.x.reshape(self.origins, -1).sum(axis=0), 0.0)

    def _refuse(self, needs: NDArray[np.float64]) -> None:
        """Find the least demand that must stay unmet, and name the pair with most of it."""
        pairs, balances = len(self.demand.volume), self.balance.shape[0]
        unmet = csr_array((np.ones(pairs), (self.arrives, np.arange(pairs))), shape=(balances, pairs))
        unmet -= csr_array((np.ones(pairs), (self.leaves, np.arange(pairs))), shape=(balances, pairs))
        flows = self.balance.shape[1]
        found = linprog(
            np.repeat([0.0, 1.0], [flows, pairs]),
            A_ub=hstack([self.load, csr_array((len(self.limited), pairs))]),
            b_ub=self.network.capacity[self.limited],
            A_eq=block_array([[self.balance, unmet]]),
            b_eq=needs,
            bounds=np.column_stack([np.zeros(flows + pairs), np.append(np.full(flows, np.inf), self.demand.volume)]),
            method="highs",
        )
        _check_optimum(found)
        refuse_unmet(self.demand, found.x[flows:], "the links")


def refuse_unmet(demand: Demand, unmet: NDArray[np.float64], carriers: str) -> None:
    """Raise InputError that names the pair with most unmet demand."""
    worst = int(np.argmax(unmet))
    msg = (
        f"Capacity cannot carry all demand: at the best division of {carriers}, {unmet.sum():.6g} of "
        f"{demand.volume.sum():.6g} stay behind, most from {demand.names[worst]} "
        f"({unmet[worst]:.6g} of {demand.volume[worst]:.6g})."
    )
    raise InputError(msg)


def _check_optimum(found: OptimizeResult) -> None:
    if not found.success:
        msg = f"The linear programme ended without an optimum: {found.message}"
        raise ConvergenceError(msg)
