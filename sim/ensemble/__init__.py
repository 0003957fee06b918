"""Many runs: which ones, on which cores or machines, kept where, and read how.

from sim.ensemble import run_study, study_of
results = run_study(study_of(config))
"""

from sim.ensemble.assemble import executor_of, study_of, world_of
from sim.ensemble.replay import replay
from sim.ensemble.runner import run_study
from sim.ensemble.study import Scenario, Study, Until
from sim.results.opening import open_results
from sim.results.results import Results

__all__ = [
    "Results",
    "Scenario",
    "Study",
    "Until",
    "executor_of",
    "open_results",
    "replay",
    "run_study",
    "study_of",
    "world_of",
]
