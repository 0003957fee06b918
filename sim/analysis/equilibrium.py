"""Reference equilibria by the name under which analyses import them; the room itself knows no trade."""

from sim.networks.equilibrium import (
    ConvergenceError,
    capacitated_equilibrium,
    least_cost_flow,
    user_equilibrium,
)

__all__ = ["ConvergenceError", "capacitated_equilibrium", "least_cost_flow", "user_equilibrium"]
