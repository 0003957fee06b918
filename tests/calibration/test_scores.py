"""Scores of forecasts against a library that is used for nothing else, and against known answers."""

import numpy as np
import pytest

from sim.calibration.scores import LEVELS, coverage, crps, relative_score, weighted_interval_score

RANDOM = np.random.default_rng(21)
DRAWS = RANDOM.normal([0.0, 5.0, -2.0], [1.0, 3.0, 0.1], (400, 3))
OBSERVED = np.array([0.3, 14.0, -2.6])


@pytest.mark.slow
def test_the_crps_is_that_of_the_library() -> None:
    import scoringrules  # here, for it takes seconds

    expected = scoringrules.crps_ensemble(OBSERVED, DRAWS, m_axis=0, backend="numpy")
    assert crps(DRAWS, OBSERVED) == pytest.approx(expected, rel=1e-9)


def test_the_crps_of_a_normal_forecast_is_known() -> None:
    """At the mean of a standard normal it is (sqrt 2 - 1) / sqrt pi."""
    draws = np.random.default_rng(1).normal(size=(200_000, 1))
    assert crps(draws, np.array([0.0]))[0] == pytest.approx((np.sqrt(2) - 1) / np.sqrt(np.pi), rel=0.01)


@pytest.mark.slow
def test_the_interval_score_is_that_of_the_library_and_its_parts_add_up() -> None:
    import scoringrules

    parts = [0.5 * np.abs(OBSERVED - np.quantile(DRAWS, 0.5, axis=0))]
    for level in LEVELS:
        low, high = np.quantile(DRAWS, [(1 - level) / 2, (1 + level) / 2], axis=0)
        score = scoringrules.interval_score(OBSERVED, low, high, 1 - level, backend="numpy")
        parts.append((1 - level) / 2 * score)
    expected = sum(parts) / (len(LEVELS) + 0.5)
    mine = weighted_interval_score(DRAWS, OBSERVED)
    assert mine.total == pytest.approx(expected, rel=1e-9)
    assert mine.width + mine.over + mine.under == pytest.approx(mine.total)
    assert mine.under[1] > 0.9 * (mine.total - mine.width)[1]
    assert mine.over[2] == pytest.approx((mine.total - mine.width)[2])


def test_a_right_forecast_covers_what_it_says() -> None:
    draws = np.random.default_rng(2).normal(size=(500, 2000))
    observed = np.random.default_rng(3).normal(size=2000)
    for level in (0.5, 0.9):
        assert coverage(draws, observed, level) == pytest.approx(
            level, abs=4 * np.sqrt(level * (1 - level) / 2000) + 0.01
        )


def test_a_score_over_itself_is_one_and_over_a_worse_one_below() -> None:
    scores = RANDOM.gamma(2.0, size=40)
    assert relative_score(scores, scores) == (1.0, 1.0, 1.0)
    better = relative_score(0.5 * scores, scores)
    assert better == pytest.approx((0.5, 0.5, 0.5))
    unsure = relative_score(RANDOM.gamma(2.0, size=40), scores, seed=4)
    assert unsure.low < unsure.ratio < unsure.high
