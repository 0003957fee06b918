"""A study killed at random moments, from fixed seeds, and continued: to the bits of one that nobody killed.

Children are forked from this process, so that a kill costs no start of the interpreter. `REROUTE_FUZZ` says how many
kills: 8 as it stands, 200 of 25,000.
"""

import os
import random
import signal
import time
from dataclasses import replace

import pytest

from sim.config import load
from sim.ensemble import Study, run_study
from sim.ensemble.compute.executors import Threads
from sim.results.results import Results
from sim.results.verify import verify
from tests.ensemble.small import BAN, SETTINGS
from tests.shared_worlds import study_of

KILLS = max(8, int(os.environ.get("REROUTE_FUZZ", "500")) // 125)
RUNS, TIMES_A_STUDY = 60, 4

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Study:
    words = ["observe=totals", f"design.runs={RUNS}", "history.save=2021-04-14"]
    return study_of(load([*SETTINGS, *words, f"regimes=[none,{BAN}]", f"results_dir={tmp_path_factory.mktemp('of')}"]))


def everything(results: Results) -> bytes:
    columns = results.series["column"].tolist()
    return b"".join(results.wide(regime, columns).tobytes() for regime in results.regimes)


def states(study: Study) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(study.saving.folder.glob("*/*.npz"))}


def begin(study: Study) -> int:
    """Do a study in a child; return its process."""
    child = os.fork()
    if child == 0:
        try:
            run_study(study, Threads(1), progress=False)
        finally:
            os._exit(0)
    return child


def ended(child: int, after: float, sent: int) -> float | None:
    """Let a child live for some seconds, then end it; tell after how many it had ended by itself, if it had."""
    begun = time.monotonic()
    while time.monotonic() < begun + after:
        if os.waitpid(child, os.WNOHANG)[0]:
            return time.monotonic() - begun
        time.sleep(0.001)
    os.kill(child, sent)
    os.waitpid(child, 0)
    return None


@pytest.mark.slow
def test_killed_at_random_moments_and_continued(study, tmp_path):
    whole = replace(study, folder=tmp_path / "whole")
    expected, saved = everything(run_study(whole, Threads(1), progress=False)), states(whole)
    begun = time.monotonic()
    os.waitpid(begin(replace(study, folder=tmp_path / "timed")), 0)
    length = time.monotonic() - begun
    killed, number = 0, 0
    while killed < KILLS:
        draw = random.Random(number)
        one = replace(study, folder=tmp_path / str(number))
        for attempt in range(TIMES_A_STUDY):
            sent = draw.choice([signal.SIGKILL] * 3 + [signal.SIGINT])
            lived = ended(begin(one), draw.uniform(0, 0.7 * length), sent)
            if lived is not None:
                length = length if attempt else min(length, lived)  # of a whole study, on a less busy machine
                break
            killed += 1
        kept = {path: path.stat().st_mtime_ns for path in one.folder.glob("batches/*.parquet")}
        assert everything(run_study(one, Threads(1), progress=False)) == expected, number
        assert states(one) == saved, number
        assert [each for each in verify(one.folder) if each.fault] == [], number
        assert not list(one.folder.rglob("*.partial")), number
        again = [path for path, written in kept.items() if path.stat().st_mtime_ns != written]
        assert len(again) <= 1, number  # one that had its place, and not yet its line in the index
        number += 1
