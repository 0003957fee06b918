"""Statistics of paired runs against answers worked out by hand or by simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.analysis import comparison


def test_quantiles_of_a_ramp_are_its_places():
    values = np.arange(101.0)[:, None] * [1.0, -2.0]
    np.testing.assert_allclose(comparison.quantile_bands(values), [[5, -190], [50, -100], [95, -10]])


def test_quantiles_lie_between_the_two_nearest_runs():
    np.testing.assert_allclose(comparison.quantile_bands(np.array([0.0, 10.0])), [0.5, 5.0, 9.5])


def test_mean_interval_of_four_runs_by_hand():
    low, high = comparison.mean_interval(np.array([1.0, 2.0, 3.0, 4.0]))
    half_width = 2.353363435 * np.sqrt(5 / 3) / 2  # t(0.95, 3) times standard error
    np.testing.assert_allclose([low, high], [2.5 - half_width, 2.5 + half_width], rtol=1e-9)


def test_one_run_says_nothing_about_the_mean():
    low, high = comparison.mean_interval(np.array([[3.0]]))
    assert (low[0], high[0]) == (-np.inf, np.inf)


def test_mean_interval_covers_the_truth_nine_times_in_ten():
    draws = np.random.default_rng(1).normal(7.0, 2.0, (12, 20_000))
    low, high = comparison.mean_interval(draws)
    covered = np.mean((low < 7.0) & (high > 7.0))
    assert abs(covered - 0.9) < 4 * np.sqrt(0.09 / 20_000)


def test_paired_difference_by_hand():
    """Twenty-one runs: the 5th percentile is the second lowest, the 95th the second highest."""
    step = np.linspace(0, 1, 21)[:, None]
    against = np.concatenate([10 + 20 * step, 0 * step], axis=1)
    values = against + np.concatenate([1 + 2 * step, 0 * step], axis=1)
    first, second = comparison.paired_difference(values, against, ["up", "nothing"]).to_dict("records")
    assert first["difference"] == pytest.approx(2.0)
    assert first["mean_against"] == pytest.approx(20.0)
    assert (first["run_q05"], first["run_q95"]) == pytest.approx((1.1, 2.9))
    assert (first["relative"], first["relative_q05"], first["relative_q95"]) == pytest.approx((0.1, 0.055, 0.145))
    assert (first["detectable"], first["detectable_relative"]) == pytest.approx((0.9, 0.045))
    assert first["variance_ratio"] == pytest.approx((121 + 100) / 1)
    assert first["independent_runs"] == 221 * 21
    assert second["verdict"] == comparison.UNCLEAR
    assert np.isnan(second["relative"])
    assert second["variance_ratio"] == 1.0


@pytest.mark.parametrize(
    ("differences", "words"),
    [
        ([1.0, 1.1, 1.2, 1.3], comparison.HIGHER),
        ([-1.0, -1.1, -1.2, -1.3], comparison.LOWER),
        ([-0.5, 1.0, 1.1, 1.2], comparison.UNCLEAR),
        ([0.0], comparison.UNCLEAR),
    ],
)
def test_a_difference_is_clear_only_if_its_intervals_leave_zero_out(differences, words):
    values = np.tile(differences, 20)[:, None]
    assert comparison.paired_difference(values, np.zeros_like(values), ["x"])["verdict"][0] == words


def test_a_clear_range_is_not_enough_where_the_mean_is_not_known():
    values = np.concatenate([np.ones(39), [1e6]])[:, None]  # one run in forty lies outside the range over runs
    row = comparison.paired_difference(values, np.zeros_like(values), ["x"]).iloc[0]
    assert row["run_q05"] > 0 > row["mean_low"]
    assert row["verdict"] == comparison.UNCLEAR


@pytest.mark.parametrize("runs", [1, 2, 19])
def test_of_too_few_runs_no_interval_is_told(runs):
    values = np.linspace(1, 2, runs)[:, None]
    row = comparison.paired_difference(values, np.zeros_like(values), ["x"]).iloc[0]
    assert row["verdict"] == comparison.TOO_FEW
    assert row[["run_q05", "run_q95", "mean_low", "mean_high", "detectable"]].isna().all()
    shares = comparison.share_summary(np.array([*values[:, 0], *[np.nan] * 20]))
    assert np.isnan([shares["q05"], shares["q95"]]).all()
    assert np.isfinite([shares["mean"], shares["median"]]).all()


def test_a_difference_of_the_detectable_size_is_clear_and_a_smaller_one_may_not_be():
    noise = np.random.default_rng(4).normal(size=(200, 1))
    noise -= noise.mean()
    size = comparison.paired_difference(noise, 0 * noise, ["x"])["detectable"][0]
    smaller = []
    for sign, words in ((1, comparison.HIGHER), (-1, comparison.LOWER)):
        larger = comparison.paired_difference(noise + sign * 1.001 * size, 0 * noise, ["x"])
        assert larger["verdict"][0] == words
        assert larger["detectable"][0] == pytest.approx(size)
        smaller += comparison.paired_difference(noise + sign * 0.999 * size, 0 * noise, ["x"])["verdict"].tolist()
    assert comparison.UNCLEAR in smaller


def test_many_runs_do_not_make_a_trifle_clear():
    values = np.random.default_rng(2).normal(0.1, 1.0, (50_000, 1))
    row = comparison.paired_difference(values, np.zeros_like(values), ["x"]).iloc[0]
    assert row["mean_low"] > 0
    assert row["verdict"] == comparison.UNCLEAR


def test_variance_ratio_of_correlated_runs_is_one_over_one_less_correlation():
    rng = np.random.default_rng(3)
    common = rng.normal(size=200_000)
    values, against = (np.sqrt(0.9) * common + np.sqrt(0.1) * rng.normal(size=200_000) for _ in range(2))
    assert comparison.variance_ratio(values, against) == pytest.approx(1 / (1 - 0.9), rel=0.03)


def test_variance_ratio_of_a_shift_is_unbounded():
    against = np.array([1.0, 2.0, 4.0])
    assert comparison.variance_ratio(against + 8.0, against) == np.inf


def test_runs_that_do_not_pair_are_refused():
    with pytest.raises(ValueError, match="equal shapes"):
        comparison.paired_difference(np.ones((3, 2)), np.ones((4, 2)), ["a", "b"])


@given(arrays(np.float64, (20, 3), elements=st.floats(-1e6, 1e6)))
def test_a_regime_against_itself_is_exactly_zero(values):
    table = comparison.paired_difference(values, values, ["a", "b", "c"])
    assert not table[["difference", "run_q05", "run_q95", "mean_low", "mean_high", "detectable"]].to_numpy().any()
    assert set(table["verdict"]) == {comparison.UNCLEAR}


def test_shares_leave_out_runs_in_which_they_are_not_defined():
    found = comparison.share_summary(np.array([np.nan, 0.2, 0.4]))
    assert (found["mean"], found["runs"]) == (pytest.approx(0.3), 2)
    assert comparison.share_summary(np.array([np.nan]))["runs"] == 0
