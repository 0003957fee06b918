"""Choice of routes: logit shares, and the equilibria of congestion and of queues."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from sim.kernels.week import simulate
from sim.networks.equilibrium import capacitated_equilibrium, least_cost_flow, user_equilibrium
from sim.networks.route_sets import path_sizes
from sim.outcomes.outcomes import new_records
from sim.policy.instruments import Instrument
from sim.state import WAIT_BPR, WAIT_QUEUE, World
from tests.limits.worlds import Good, Lane, Measure, Run, Sketch, Way, make_policy, make_world, settled, tonnes_of

THETA = 40.0
GOOD = Good(value_usd_per_t=1500.0, time_value_per_day=0.008)
GATES = ("north", "south", "east")
BORDER_DAYS = (3.0, 2.0, 2.5)
FROM_GATE = {
    ("north", "x"): 16.0, ("south", "x"): 22.0, ("east", "x"): 3.0,
    ("north", "y"): 24.0, ("south", "y"): 19.0, ("east", "y"): 6.0,
}  # fmt: skip
VOLUMES = {("a", "x"): 5.0, ("a", "y"): 3.0, ("b", "x"): 2.0, ("b", "y"): 6.0}
# Days of travel to the first gate. The third gate lies behind the second, or beside it.
BEHIND = {("a", "north"): 2.0, ("a", "south"): 3.5, ("b", "north"): 4.0, ("b", "south"): 1.5}
BETWEEN_DAYS = 9.0
BESIDE = {(origin, gate): days for origin in "ab" for gate, days in zip(GATES, (2.0, 4.0, 17.0), strict=True)}
# The same gates side by side, near one origin and far from the other.
SCATTERED = {
    ("a", "north"): 2.0, ("a", "south"): 4.0, ("a", "east"): 17.0,
    ("b", "north"): 9.0, ("b", "south"): 1.0, ("b", "east"): 25.0,
}  # fmt: skip
WEEKS = 600


def test_two_routes_have_logit_shares():
    """Error of float32: shares carry about theta x cost x 6e-8 = 3e-7."""
    good = Good(value_usd_per_t=2000.0, time_value_per_day=0.004)
    ways = (
        Way(gates=(0,), days=(3.0,), last_days=8.0, cost_usd_per_t=150.0, path_size=0.8),
        Way(gates=(1, 0), days=(1.5, 9.0), last_days=4.0, cost_usd_per_t=90.0, path_size=1.0),
    )
    world = make_world(Sketch(lanes=(Lane(ways),), goods=(good,), border_days=(1.0, 2.0)))
    run = Run(world, make_policy(world), settled(theta_route=THETA, route_adjustment=0.1)).step(100)
    # freight over value, plus time value times days of travel and at borders
    cost = np.array([150 / 2000 + 0.004 * (3 + 1 + 8), 90 / 2000 + 0.004 * (1.5 + 2 + 9 + 1 + 4)])
    weight = np.array([0.8, 1.0]) * np.exp(-THETA * cost)
    assert run.state.markets.price[0] == 1
    assert run.state.lanes.route_share[run.world.passages.place] == pytest.approx(weight / weight.sum(), abs=1e-5)


DEARER = (
    Measure(Instrument.transport_cost, 0.11, from_week=3, to_week=9, routes=(0, 3)),
    Measure(Instrument.security, 0.07, from_week=3, to_week=6, routes=(3, 4)),
    Measure(Instrument.transport_cost, -0.05, from_week=6, routes=(1, 3)),
)


def test_routes_priced_where_a_measure_changed_are_as_if_all_were_priced():
    """A span's first week prices all routes: a run of spans of a week has the bits of one that goes on."""
    ways = tuple(Way(gates=(g,), days=(3.0 + g,), last_days=8.0, cost_usd_per_t=150.0) for g in range(3))
    lanes = (Lane(ways, flow_musd=4.0), Lane(ways[:2], 1, flow_musd=3.0))
    world = make_world(Sketch(lanes, (GOOD,), (1.0, 2.0, 1.0), weeks=14))
    policy = make_policy(world, DEARER, tonnes_of(np.array([2.0, 3.0, 4.0]), GOOD))
    run, anew = (Run(world, policy, settled(theta_route=THETA, route_adjustment=0.3)) for _ in range(2))
    record, status = new_records(world, 1), np.zeros(4, np.int64)
    costs = []
    for week in range(14):
        run.step()
        key, span = np.array(anew.key), np.array([week, week + 1])
        simulate(world, policy, anew.values, key, span, anew.state, record, status)
        for name, one, other in zip(run.state.lanes._fields, run.state.lanes, anew.state.lanes, strict=True):
            assert one.tobytes() == other.tobytes(), (week, name)
        costs.append(run.state.lanes.extra_cost[world.passages.place].tolist())
    amounts = np.array([[0.11, 0, 0, 0.18, 0.07], [0.11, -0.05, 0, 0.06, 0], [0, -0.05, 0, -0.05, 0]])
    assert np.array(costs)[[3, 6, 9]] == pytest.approx(amounts, abs=1e-7)
    assert run.state.ports.queue_t.any(), "waits change too"


class Network(NamedTuple):
    """One network, as tables for the reference answers and as a world for the agents; volumes are fixed."""

    links: pd.DataFrame
    demand: pd.DataFrame
    routes: list[list[str]]
    world: World
    capacity_t: NDArray[np.float64]


def network(
    journeys: dict[tuple[str, str], float], capacity_musd: Sequence[float], wait_rule: int = WAIT_QUEUE
) -> Network:
    """Two origins, two markets, three gates; each pair of places is a group of firms of its own."""
    value = GOOD.time_value_per_day
    rows = [(*ends, value * days, np.inf, 0.0) for ends, days in journeys.items()]
    rows += [(f"{gate}_out", market, value * days, np.inf, 0.0) for (gate, market), days in FROM_GATE.items()]
    rows += [("south_out", "east", value * BETWEEN_DAYS, np.inf, 0.0)] if journeys is BEHIND else []
    gates = zip(GATES, BORDER_DAYS, capacity_musd, strict=True)
    rows += [(gate, f"{gate}_out", value * days, capacity, 0.15) for gate, days, capacity in gates]
    links = pd.DataFrame(rows, columns=["from_place", "to_place", "cost", "capacity", "alpha"]).assign(beta=4.0)
    number = {ends: row for row, ends in enumerate(zip(links["from_place"], links["to_place"], strict=True))}
    passed = [("north",), ("south",), ("south", "east") if journeys is BEHIND else ("east",)]
    routes, lanes = [], []
    for origin, (start, end) in enumerate(VOLUMES):
        mine = [[start, *(place for gate in gates for place in (gate, f"{gate}_out")), end] for gates in passed]
        legs = [np.array([number[pair] for pair in zip(route, route[1:], strict=False)]) for route in mine]
        ways = tuple(
            Way(
                tuple(GATES.index(gate) for gate in gates),
                (journeys[start, gates[0]], BETWEEN_DAYS)[: len(gates)],
                FROM_GATE[gates[-1], end],
                path_size=size,
            )
            for gates, size in zip(passed, path_sizes(links["cost"].to_numpy(), legs), strict=True)
        )
        lanes.append(Lane(ways, market="xy".index(end), origin=origin, flow_musd=VOLUMES[start, end]))
        routes += mine
    demand = pd.DataFrame(
        [(*pair, each) for pair, each in VOLUMES.items()], columns=["from_place", "to_place", "volume"]
    )
    sketch = Sketch(tuple(lanes), (GOOD,), BORDER_DAYS, weeks=WEEKS, wait_rule=wait_rule)
    return Network(links, demand, routes, make_world(sketch), tonnes_of(np.array(capacity_musd), GOOD))


def settled_run(net: Network, weeks: int, route_adjustment: float) -> Run:
    policy = make_policy(net.world, capacity_t=net.capacity_t)
    return Run(net.world, policy, settled(theta_route=THETA, route_adjustment=route_adjustment)).step(weeks)


def at_gates(flows: pd.DataFrame) -> pd.DataFrame:
    return flows[flows["from_place"].isin(GATES)].set_index("from_place").loc[list(GATES)]


def gate_flows(run: Run) -> NDArray[np.float64]:
    """Dispatch by the gates that it will pass, musd a week."""
    routes = run.world.routes
    return np.bincount(routes.stop_gate, run.route_flows()[routes.stop_route], minlength=len(GATES))


def gate_waits(run: Run) -> NDArray[np.float64]:
    """Longest of the queue days published for each gate."""
    gates, days = run.world.gates.approach_gate, run.state.ports.approach_queue_days
    return np.array([days[gates == gate].max() for gate in range(len(GATES))])


@pytest.mark.parametrize("journeys", [BEHIND, BESIDE], ids=["behind", "beside"])
@pytest.mark.parametrize("capacity_musd", [(5.0, 8.0, 6.0), (3.0, 20.0, 9.0)])
def test_congestion_settles_at_the_logit_user_equilibrium(journeys, capacity_musd):
    """Flows are 16 in all; float32 shares leave 1e-6 of them."""
    net = network(journeys, capacity_musd, WAIT_BPR)
    flows, _ = user_equilibrium(net.links, net.demand, theta=THETA, routes=net.routes, gap=1e-9)
    run = settled_run(net, 150, 0.1)
    assert gate_flows(run) / 16 == pytest.approx(at_gates(flows)["flow"].to_numpy() / 16, abs=1e-5)


CAPACITIES = [(4.0, 20.0, 20.0), (4.0, 12.5, 20.0), (4.0, 13.0, 3.0), (9.0, 7.5, 3.0)]


@pytest.mark.parametrize("journeys", [BEHIND, BESIDE, SCATTERED], ids=["behind", "beside", "scattered"])
@pytest.mark.parametrize("capacity_musd", CAPACITIES)
def test_queues_settle_at_the_capacitated_equilibrium(journeys, capacity_musd):
    """A wait at rest is the multiplier of its gate over the cost of a day; float32 leaves 2e-6 days."""
    net = network(journeys, capacity_musd)
    flows, _ = capacitated_equilibrium(net.links, net.demand, theta=THETA, routes=net.routes)
    run = settled_run(net, WEEKS, 0.5)
    assert gate_flows(run) / 16 == pytest.approx(at_gates(flows)["flow"].to_numpy() / 16, abs=1e-4)
    days = at_gates(flows)["multiplier"].to_numpy() / GOOD.time_value_per_day
    assert gate_waits(run) == pytest.approx(days, abs=1e-4)


@pytest.mark.parametrize("journeys", [BEHIND, BESIDE], ids=["behind", "beside"])
@pytest.mark.parametrize("capacity_musd", CAPACITIES)
def test_cost_without_waits_is_within_the_entropy_of_choice_of_the_least(journeys, capacity_musd):
    net = network(journeys, capacity_musd)
    flows = least_cost_flow(net.links, net.demand)
    least = float((flows["flow"] * net.links["cost"]).sum())
    run = settled_run(net, WEEKS, 0.5)
    routes = run.world.routes
    free = GOOD.time_value_per_day * (routes.static_days + routes.gate_days).astype(float)
    above = float(run.route_flows() @ free) - least
    size, start = routes.path_size.astype(float), run.world.channels.route_start
    spread = np.log(np.add.reduceat(size, start[:-1]) / np.minimum.reduceat(size, start[:-1]))
    # queues settle to 1e-4 of the flow: as much may pass a full gate as the planner does not send
    assert -1e-4 * least <= above <= float(run.state.lanes.dispatched @ spread) / THETA
