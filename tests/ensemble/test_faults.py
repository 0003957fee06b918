"""A sweep that is killed, interrupted, or runs out of disk, in a process of its own."""

import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from small import small_study

from sim.ensemble import Study, run_study
from sim.ensemble.plan.design import BLOCK_RUNS
from sim.results.results import Results

pytestmark = pytest.mark.slow

RUNS = 250
SCRIPT = Path(__file__).parent / "small.py"
PATIENCE_S = 300


def hear_interrupts() -> None:
    """Let children hear Ctrl-C, which they do not where a shell has put the tests into the background."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def begin(folder: Path, **options: object) -> subprocess.Popen:
    words = [sys.executable, str(SCRIPT), str(folder), str(RUNS)]
    hear_interrupts()
    return subprocess.Popen(words, stderr=subprocess.PIPE, text=True, **options)


def wait_for(process: subprocess.Popen, seen: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not seen() and process.poll() is None:
        assert time.monotonic() < end
        time.sleep(0.0005)


def batches(study: Study) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (study.folder / "batches").glob("*.parquet")}


def total(results: Results) -> bytes:
    columns = results.series["column"].tolist()
    return b"".join(results.wide(regime, columns).tobytes() for regime in results.regimes)


@pytest.fixture(scope="module")
def expected(tmp_path_factory) -> bytes:
    return total(run_study(small_study(tmp_path_factory.mktemp("whole"), RUNS), progress=False))


@pytest.fixture
def study(tmp_path) -> Study:
    return small_study(tmp_path, RUNS)


def stop_when(process: subprocess.Popen, seen: Callable[[], bool]) -> None:
    """Stop a process at a moment: what is seen is looked at once more while nothing moves."""
    while True:
        wait_for(process, seen)
        assert process.poll() is None, "it ended before the moment came"
        process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
        if seen():
            return
        process.send_signal(signal.SIGCONT)


@pytest.mark.parametrize("moment", ["batch", "write", "statistics"])
def test_killed_and_continued(study, tmp_path, expected, moment):
    """In the middle of a batch, of a file, and of the tables that follow the last batch."""
    whole = 2 * RUNS // BLOCK_RUNS

    def seen() -> bool:
        partial = any(study.folder.glob("batches/*.partial"))
        unfinished = any(study.folder.glob("*/config.yaml")) and not any(study.folder.glob("*/manifest.json"))
        if moment == "statistics":
            return unfinished
        return 2 <= len(batches(study)) < whole and partial == (moment == "write")

    with begin(tmp_path) as process:
        stop_when(process, seen)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert seen()
    kept = batches(study)
    assert len(kept) == whole if moment == "statistics" else 2 <= len(kept) < whole
    results = run_study(study, progress=False)
    assert total(results) == expected
    unchanged = [name for name, written in kept.items() if batches(study)[name] == written]
    assert len(unchanged) >= len(kept) - 1  # a batch that was renamed but not yet in the index is done again
    assert not list(study.folder.rglob("*.partial"))


def runs_stored(study: Study) -> int:
    return sum(pq.read_metadata(path).num_rows // len(study.months) for path in study.folder.glob("batches/*.parquet"))


@pytest.mark.parametrize("signal_sent", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_interrupted_and_continued(study, tmp_path, expected, signal_sent):
    with begin(tmp_path) as process:
        wait_for(process, lambda: len(batches(study)) >= 3)
        process.send_signal(signal_sent)
        begun = time.monotonic()
        _, told = process.communicate(timeout=60)
    assert time.monotonic() - begun < 30
    assert process.returncode != 0
    (done,) = re.findall(
        rf"Stopped after (\d+) of {2 * RUNS} runs: they are stored, and the same command continues from there", told
    )
    assert runs_stored(study) >= int(done) >= 2 * BLOCK_RUNS
    assert total(run_study(study, progress=False)) == expected


def test_a_disk_too_full_for_a_batch_loses_nothing(study, tmp_path, expected):
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

    with begin(tmp_path, preexec_fn=limit) as process:
        _, told = process.communicate(timeout=PATIENCE_S)
    (sentence,) = [line for line in told.splitlines() if "The disk is full" in line]
    assert ".parquet was not written. All that was finished is kept, and the same command continues" in sentence
    assert not batches(study)
    assert not list(study.folder.rglob("*.partial"))
    assert total(run_study(study, progress=False)) == expected


def test_a_disk_too_full_for_the_tidy_table_keeps_the_batches(study, tmp_path, expected):
    first = run_study(small_study(tmp_path / "first", 50), progress=False)
    largest = max(path.stat().st_size for path in first.folder.parent.glob("batches/*.parquet"))

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2 * largest, 2 * largest))

    with begin(tmp_path, preexec_fn=limit, env=os.environ) as process:
        _, told = process.communicate(timeout=PATIENCE_S)
    assert "The disk is full" in told
    assert "outcomes.parquet" in told
    assert len(batches(study)) == 2 * RUNS // BLOCK_RUNS
    assert not list(study.folder.rglob("*.partial"))
    kept = batches(study)
    assert total(run_study(study, progress=False)) == expected
    assert batches(study) == kept


def test_a_second_process_is_refused_and_the_first_goes_on(study, tmp_path, expected):
    with begin(tmp_path) as first:
        stop_when(first, lambda: len(batches(study)) >= 1)
        with begin(tmp_path) as second:
            _, told = second.communicate(timeout=PATIENCE_S)
        assert second.returncode != 0
        assert "Another process is writing" in told
        first.send_signal(signal.SIGCONT)
        first.communicate(timeout=PATIENCE_S)
        assert first.returncode == 0
    assert total(run_study(study, progress=False)) == expected
