"""Variance shares, elementary effects and luck against functions whose answers are known."""

import numpy as np
import pandas as pd
import pytest

from sim.analysis import sensitivity
from sim.analysis.drivers import hangs_on, rank_correlations, told
from sim.ensemble.plan.samplers import salib

A, B = 7.0, 0.1
NAMES = ("x1", "x2", "x3")


def ishigami(table: pd.DataFrame) -> np.ndarray:
    """The function of Ishigami and Homma (1990), of places in -pi to pi."""
    x = (2.0 * table[list(NAMES)].to_numpy() - 1.0) * np.pi
    return (np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0]))[:, None]


def test_variance_shares_of_the_ishigami_function() -> None:
    found = sensitivity.variance_shares(ishigami, NAMES, ["y"]).set_index("factor")
    one, two = 0.5 * (1 + B * np.pi**4 / 5) ** 2, A**2 / 8
    both = B**2 * np.pi**8 * (1 / 18 - 1 / 50)
    whole = one + two + both
    assert found["first"].to_numpy() == pytest.approx([one / whole, two / whole, 0.0], abs=0.04)
    assert found["total"].to_numpy() == pytest.approx([(one + both) / whole, two / whole, both / whole], abs=0.04)


def test_an_outcome_that_does_not_vary_has_no_shares() -> None:
    assert sensitivity.variance_shares(lambda table: np.zeros((len(table), 1)), NAMES, ["y"]).empty


def linear(seed: int, runs: int, noise: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A line with slopes 3, 2 and 0, which make 9/13, 4/13 and 0 of its variance, and noise."""
    random = np.random.default_rng(seed)
    even = pd.DataFrame(random.random((runs, 3)), columns=NAMES)
    line = even.to_numpy() @ [3.0, 2.0, 0.0]
    return even, pd.DataFrame({"y": line + noise * random.standard_normal(runs)})


def test_an_emulator_of_a_line_tells_its_shares_and_how_well_the_runs_determine_them() -> None:
    known = np.array([9, 4, 0]) / 12 / (13 / 12 + 0.3**2)  # noise makes the rest
    found = sensitivity.emulated_shares(*linear(1, 200, 0.3)).set_index("factor")
    assert found["first"].to_numpy() == pytest.approx(known, abs=0.06)
    assert found["total"].to_numpy() == pytest.approx(known, abs=0.06)
    for end in ("first", "total"):
        assert (found[f"{end}_low"] <= found[end]).all()
        assert (found[f"{end}_high"] >= found[end]).all()
        assert (found[f"{end}_low"] < known + 0.03).all()
        assert (found[f"{end}_high"] > known - 0.03).all()
    few = sensitivity.emulated_shares(*linear(2, 25, 1.0)).set_index("factor")
    wide, narrow = (each["first_high"] - each["first_low"] for each in (few, found))
    assert wide["x1"] > 2 * narrow["x1"]
    assert few["r2"].iloc[0] < found["r2"].iloc[0]


def test_elementary_effects_of_a_line_are_its_slopes_and_a_failed_run_costs_its_trajectory() -> None:
    places = salib("SALib.sample.morris").sample(sensitivity.problem_of(NAMES), 6, seed=1)
    even = pd.DataFrame(places, columns=NAMES)
    values = places @ [3.0, -2.0, 0.0]
    whole = sensitivity.elementary_effects(even, values)
    assert whole["mean"].to_numpy() == pytest.approx([3.0, -2.0, 0.0])
    assert whole["size"].to_numpy() == pytest.approx([3.0, 2.0, 0.0])
    assert whole["spread"].to_numpy() == pytest.approx([0.0, 0.0, 0.0], abs=1e-12)
    values[5] = np.nan
    assert sensitivity.elementary_effects(even, values)["size"].to_numpy() == pytest.approx([3.0, 2.0, 0.0])
    values[:] = np.nan
    assert sensitivity.elementary_effects(even, values)["size"].isna().all()


def test_luck_is_the_share_of_variance_between_runs_of_a_draw() -> None:
    random = np.random.default_rng(3)
    draws = np.repeat(np.arange(200), 6)
    values = 2.0 * random.standard_normal(200)[draws] + random.standard_normal(1200)
    share, low, high = sensitivity.luck_share(values, draws)
    assert low < 0.2 < high
    assert share == pytest.approx(0.2, abs=0.05)
    assert sensitivity.luck_share(values[:6], draws[:6]) == pytest.approx((np.nan,) * 3, nan_ok=True)
    assert sensitivity.luck_share(random.standard_normal(1200), draws)[0] > 0.9
    assert sensitivity.luck_share(draws.astype(float), draws)[0] == 0.0


def test_luck_intervals_hold_the_truth_as_often_as_they_say() -> None:
    random, draws, held = np.random.default_rng(4), np.repeat(np.arange(16), 6), []
    for _ in range(300):
        _, low, high = sensitivity.luck_share(random.standard_normal(16)[draws] + random.standard_normal(96), draws)
        held.append(low <= 0.5 <= high)
    assert np.mean(held) == pytest.approx(0.9, abs=0.05)


def test_rank_correlations_find_what_moves_an_outcome_whatever_its_scale() -> None:
    even, values = linear(5, 400, 0.1)
    found = rank_correlations(even, np.exp(values["y"].to_numpy()))
    assert found.index.tolist()[:2] == ["x1", "x2"]
    assert (found["correlation_low"] <= found["correlation"]).all()
    assert found.loc["x3", "correlation_low"] < 0 < found.loc["x3", "correlation_high"]
    assert found.loc["x1", "low"] < 0 < found.loc["x1", "high"]
    line = rank_correlations(even, even["x1"].to_numpy()).loc["x1"]
    assert line["correlation"] == pytest.approx(1.0)
    assert line["high"] == pytest.approx(0.4, abs=0.05)  # mean of the highest fifth of 0 to 1, less the mean


def test_few_runs_or_a_constant_outcome_have_no_correlations() -> None:
    even, values = linear(6, 19, 0.1)
    assert rank_correlations(even, values["y"].to_numpy()).empty
    even, values = linear(6, 40, 0.1)
    assert rank_correlations(even, np.ones(40)).empty
    assert rank_correlations(even * 0, values["y"].to_numpy()).empty
    assert hangs_on(even, np.ones(40), ["x1"]) is None


def test_variance_is_split_between_some_factors_and_the_others() -> None:
    even, values = linear(7, 600, np.sqrt(13 / 12))  # noise makes half of the variance
    found = hangs_on(even, values["y"].to_numpy(), ["x1", "x3"])
    assert found.some == pytest.approx(9 / 26, abs=0.06)
    assert found.others == pytest.approx(4 / 26, abs=0.06)
    assert found.rest == pytest.approx(0.5, abs=0.06)
    assert found.some_low < 9 / 26 < found.some_high


def test_what_two_factors_tell_alike_is_halved() -> None:
    even, values = linear(8, 300, 0.01)
    twin = even.assign(x2=even["x1"], x3=even["x3"])
    found = hangs_on(twin, 3.0 * even["x1"].to_numpy(), ["x1"])
    assert found.some == pytest.approx(0.5, abs=0.01)
    assert found.others == pytest.approx(0.5, abs=0.01)


def test_noise_tells_nothing_however_many_columns_there_are() -> None:
    random = np.random.default_rng(9)
    assert told(random.standard_normal((100, 43)), random.standard_normal(100)) < 0.1
    assert told(np.empty((50, 0)), random.standard_normal(50)) == 0.0


def test_an_emulator_is_made_of_what_moves_the_outcome_by_either_sign_of_it() -> None:
    random = np.random.default_rng(10)
    even = pd.DataFrame(random.random((300, 20)), columns=[f"f{number}" for number in range(20)])
    values = 5.0 * even["f7"] - 3.0 * even["f3"] + 4.0 * (even["f11"] - 0.5) ** 2 + 0.1 * random.standard_normal(300)
    sizes = pd.Series({"f11": 1.0, "f7": 5.0, "f3": 3.0})  # a step sees what a correlation over all does not
    assert {"f3", "f7", "f11"} <= set(sensitivity.chosen_inputs(even, values.to_numpy(), sizes, 6))
    without = sensitivity.chosen_inputs(even, values.to_numpy(), pd.Series(dtype=float), 6)
    assert {"f3", "f7"} <= set(without)
    assert len(without) == 6


def test_normal_scores_keep_the_order_and_tame_what_is_far_out() -> None:
    among = np.append(np.arange(99.0), 1e9)
    scores = sensitivity.normal_scores(among, among)
    assert (np.diff(scores) > 0).all()
    assert scores.std() == pytest.approx(1.0, abs=0.05)
    assert sensitivity.normal_scores(np.array([49.5]), among)[0] == pytest.approx(0.0, abs=0.02)
