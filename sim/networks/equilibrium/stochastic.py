"""Stochastic user equilibrium: logit choice between explicit routes, costs that rise with flow.

The equilibrium is the fixed point ``x = F(x)`` where F loads the logit choice made at the costs
t(x). It is also the minimum of Sheffi and Powell's function [1]_ (Fisk's programme [2]_ seen from link flows)

    Z(x) = -expected cost at t(x) + sum of x t(x) - sum of integrals of t,     grad Z = D (x - F(x))

with D the link slopes. Averaging F (the method of successive averages) needs thousands of rounds
when the logit scale is large. Here each round takes the Newton step of the fixed point,

    (I + theta B D) step = F(x) - x,                  B = covariances of link use (`ChoiceSets.give_way`)

which points downhill on Z, because ``D^1/2 (I + theta B D) D^-1/2`` is symmetric and positive
definite, and is halved until it lowers Z or the residual. The scale grows to its value in stages, each
begun at the answer of the last: far from it choice at a large scale is all or nothing, and says
nothing about how it would give way.

References
----------
.. [1] Sheffi, Y. and Powell, W. B. (1982). An algorithm for the equilibrium assignment problem with
   random link times. Networks 12(2), 191-207.
.. [2] Fisk, C. (1980). Some developments in equilibrium traffic assignment. Transportation Research
   Part B 14(3), 243-255.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import LinearOperator, cg

from sim.networks.equilibrium.choice import ChoiceSets
from sim.networks.equilibrium.congestion import LinkCosts
from sim.networks.equilibrium.errors import ConvergenceError

Vector = NDArray[np.float64]

ROUNDING = 1e-11
"""Part of Z below which a difference of two values is rounding."""

MOST_ROUNDS = 100
"""Newton rounds in one stage of the scale; a handful is usual."""


def solve(sets: ChoiceSets, link_costs: LinkCosts, theta: float, gap: float) -> tuple[Vector, float]:
    """Link flows of the logit user equilibrium and the gap reached.

    Raises
    ------
    ConvergenceError
        If the rounds end above the gap.

    Notes
    -----
    The flow returned is that of route flows which carry all demand exactly and of which none is negative. The
    gap is the largest, over routes, of ``abs(flow - logit flow at the costs of that flow) / demand`` of the pair.
    """
    flows, _ = sets.flows(link_costs.free, scale_of(sets, link_costs.free))
    for scale in stages(theta, scale_of(sets, link_costs.at(sets.uses @ flows))):
        aim = gap if scale == theta else max(gap, 1e-3)
        flows, reached = _stage(sets, link_costs, flows, scale, aim)
        if reached > aim:
            msg = f"The logit equilibrium stays at a gap of {reached:.1e} at theta {scale:.6g}; {aim:.1e} was asked."
            raise ConvergenceError(msg)
    return sets.uses @ flows, reached


def scale_of(sets: ChoiceSets, costs: Vector) -> float:
    """Give a scale mild enough for routes to be well mixed at some link costs."""
    return 4.0 / max(float(np.mean(sets.uses.T @ costs)), 1e-300)


def stages(theta: float, mild: float) -> list[float]:
    """List scales from about a mild one up to the one wanted, each four times the last."""
    steps = int(np.ceil(np.log(max(theta / mild, 1.0)) / np.log(4.0)))
    return [theta / 4.0**step for step in range(steps, -1, -1)]


def _stage(sets: ChoiceSets, link_costs: LinkCosts, flows: Vector, theta: float, gap: float) -> tuple[Vector, float]:
    """Route flows that come nearest to the equilibrium at one scale, and their gap."""
    best, least = flows, np.inf
    for _ in range(MOST_ROUNDS):
        settled = sets.settled(flows)
        chosen, _ = sets.flows(link_costs.at(sets.uses @ settled), theta)
        reached = float(np.max(np.abs(settled - chosen) / sets.volume))
        if reached < least:
            best, least = settled, reached
        if least <= gap:
            break
        moved = _downhill(sets, link_costs, flows, theta)
        if moved is None:
            break
        flows = moved
    return best, least


def _downhill(sets: ChoiceSets, link_costs: LinkCosts, flows: Vector, theta: float) -> Vector | None:
    """Route flows after the Newton step, halved until it helps; None if no part of it does."""
    flow = sets.uses @ flows
    chosen, _ = sets.flows(link_costs.at(flow), theta)
    slope = link_costs.slope(flow)
    step = _newton_step(sets, chosen, theta * slope, chosen - flows)
    value, length = _merit(sets, link_costs, flow, theta)
    descent = -float((slope * (sets.uses @ (chosen - flows))) @ (sets.uses @ step))
    for part in 0.5 ** np.arange(30):
        trial = flows + part * step
        trial_value, trial_length = _merit(sets, link_costs, sets.uses @ trial, theta)
        rounding = ROUNDING * abs(value)
        if trial_value - value <= 1e-4 * part * descent - rounding:
            return trial
        # Where Z has too few digits to tell progress, the residual tells it.
        if abs(trial_value - value) <= rounding and trial_length < (1 - part / 2) * length:
            return trial
    return None


def _newton_step(sets: ChoiceSets, chosen: Vector, weight: Vector, residual: Vector) -> Vector:
    """Solve ``(I + B W) step = residual``, W = diag(weight), through ``(I + W^1/2 B W^1/2) W^1/2 step``.

    The residual and the step are of routes, the system is of links. Conjugate gradients with the
    diagonal as preconditioner: B is never formed, so a step costs a few hundred passes over the
    routes. What the solution lacks in digits the next Newton round makes up.
    """
    root = np.sqrt(weight)
    links = len(weight)
    diagonal = 1 + weight * sets.give_way_diagonal(chosen)

    def system(vector: Vector) -> Vector:
        return vector + root * (sets.uses @ sets.give_way(chosen, root * vector))

    scaled, _ = cg(
        LinearOperator((links, links), matvec=system, dtype=np.float64),
        root * (sets.uses @ residual),
        rtol=1e-6,
        maxiter=10 * links,
        M=LinearOperator((links, links), matvec=lambda vector: vector / diagonal, dtype=np.float64),
    )
    return residual - sets.give_way(chosen, root * scaled)


def _merit(sets: ChoiceSets, link_costs: LinkCosts, flow: Vector, theta: float) -> tuple[float, float]:
    """Sheffi and Powell's function and the length of the residual."""
    costs = link_costs.at(flow)
    chosen, expected = sets.flows(costs, theta)
    value = float(flow @ costs) - expected - link_costs.integral(flow)
    return value, float(np.linalg.norm(sets.uses @ chosen - flow))
