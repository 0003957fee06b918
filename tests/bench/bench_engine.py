"""Speed and memory of the engine: the shipped world, more firms, more channels, the first run of a process.

Firm-weeks count active firms and every simulated week. Figures of one run compare; those of two machines do not. Time
is that of the processor, and each figure the best of a few repetitions, because other work on the machine only adds.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from sim.config import load
from sim.ensemble import study_of
from sim.ensemble.compute.calls import Call, Context, answer
from sim.ensemble.compute.shared_past import Branch
from sim.kernels.start import begin
from sim.kernels.week import simulate
from sim.outcomes.outcomes import new_records
from sim.state import Parameters, Policy, World, new_state, single
from sim.world.frozen import frozen
from tests.kernels.worlds import small

FIRMS, TIMES = 2000, 500
REGIMES = "regimes=[none,uflpa]"
"""Those of the figures of docs/performance.md: no measures, and the import ban."""
KEY = np.array([1, 0], np.uint64)
RUNS_A_CALL = 4
CALLS = 6
REPETITIONS = 3
FEW_WEEKS, MORE_WEEKS = 4, 12
CHANNELS = (500, 4000, 40_000)
FIRST_RUN = """
import time
import tests.bench.bench_engine as bench
bench.first_run()
print(time.process_time())
"""


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def rate(context: Context, row: np.ndarray, regime: str, threads: int) -> float:
    """Firm-weeks a second of some calls on some threads, if each thread has a core to itself."""
    calls = [
        Call(Branch((regime,)), np.arange(RUNS_A_CALL * i, RUNS_A_CALL * (i + 1)), np.tile(row, (RUNS_A_CALL, 1)))
        for i in range(CALLS)
    ]
    best = 0.0
    for _ in range(REPETITIONS):
        with ThreadPoolExecutor(threads) as pool:
            done, seconds = np.sum(list(pool.map(lambda call: timed_answer(context, call), calls)), axis=0)
        best = max(best, threads * done / seconds)
    return best


def timed_answer(context: Context, call: Call) -> tuple[float, float]:
    """Firm-weeks of a call and the processor time that it took its thread."""
    start = time.thread_time()
    return answer(context, call).firm_weeks, time.thread_time() - start


def seconds_a_week(world: World, policy: Policy, parameters: Parameters) -> float:
    """Seconds that a week takes on one thread: the difference between two spans, so that the start does not count."""
    state, record, status = new_state(world), new_records(world, 1), np.zeros(4, np.int64)
    took = {}
    for weeks in (FEW_WEEKS, MORE_WEEKS):
        took[weeks] = np.inf
        for _ in range(REPETITIONS):
            start = time.thread_time()
            begin(world, parameters, state)
            simulate(world, policy, parameters, KEY, np.array([0, weeks]), state, record, status)
            took[weeks] = min(took[weeks], time.thread_time() - start)
    return (took[MORE_WEEKS] - took[FEW_WEEKS]) / (MORE_WEEKS - FEW_WEEKS)


def first_run() -> None:
    """Simulate one run of a small world."""
    case = small(1)
    weeks = np.array([0, case.world.sizes.weeks])
    record, status = new_records(case.world, 1), np.zeros(4, np.int64)
    state = case.new_state()
    begin(case.world, case.parameters, state)
    simulate(case.world, case.policy, case.parameters, KEY, weeks, state, record, status)


def bench_start() -> None:
    """Time of a first run in a new process, with an empty and with a filled cache of machine code."""
    with tempfile.TemporaryDirectory() as folder:
        for cache in ("cold", "warm"):
            found = subprocess.run(
                [sys.executable, "-c", FIRST_RUN],
                env={**os.environ, "REROUTE_CACHE_DIR": folder},
                capture_output=True,
                text=True,
                check=True,
            )
            say(f"first run of a process, {cache} cache: {float(found.stdout):.1f} s of processor time")


def with_more_firms(world: World, times: int) -> World:
    """Give the same world with each firm split into many: building so many anew would take longer than measuring."""
    people = world.population
    columns = {name: np.tile(column, times) for name, column in people._asdict().items() if column.ndim == 1}
    columns |= {name: np.tile(getattr(people, name), (1, times)) for name in ("channel", "share")}
    columns["base_volume"] = columns["base_volume"] / np.float32(times)
    columns["median_volume"] = people.median_volume / np.float32(times)
    sizes = world.sizes._replace(rows=world.sizes.rows * times)
    return frozen(world._replace(sizes=sizes, population=people._replace(**columns)))


def bench_firms(world: World, policy: Policy, row: np.ndarray, few: float) -> None:
    """Cost of a firm-week where there are many firms."""
    many = seconds_a_week(with_more_firms(world, TIMES), policy, single(row))
    say(
        f"a firm-week at {TIMES * FIRMS:,} firms costs {many / TIMES / few:.2f} times that at {FIRMS:,} "
        f"({TIMES * FIRMS / many / 1e6:.2f} million a second on one thread)"
    )


def bench_channels() -> None:
    """Cost of a week by the number of channels."""
    for channels in CHANNELS:
        case = small(1, weeks=2 * MORE_WEEKS, firms=FIRMS, markets=channels // 4)
        took = seconds_a_week(case.world, case.policy, case.parameters)
        say(f"{channels:,} channels, {FIRMS:,} firms with 3 slots: {took * 1e6:,.0f} microseconds a week")


def main() -> None:
    """Measure and print."""
    begin = time.perf_counter()
    study = study_of(load([f"firms={FIRMS}", "design=stated", REGIMES]))
    say(f"world and regimes: {time.perf_counter() - begin:.1f} s")
    row = np.array(load([]).behaviour.values(), float)
    answer(study.context, Call(Branch((study.against,)), np.array([0]), row[np.newaxis]))
    for regime in study.scenarios:
        one, two = (rate(study.context, row, regime, threads) for threads in (1, 2))
        say(
            f"{regime}: {one / 1e6:.2f} million firm-weeks a second on one thread, {two / 1e6:.2f} on two "
            f"({two / one:.2f} times)"
        )
    week = seconds_a_week(study.world, study.scenarios[study.against].policy, single(row))
    say(f"a week of {FIRMS:,} firms: {week * 1e6:,.0f} microseconds on one thread")
    bench_channels()
    bench_firms(study.world, study.scenarios[study.against].policy, row, week)
    bench_start()
    say(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
