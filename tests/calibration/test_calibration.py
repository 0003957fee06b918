"""Calibration against known answers: linear models whose posterior is known, and targets that cannot be met."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from sim.calibration import Factor, Prior, Targets, calibrate, reweight, sample_posterior, settled
from sim.calibration.reweighting import missed
from sim.emulator import fit_emulator
from sim.errors import InputError

PRIOR = Prior((Factor("speed", 0.0, 10.0), Factor("scale", 0.1, 10.0, by_factor=True), Factor("idle", -1.0, 1.0)))
RANDOM = np.random.default_rng(11)


def _targets(values, error=0.2, groups=None) -> Targets:
    names = [f"figure {number}" for number in range(len(values))]
    return Targets.of_table(
        pd.DataFrame(
            {
                "target": names,
                "group": groups or ["trade"] * len(values),
                "scale": "linear",
                "value": values,
                "error": error,
            }
        )
    )


def _linear(noise: float = 0.05):
    """Figures that are straight lines of the even scales, with the noise of a run."""
    slopes = np.random.default_rng(2).normal(size=(3, 8))
    slopes[2] = 0.0  # `idle` moves nothing
    random = np.random.default_rng(3)

    def simulate(table: pd.DataFrame) -> pd.DataFrame:
        figures = 2.0 * PRIOR.even(table).to_numpy() @ slopes
        figures += random.normal(0, noise, figures.shape)
        return pd.DataFrame(figures, columns=[f"figure {number}" for number in range(8)])

    return simulate, slopes


def test_values_and_scores_are_ways_of_saying_the_same() -> None:
    table = PRIOR.sobol(64, seed=1)
    pd.testing.assert_frame_equal(PRIOR.table(PRIOR.scores(table)), table, rtol=1e-9)
    assert table["scale"].between(0.1, 10).all()
    assert (table["scale"] < 1).mean() == pytest.approx(0.5, abs=0.05)
    assert table["speed"].mean() == pytest.approx(5, abs=0.2)


@pytest.mark.slow
def test_the_posterior_of_a_linear_model_is_the_known_one() -> None:
    """Against quadrature over the two factors that matter, with the discrepancy summed out on a grid."""
    simulate, slopes = _linear()
    truth = pd.DataFrame({"speed": [7.0], "scale": [0.5], "idle": [0.0]})
    value = 2.0 * PRIOR.even(truth).to_numpy()[0] @ slopes
    targets = _targets(value, error=0.2)
    drawn = PRIOR.sobol(512, seed=4)
    emulator = fit_emulator(PRIOR.even(drawn), targets.scaled(simulate(drawn)))
    found = sample_posterior(emulator, PRIOR, targets, steps=200, seed=5)
    assert found.agreed, found.rhat
    mean, spread = _by_quadrature(value, slopes, emulator.noise)
    even = PRIOR.even(found.factors)
    for number, name in enumerate(("speed", "scale")):
        assert even[name].mean() == pytest.approx(mean[number], abs=0.15 * spread[number])
        assert even[name].std() == pytest.approx(spread[number], rel=0.1)
    assert even["idle"].std() == pytest.approx(1 / np.sqrt(12), rel=0.1)  # nothing is learnt of it


def _by_quadrature(value, slopes, noise):
    """Mean and spread of the two places, by sums over a grid of places and discrepancies."""
    place = (np.arange(200) + 0.5) / 200
    discrepancy = (np.arange(60) + 0.5) / 60 * 1.2
    first, second = np.meshgrid(place, place, indexing="ij")
    error = 2.0 * np.stack([first, second], axis=-1) @ slopes[:2] - value
    weight = np.zeros_like(first)
    for each in discrepancy:
        variance = 0.2**2 + each**2 + noise
        density = np.exp(-0.5 * (error**2 / variance + np.log(variance)).sum(axis=-1))
        weight += density * norm.pdf(each, scale=0.25)
    weight /= weight.sum()
    means = [(weight * axis).sum() for axis in (first, second)]
    return means, [np.sqrt((weight * (axis - m) ** 2).sum()) for axis, m in zip((first, second), means, strict=True)]


@pytest.mark.slow
def test_two_waves_find_the_values_that_made_the_figures() -> None:
    simulate, _ = _linear(noise=0.02)
    truth = pd.DataFrame({"speed": [2.0], "scale": [3.0], "idle": [0.3]})
    targets = _targets(simulate(truth).to_numpy()[0], error=0.05)
    fit = calibrate(simulate, PRIOR, targets, runs=128, waves=3, steps=100, seed=6)
    assert fit.good
    assert len(fit.waves) == 2
    last = fit.waves[-1].posterior.factors
    for name in ("speed", "scale"):
        low, high = last[name].quantile([0.01, 0.99])
        assert low < truth[name][0] < high
        first = fit.waves[0].drawn[name]
        assert last[name].std() < 0.5 * first.std()
    assert fit.out_of_reach == ()


def test_what_no_target_tells_stays_as_the_prior_has_it() -> None:
    simulate, _ = _linear()
    fit = calibrate(simulate, PRIOR, _targets(np.zeros(8)), runs=128, waves=1, steps=50, seed=20)
    assert fit.untold == ["idle"]
    assert [each.name for each in fit.waves[0].emulator.inputs] == ["speed", "scale"]
    idle = PRIOR.even(fit.waves[0].posterior.factors)["idle"]
    assert (idle.mean(), idle.std()) == (pytest.approx(0.5, abs=0.03), pytest.approx(1 / np.sqrt(12), rel=0.05))


def test_nothing_to_tell_is_nothing_to_fit() -> None:
    random = np.random.default_rng(21)
    targets = _targets(np.zeros(8))

    def noise(table: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame(random.normal(size=(len(table), 8)), columns=list(targets.names))

    with pytest.raises(InputError, match="say nothing of any factor"):
        calibrate(noise, PRIOR, targets, runs=64, waves=1)


@pytest.mark.slow
def test_few_draws_that_count_are_learnt_from_and_drawn_again() -> None:
    """The simulation has a bend that no quadratic of the prior has: the second time more draws count."""

    def bent(table: pd.DataFrame) -> pd.DataFrame:
        even = PRIOR.even(table)
        first = np.abs(even["speed"] - 0.4) + 0.3 * even["scale"]
        return pd.DataFrame({"figure 0": first, "figure 1": even["scale"], "figure 2": even["speed"] ** 3})

    truth = pd.DataFrame({"speed": [3.0], "scale": [1.0], "idle": [0.0]})
    targets = _targets(bent(truth).to_numpy()[0], error=0.02, groups=["a", "b", "c"])
    fit = calibrate(bent, PRIOR, targets, runs=64, waves=1, steps=50, seed=22)
    told: list[str] = []
    found = settled(fit, bent, PRIOR, targets, draws=200, seed=22, tell=told.append)
    assert found.weights.weight.sum() == pytest.approx(1)
    assert len(found.posterior.factors) == len(found.figures) == 200
    if found.rounds == 2:
        assert any("the emulator learns from them" in each for each in told)
        assert len(found.fit.waves) == 2
    mean = found.weights.weight @ found.posterior.factors["speed"].to_numpy()
    assert mean == pytest.approx(3.0, abs=1.0)


def test_luck_moves_no_weights() -> None:
    """All that parts runs from the emulator is luck, and known to be: weights are more even than if it were not."""
    simulate, _ = _linear(noise=0.3)
    truth = pd.DataFrame({"speed": [2.0], "scale": [3.0], "idle": [0.3]})
    targets = _targets(simulate(truth).to_numpy()[0], error=0.05)
    drawn = PRIOR.sobol(256, seed=23)
    emulator = fit_emulator(PRIOR.even(drawn), targets.scaled(simulate(drawn)))
    part = sample_posterior(emulator, PRIOR, targets, steps=200, seed=23).rows(np.arange(100))
    simulated = targets.scaled(simulate(part.factors))
    lucky, plain = (
        reweight(emulator, targets._replace(luck=np.full(8, luck)), part, simulated, PRIOR.even(part.factors)).full
        for luck in (0.3**2, 0.0)
    )
    assert lucky > 75
    assert lucky > 1.5 * plain


def test_some_targets_keep_their_groups() -> None:
    targets = _targets([1.0, 2.0, 3.0], groups=["a", "b", "c"])
    part = targets.part(["figure 0", "figure 2"])
    assert (part.names, part.groups, part.group.tolist()) == (("figure 0", "figure 2"), ("a", "c"), [0, 1])
    assert part.value.tolist() == [1.0, 3.0]


def test_equal_seeds_give_equal_bits() -> None:
    targets = _targets(np.zeros(8))
    draws = []
    for _ in range(2):
        simulate, _slopes = _linear()
        draws.append(
            calibrate(simulate, PRIOR, targets, runs=64, waves=2, steps=50, seed=7).waves[-1].posterior.factors
        )
    assert (draws[0] == draws[1]).all(axis=None)


@pytest.mark.slow
def test_a_group_that_cannot_be_met_has_a_large_discrepancy() -> None:
    """Two targets of one figure contradict each other: the difference goes to the discrepancy of their group."""

    def simulate(table: pd.DataFrame) -> pd.DataFrame:
        speed = PRIOR.even(table)["speed"]
        noise = np.random.default_rng(8).normal(0, 0.01, len(table))
        return pd.DataFrame({"one": speed + noise, "other": speed - noise, "sure": PRIOR.even(table)["scale"] + noise})

    table = pd.DataFrame(
        {
            "target": ["one", "other", "sure"],
            "group": ["torn", "torn", "whole"],
            "scale": "linear",
            "value": [0.2, 0.8, 0.5],
            "error": 0.02,
        }
    )
    targets = Targets.of_table(table)
    drawn = PRIOR.sobol(128, seed=9)
    emulator = fit_emulator(PRIOR.even(drawn), targets.scaled(simulate(drawn)))
    found = sample_posterior(emulator, PRIOR, targets, steps=200, seed=10).discrepancy.median()
    assert found["torn"] > 0.2
    assert found["whole"] == pytest.approx(0.25 * norm.ppf(0.75), rel=0.15)  # its prior: one target says nothing of it


def test_what_no_draw_reaches_is_named_before_anything_is_fitted() -> None:
    simulate, _ = _linear()
    values = np.zeros(8)
    values[3] = 50.0
    told: list[str] = []
    fit = calibrate(simulate, PRIOR, _targets(values), runs=64, waves=2, steps=50, seed=12, tell=told.append)
    assert fit.out_of_reach == ("figure 3",)
    assert "No draw of the prior comes near 1 of 8 targets, which are left out: figure 3." in told
    assert "figure 3" not in fit.targets.names
    assert fit.waves[0].emulator.outcomes == fit.targets.names


def test_draws_that_end_badly_are_left_out_with_their_factors() -> None:
    """Without them the posterior is that of the others: figures stay with the factors that made them."""
    simulate, _ = _linear(noise=0.0)

    def some_fail(table: pd.DataFrame) -> pd.DataFrame:
        return simulate(table)[PRIOR.even(table)["idle"].to_numpy() < 0.9]

    targets = _targets(simulate(pd.DataFrame({"speed": [2.0], "scale": [3.0], "idle": [0.3]})).to_numpy()[0])
    wave = calibrate(some_fail, PRIOR, targets, runs=64, waves=1, steps=50, seed=19).waves[0]
    assert 50 < len(wave.drawn) < 64
    assert wave.simulated.to_numpy() == pytest.approx(simulate(wave.drawn).to_numpy())


def test_too_few_runs_are_told_before_any_is_made() -> None:
    with pytest.raises(InputError, match="wants 12 runs; there are 11"):
        calibrate(lambda _: pytest.fail("a run was made"), PRIOR, _targets(np.zeros(8)), runs=11, waves=1)


@pytest.mark.slow
def test_a_good_emulator_leaves_the_weights_alike() -> None:
    simulate, _ = _linear()
    targets = _targets(simulate(PRIOR.sobol(1, seed=13)).to_numpy()[0])
    drawn = PRIOR.sobol(256, seed=14)
    emulator = fit_emulator(PRIOR.even(drawn), targets.scaled(simulate(drawn)))
    found = sample_posterior(emulator, PRIOR, targets, steps=200, seed=15)
    chosen = np.random.default_rng(16).choice(len(found.factors), 200, replace=False)
    part = type(found)(found.factors.iloc[chosen], found.discrepancy.iloc[chosen], found.rhat)
    simulated = targets.scaled(simulate(part.factors))
    result = reweight(emulator, targets, part, simulated, PRIOR.even(part.factors))
    assert result.weight.sum() == pytest.approx(1)
    assert result.power == 1
    assert result.effective > 120


def test_weights_follow_the_simulation_where_the_emulator_was_wrong() -> None:
    """The simulation has a step that no quadratic has: draws beyond it lose their weight."""

    def simulate(table: pd.DataFrame) -> pd.DataFrame:
        speed = PRIOR.even(table)["speed"]
        return pd.DataFrame({"figure 0": speed + 1.5 * (speed > 0.55)})

    targets = _targets([0.5], error=0.1)
    drawn = PRIOR.sobol(256, seed=17)
    emulator = fit_emulator(PRIOR.even(drawn), targets.scaled(simulate(drawn)))
    found = sample_posterior(emulator, PRIOR, targets, steps=200, seed=18)
    part = type(found)(found.factors.iloc[:300], found.discrepancy.iloc[:300], found.rhat)
    simulated = targets.scaled(simulate(part.factors))
    weight = reweight(emulator, targets, part, simulated, PRIOR.even(part.factors)).weight
    beyond = PRIOR.even(part.factors)["speed"].to_numpy() > 0.55
    assert weight[beyond].sum() < 0.5 * beyond.mean()


def test_a_run_misses_what_is_three_errors_away() -> None:
    targets = _targets([1.0, 2.0], error=0.1)
    lost = missed(targets, pd.DataFrame({"figure 0": [1.29, 1.31], "figure 1": [1.69, 2.0]}))
    assert lost.to_numpy().tolist() == [[False, True], [True, False]]


def test_scales_turn_errors_of_values_into_errors_of_scales() -> None:
    table = pd.DataFrame(
        {
            "target": ["level", "share"],
            "group": ["a", "b"],
            "scale": ["log", "logit"],
            "value": [200.0, 0.2],
            "error": [10.0, 0.016],
        }
    )
    targets = Targets.of_table(table)
    assert targets.value == pytest.approx([np.log(200), np.log(0.25)])
    assert targets.error == pytest.approx([0.05, 0.1])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"scale": "lag"}, "scale of 'a'"),
        ({"error": 0.0}, "has the error 0: it must be above 0"),
        ({"scale": "log", "value": -1.0}, "is -1, which does not lie on a log scale"),
        ({"scale": "logit", "value": 1.0}, "is 1, which does not lie on a logit scale"),
        ({"target": "twice"}, "'twice' stands twice"),
    ],
)
def test_targets_that_cannot_be_are_told(change, words) -> None:
    table = pd.DataFrame({"target": ["a", "b"], "group": "g", "scale": "linear", "value": 1.0, "error": 0.1})
    with pytest.raises(InputError, match=words):
        Targets.of_table(table.assign(**change))


def test_targets_that_are_not_simulated_are_told() -> None:
    targets = _targets([1.0])
    with pytest.raises(InputError, match="'figure 0'. The nearest is 'figure 9'"):
        targets.scaled(pd.DataFrame({"figure 9": [1.0]}))
    with pytest.raises(InputError, match="no factor moves it"):
        calibrate(lambda t: pd.DataFrame({"figure 0": np.ones(len(t))}), PRIOR, targets, runs=64, waves=2)


@pytest.mark.parametrize(
    ("factors", "words"),
    [
        ((), "Nothing is uncertain"),
        ((Factor("a", 0, 1), Factor("a", 0, 1)), "'a' stands twice"),
        ((Factor("a", 1, 1),), "is empty"),
        ((Factor("a", 0, 1, by_factor=True),), "a log scale begins above 0"),
    ],
)
def test_priors_that_cannot_be_are_told(factors, words) -> None:
    with pytest.raises(InputError, match=words):
        Prior(factors)


def test_a_figure_of_nothing_is_far_off_and_not_infinitely_so() -> None:
    table = pd.DataFrame({"target": ["level"], "group": "g", "scale": "log", "value": [200.0], "error": [10.0]})
    targets = Targets.of_table(table)
    scaled = targets.scaled(pd.DataFrame({"level": [0.0, 100.0, 1e9]}))["level"]
    assert scaled.tolist() == pytest.approx([np.log(200) - 5, np.log(100), np.log(200) + 5])
    with pytest.raises(InputError, match="does not lie in every run"):
        targets.scaled(pd.DataFrame({"level": [np.nan]}))
