import numpy as np
import pytest

from sim.analysis.decisions.kinks import kink

DAYS = np.array([3.0, 7.0, 14.0, 21.0, 30.0, 45.0, 60.0, 90.0])


def bent(at: float, before: float, after: float) -> np.ndarray:
    return before * np.minimum(DAYS, at) + after * np.maximum(DAYS - at, 0.0)


@pytest.mark.parametrize(("at", "before", "after"), [(14, 0.5, 2.0), (30, 3.0, 1.0), (45, 0.0, 1.0)])
def test_two_lines_that_meet_at_a_length_are_found_to_the_last_digit(at: float, before: float, after: float) -> None:
    found = kink(DAYS, np.tile(bent(at, before, after), (25, 1)))
    assert [each.value for each in found[:4]] == pytest.approx([at, before, after, after - before], abs=1e-9)
    assert found.is_clear


def test_a_kink_between_lengths_is_found_to_the_step_of_the_search() -> None:
    found = kink(DAYS, np.tile(bent(25.0, 1.0, 4.0), (25, 1)))
    assert found.days.value == pytest.approx(25.0, abs=0.2)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    random, held = np.random.default_rng(5), 0
    for seed in range(20):
        runs = bent(21.0, 1.0, 3.0) * random.normal(1, 0.2, (40, 1)) + random.normal(0, 6, (40, len(DAYS)))
        found = kink(DAYS, runs, seed)
        held += found.change.low <= 2.0 <= found.change.high
    assert 14 <= held <= 20  # 18 are expected


def test_straight_lines_hardly_ever_have_a_clear_kink() -> None:
    random, clear = np.random.default_rng(1), 0
    for seed in range(20):
        clear += kink(DAYS, 2.0 * DAYS + random.normal(0, 5, (40, len(DAYS))), seed).is_clear
    assert clear <= 4  # 1 is expected


def test_bent_lines_have_one_where_it_stands_out_of_the_noise() -> None:
    runs = bent(21.0, 1.0, 3.0) + np.random.default_rng(4).normal(0, 5, (40, len(DAYS)))
    assert kink(DAYS, runs).is_clear


def test_of_too_few_runs_no_interval_is_told() -> None:
    found = kink(DAYS, np.tile(bent(21.0, 1.0, 3.0), (2, 1)))
    assert found.days.value == pytest.approx(21.0)
    assert np.isnan([found.days.low, found.change.high]).all()
    assert not found.is_clear


def test_three_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="at least four"):
        kink(DAYS[:3], np.ones((25, 3)))
