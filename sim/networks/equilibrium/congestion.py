"""The link cost of the Bureau of Public Roads, with its slope and its integral.

References
----------
.. [1] Bureau of Public Roads (1964). Traffic Assignment Manual. US Department of Commerce.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.networks.equilibrium.links import Network


@dataclass(frozen=True)
class LinkCosts:
    """``cost(x) = cost (1 + alpha (x / capacity)^beta)`` for all links at once [1]_.

    A flow below zero (solvers may try one) costs what no flow costs: the function stays continuous
    and does not fall, so its integral stays convex.
    """

    free: NDArray[np.float64]
    capacity: NDArray[np.float64]
    alpha: NDArray[np.float64]
    beta: NDArray[np.float64]

    @classmethod
    def of(cls, network: Network, most: float) -> "LinkCosts":
        """Make the costs of a network whose links carry at most ``most``.

        Raises
        ------
        InputError
            If a link has no capacity, or its cost at ``most`` (or the slope) is no finite number.
        """
        network.refuse(network.capacity <= 0, "capacity must be above zero where cost rises with flow")
        costs = cls(*(network.figures[name] for name in ("cost", "capacity", "alpha", "beta")))
        full = np.full(network.links, most)
        with np.errstate(over="ignore", invalid="ignore"):
            finite = np.isfinite(costs.at(full) * most) & np.isfinite(costs.slope(full) * most)
        network.refuse(~finite, f"its cost at a flow of {most:.6g} is beyond the range of numbers")
        return costs

    def at(self, flow: NDArray[np.float64]) -> NDArray[np.float64]:
        """Cost per unit at a flow, shape (links,)."""
        return self.free * (1 + self.alpha * (np.maximum(flow, 0) / self.capacity) ** self.beta)

    def slope(self, flow: NDArray[np.float64]) -> NDArray[np.float64]:
        """Slope of the cost; with beta below one it is taken just above zero, where it is finite."""
        load = np.maximum(flow / self.capacity, 1e-12)
        return self.free * self.alpha * self.beta * load ** (self.beta - 1) / self.capacity

    def integral(self, flow: NDArray[np.float64]) -> float:
        """Sum over links of the integral of the cost from zero to the flow (Beckmann's objective)."""
        load = np.maximum(flow, 0)
        rising = self.alpha * load * (load / self.capacity) ** self.beta / (self.beta + 1)
        below = np.minimum(flow, 0) * self.at(np.zeros_like(flow))
        return float((self.free * (load + rising) + below).sum())
