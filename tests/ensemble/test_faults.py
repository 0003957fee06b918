"""A sweep that is killed, interrupted, or runs out of disk, in a process of its own."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from small import small_study

from sim.ensemble import Study, run_study
from sim.ensemble.results import Results

RUNS = 400
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
        time.sleep(0.002)


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


@pytest.mark.parametrize("moment", ["first batch", "partial file", "statistics"])
def test_killed_and_continued(study, tmp_path, expected, moment):
    sights = {
        "first batch": lambda: len(batches(study)) >= 3,
        "partial file": lambda: len(batches(study)) >= 2 and any((study.folder / "batches").glob("*.partial")),
        "statistics": lambda: any(study.folder.glob("*/config.yaml")),
    }
    with begin(tmp_path) as process:
        wait_for(process, sights[moment])
        process.send_signal(signal.SIGKILL)
    kept = batches(study)
    assert kept
    results = run_study(study, progress=False)
    assert total(results) == expected
    assert kept.keys() <= batches(study).keys()
    unchanged = [name for name, written in kept.items() if batches(study)[name] == written]
    assert len(unchanged) >= len(kept) - 1  # a batch that was renamed but not yet in the index is done again
    assert not list(study.folder.rglob("*.partial"))


def test_interrupted_and_continued(study, tmp_path, expected):
    with begin(tmp_path) as process:
        wait_for(process, lambda: len(batches(study)) >= 3)
        process.send_signal(signal.SIGINT)
        begun = time.monotonic()
        _, told = process.communicate(timeout=60)
    assert time.monotonic() - begun < 30
    assert process.returncode != 0
    assert f"of {2 * RUNS} runs: full batches are stored, and the same command continues from there" in told
    assert total(run_study(study, progress=False)) == expected


def test_a_full_disk_loses_nothing(study, tmp_path, expected):
    """Batches fit, the tidy table does not."""
    first = run_study(small_study(tmp_path / "first", 50), progress=False)
    largest = max(path.stat().st_size for path in first.folder.parent.glob("batches/*.parquet"))

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2 * largest, 2 * largest))

    with begin(tmp_path, preexec_fn=limit, env=os.environ) as process:
        _, told = process.communicate(timeout=PATIENCE_S)
    assert "The disk is full" in told
    assert "outcomes.parquet" in told
    assert len(batches(study)) == 2 * RUNS // 50
    assert not list(study.folder.rglob("*.partial"))
    kept = batches(study)
    assert total(run_study(study, progress=False)) == expected
    assert batches(study) == kept


def test_a_second_process_is_refused_and_the_first_goes_on(study, tmp_path, expected):
    with begin(tmp_path) as first:
        wait_for(first, lambda: len(batches(study)) >= 1)
        with begin(tmp_path) as second:
            _, told = second.communicate(timeout=PATIENCE_S)
        assert first.poll() is not None or "Another process is writing" in told
        first.communicate(timeout=PATIENCE_S)
        assert first.returncode == 0
    assert total(run_study(study, progress=False)) == expected
