"""The firms' choice and dispatch against a C program of the same rules: the same bits, and how much speed is left.

The C program stands beside this file and is compiled anew: for this processor, without fused multiply-add, which would
change bits.
"""

import copy
import ctypes
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import numba
import numpy as np

from sim.config import load
from sim.ensemble import study_of
from sim.kernels.firms.choice import choose_and_dispatch
from sim.kernels.numbers import draws
from sim.kernels.rules import log_odds
from sim.kernels.start import begin
from sim.kernels.week import simulate
from sim.outcomes.outcomes import new_records
from sim.state import Parameters, State, World, new_state, single
from sim.state.moment import Moment
from tests.bench.bench_engine import say

FIRMS, SEED, RUN = 2000, 1, 0
WEEKS_BEFORE, WEEKS, REPETITIONS = 150, 52, 15
FLAGS = ("-O3", "-march=native", "-ffp-contract=off", "-shared", "-fPIC")
CONSTANT_COLUMNS = ("generation", "active", "born_week", "group", "commodity", "channel", "cell")
CONSTANT_COLUMNS += (
    "is_made_here",
    "price",
    "season",
    "capacity",
    "unit_cost",
    "risk",
    "own_utility",
    "net_revenue",
    "friction",
    "attraction",
)
CHANGING_COLUMNS = ("price_belief", "share", "relationship", "margin", "stock", "shipped")
ACCOUNTS = ("dispatched", "made_here", "account")
NUMBERS = (
    "attention_price",
    "theta_market",
    "relationship_weight",
    "adjustment_per_week",
    "relationship_decay_per_week",
)
NUMBERS += ("base_margin", "volume_scale", "stock_weeks", "base_utilisation")


class Columns(ctypes.Structure):
    """`columns_t` of the C program."""

    _fields_ = (
        *((name, ctypes.c_int64) for name in ("rows", "columns", "slots", "channels", "commodities")),
        *((name, ctypes.c_void_p) for name in (*CONSTANT_COLUMNS, *CHANGING_COLUMNS, *ACCOUNTS)),
    )


class Rules(ctypes.Structure):
    """`rules_t` of the C program."""

    _fields_ = tuple((name, ctypes.c_float) for name in (*NUMBERS, "base_log_odds"))


@numba.njit(no_cpython_wrapper=False, nogil=True, error_model="numpy")
def choose_for_weeks(world, parameters, first_week, weeks, seed, run, state):
    """Call the kernel for some weeks, nothing else changing."""
    for week in range(first_week, first_week + weeks):
        choose_and_dispatch(world, parameters, Moment(week, seed, run, False, state.rows_used[0], True), state)


def compiled(folder: Path) -> ctypes.CDLL:
    """Compile the C program."""
    source, library = Path(__file__).with_name("choice.c"), folder / "choice.so"
    subprocess.run(["gcc", *FLAGS, "-o", str(library), str(source)], check=True)
    return ctypes.CDLL(str(library))


def a_state(world: World, policy: object, parameters: Parameters) -> State:
    """State after some years, with prices that differ: so that firms have something to choose."""
    state, span = new_state(world), np.array([0, WEEKS_BEFORE])
    key, record, status = np.array([SEED, RUN], np.uint64), new_records(world, 1), np.zeros(4, np.int64)
    begin(world, parameters, state)
    simulate(world, policy, parameters, key, span, state, record, status)
    state.markets.price[:] *= np.random.default_rng(SEED).uniform(0.9, 1.1, state.markets.price.size).astype(np.float32)
    return state


def columns_of(world: World, state: State, season: np.ndarray) -> Columns:
    """Addresses of the arrays, which stay those of the state."""
    firms, lanes = state.firms, state.lanes
    places = firms._asdict() | lanes._asdict()
    places |= {"is_made_here": firms.made_here, "account": state.scratch.account}
    places |= {"cell": world.channels.cell, "price": state.markets.price, "season": season}
    slots, columns = firms.channel.shape
    numbers = (int(state.rows_used[0]), columns, slots, world.channels.market.size, season.size)
    names = (*CONSTANT_COLUMNS, *CHANGING_COLUMNS, *ACCOUNTS)
    return Columns(*numbers, *(places[name].ctypes.data for name in names))


def best_seconds(call: object) -> float:
    """Shortest of a few calls."""
    best = np.inf
    for _ in range(REPETITIONS):
        begin = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - begin)
    return best


def check_same_bits(mine: State, theirs: State) -> None:
    """Stop where the two programs did not leave the same bits.

    Raises
    ------
    SystemExit
    """
    for name in (*CHANGING_COLUMNS, "dispatched"):
        one, other = (getattr(s.lanes if name == "dispatched" else s.firms, name) for s in (mine, theirs))
        if one.tobytes() != other.tobytes():
            raise SystemExit(f"The C program gives other bits in {name}.")


def main() -> None:
    """Compile, compare bits, measure and print."""
    if shutil.which("gcc") is None:
        return
    study = study_of(load([f"firms={FIRMS}", "design=stated"]))
    parameters = single(load([]).behaviour.values())._replace(search_per_week=np.float32(0.0))
    speeds = {f"trader_{name}": getattr(parameters, name) for name in ("attention_price", "adjustment_per_week")}
    parameters = parameters._replace(**speeds)  # the C program knows one kind of firm
    world, policy = study.world, study.scenarios[study.against].policy
    state = a_state(world, policy, parameters)
    season, seed, run = np.ascontiguousarray(world.clock.season[WEEKS_BEFORE]), np.uint64(SEED), np.uint64(RUN)
    state.season[:] = season
    choose_for_weeks(world, parameters, WEEKS_BEFORE, 1, seed, run, state)  # settles what entrants left open
    other = copy.deepcopy(state)
    rules = Rules(*(getattr(parameters, name) for name in NUMBERS), log_odds(parameters.base_utilisation))
    columns = columns_of(world, other, season)
    with tempfile.TemporaryDirectory() as folder:
        library = compiled(Path(folder))
        wide = ctypes.c_uint32

        def kernel() -> None:
            choose_for_weeks(world, parameters, WEEKS_BEFORE, WEEKS, seed, run, state)

        def program() -> None:
            library.choose_and_dispatch(
                ctypes.byref(columns),
                ctypes.byref(rules),
                ctypes.c_int64(WEEKS_BEFORE),
                ctypes.c_int64(WEEKS),
                wide(int(draws.FIRM_WEEK)),
                wide(SEED),
                wide(RUN),
            )

        kernel()
        program()
        check_same_bits(state, other)
        mine, theirs = best_seconds(kernel) / WEEKS, best_seconds(program) / WEEKS
        check_same_bits(state, other)
    say(
        f"choice and dispatch of {columns.rows:,} firms: {mine * 1e6:.0f} microseconds a week, "
        f"in C {theirs * 1e6:.0f}: "
        f"{theirs / mine:.2f} of the speed of C, with the same bits"
    )


if __name__ == "__main__":
    main()
