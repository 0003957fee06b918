"""What a study costs, counted before it runs: against what then is computed."""

import pytest
from small import small_study, with_runs

from sim.ensemble import cost, run_study
from sim.machine import usable_cores

WEEKS_OF_THE_SPIN_UP, FIRMS = 52, 60


@pytest.fixture
def pace(monkeypatch, tmp_path):
    monkeypatch.setattr(cost, "PACE", tmp_path / "pace.json")


def test_what_is_to_be_computed_is_counted_and_nothing_is_written(tmp_path):
    study = small_study(tmp_path / "results", 6)
    found = cost.cost_of(study)
    assert (found.runs, found.stored) == (12, 0)
    weeks = study.branch(list(study.scenarios)).weeks(0, study.world.sizes.weeks)
    assert found.firm_weeks == 6 * FIRMS * weeks
    assert study.world.sizes.weeks <= weeks <= 2 * study.world.sizes.weeks
    assert not (tmp_path / "results").exists()


def test_what_is_stored_is_not_counted_again(tmp_path):
    study = small_study(tmp_path, 4)
    run_study(study, progress=False)
    assert cost.cost_of(study)._replace(firm_weeks=0, stored_bytes=0) == cost.Cost(0, 8, 0, 0)
    more = cost.cost_of(with_runs(study, 6))
    assert (more.runs, more.stored) == (4, 8)


def test_the_pace_of_a_study_is_remembered_and_the_time_of_the_next_follows(pace):
    assert cost.known_pace() is None
    cost.keep_pace(4.0e6, cost.LEAST_SECONDS / 2, 1)
    assert cost.known_pace() is None
    cost.keep_pace(4.0e6, 4.0, 1)
    assert cost.known_pace() == pytest.approx(1e6)
    left = cost.Cost(10, 0, 4.0e6, 1.0)
    assert left.seconds(1, cost.known_pace()) == pytest.approx(4.0)
    assert left.seconds(64, 1e6) == pytest.approx(4.0 / min(64, usable_cores()))


def test_a_study_leaves_its_pace_without_start_and_compilation(pace, tmp_path, monkeypatch):
    monkeypatch.setattr(cost, "LEAST_SECONDS", 0.0)
    kept = []
    monkeypatch.setattr("sim.ensemble.runner.keep_pace", lambda *told: kept.append(told) or cost.keep_pace(*told))
    results = run_study(small_study(tmp_path, 4), progress=False)
    ((timed, seconds, threads),) = kept
    computed = results.manifest["computed"]
    assert 0 < timed < computed["firm_weeks"]
    assert 0 < seconds < computed["seconds"]
    assert threads == usable_cores()
    assert cost.known_pace() == pytest.approx(timed / seconds / threads)


def test_a_spoilt_pace_is_none(pace):
    for pair in ("", "[]", "[-1, 1]", '["x", 1]', "[1, 2, 3]", "[1, 0]"):
        text = f'{{"firm_weeks_and_thread_seconds": [{pair}]}}' if pair else ""
        cost.PACE.write_text(text, encoding="utf-8")
        assert cost.known_pace() is None


def test_a_short_study_beside_other_work_moves_the_pace_little(pace):
    cost.keep_pace(1.0e9, 1000.0, 1)
    cost.keep_pace(1.0e5, 10.0, 1)
    assert cost.known_pace() == pytest.approx((1.0e9 + 1.0e5) / 1010.0)
    for _ in range(cost.KEPT_PACES):
        cost.keep_pace(2.0e7, 10.0, 1)
    assert cost.known_pace() == pytest.approx(2.0e6)
