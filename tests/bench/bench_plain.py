"""The choice of routes, channels and volumes against the plain mesa model of the same rule, an object an agent.

Both price the routes, publish what everybody knows, let every firm hear, choose and send: for the shipped world at its
base, with prices that differ from week to week and, as in a run, another wait at a twentieth of the approaches. The
kernels price only what changed, which gives the same; the plain model prices all.
"""

import time
from dataclasses import replace

import numpy as np

from sim.config import load
from sim.ensemble import study_of
from sim.kernels.compiler.jit import kernel
from sim.kernels.firms.choice import choose_and_dispatch
from sim.kernels.numbers.columns import copy
from sim.kernels.roads.lanes import publish_channels, share_routes
from sim.kernels.start import begin
from sim.state import Parameters, Policy, World, new_state, single
from sim.state.moment import Moment
from tests.bench.bench_engine import FIRMS, say
from tests.oracle.plain import PlainModel, Published

KERNEL_WEEKS, PLAIN_WEEKS, REPETITIONS = 50, 4, 5
SEED, RUN = np.uint64(1), np.uint64(0)
CHANGED_WAITS, LONGEST_WAIT_DAYS = 0.05, 3.0
CHOICE_ALONE = {"attention_price": 1.0, "trader_attention_price": 1.0, "search_per_week": 0.0}


@kernel
def choose(world, policy, parameters, prices, days, seed, run, state):
    """Let lanes and firms choose for as many weeks as there are rows of prices and waits."""
    for week in range(prices.shape[0]):
        moment = Moment(week, seed, run, week == 0, state.rows_used[0], True)
        copy(prices[week], state.markets.price)
        copy(days[week], state.ports.approach_queue_days)
        share_routes(world, policy, parameters, moment, state)
        publish_channels(world, parameters, week, state)
        choose_and_dispatch(world, parameters, moment, state)


def seconds_of_kernels(
    world: World, policy: Policy, numbers: Parameters, prices: np.ndarray, days: np.ndarray
) -> float:
    """Shortest processor time of a week."""
    state, best = new_state(world), np.inf
    for _ in range(REPETITIONS):
        begin(world, numbers, state)
        start = time.thread_time()
        choose(world, policy, numbers, prices, days, SEED, RUN, state)
        best = min(best, (time.thread_time() - start) / len(prices))
    return best


def seconds_of_objects(world: World, numbers: Parameters, prices: np.ndarray, days: np.ndarray) -> float:
    """Shortest processor time of a week."""
    model, best, sizes = PlainModel(world, numbers), np.inf, [0.0] * world.cells.commodity.size
    for price, waits in zip(prices[:PLAIN_WEEKS], days, strict=False):
        said = Published(price.tolist(), sizes, waits.tolist())
        start = time.thread_time()
        model.step_with(said)
        best = min(best, time.thread_time() - start)
    return best


def waits(world: World, weeks: int) -> np.ndarray:
    """Days in the queue, [weeks, A]: each week a few approaches differ from the week before."""
    draw, approaches = np.random.default_rng(2), world.passages.approach_start.size - 1
    days = np.zeros((weeks, world.gates.approach_gate.size), np.float32)
    for week in range(1, weeks):
        days[week] = days[week - 1]
        changed = draw.choice(approaches, round(CHANGED_WAITS * approaches), replace=False)
        days[week, changed] = draw.uniform(0, LONGEST_WAIT_DAYS, changed.size)
    return days


def main() -> None:
    """Measure and print."""
    study, values = study_of(load([f"firms={FIRMS}", "design=stated"])), load([]).behaviour
    world, policy = study.world, study.scenarios[study.against].policy
    alone = CHOICE_ALONE | {"trader_adjustment_per_week": values.adjustment_per_week}
    numbers = single(replace(values, **alone).values())
    shape = (KERNEL_WEEKS, world.cells.commodity.size)
    prices = np.random.default_rng(1).uniform(0.9, 1.1, shape).astype(np.float32)
    days = waits(world, KERNEL_WEEKS)
    kernels, objects = (
        seconds_of_kernels(world, policy, numbers, prices, days),
        seconds_of_objects(world, numbers, prices, days),
    )
    say(
        f"choice of {FIRMS:,} firms and {world.routes.channel.size:,} routes: "
        f"plain mesa model {objects * 1e3:.0f} ms a week, "
        f"kernels {kernels * 1e6:.0f} microseconds: {objects / kernels:.0f} times"
    )


if __name__ == "__main__":
    main()
