"""User equilibrium, deterministic or logit, with link costs that rise with flow."""

from collections.abc import Hashable, Iterable, Sequence

import numpy as np
import pandas as pd

from sim.errors import InputError
from sim.networks.equilibrium import deterministic, stochastic
from sim.networks.equilibrium.choice import choice_sets
from sim.networks.equilibrium.congestion import LinkCosts
from sim.networks.equilibrium.links import positive, read_demand, read_network


def user_equilibrium(
    links: pd.DataFrame,
    demand: pd.DataFrame,
    theta: float | None = None,
    routes: Iterable[Sequence[Hashable]] | None = None,
    gap: float = 1e-5,
    no_through: Iterable[Hashable] = (),
) -> tuple[pd.DataFrame, float]:
    """Flows at which nobody gains by another route, given what all others do.

    Parameters
    ----------
    links
        One row a link: ``from_place, to_place, cost, capacity, alpha, beta``. Cost per unit at flow x is
        ``cost (1 + alpha (x / capacity)^beta)``. Capacity may be infinite; links may run in parallel.
    demand
        One row a pair: ``from_place, to_place, volume``. Rows of one pair add up; those from a place
        to itself use no link and are left out.
    theta
        None: all take cheapest routes (Wardrop). A number: logit choice with this scale, per unit
        of cost, between explicit routes weighted by path size.
    routes
        Routes to choose between, for a logit scale only: each a sequence of places, or (where links
        run in parallel) of index labels of ``links``. By default the six cheapest loopless ones by
        free-flow cost that share at most 0.7 of the cost of a cheaper one.
    gap
        Gap to reach. Deterministic: (total cost - cost of all demand on cheapest routes) / total cost.
        Logit: largest over routes of ``abs(flow - logit flow) / demand`` of the pair.
    no_through
        Places at which trips may begin and end, but which none may pass: the zones of published road networks.

    Returns
    -------
    pandas.DataFrame
        ``from_place, to_place, flow, cost`` in the rows and index of ``links``; cost at that flow.
    float
        Gap reached, at most the one asked.

    Raises
    ------
    InputError
        If a table is not as told above, or demand has no way; the sentence names the row or the pair.
    ConvergenceError
        If the gap cannot be reached.

    Examples
    --------
    Two routes of costs ``1 + x`` and ``2`` share three units: one takes the first, two the second.

    >>> links = pd.DataFrame(
    ...     [("a", "b", 1.0, 1.0, 1.0, 1.0), ("a", "b", 2.0, 1.0, 0.0, 1.0)],
    ...     columns=["from_place", "to_place", "cost", "capacity", "alpha", "beta"],
    ... )
    >>> demand = pd.DataFrame([("a", "b", 3.0)], columns=["from_place", "to_place", "volume"])
    >>> flows, reached = user_equilibrium(links, demand)
    >>> flows["flow"].round(3).tolist()
    [1.0, 2.0]
    """
    gap = positive(gap, "gap")
    network = read_network(links, ("cost", "capacity", "alpha", "beta"), no_through)
    asked = read_demand(demand, network)
    link_costs = LinkCosts.of(network, float(asked.volume.sum()))
    if theta is None and routes is not None:
        msg = "Routes are chosen between only with a logit scale: give theta, or leave out routes."
        raise InputError(msg)
    if len(asked.volume) == 0:
        flow, reached = np.zeros(network.links), 0.0
    elif theta is None:
        flow, reached = deterministic.solve(network, asked, link_costs, gap)
    else:
        theta = positive(theta, "theta")
        sets = choice_sets(network, asked, routes, np.ones(network.links, dtype=np.bool_))
        flow, reached = stochastic.solve(sets, link_costs, theta, gap)
    return network.result(flow=flow, cost=link_costs.at(flow)), reached
