"""What a sweep costs beside the kernels, and whether many short runs keep their pace and their memory.

    bench_sweep.py [SHORT_RUNS]     by default 4,000; the figures of docs/performance.md are of 100,000

Processor time is what counts on a machine with other work: it is given beside the time by the clock.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import numpy as np

from sim.config import load
from sim.ensemble import Results, Study, run_study, study_of
from sim.ensemble.compute import calls
from sim.ensemble.compute.calls import Answer, Call, Context, answer
from sim.ensemble.compute.executors import Threads
from sim.ensemble.compute.shared_past import Branch
from sim.kernels.week import simulate
from sim.policy.language.load import library
from tests.bench.bench_engine import REGIMES, say

SWEEP_SECONDS, SWEEP_FIRMS = 60, 2000
SHORT_RUNS, SHORT_FIRMS = 4000, 200
TENTH = 0.1
EIGHT = (
    "none",
    "uflpa",
    "uflpa_with_listings",
    "us_eu",
    "coalition",
    "secondary",
    "tracing",
    "targeted_listing_only",
)
TURNS = 3


class Watched(Threads):
    """Threads that note when each answer was taken in: runs so far, by the clock, by the processor."""

    def answers(self, context: Context, calls: Iterable[Call]) -> Iterator[tuple[int, Answer]]:
        """Work off calls, as threads do."""
        self.marks = [(0, time.perf_counter(), time.process_time())]
        self.longest = 0.0
        for index, found in super().answers(context, calls):
            self.marks.append((self.marks[-1][0] + found.status[..., 0].size, time.perf_counter(), time.process_time()))
            self.longest = max(self.longest, found.seconds)
            yield index, found

    def rates(self, first: float, last: float) -> tuple[float, float]:
        """Runs a second, by the clock and by the processor, between two shares of all runs."""
        marks = np.array(self.marks)
        ends = np.searchsorted(marks[:, 0], np.array([first, last]) * marks[-1, 0])
        runs, clock, processor = marks[ends[1]] - marks[ends[0]]
        return runs / clock, runs / processor


class Stopwatch:
    """Processor time and time by the clock, of parts of a sweep; and of the kernels, on their threads."""

    def __init__(self) -> None:
        self.kernel_processor, self.kernel_clock = [], []
        self.clock, self.processor = 0.0, 0.0

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Time a part and print it."""
        begun, processor, kernel = time.perf_counter(), time.process_time(), sum(self.kernel_processor)
        yield
        clock, processor = time.perf_counter() - begun, time.process_time() - processor
        self.clock, self.processor = self.clock + clock, self.processor + processor
        outside = processor - (sum(self.kernel_processor) - kernel)
        say(f"  {name}: {clock:.1f} s, {processor:.1f} s of processor time, {outside:.1f} s of it outside the kernels")

    def simulate(self, *arguments: object) -> None:
        """Simulate as the engine does, timed."""
        begun, processor = time.perf_counter(), time.thread_time()
        simulate(*arguments)
        self.kernel_processor.append(time.thread_time() - processor)
        self.kernel_clock.append(time.perf_counter() - begun)


def read_all(results: Results) -> int:
    """Work out the quantiles and paired differences of every series; return the number of rows."""
    names = results.series["outcome"].unique()
    return sum(len(results.quantiles(name)) + len(results.paired(name)) for name in names)


def settings(folder: str, firms: int, runs: int, *words: str) -> Study:
    """Assemble a study with a number of runs of each regime."""
    return study_of(load(["design=stated", f"firms={firms}", f"design.runs={runs}", f"results_dir={folder}", *words]))


def runs_in(study: Study, seconds: float, threads: int) -> int:
    """Runs of each regime that take so long, judged by the second of two runs."""
    row = study.design.draws[:1]
    took = [answer(study.context, Call(Branch((study.against,)), np.arange(1), row)).seconds for _ in range(2)][1]
    return max(1, round(seconds * threads / took / len(study.scenarios)))


def bench_outside(folder: str) -> None:
    """Time outside the kernels in a sweep of about a minute."""
    threads, watch = Threads(), Stopwatch()
    runs = runs_in(settings(folder, SWEEP_FIRMS, 1, REGIMES), SWEEP_SECONDS, threads.count)
    say(f"{2 * runs:,} runs of {SWEEP_FIRMS:,} firms over seven years, observe=default, {threads.count} threads")
    calls.simulate = watch.simulate
    with watch.part("world, regimes and design"):
        study = settings(folder, SWEEP_FIRMS, runs, REGIMES)
    with watch.part("runs, batches and the tidy table"):
        results = run_study(study, threads, progress=False)
    with watch.part("quantiles and paired differences of every series"):
        read_all(results)
    calls.simulate = simulate
    outside = 1 - sum(watch.kernel_processor) / watch.processor
    say(f"outside the kernels: {100 * outside:.1f} % of the processor time")
    say(f"kernels: {100 * sum(watch.kernel_clock) / threads.count / watch.clock:.1f} % of the clock on every thread")


def bench_short(folder: str, runs: int) -> None:
    """Memory and pace of many short runs."""
    threads, regimes = Watched(), 2
    study = settings(folder, SHORT_FIRMS, runs // regimes, REGIMES, "end=2021-12-31", "observe=totals")
    runs_in(study, 1, 1)  # machine code is there before the clock starts
    begun, before = time.perf_counter(), peak_mb()
    results = run_study(study, threads, progress=False)
    stored = sum(path.stat().st_size for path in study.folder.glob("batches/*.parquet"))
    count = len(list(study.folder.glob("batches/*.parquet")))
    first, last = threads.rates(0, TENTH), threads.rates(1 - TENTH, 1)
    say(f"{runs:,} runs of {SHORT_FIRMS} firms over a year, observe=totals: {time.perf_counter() - begun:.0f} s")
    say(f"  a second, first and last tenth: {first[0]:.1f} and {last[0]:.1f} ({last[0] / first[0]:.2f} times)")
    say(f"  a second of processor time: {first[1]:.1f} and {last[1]:.1f} ({last[1] / first[1]:.2f} times)")
    say(f"  longest call {threads.longest:.2f} s; {count:,} files, {stored / runs / 1000:.1f} kB a run")
    say(f"  peak memory {before:.0f} MB before, {peak_mb():.0f} MB after the sweep")
    begun = time.process_time()
    rows = read_all(results)
    say(f"  {rows:,} rows of quantiles and paired differences: {time.process_time() - begun:.0f} s of processor time")
    say(f"  peak memory {peak_mb():.0f} MB after reading")


def bench_regimes(folder: str) -> None:
    """What regimes save that share their past: a run under all at once, and under each alone, in turn."""
    library_names = [name for name in library() if "/" not in name]
    study = settings(folder, SWEEP_FIRMS, 1, f"regimes=[{','.join(library_names)}]")
    weeks = study.world.sizes.weeks
    seconds_of(study, Branch(("none",)))
    for regimes in (EIGHT[:1], EIGHT[:2], EIGHT[:4], EIGHT, library_names):
        branch = study.branch(regimes)
        turns = [
            (seconds_of(study, branch), sum(seconds_of(study, Branch((name,))) for name in regimes))
            for _ in range(TURNS)
        ]
        together, alone = np.median(turns, axis=0)
        say(f"{len(regimes)} regimes: {len(regimes) * weeks:,} weeks, together {branch.weeks(0, weeks):,}")
        say(f"  {alone:.2f} s of processor time, together {together:.2f} ({alone / together:.2f} times as fast)")


def seconds_of(study: Study, branch: Branch) -> float:
    """Processor time of a run under some regimes."""
    begun, first = time.thread_time(), np.zeros(1, int)
    answer(study.context, study.call(branch, first, first, study.design.draws[:1]))
    return time.thread_time() - begun


def peak_mb() -> float:
    """Peak memory of this process: runs are threads of it, and it starts no other but git, for a moment."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(short_runs: int = SHORT_RUNS) -> None:
    """Measure and print; many short runs first, while the peak of memory is still theirs."""
    with tempfile.TemporaryDirectory() as folder:
        bench_short(folder, short_runs)
    with tempfile.TemporaryDirectory() as folder:
        bench_outside(folder)
    with tempfile.TemporaryDirectory() as folder:
        bench_regimes(folder)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
