"""A parameter gives one result, by whichever door it comes in."""

from pathlib import Path

import numpy as np
import pytest
from small import BAN, SETTINGS

from sim.config import load
from sim.ensemble.compute.calls import answer
from sim.ensemble.compute.shared_past import Branch
from sim.ensemble.study import Study
from sim.parameters import BASE, BEHAVIOUR, STRUCTURE, TABLE, names_of
from tests.shared_worlds import study_of

pytestmark = pytest.mark.slow

RUNS = np.arange(2)


def series(study: Study) -> np.ndarray:
    """Series of two runs of the first draw, under the ban."""
    rows = np.repeat(study.design.draws[:1], RUNS.size, axis=0)
    found = answer(study.context, study.call(Branch(("ban",)), np.zeros_like(RUNS), RUNS, rows))
    assert not found.status.any()
    return found.values


def of(folder: Path, *words: str) -> Study:
    return study_of(load([*SETTINGS, f"regimes=[{BAN}]", f"results_dir={folder}", *words]))


@pytest.mark.parametrize("name", ["theta_market", "theta_route", "elasticity_scale"])
def test_a_value_that_is_set_and_one_that_is_drawn_give_the_same_series(tmp_path: Path, name: str) -> None:
    value = TABLE[name].low
    table = tmp_path / "draws.csv"
    table.write_text(f"{name}\n{value}\n", encoding="utf-8")
    as_set, as_drawn = of(tmp_path, f"behaviour.{name}={value}"), of(tmp_path, f"design.sampler={table}")
    assert as_set.digests["world"] == as_drawn.digests["world"]
    assert series(as_set).tobytes() == series(as_drawn).tobytes()
    assert (series(as_set) != series(of(tmp_path))).any()


def test_no_behaviour_shapes_the_world_and_all_else_does(tmp_path: Path) -> None:
    usual = of(tmp_path).digests["world"]
    moved = [f"behaviour.{name}={TABLE[name].high}" for name in names_of(BEHAVIOUR)]
    assert of(tmp_path, *moved).digests["world"] == usual
    for name in ("slots", "spin_up_weeks", "base_theta_market"):
        assert TABLE[name].role in (STRUCTURE, BASE)
        assert of(tmp_path, f"behaviour.{name}={TABLE[name].high}").digests["world"] != usual
