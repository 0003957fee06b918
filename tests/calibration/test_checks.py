"""Checks of a fit against known answers: linear models, whose posteriors are known, and factors that move nothing."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal

from sim.calibration import Factor, Prior, Targets, sample_posterior
from sim.calibration.hamiltonian import Density
from sim.calibration.identifiability import in_words, pairs, widths
from sim.calibration.influence import ALL_TARGETS, by_group, effects, posteriors, shifts, without
from sim.calibration.likelihood import log_likelihood
from sim.calibration.sbc import by_factor, check, coverage, least_even, made_up
from sim.calibration.second_opinion import compared, smooth
from sim.emulator import fit_emulator
from tests.calibration import walkers

PRIOR = Prior((Factor("speed", 0.0, 10.0), Factor("scale", 0.1, 10.0, by_factor=True), Factor("idle", -1.0, 1.0)))
SLOPES = np.array([[2.0, 1.5, 0.0, 0.0], [0.0, 0.0, 2.0, -1.0], [0.0, 0.0, 0.0, 0.0]])
NAMES = ["one", "two", "three", "four"]
GROUPS = ["fast", "fast", "large", "large"]


def targets_at(place, error=0.1) -> Targets:
    value = np.asarray(place) @ SLOPES
    table = pd.DataFrame({"target": NAMES, "group": GROUPS, "scale": "linear", "value": value, "error": error})
    return Targets.of_table(table)


def simulate(table: pd.DataFrame) -> pd.DataFrame:
    """Straight lines of the even scales, with the noise of a run."""
    noise = np.random.default_rng(len(table)).normal(0, 0.02, (len(table), len(NAMES)))
    return pd.DataFrame(PRIOR.even(table).to_numpy() @ SLOPES + noise, columns=NAMES)


@pytest.fixture(scope="module")
def emulator():
    drawn = PRIOR.sobol(128, seed=1)
    return fit_emulator(PRIOR.even(drawn), simulate(drawn))


def test_the_density_is_that_of_the_walkers_and_its_slope_is_the_difference(emulator) -> None:
    targets = targets_at([0.2, 0.7, 0.5])
    density = Density(emulator, PRIOR, targets)
    points = np.random.default_rng(16).normal(size=(20, 5)) - [0, 0, 0, 2, 2]
    value, slope = density(points)
    assert value == pytest.approx(walkers.Density(emulator, PRIOR, targets)(points))
    for axis, step in enumerate(1e-5 * np.eye(5)):
        difference = (density(points + step)[0] - density(points - step)[0]) / 2e-5
        assert slope[:, axis] == pytest.approx(difference, rel=1e-5, abs=1e-5)


@pytest.mark.slow
def test_chains_that_follow_the_slope_find_what_walkers_find(emulator) -> None:
    targets = targets_at([0.2, 0.7, 0.5])
    walked = walkers.walked_posterior(emulator, PRIOR, targets, steps=2000, seed=17)
    pushed = sample_posterior(emulator, PRIOR, targets, steps=100, seed=18)
    assert walked.agreed
    assert pushed.agreed
    pairs_of = [(PRIOR.even(walked.factors), PRIOR.even(pushed.factors)), (walked.discrepancy, pushed.discrepancy)]
    for one, other in pairs_of:
        assert ((one.mean() - other.mean()).abs() < 0.1 * one.std()).all()
        assert (other.std() / one.std()).to_numpy() == pytest.approx(1, abs=0.1)


def test_widths_of_draws_from_the_prior_are_one_and_weights_count() -> None:
    table = PRIOR.sobol(1024, seed=2)
    found = widths(PRIOR, table, np.full(1024, 1 / 1024)).set_index("factor")
    assert found["width"].to_numpy() == pytest.approx(1, abs=0.01)
    assert found["place"].to_numpy() == pytest.approx(0.5, abs=0.01)
    low = (table["speed"] < 5).to_numpy()
    found = widths(PRIOR, table, low / low.sum()).set_index("factor")
    assert found.loc["speed", ["width", "place"]].tolist() == pytest.approx([0.5, 0.25], abs=0.01)
    assert found.loc["speed", "q95"] == pytest.approx(4.75, abs=0.05)
    assert found.index[0] == "speed"


def test_a_pair_of_which_only_a_combination_is_known_is_told_in_words() -> None:
    prior = Prior(tuple(Factor(name, 0.1, 10.0, by_factor=True) for name in ("demand", "supply", "other")))
    random = np.random.default_rng(3)
    scores = random.normal(size=(4000, 3))
    scores[:, 1] = 0.1 * scores[:, 1] - scores[:, 0]
    table = prior.table(scores)
    found = pairs(prior, table, np.full(4000, 1 / 4000))
    assert len(found) == 1
    assert found.loc[0, "correlation"] == pytest.approx(-1 / np.sqrt(1.01), abs=0.01)
    assert found.loc[0, "together"] == pytest.approx(0.1 / np.sqrt(2), rel=0.1)
    told = in_words(found.loc[0], prior)
    assert "their product better than either" in told
    assert told.startswith("demand and supply fit as well one larger and the other smaller")


def test_effects_are_parts_of_the_spread(emulator) -> None:
    """Of a straight line the part of a factor is its slope squared over those of all."""
    found = effects(emulator, PRIOR)
    assert found["one"].tolist() == pytest.approx([1, 0, 0], abs=0.05)
    grouped = by_group(found, targets_at([0.5, 0.5, 0.5]))
    assert grouped.columns.tolist() == ["fast", "large"]
    assert grouped.loc["scale"].tolist() == pytest.approx([0, 1], abs=0.05)
    both = pd.DataFrame({"sum": PRIOR.even(PRIOR.sobol(128, seed=4)) @ np.array([2.0, 1.0, 0.0])})
    mixed = fit_emulator(PRIOR.even(PRIOR.sobol(128, seed=4)), both)
    assert effects(mixed, PRIOR)["sum"].tolist() == pytest.approx([0.8, 0.2, 0], abs=0.05)


def test_what_is_left_out_of_an_emulator_leaves_the_rest_as_it_was(emulator) -> None:
    targets = targets_at([0.2, 0.7, 0.5])
    fewer, part = without(emulator, targets, "fast")
    assert (fewer.names, fewer.groups, fewer.group.tolist()) == (("three", "four"), ("large",), [0, 0])
    point = PRIOR.even(PRIOR.sobol(8, seed=5))
    for whole, kept in zip(emulator.predict(point), part.predict(point), strict=True):
        assert (whole[:, 2:] == kept).all()


@pytest.mark.slow
def test_a_factor_is_open_without_the_targets_that_show_it(emulator) -> None:
    targets = targets_at([0.2, 0.7, 0.5])
    found = posteriors(emulator, PRIOR, targets, steps=100, seed=6)
    moved = shifts(found, PRIOR.even).set_index(["left_out", "name"])
    assert len(moved) == 6
    spread = PRIOR.even(found[ALL_TARGETS].factors).std()
    open_ = np.sqrt(1 / 12)  # a prior that nothing narrows, about the middle
    assert moved.loc[("fast", "speed"), "width"] == pytest.approx(open_ / spread["speed"], rel=0.15)
    centre = PRIOR.even(found[ALL_TARGETS].factors).mean()
    assert moved.loc[("fast", "speed"), "shift"] == pytest.approx((0.5 - centre["speed"]) / spread["speed"], rel=0.2)
    assert abs(moved.loc[("fast", "scale"), "shift"]) < 0.15
    assert moved.loc[("large", "speed"), "width"] == pytest.approx(1, abs=0.15)


@pytest.mark.slow
def test_the_smoother_finds_the_known_posterior_of_a_linear_model(emulator) -> None:
    """A flat prior leaves the standard error of least squares, where errors are small beside the range."""
    targets = targets_at([0.4, 0.6, 0.5])
    discrepancy = pd.Series({"fast": 0.05, "large": 0.05})
    smoothed = smooth(simulate, PRIOR, targets, discrepancy, members=400, seed=7)
    table = PRIOR.sobol(256, seed=8)
    found = compared(PRIOR, table, np.full(256, 1 / 256), smoothed).set_index("factor")
    error = np.hypot(0.1, 0.05)
    for number, name in enumerate(("speed", "scale")):
        spread = error / np.sqrt((SLOPES[number] ** 2).sum())
        assert found.loc[name, "smoothed_place"] == pytest.approx((0.4, 0.6)[number], abs=0.4 * spread)
        assert found.loc[name, "smoothed_width"] == pytest.approx(spread * np.sqrt(12), rel=0.2)
    assert found.loc["idle", "smoothed_width"] == pytest.approx(1, abs=0.15)
    assert found["width"].to_numpy() == pytest.approx(1, abs=0.02)


def test_made_up_figures_have_errors_and_a_discrepancy_for_each_group() -> None:
    targets = targets_at([0.5, 0.5, 0.5], error=0.001)
    figures = made_up(np.zeros((4000, 4)), targets, np.random.default_rng(9))
    assert figures.std(axis=0) == pytest.approx(0.25, rel=0.1)
    size = np.abs(figures)
    alike = np.corrcoef(size[:, 0], size[:, 1])[0, 1]  # one group: large errors come together
    apart = np.corrcoef(size[:, 0], size[:, 2])[0, 1]
    assert alike > 0.2
    assert abs(apart) < 0.1


@pytest.mark.slow
def test_intervals_hold_known_truths_as_often_as_they_say() -> None:
    drawn = PRIOR.sobol(256, seed=10)
    targets = targets_at([0.5, 0.5, 0.5])
    simulated = targets.scaled(simulate(drawn))
    told: list[str] = []
    found = check(drawn, simulated, PRIOR, targets, truths=48, seed=11, tell=told.append)
    assert found.rank.columns.tolist() == ["speed", "scale"]  # of `idle` the figures say nothing
    assert told[-1] == "48 of 48 truths fitted."
    for level, chance in ((0.5, 0.1), (0.9, 0.06)):  # two standard deviations of 96 intervals
        share, low, high = coverage(found.rank, level)
        assert low <= share <= high
        assert abs(share - level) < chance
    table = by_factor(found)
    assert (table["width"] < 0.8).all()
    assert least_even(table) > 0.05


@pytest.mark.slow
def test_workers_change_no_bit_of_a_check() -> None:
    drawn = PRIOR.sobol(64, seed=10)
    targets = targets_at([0.5, 0.5, 0.5])
    simulated = targets.scaled(simulate(drawn))
    one, two = (
        check(drawn, simulated, PRIOR, targets, truths=4, seed=15, workers=each, tell=lambda _: None) for each in (1, 2)
    )
    pd.testing.assert_frame_equal(one.rank, two.rank)


def test_intervals_that_are_too_narrow_are_seen() -> None:
    """Ranks that crowd at the ends are those of a posterior that is too sure."""
    random = np.random.default_rng(12)
    narrow = pd.DataFrame(random.beta(0.4, 0.4, (60, 5)), columns=list("abcde"))
    share, _, high = coverage(narrow, 0.9)
    assert share < high < 0.9


def test_the_posterior_and_the_smoother_answer_for_the_same_prior(emulator) -> None:
    targets = targets_at([0.4, 0.6, 0.5])
    posterior = sample_posterior(emulator, PRIOR, targets, seed=13)
    smoothed = smooth(simulate, PRIOR, targets, posterior.discrepancy.median(), members=100, seed=14)
    count = len(posterior.factors)
    found = compared(PRIOR, posterior.factors, np.full(count, 1 / count), smoothed).set_index("factor")
    assert found.loc[["speed", "scale"], "apart"].abs().max() < 1


def test_the_likelihood_is_that_of_a_normal_with_common_errors() -> None:
    """Against scipy, and its slopes against differences."""
    random = np.random.default_rng(19)
    miss, own, doubt = random.normal(size=(3, 6)), random.uniform(0.1, 1, (3, 6)), random.uniform(0.1, 1, (3, 6))
    shared = 0.5 * random.uniform(-1, 1, (6, 2))
    found = log_likelihood(miss, own, doubt, shared)
    for point in range(3):
        spread = np.diag(np.sqrt(doubt[point]))
        covariance = np.diag(own[point]) + spread @ (np.diag(1 - (shared**2).sum(axis=1)) + shared @ shared.T) @ spread
        known = multivariate_normal(np.zeros(6), covariance).logpdf(miss[point]) + 3 * np.log(2 * np.pi)
        assert found.value[point] == pytest.approx(known)
    for number, (slope, sign) in enumerate(((found.by_mean, -1), (found.by_own, 1), (found.by_doubt, 1))):
        for target in range(6):
            up, down = ([each.copy() for each in (miss, own, doubt)] for _ in range(2))
            up[number][:, target] += 1e-6
            down[number][:, target] -= 1e-6
            difference = (log_likelihood(*up, shared).value - log_likelihood(*down, shared).value) / 2e-6
            assert sign * slope[:, target] == pytest.approx(difference, rel=1e-5, abs=1e-6)


def test_errors_that_go_together_are_not_counted_many_times() -> None:
    """Twenty figures that share an unseen cause say of `speed` hardly more than one: intervals stay right."""
    random = np.random.default_rng(20)
    names = [f"figure {number}" for number in range(20)]
    drawn = PRIOR.sobol(256, seed=21)
    unseen = random.normal(0, 0.5, 256)
    figures = PRIOR.even(drawn)["speed"].to_numpy()[:, None] + unseen[:, None] + random.normal(0, 0.05, (256, 20))
    emulator = fit_emulator(PRIOR.even(drawn), pd.DataFrame(figures, columns=names))
    assert emulator.shared.shape == (20, 1)
    assert (emulator.shared**2).sum(axis=1) == pytest.approx(0.99, abs=0.02)
    table = pd.DataFrame({"target": names, "group": "g", "scale": "linear", "value": 0.5, "error": 0.05})
    posterior = sample_posterior(emulator, PRIOR, Targets.of_table(table), steps=50, seed=22)
    spread = PRIOR.even(posterior.factors)["speed"].std()
    assert 0.22 < spread < 1 / np.sqrt(12)  # of one figure with an error of 0.5; twenty apart would leave 0.12
