"""Logit choice under hard capacities, through its concave dual.

A queue in front of a full link grows until its wait keeps the rest away. At rest every link has a
multiplier w (the cost of the wait): flow = capacity where w > 0, flow <= capacity where w = 0, and
shares are logit at cost + w. These w maximise the concave dual of the entropy programme [1]_

    max over w >= 0 of   expected cost of all demand at (cost + w)  -  sum of capacity w

whose gradient is flow(w) - capacity and whose Hessian is -theta B, B the covariances of link use. Each
round makes the quadratic model of the dual least within w >= 0 (non-negative least squares [2]_), over
the multipliers that are above zero or ought to rise. B is singular where only a sum of multipliers matters
(full links in a row), and nearly so where choice is all or nothing: a multiple of the identity is
added [3]_, as small as lets the step help. The logit scale grows in stages, as in `stochastic`.

References
----------
.. [1] Bell, M. G. H. (1995). Stochastic user equilibrium assignment in networks with queues.
   Transportation Research Part B 29(2), 125-137.
.. [2] Lawson, C. L. and Hanson, R. J. (1995). Solving Least Squares Problems. SIAM, chapter 23.
.. [3] Marquardt, D. W. (1963). An algorithm for least-squares estimation of nonlinear parameters.
   Journal of the Society for Industrial and Applied Mathematics 11(2), 431-441.
"""

from collections.abc import Hashable, Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import linprog, nnls
from scipy.sparse import block_array, csc_array, eye_array

from sim.networks.equilibrium.choice import ChoiceSets, choice_sets
from sim.networks.equilibrium.errors import ConvergenceError
from sim.networks.equilibrium.links import positive, read_demand, read_network
from sim.networks.equilibrium.planner import refuse_unmet
from sim.networks.equilibrium.stochastic import scale_of, stages

Vector = NDArray[np.float64]

TOLERANCE = 1e-9
"""Largest gap of an answer."""

MOST_ROUNDS = 200
"""Newton rounds in one stage of the scale; a handful is usual."""

ROUNDING = 1e-11
"""Part of the dual below which a difference of two values is rounding."""

DAMPING = 10.0 ** np.arange(-12, 2)
"""Parts of the largest possible curvature that are added to the Hessian, one after the other until a step helps."""


def capacitated_equilibrium(
    links: pd.DataFrame,
    demand: pd.DataFrame,
    theta: float,
    routes: Iterable[Sequence[Hashable]] | None = None,
    no_through: Iterable[Hashable] = (),
) -> tuple[pd.DataFrame, float]:
    """Logit flows under hard capacities, and the multipliers that keep them there.

    Parameters
    ----------
    links
        One row a link: ``from_place, to_place, cost, capacity``. Cost per unit is constant; capacity may
        be infinite, or zero for a closed link, which no route passes; other columns play no part.
    demand
        One row a pair: ``from_place, to_place, volume``. Rows of one pair add up; those from a place
        to itself use no link and are left out.
    theta
        Logit scale, per unit of cost.
    routes
        Routes to choose between: each a sequence of places, or (where links run in parallel) of index
        labels of ``links``. By default the six cheapest loopless ones by cost over links with capacity
        that share at most 0.7 of the cost of a cheaper one. Both are weighted by path size.
    no_through
        Places at which trips may begin and end, but which none may pass: the zones of published road networks.

    Returns
    -------
    pandas.DataFrame
        ``from_place, to_place, flow, cost, multiplier`` in the rows and index of ``links``. Multipliers
        are in the unit of cost and come on top of ``cost``: the waits, in cost, that a queue settles to.
        Where several full links follow each other only their sum is determined.
    float
        Gap reached, at most 1e-9: the largest over links of the size of ``min(theta x multiplier, spare
        capacity / total demand)``, which is zero where flow keeps within capacity and multipliers stand only on full
        links. Shares are logit to rounding.

    Raises
    ------
    InputError
        If a table is not as told above, a pair has no route, or the routes cannot carry all demand; the
        sentence names the row or the pair.
    ConvergenceError
        If the gap is not reached: where capacity leaves a route without any flow no finite wait does that.

    Examples
    --------
    The cheaper of two routes is full at 2 of 5: its multiplier makes logit shares 0.4 and 0.6.

    >>> links = pd.DataFrame(
    ...     [("a", "b", 1.0, 2.0), ("a", "b", 3.0, 9.0)], columns=["from_place", "to_place", "cost", "capacity"]
    ... )
    >>> demand = pd.DataFrame([("a", "b", 5.0)], columns=["from_place", "to_place", "volume"])
    >>> flows, gap = capacitated_equilibrium(links, demand, theta=1.0)
    >>> flows["multiplier"].round(6).tolist() == [round(2.0 + float(np.log(1.5)), 6), 0.0]
    True
    """
    theta = positive(theta, "theta")
    network = read_network(links, ("cost", "capacity"), no_through)
    asked = read_demand(demand, network)
    flow, multiplier, reached = np.zeros(network.links), np.zeros(network.links), 0.0
    if len(asked.volume):
        sets = choice_sets(network, asked, routes, network.capacity > 0)
        dual = _Dual(sets, network.cost, network.capacity)
        dual.check_feasible()
        multiplier[dual.limited], reached = _solve(dual, theta)
        flow = dual.flow(multiplier[dual.limited], theta)
    return network.result(flow=flow, cost=network.cost, multiplier=multiplier), reached


class _Dual:
    """The dual over links whose capacity could bind; to be made least (its negative is concave)."""

    def __init__(self, sets: ChoiceSets, cost: Vector, capacity: Vector) -> None:
        self.sets, self.cost = sets, cost
        self.total = float(sets.demand.volume.sum())
        # Every route at its full demand: a capacity above that never binds.
        most = sets.uses @ sets.volume
        self.limited = np.flatnonzero(capacity < most)
        self.capacity = capacity[self.limited]

    def route_flows(self, multiplier: Vector, theta: float) -> tuple[Vector, float]:
        costs = self.cost.copy()
        costs[self.limited] += multiplier
        return self.sets.flows(costs, theta)

    def flow(self, multiplier: Vector, theta: float) -> Vector:
        """Link flows, shape (links,)."""
        return self.sets.uses @ self.route_flows(multiplier, theta)[0]

    def value(self, multiplier: Vector, theta: float) -> float:
        return float(self.capacity @ multiplier) - self.route_flows(multiplier, theta)[1]

    def gap(self, multiplier: Vector, spare: Vector, theta: float) -> float:
        return float(np.max(np.abs(np.minimum(theta * multiplier, spare / self.total)), initial=0.0))

    def check_feasible(self) -> None:
        """Raise InputError if no division of demand over the routes keeps within capacity."""
        uses, pairs = self.sets.uses.tocsr()[self.limited], len(self.sets.demand.volume)
        routes = len(self.sets.pair)
        of_pair = csc_array((np.ones(routes), self.sets.pair, np.arange(routes + 1)), shape=(pairs, routes))
        found = linprog(
            np.repeat([0.0, 1.0], [routes, pairs]),
            A_ub=block_array([[uses, csc_array((len(self.limited), pairs))]]),
            b_ub=self.capacity,
            A_eq=block_array([[of_pair, eye_array(pairs)]]),
            b_eq=self.sets.demand.volume,
            method="highs",
        )
        if not found.success:
            msg = f"The check of capacity against demand ended without an answer: {found.message}"
            raise ConvergenceError(msg)
        if found.fun > TOLERANCE * self.total:
            refuse_unmet(self.sets.demand, found.x[routes:], "the routes chosen between")


def _solve(dual: _Dual, theta: float) -> tuple[Vector, float]:
    """Multipliers on the limited links and the gap they leave."""
    multiplier, reached = np.zeros(len(dual.limited)), np.inf
    for scale in stages(theta, scale_of(dual.sets, dual.cost)):
        multiplier, reached = _stage(dual, multiplier, scale, TOLERANCE if scale == theta else 1e-4)
    if reached > TOLERANCE:
        msg = (
            f"The capacitated equilibrium stays at a gap of {reached:.1e}; {TOLERANCE:.1e} was asked. "
            "Capacity may leave a route without any flow, or be so nearly used up that waits have no bound."
        )
        raise ConvergenceError(msg)
    return multiplier, reached


def _stage(dual: _Dual, multiplier: Vector, theta: float, gap: float) -> tuple[Vector, float]:
    best, least = multiplier, np.inf
    for _ in range(MOST_ROUNDS):
        chosen, _ = dual.route_flows(multiplier, theta)
        spare = dual.capacity - (dual.sets.uses @ chosen)[dual.limited]
        reached = dual.gap(multiplier, spare, theta)
        if reached < least:
            best, least = multiplier, reached
        if least <= gap:
            break
        moved = _downhill(dual, multiplier, chosen, spare, theta)
        if moved is None:
            break
        multiplier = moved
    return best, least


def _downhill(dual: _Dual, multiplier: Vector, chosen: Vector, spare: Vector, theta: float) -> Vector | None:
    """Multipliers after the least damped Newton step that helps; None if none does."""
    value, gap = dual.value(multiplier, theta), dual.gap(multiplier, spare, theta)
    free = np.flatnonzero((multiplier > 0) | (spare < 0))
    hessian = theta * dual.sets.give_way_matrix(chosen, dual.limited[free])
    # Nothing curves more than all demand giving way at once: damping of that size makes any step short.
    for damping in theta * dual.total * DAMPING:
        trial = multiplier.copy()
        trial[free] = _newton(hessian, damping, spare[free], multiplier[free])
        fall = value - dual.value(trial, theta)
        rounding = ROUNDING * abs(value)
        if fall >= 1e-4 * float(spare @ (multiplier - trial)) + rounding:
            return trial
        # Where the dual has too few digits to tell progress, the gap tells it.
        moved = dual.capacity - dual.flow(trial, theta)[dual.limited]
        if abs(fall) <= rounding and dual.gap(trial, moved, theta) < gap / 2:
            return trial
    return None


def _newton(hessian: NDArray[np.float64], damping: float, gradient: Vector, start: Vector) -> Vector:
    """Where the damped quadratic model is least among multipliers of at least zero."""
    root = cholesky(hessian + damping * np.eye(len(start)))
    target = root @ start - solve_triangular(root, gradient, trans="T")
    end = solve_triangular(root, target)
    return end if (end >= 0).all() else nnls(root, target)[0]
