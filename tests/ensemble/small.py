"""A real study, small enough to be done in a second; run as a script it does the study that its words describe."""

import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sim.__main__ import _terminate
from sim.config import load
from sim.ensemble import Study, run_study, study_of

TINY = Path(__file__).parents[1] / "world" / "tiny"
BAN = str(Path(__file__).parent / "ban.yaml")
SETTINGS = (
    f"world={TINY}",
    "start=2021-01-01",
    "end=2021-06-30",
    "firms=60",
    "behaviour.spin_up_weeks=52",
    "design=stated",
)


def small_study(folder: Path, runs: int = 20, regimes: Sequence[str] = ("none", BAN)) -> Study:
    """Half a year of 60 firms in a made-up world."""
    words = [*SETTINGS, f"regimes=[{','.join(regimes)}]", f"design.runs={runs}", f"results_dir={folder}"]
    return study_of(load(words))


def with_runs(study: Study, runs: int) -> Study:
    """The same study with another number of runs."""
    return replace(study, design=study.design.upto(runs))


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _terminate)
    run_study(small_study(Path(sys.argv[1]), int(sys.argv[2])))
