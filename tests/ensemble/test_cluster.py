"""A real scheduler with worker processes."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from distributed import Client, LocalCluster
from small import BAN, SETTINGS, small_study

from sim.config import load
from sim.ensemble import Study, Until, run_study, study_of
from sim.ensemble.compute.cluster import Dask
from sim.ensemble.compute.shared_past import Branch
from sim.errors import InputError
from sim.results.results import Results

pytestmark = pytest.mark.slow

RUNS = 200
PATIENCE_S = 10


@pytest.fixture(scope="module")
def cluster():
    with LocalCluster(2, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster


def total(results: Results) -> bytes:
    columns = results.series["column"].tolist()
    return b"".join(results.wide(regime, columns).tobytes() for regime in results.regimes)


def kill_a_worker(batches: Path, address: str, stored: list[int]) -> None:
    """Kill one as soon as a batch is stored; tell how many were stored by then."""
    with Client(address) as client:
        processes = client.run(os.getpid)
    while not any(batches.glob("*.parquet")):
        time.sleep(0.001)
    os.kill(next(iter(processes.values())), signal.SIGKILL)
    stored.append(len(list(batches.glob("*.parquet"))))


def test_workers_give_the_bits_of_threads_also_when_one_is_killed(cluster, tmp_path):
    here: Study = small_study(tmp_path / "threads", RUNS)
    there: Study = small_study(tmp_path / "workers", RUNS)
    stored: list[int] = []
    words = there.folder / "batches", cluster.scheduler_address, stored
    killer = threading.Thread(target=kill_a_worker, args=words, daemon=True)
    killer.start()
    remote = run_study(there, Dask(cluster.scheduler_address), progress=False)
    killer.join()
    assert stored[0] < len(remote.manifest["batches"])
    local = run_study(here, progress=False)
    assert total(remote) == total(local)
    alone = [small_study(tmp_path / name, RUNS, [regime]) for name, regime in (("none", "none"), ("ban", BAN))]
    assert total(remote) == b"".join(total(run_study(each, progress=False)) for each in alone)
    assert remote.signature == local.signature
    digests = [[batch["sha256"] for batch in each.manifest["batches"]] for each in (remote, local)]
    assert digests[0] == digests[1]


DRIVER = """purpose: A driver with a range.
background: replaces
measures:
  boom:
    {sender: events, instrument: demand, start: 2021-02-01, scope: {directions: export, markets: overseas},
     level: 0.3, low: 0, high: 0.9, source: assumed}
"""


def test_levels_of_measures_reach_the_workers(cluster, tmp_path):
    (tmp_path / "boom.yaml").write_text(DRIVER)
    (tmp_path / "draws.csv").write_text("lift,level.boom\n9,0.3\n9,0.8\n")
    words = [*SETTINGS, f"regimes=[none,{tmp_path / 'boom.yaml'}]", f"design.sampler={tmp_path / 'draws.csv'}"]
    study = study_of(load([*words, "design.runs=2", f"results_dir={tmp_path}"]))
    local = run_study(study, progress=False)
    remote = run_study(replace(study, folder=tmp_path / "workers"), Dask(cluster.scheduler_address), progress=False)
    assert total(remote) == total(local)
    boom = local.wide("boom", local.series["column"].tolist())
    assert (boom[:2] != boom[2:]).any()


class Counted(Dask):
    """Counts how often workers are started."""

    started = 0

    def _start(self, distributed: object) -> object:
        self.started += 1
        return super()._start(distributed)


def test_workers_are_started_once_for_all_looks_and_see_what_threads_do(tmp_path):
    here = replace(small_study(tmp_path / "threads", 210), until=Until("sanctioned_trade", 1e-12))
    there, workers = replace(here, folder=tmp_path / "workers"), Counted(workers=2)
    remote, local = run_study(there, workers, progress=False), run_study(here, progress=False)
    assert workers.started == 1
    assert remote.manifest["until"] == local.manifest["until"]
    assert remote.manifest["until"]["look"]["runs"] == 210
    assert total(remote) == total(local)


def test_no_scheduler_is_told_in_a_sentence(tmp_path):
    from dask import config

    with (
        config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(InputError, match=r"machine\.address=tcp://127\.0\.0\.1:9: no Dask"),
    ):
        run_study(small_study(tmp_path, 2), Dask("tcp://127.0.0.1:9"), progress=False)


@contextmanager
def dask(*words: str) -> Iterator[subprocess.Popen]:
    """A scheduler or a worker in a process of its own; told nothing, ended with the test."""
    command = [sys.executable, "-m", "distributed.cli.dask_" + words[0], *words[1:], "--no-dashboard"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def worker(file: Path, *words: str) -> tuple[str, ...]:
    return "worker", f"--scheduler-file={file}", "--nworkers=1", "--nthreads=1", *words


@contextmanager
def scheduler(file: Path) -> Iterator[subprocess.Popen]:
    with dask("scheduler", "--port=0", f"--scheduler-file={file}") as process:
        while not file.exists():
            time.sleep(0.05)
        yield process


LOST = [
    *product(("scheduler", "worker"), ("SIGKILL",)),
    *(pytest.param(victim, "SIGSTOP", marks=pytest.mark.thorough) for victim in ("scheduler", "worker")),
]
"""Who is lost, and how: a frozen one is waited for longest."""


@pytest.mark.parametrize(("victim", "sent"), LOST)
def test_a_lost_scheduler_and_a_lost_last_worker_end_the_sweep_in_a_sentence(tmp_path, victim, sent, capfd):
    """Killed or frozen: nothing but sentences is told, what was computed is kept, and threads go on from there."""
    from dask import config

    there, file = small_study(tmp_path / "there", RUNS), tmp_path / "scheduler.json"
    expected = total(run_study(small_study(tmp_path / "here", RUNS), progress=False))
    with ExitStack() as stack:
        stack.enter_context(config.set({"distributed.comm.timeouts.connect": "3s"}))
        processes = {"scheduler": stack.enter_context(scheduler(file))}
        processes["worker"] = stack.enter_context(dask(*worker(file, "--no-nanny")))
        with Client(scheduler_address(file)) as client:
            client.wait_for_workers(1)
        stored: list[int] = []
        with (
            striking(there, processes[victim].pid, getattr(signal, sent), stored),
            pytest.raises(InputError, match=r"machine\.address=tcp.*(scheduler|worker).* same command continues"),
        ):
            run_study(there, Dask(scheduler_address(file), patience_s=PATIENCE_S), progress=False)
    told = capfd.readouterr().err
    assert "gives no sign" in told if (victim, sent) == ("worker", "SIGSTOP") else not told
    kept = {path: path.stat().st_mtime_ns for path in (there.folder / "batches").glob("*.parquet")}
    assert len(kept) >= stored[0] >= 1
    assert total(run_study(there, progress=False)) == expected
    assert all(path.stat().st_mtime_ns == written for path, written in kept.items())


@pytest.mark.parametrize("nanny", ["--nanny", "--no-nanny"])
@pytest.mark.thorough
def test_the_calls_of_a_frozen_worker_are_done_again(tmp_path, nanny, capfd):
    """Others do them, or the one that is started in its place; one that is frozen keeps its connection."""
    there, file = small_study(tmp_path / "there", RUNS), tmp_path / "scheduler.json"
    expected = total(run_study(small_study(tmp_path / "here", RUNS), progress=False))
    with scheduler(file), dask(*worker(file, nanny)), dask(*worker(file, nanny)):
        with Client(scheduler_address(file)) as client:
            client.wait_for_workers(2)
            frozen = next(iter(client.run(os.getpid).values()))
        with striking(there, frozen, signal.SIGSTOP, []):
            workers = Dask(scheduler_address(file), patience_s=PATIENCE_S)
            assert total(run_study(there, workers, progress=False)) == expected
        with suppress(ProcessLookupError):
            os.kill(frozen, signal.SIGKILL)
    assert capfd.readouterr().err.count("gives no sign of life") == 1


def scheduler_address(file: Path) -> str:
    """Written in one piece, or not yet."""
    while True:
        with suppress(ValueError):
            return json.loads(file.read_text())["address"]
        time.sleep(0.05)


@contextmanager
def striking(study: Study, process: int, sent: signal.Signals, stored: list[int]) -> Iterator[None]:
    """Send a process a signal once the first batch is stored, and note how many are; nothing after the block."""
    ended = threading.Event()

    def batches() -> int:
        return len(list((study.folder / "batches").glob("*.parquet")))

    def strike() -> None:
        while not batches():
            if ended.wait(0.001):
                return
        os.kill(process, sent)
        stored.append(batches())

    striker = threading.Thread(target=strike, daemon=True)
    striker.start()
    try:
        yield
    finally:
        ended.set()
        striker.join()


def test_a_fault_of_the_calls_themselves_is_told_as_it_is(cluster, tmp_path):
    """Workers that refuse a saved state say so, and are not asked five times."""
    study = small_study(tmp_path, 4)
    call = study.call(Branch(("none",)), np.zeros(1, int), np.zeros(1, int), study.design.draws)
    workers = Dask(cluster.scheduler_address)
    with pytest.raises(InputError, match=r"f: A saved state cannot be read"):
        list(workers.answers(study.context._replace(begin=1), [call._replace(histories=(b"x",), files=("f",))]))
    workers.close()
