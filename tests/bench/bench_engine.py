"""Speed and memory of the engine on the shipped world: 2,000 firms, 8 slots, 366 observed weeks and the spin-up.

Firm-weeks count active firms and every simulated week. Figures of one run compare; those of two machines do not.
"""

import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from sim.config import load
from sim.ensemble import study_of
from sim.ensemble.calls import Call, answer

FIRMS = 2000
RUNS_A_CALL = 4
CALLS = 6


def rate(context: object, row: np.ndarray, regime: str, threads: int) -> float:
    """Firm-weeks a second of some calls on some threads."""
    calls = [
        Call(regime, np.arange(RUNS_A_CALL * i, RUNS_A_CALL * (i + 1)), np.tile(row, (RUNS_A_CALL, 1)))
        for i in range(CALLS)
    ]
    begin = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        done = sum(found.firm_weeks for found in pool.map(lambda call: answer(context, call), calls))
    return done / (time.perf_counter() - begin)


def main() -> None:
    """Measure and print."""
    begin = time.perf_counter()
    study = study_of(load([f"firms={FIRMS}"]))
    sys.stdout.write(f"world and regimes: {time.perf_counter() - begin:.1f} s\n")
    row = np.array(load([]).behaviour.values(), float)
    begin = time.perf_counter()
    answer(study.context, Call("none", np.array([0]), row[np.newaxis]))
    sys.stdout.write(f"first run, compilation included where the cache is cold: {time.perf_counter() - begin:.1f} s\n")
    for regime in study.scenarios:
        one, two = (rate(study.context, row, regime, threads) for threads in (1, 2))
        sys.stdout.write(
            f"{regime}: {one / 1e6:.2f} million firm-weeks a second on one thread, {two / 1e6:.2f} on two "
            f"({two / one:.2f} times)\n"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"peak memory: {peak:.0f} MB\n")


if __name__ == "__main__":
    main()
