from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from small import small_study

from sim.ensemble import Until, run_study
from sim.ensemble.compute.executors import Threads
from sim.ensemble.plan.design import Design
from sim.ensemble.stopping import looks, relative_half_width, unpaired_runs
from sim.errors import InputError


def test_half_width_is_that_of_a_paired_t_test():
    random = np.random.default_rng(5)
    against = random.normal(10, 3, 40)
    values = against + random.normal(1, 0.5, 40)
    low, high = stats.ttest_rel(values, against).confidence_interval(0.90)
    assert relative_half_width(values, against) == pytest.approx((high - low) / 2 / against.mean())


@pytest.mark.parametrize(
    ("values", "against", "expected"),
    [([1.0], [2.0], np.inf), ([1.0, 2.0], [0.0, 0.0], np.inf), ([0.0, 0.0], [0.0, 0.0], 0.0)],
)
def test_half_width_at_the_edges(values, against, expected):
    assert relative_half_width(np.array(values), np.array(against)) == expected


def test_independent_runs_follow_the_variances():
    """Equal variances and correlation r: the ratio of variances is 1 / (1 - r)."""
    random = np.random.default_rng(6)
    common, own = random.standard_normal((2, 200_000)), random.standard_normal((2, 200_000))
    one, other = np.sqrt(0.9) * common[0] + np.sqrt(0.1) * own[0], np.sqrt(0.9) * common[0] + np.sqrt(0.1) * own[1]
    assert unpaired_runs(one, other) / 200_000 == pytest.approx(10, rel=0.02)
    assert unpaired_runs(one, one) == 200_000


@pytest.mark.parametrize(
    ("draws", "runs", "expected"),
    [(1, 250, [100, 200, 250]), (1, 100, [100]), (1, 30, [30]), (5, 50, [20, 40, 50]), (300, 2, [1, 2])],
)
def test_looks_come_after_fixed_numbers_of_runs(draws, runs, expected):
    design = Design(np.zeros((draws, 1)), 1, runs)
    assert list(looks(design, Until("wait", 0.1))) == expected
    assert list(looks(design, None)) == [runs]


@pytest.mark.slow
def test_a_sweep_stops_at_the_same_look_on_one_thread_and_two_and_when_continued(tmp_path):
    study = replace(small_study(tmp_path, 250), until=Until("sanctioned_trade", 0.9))
    results = [
        run_study(replace(study, folder=tmp_path / f"runs{count}"), Threads(count), progress=False) for count in (1, 2)
    ]
    results.append(run_study(replace(study, folder=tmp_path / "runs1"), progress=False))
    for each in results:
        assert len(each.runs) == 100
        assert each.manifest["design"]["runs"] == 100
        assert each.manifest["until"] == results[0].manifest["until"]
    assert results[0].manifest["until"]["reached"]
    assert results[0].manifest["until"]["look"]["half_width"]["ban"] <= 0.9
    series = (
        results[0].wide("none", ["sanctioned_trade|total|all|export|musd"]),
        results[0].wide("ban", ["sanctioned_trade|total|all|export|musd"]),
    )
    totals = [each.sum(axis=(1, 2), dtype=float) for each in series]
    assert results[0].manifest["until"]["look"]["half_width"]["ban"] == relative_half_width(totals[1], totals[0])


@pytest.mark.slow
def test_a_rule_that_is_never_met_makes_all_runs(tmp_path):
    study = replace(small_study(tmp_path, 110), until=Until("sanctioned_trade", 1e-12))
    results = run_study(study, progress=False)
    assert len(results.runs) == 110
    assert not results.manifest["until"]["reached"]


@pytest.mark.slow
def test_an_outcome_that_is_not_kept_is_told_before_anything_is_computed(tmp_path):
    study = replace(small_study(tmp_path, 2), until=Until("profits", 0.1))
    with pytest.raises(InputError, match="until.outcome=profits is not kept: choose from .*wait"):
        run_study(study, progress=False)
    with pytest.raises(InputError, match="at least two"):
        run_study(replace(small_study(tmp_path, 2, ["none"]), until=Until("wait", 0.1)), progress=False)
    assert not list(tmp_path.rglob("*.parquet"))
