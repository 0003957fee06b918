"""Published estimators on panels whose answer is known."""

import numpy as np
import pytest

from sim.analysis.estimators import Estimate, difference_in_differences, max_flow, mirror_gap

PLACES, GOODS = 12, 8


def panel(seed: int, effect: float, noise: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Flows that differ by place, product and growth; treated ones grow by a factor more. Last: what that made."""
    random = np.random.default_rng(seed)
    before = np.exp(
        random.normal(0, 1, (PLACES, 1)) + random.normal(0, 1, GOODS) + random.normal(0, 0.7, (PLACES, GOODS))
    )
    treated = np.zeros((PLACES, GOODS), bool)
    treated[:5, :3] = True
    growth = np.exp(random.normal(0.2, 0.3, (PLACES, 1)) + random.normal(0, 0.3, GOODS))
    without = before * growth * np.exp(noise * random.standard_normal((PLACES, GOODS)))
    after = without * np.where(treated, effect, 1.0)
    return before, after, treated, float((after - without)[treated].sum())


def test_without_noise_it_finds_exactly_what_the_treatment_made() -> None:
    *flows, truth = panel(1, 1.8, 0.0)
    found = difference_in_differences(*flows)
    assert found.value == pytest.approx(truth)
    assert (found.low, found.high) == pytest.approx((truth, truth))


def test_its_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    held = []
    for seed in range(200):
        before, after, treated, _ = panel(seed, 1.5, 0.3)
        truth = (after * (1 - 1 / 1.5))[treated].sum()
        found = difference_in_differences(before, after, treated)
        held.append(found.low <= truth <= found.high)
    assert 0.85 < np.mean(held) <= 0.98


def test_it_is_the_poisson_regression_with_all_pairs_of_effects() -> None:
    models = pytest.importorskip("sklearn.linear_model")
    before, after, treated, _ = (each[3:8, 1:5] for each in (*panel(4, 1.5, 0.4)[:3], np.empty((PLACES, GOODS))))
    places, goods = before.shape
    cell = np.eye(places * goods)
    place, good = np.repeat(np.eye(places), goods, axis=0), np.tile(np.eye(goods), (places, 1))[:, 1:]
    later = np.column_stack([place, good, treated.ravel()])
    columns = np.vstack([np.hstack([cell, 0 * later]), np.hstack([cell, later])])
    flows = np.concatenate([before.ravel(), after.ravel()])
    law = models.PoissonRegressor(alpha=1e-10, fit_intercept=False, solver="newton-cholesky", max_iter=200, tol=1e-10)
    effect = law.fit(columns, flows / flows.mean()).coef_[-1]
    made = after[treated].sum() * (1 - np.exp(-effect))
    assert difference_in_differences(before, after, treated).value == pytest.approx(made, rel=1e-4)


@pytest.mark.parametrize(
    "treated",
    [np.zeros((PLACES, GOODS), bool), np.ones((PLACES, GOODS), bool), np.arange(GOODS) < np.ones((PLACES, 1)) * 3],
)
def test_without_something_to_hold_it_against_there_is_no_estimate(treated: np.ndarray) -> None:
    before, after, *_ = panel(6, 1.5, 0.3)
    assert np.isnan(difference_in_differences(before, after, treated)).all()


def test_flows_that_a_place_lacks_in_a_period_are_left_out() -> None:
    before, after, treated, truth = panel(7, 1.5, 0.0)
    gone = np.vstack([before, np.zeros(GOODS)])
    new = np.vstack([after, np.ones(GOODS)])
    found = difference_in_differences(gone, new, np.vstack([treated, np.zeros(GOODS, bool)]))
    assert found.value == pytest.approx(truth)


def test_max_flow_is_the_lesser_of_in_and_out_in_each_cell() -> None:
    inflow = np.array([[[3.0, 1.0], [0.0, 5.0]], [[2.0, 2.0], [4.0, 0.0]]])
    outflow = np.array([[[1.0, 4.0], [7.0, 2.0]], [[5.0, 0.0], [4.0, 1.0]]])
    assert max_flow(inflow, outflow).value == 1 + 1 + 0 + 2 + 2 + 0 + 4 + 0


def test_a_mirror_gap_counts_hubs_that_book_less() -> None:
    assert mirror_gap(np.array([5.0, 2.0]), np.array([1.0, 3.0])) == pytest.approx(Estimate(4.0), nan_ok=True)
