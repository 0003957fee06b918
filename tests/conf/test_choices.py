"""Every value of every choice runs on the shipped world; values of several choices share a run."""

from itertools import zip_longest
from pathlib import Path

import numpy as np
import pytest
from sim.experiments.compare_regimes import REPORT

from sim.config import load
from sim.config.choices import groups
from sim.config.schema import RESOLUTIONS, RULES, SAMPLERS, WAIT_RULES
from sim.ensemble import executor_of, run_study, study_of
from sim.report.studies import run

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("coarse")]

SHORT = ("world=xinjiang", "debug=fast", "end=2021-02-28", "design.runs=1", "behaviour.spin_up_weeks=0")
NEEDS_MORE = {"machine": ("cluster",), "debug": ("trace",), "experiment": groups()["experiment"]}
"""Options that need Dask, change no run, or run by tests of their own."""

CHOICES = {
    "observe": RESOLUTIONS,
    "behaviour.rule": RULES,
    "crossing.wait_rule": WAIT_RULES,
    "design.sampler": SAMPLERS,
    **{name: tuple(set(options) - set(NEEDS_MORE.get(name, ()))) for name, options in groups().items()},
}
RUNS = list(zip_longest(*([f"{name}={value}" for value in sorted(values)] for name, values in CHOICES.items())))


def test_all_values_of_all_choices_are_among_the_runs() -> None:
    words = {word for each in RUNS for word in each if word}
    assert words == {f"{name}={value}" for name, values in CHOICES.items() for value in values}


@pytest.mark.slow
@pytest.mark.parametrize("words", RUNS, ids=lambda words: " ".join(filter(None, words)))
def test_every_choice_runs_on_the_shipped_world(words: tuple[str | None, ...], tmp_path: Path) -> None:
    chosen = [word for word in words if word]
    if any(word.startswith(("design.sampler=", "design=uncertain")) for word in chosen):
        chosen += ["design.draws=1", "design.uncertain=[lift]"]
    config = load([*SHORT, "regimes=[none,uflpa]", f"results_dir={tmp_path}", *chosen])
    if "observe=full" in chosen:  # and all that is drawn of the most series
        results = run(config, REPORT)
        assert (results.folder / "answer.md").is_file()
    else:
        results = run_study(study_of(config), executor_of(config), progress=False)
    assert results.failures.empty
    for regime in config.regimes:
        assert np.isfinite(results.wide(regime, results.series["column"].tolist())).all()
