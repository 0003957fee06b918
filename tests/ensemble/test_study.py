"""Which batches a study needs, and which stored ones it finds."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sim.ensemble.plan.design import BLOCK_RUNS, Design
from sim.ensemble.study import Scenario, Study
from sim.store.store import Store

MONDAY = date(2020, 12, 28)


@pytest.fixture
def study(world, labels, tmp_path) -> Study:
    scenarios = {
        name: Scenario(f"text of {name}", (np.full(3, number),)) for number, name in enumerate(("none", "uflpa"))
    }
    design = Design(np.array([[1.0, 2.0]]), 0, 100)
    return Study(world, labels, ("2021-01", "2021-02"), MONDAY, scenarios, "none", design, 1, "totals", tmp_path, "")


def with_runs(study: Study, runs: int) -> Study:
    return replace(study, design=study.design._replace(runs=runs))


def with_pairs(study: Study, runs: int) -> Study:
    return replace(study, design=Design(np.arange(2.0 * runs).reshape(runs, 2), 1, runs, paired=True))


def with_draws(study: Study, draws: int, runs: int) -> Study:
    rows = np.arange(2.0 * draws).reshape(draws, 2)
    return replace(study, design=Design(rows, 1, runs))


def work_off(study: Study) -> int:
    """Store what is missing; return how many runs that were."""
    with Store(study.folder) as store:
        missing = [piece for piece in study.pieces(store) if piece.entry is None]
        for piece in missing:
            store.write(
                piece.digest, piece.family, piece.block.places.start, piece.block.places.stop, piece.digest.encode()
            )
        assert not any(piece.entry is None for piece in study.pieces(store))
        covered = {
            (piece.regime, draw, run)
            for piece in study.pieces(store)
            for draw, run in zip(piece.block.draw_numbers, piece.block.run_numbers, strict=True)
        }
    wanted = {
        (regime, draw, run)
        for regime in study.scenarios
        for draw in study.design.draw_numbers
        for run in range(study.design.runs)
        if not study.design.paired or draw == run + 1
    }
    assert wanted <= covered
    return sum(len(piece.block) for piece in missing)


def test_the_same_study_needs_nothing_again(study):
    assert work_off(study) == 200
    assert work_off(study) == 0


@pytest.mark.parametrize(
    ("steps", "computed"),
    [
        ((100, 200), (200, 200)),
        ((100, 120, 200), (200, 40, 160)),
        ((20, 30, 10, 100), (40, 20, 0, 140)),
        ((200, 120, 7), (400, 0, 0)),
    ],
)
def test_only_new_runs_are_computed(study, steps, computed):
    assert tuple(work_off(with_runs(study, runs)) for runs in steps) == computed


@pytest.mark.parametrize(
    ("steps", "computed"), [((64, 128), (256, 256)), ((128, 64), (512, 2 * 2 * 14)), ((60, 70, 60), (240, 40, 0))]
)
def test_more_draws_of_a_design_that_extends_compute_only_the_new_ones(study, steps, computed):
    assert tuple(work_off(with_draws(study, draws, 2)) for draws in steps) == computed


def test_a_changed_row_is_computed_again(study):
    many = with_draws(study, 100, 1)
    work_off(many)
    rows = many.design.draws.copy()
    rows[70, 0] = np.nextafter(rows[70, 0], 1e9)
    assert work_off(replace(many, design=many.design._replace(draws=rows))) == 2 * BLOCK_RUNS


def test_another_regime_computes_only_its_own(study):
    work_off(study)
    third = dict(study.scenarios) | {"eu": Scenario("text of eu", (np.full(3, 9.0),))}
    assert work_off(replace(study, scenarios=third)) == 100
    assert work_off(replace(study, scenarios={"eu": third["eu"]})) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 2},
        {"resolution": "default"},
        {"months": ("2021-01", "2021-03")},
    ],
)
def test_what_changes_numbers_changes_every_batch(study, change):
    work_off(study)
    changed = replace(study, **change)
    assert changed.signature != study.signature
    assert work_off(changed) == 200


def test_a_changed_world_policy_or_text_is_computed_again(study, world):
    work_off(study)
    cells = world.cells._replace(base_demand=world.cells.base_demand * 1.0000001)
    assert work_off(replace(study, world=world._replace(cells=cells))) == 200
    none = study.scenarios["none"]
    assert work_off(replace(study, scenarios={"none": none._replace(policy=(np.full(3, 7.0),))})) == 100
    assert work_off(replace(study, scenarios={"none": none._replace(text="another")})) == 100


def test_folder_and_settings_are_not_part_of_a_study(study, tmp_path):
    assert replace(study, folder=tmp_path / "elsewhere", settings="machine: cluster").signature == study.signature
    assert replace(study, against="uflpa").signature != study.signature
    assert with_runs(study, 101).signature != study.signature


def test_a_spoilt_batch_is_needed_again(study):
    work_off(study)
    with Store(study.folder) as store:
        first = next(iter(study.pieces(store)))
        store.path(first.digest).write_bytes(b"x")
    assert work_off(study) == BLOCK_RUNS
