"""Flows on a network that are known in advance: what settled agents must agree with.

Three reference answers, from the strictest rational one to the most human one:

- `least_cost_flow`: one planner, constant costs, hard capacities (a linear programme);
- `user_equilibrium`: every consignment on its own, costs that rise with flow (Wardrop [1]_), or, with
  a logit scale, choice that is only more likely where it is cheaper (Fisk [2]_);
- `capacitated_equilibrium`: the same logit choice under hard capacities, where waits ration.

Every function checks its tables and says in one sentence what is wrong (`sim.errors.InputError`);
none returns a number that is not finite or an answer that missed its tolerance (`ConvergenceError`).
Rows of the tables may come in any order: they are sorted before anything is computed.

References
----------
.. [1] Wardrop, J. G. (1952). Some theoretical aspects of road traffic research. Proceedings of the
   Institution of Civil Engineers 1(3), 325-362.
.. [2] Fisk, C. (1980). Some developments in equilibrium traffic assignment. Transportation Research
   Part B 14(3), 243-255.
"""

from sim.networks.equilibrium.capacitated import capacitated_equilibrium
from sim.networks.equilibrium.errors import ConvergenceError
from sim.networks.equilibrium.planner import least_cost_flow
from sim.networks.equilibrium.user import user_equilibrium

__all__ = ["ConvergenceError", "capacitated_equilibrium", "least_cost_flow", "user_equilibrium"]
