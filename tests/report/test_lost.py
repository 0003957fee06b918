"""Runs that ended early are told, and by what the sample is selected that is left."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.kernels.week import FIRMS, PROCESSES
from sim.report.page.lost import sentences

WORLD = SimpleNamespace(week_starts=np.array(["2021-01-04"], "datetime64[D]"), arrays=None, labels=None)
NOT_FINITE = 1


def study(lost_draws, draws=100, runs=2, **parameters):
    rows = [("uflpa", draw, 0, NOT_FINITE, 3, FIRMS, 17) for draw in lost_draws]
    columns = ["regime", "draw", "run", "code", "week", "process", "entity"]
    return SimpleNamespace(
        failures=pd.DataFrame(rows + rows[:1], columns=columns),
        draws=pd.DataFrame({"kappa": 5.0, **parameters}, index=range(draws)),
        manifest={"design": {"draws": draws, "runs": runs, "paired": False}},
    )


def test_nothing_is_said_where_all_runs_end_well():
    assert sentences(study([]), WORLD) == []


def test_a_lost_run_is_named_once_with_what_stopped_it():
    (told,) = sentences(study([7]), WORLD)
    assert told.startswith("1 run of 200 ended early and is left out under every regime.")
    assert f"run 0 of draw 7 under uflpa, {PROCESSES[FIRMS]} left a number that is not finite" in told
    assert "2021-01-25 (firm 17)" in told
    assert "selected" not in told


def test_above_one_per_cent_the_parameters_that_select_are_named():
    rng = np.random.default_rng(1)
    entry, other = np.linspace(0, 1, 100), rng.uniform(size=100)
    (told,) = sentences(study(range(90, 100), entry_per_year=entry, lift=other), WORLD)
    assert "With 5.0 % of the runs lost the sample that is left is selected" in told.replace("\N{NO-BREAK SPACE}", " ")
    assert "entry_per_year (median 0.955, of the rest 0.449)" in told
    assert "lift" not in told
    assert "kappa" not in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"lost_draws": range(3), "draws": 10, "x": np.tile([1.0, 2.0], 5)}, "none of the 1 parameter drawn"),
        ({"lost_draws": [0], "draws": 1}, "all runs have the same parameters, so chance alone selects"),
        ({"lost_draws": range(4), "draws": 4, "x": np.arange(4.0)}, "every draw of parameters lost a run"),
    ],
)
def test_where_no_parameter_selects_that_is_said(arguments, words):
    assert words in sentences(study(**arguments), WORLD)[0]
