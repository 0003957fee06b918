"""Long and large: does it finish, how long does it take, how much memory, and does a week or a run slow down?

    bench_large.py [CASE]     one case; by default all, each in a process of its own, so that its peak is its own

Each case goes the way of a command: settings, world, runs, stored batches. One thread works, and machine code is there
before. Growth is processor time of the last tenth of the observed weeks, or of the runs, over the first.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np

from sim.config import load
from sim.ensemble import Results, Study, run_study
from sim.ensemble.compute import calls
from sim.ensemble.compute.executors import Threads
from sim.kernels.week import CODE, FINE, simulate
from sim.world.open import world_of
from tests.bench.bench_engine import first_run, say
from tests.bench.bench_sweep import TENTH, Watched, peak_mb, settings
from tests.bench.large_world import TINY, write_world

TENTHS, REPETITIONS = 10, 3
SHORT_RUNS, SHORT_FIRMS = 20_000, 48
HEADER = """| case | finished | seconds | of the processor | peak memory, MB | last tenth over first |
|---|---|---|---|---|---|"""
CODE_IS_THERE = "warm"


class ByTenth:
    """The engine's loop over weeks, halted ten times: processor time of each tenth of the observed weeks."""

    def __init__(self, study: Study) -> None:
        clock, weeks = study.world.clock, study.world.sizes.weeks
        self._edges = np.linspace(int(clock.spin_up_weeks[0]), weeks, TENTHS + 1).astype(int)
        self.runs: list[np.ndarray] = []

    def simulate(self, *arguments: object) -> None:
        """Simulate as the engine does, with a halt at each tenth."""
        before, (first, stop), (*after, status) = arguments[:4], arguments[4], arguments[5:]
        if first == 0:
            self.runs.append(np.zeros(TENTHS))
        for span in pairwise(sorted({first, stop, *(each for each in self._edges if first < each < stop)})):
            begun = time.thread_time()
            simulate(*before, np.array(span), *after, status)
            if span[0] >= self._edges[0]:
                tenth = np.searchsorted(self._edges, span[0], side="right") - 1
                self.runs[-1][tenth] += time.thread_time() - begun
            if status[CODE] != FINE:
                return

    @property
    def growth(self) -> float:
        """Time of a week of the last tenth over that of the first, of each the least of all runs."""
        least = np.min(self.runs, axis=0) / np.diff(self._edges)  # tenths of a year are of five weeks or of six
        return least[-1] / least[0]


def whole(results: Results, runs: int) -> None:
    """Refuse runs that failed or are missing."""
    if len(results.failures) or len(results.runs) != runs:
        raise SystemExit(f"{len(results.runs)} of {runs} runs are there, and {len(results.failures)} failed.")


def growing(folder: Path, firms: int, *words: str, runs: int = REPETITIONS) -> float:
    """Do a few runs one by one; return the growth of their weeks."""
    study = settings(str(folder), firms, runs, *words)
    tenths = ByTenth(study)
    calls.simulate = tenths.simulate
    whole(run_study(study, Threads(1), progress=False), runs)
    return tenths.growth


def made_up(folder: Path, firms: int, crossings: int = 3, markets: int = 4, commodities: int = 2) -> float:
    """Do a few runs of a year in a made-up world; return the growth of their weeks."""
    world = write_world(folder / "world", crossings, markets, commodities)
    return growing(folder, firms, f"world={world}", "regimes=[none]", "end=2021-12-31")


def many_runs(folder: Path) -> float:
    """Do many short runs of few firms; return the growth of their time."""
    words = f"world={TINY}", "regimes=[none]", "end=2021-03-31", "observe=totals", "behaviour.spin_up_weeks=0"
    watched = Watched(1)
    whole(run_study(settings(str(folder), SHORT_FIRMS, SHORT_RUNS, *words), watched, progress=False), SHORT_RUNS)
    return watched.rates(0, TENTH)[1] / watched.rates(1 - TENTH, 1)[1]


def built(_: Path, firms: int) -> float:
    """Build a world; nothing grows."""
    world_of(load([f"firms={firms}", "machine.threads=1"]))
    return np.nan


SHIPPED = ("regimes=[uflpa]", "start=2021-01-01")
CASES: dict[str, tuple[str, Callable[[Path], float]]] = {
    "built": ("a world of 100,000 firms built, no run", partial(built, firms=100_000)),
    "firms": (
        "1,000,000 firms, a year, shipped world",
        lambda folder: growing(folder, 1_000_000, *SHIPPED, "end=2021-12-31", runs=1),
    ),
    "years": (
        "50 years, 2,000 firms, shipped world",
        lambda folder: growing(folder, 2000, *SHIPPED, "end=2070-12-31", runs=1),
    ),
    "crossings": ("500 crossings, 5,000 firms, three runs of a year", partial(made_up, firms=5000, crossings=500)),
    "markets": ("200 markets, 5,000 firms, three runs of a year", partial(made_up, firms=5000, markets=200)),
    "commodities": (
        "100 commodities, 5,000 firms, three runs of a year",
        partial(made_up, firms=5000, commodities=100),
    ),
    "all": (
        "500 crossings, 200 markets and 100 commodities, 20,000 firms, three runs of a year",
        partial(made_up, firms=20_000, crossings=500, markets=200, commodities=100),
    ),
    "runs": (f"{SHORT_RUNS:,} runs of {SHORT_FIRMS} firms over three months without spin-up, tiny world", many_runs),
}


def measure(name: str) -> None:
    """Do a case and print its row."""
    told, case = CASES[name]
    begun, processor = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        growth = case(Path(folder))
    clock, processor = time.perf_counter() - begun, time.process_time() - processor
    grown = "" if np.isnan(growth) else f"{growth:.2f} times"
    say(f"| {told} | yes | {clock:.0f} | {processor:.0f} | {peak_mb():,.0f} | {grown} |")


def main() -> None:
    """Do each case in a process of its own; a case that does not finish is told, and the others go on."""
    subprocess.run([sys.executable, __file__, CODE_IS_THERE], check=True)
    say(HEADER)
    failed = 0
    for name, (told, _) in CASES.items():
        code = subprocess.run([sys.executable, __file__, name], check=False).returncode
        failed += code != 0
        if code:
            say(f"| {told} | no, code {code} | | | | |")
    sys.exit(failed > 0)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    elif sys.argv[1] == CODE_IS_THERE:
        first_run()
    else:
        measure(sys.argv[1])
