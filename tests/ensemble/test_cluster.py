"""A real scheduler with worker processes."""

import os
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from distributed import Client, LocalCluster
from small import small_study

from sim.ensemble import Study, Until, run_study
from sim.ensemble.compute.cluster import Dask
from sim.errors import InputError
from sim.results.results import Results

RUNS = 300


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
    assert remote.signature == local.signature
    digests = [[batch["sha256"] for batch in each.manifest["batches"]] for each in (remote, local)]
    assert digests[0] == digests[1]


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
