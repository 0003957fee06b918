"""A real study, small enough to be done in a second; run as a script it does the study that its words describe."""

import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sim.__main__ import _terminate
from sim.config import load
from sim.ensemble import Study, run_study
from sim.ensemble.compute.calls import Answer, Call, Context, answer
from sim.ensemble.compute.shared_past import Branch

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
    from tests.shared_worlds import study_of  # here: a script finds it only after the line at the end

    return study_of(load(words))


def with_runs(study: Study, runs: int) -> Study:
    """The same study with another number of runs."""
    return replace(study, design=study.design.upto(runs))


def hold_to_runs_alone(context: Context, call: Call) -> Answer:
    """Do runs under some regimes at once, and hold each to runs alone: series, status, state at the end, to the bit."""
    context = context._replace(save=context.world.sizes.weeks)
    together = answer(context, call)
    for place, regime in enumerate(call.branch.regimes):
        alone = answer(context, call._replace(branch=Branch((regime,))))
        assert alone.status[0].tolist() == together.status[place].tolist(), regime
        assert alone.values[0].tobytes() == together.values[place].tobytes(), regime
        assert alone.saved[0] == together.saved[place], regime
    return together


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    signal.signal(signal.SIGTERM, _terminate)
    run_study(small_study(Path(sys.argv[1]), int(sys.argv[2])))
