"""Boxes of failing draws against boxes that are known."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from sim.analysis import discovery

NAMES = list("abcdefgh")


def made(seed: int, draws: int = 800, wrong: float = 0.0) -> tuple[pd.DataFrame, np.ndarray]:
    """Draws that fail where a is above 0.6 and b below 0.5, but for some that are told wrongly."""
    random = np.random.default_rng(seed)
    table = pd.DataFrame(random.random((draws, len(NAMES))), columns=NAMES)
    return table, ((table["a"] > 0.6) & (table["b"] < 0.5)).to_numpy() ^ (random.random(draws) < wrong)


def test_a_box_is_found_with_its_limits_and_nothing_else() -> None:
    box = discovery.find_box(*made(1))
    assert set(box) == {"a", "b"}
    assert box["a"] == pytest.approx((0.6, np.inf), abs=0.05)
    assert box["b"] == pytest.approx((-np.inf, 0.5), abs=0.05)


def test_on_other_draws_it_tells_failures_as_well() -> None:
    box = discovery.find_box(*made(1, wrong=0.05))
    assert set(box) == {"a", "b"}
    table, failed = made(2, 4000, wrong=0.05)
    told = discovery.quality(box, table, failed)
    assert told.density == pytest.approx(0.95, abs=0.06)
    assert told.density_ends[0] < told.density < told.density_ends[1]
    assert told.coverage == pytest.approx(0.2 * 0.95 / (0.2 * 0.95 + 0.8 * 0.05), abs=0.07)
    assert told.failing == pytest.approx(0.23, abs=0.02)


def test_of_more_limits_than_are_allowed_the_best_are_kept() -> None:
    random = np.random.default_rng(3)
    table = pd.DataFrame(random.random((1500, 5)), columns=list("abcde"))
    failed = ((table[["a", "b"]] > 0.4).all(axis=1) & (table[["c", "d"]] > 0.15).all(axis=1)).to_numpy()
    assert set(discovery.find_box(table, failed, most=2)) == {"a", "b"}
    assert len(discovery.find_box(table, failed)) <= 3


def test_it_comes_near_the_best_of_all_boxes_on_a_grid() -> None:
    random = np.random.default_rng(4)
    table = pd.DataFrame(random.random((400, 2)), columns=["a", "b"])
    failed = random.random(400) < 1 / (1 + np.exp(-12 * (table["a"] - table["b"] - 0.2)))
    found = discovery.find_box(table, failed.to_numpy())
    ends = [-np.inf, *np.linspace(0.05, 0.95, 13)]

    def score(box: dict[str, tuple[float, float]]) -> float:
        within = discovery.inside(box, table)
        return within[failed].mean() - within[~failed].mean()

    grid = ({"a": (low, np.inf), "b": (-np.inf, -high)} for low, high in product(ends, [-each for each in ends[1:]]))
    best = max(score(box) for box in grid if discovery.inside(box, table).any())
    assert score(found) > best - 0.04


@pytest.mark.parametrize("fails", [True, False])
def test_where_all_or_none_fails_there_is_no_box(fails: bool) -> None:
    table, _ = made(5)
    assert discovery.find_box(table, np.full(len(table), fails)) == {}


def test_where_failures_are_anywhere_there_is_no_box_that_lasts() -> None:
    table, _ = made(6, 400)
    failed = np.random.default_rng(7).random(400) < 0.3
    told = discovery.quality(discovery.find_box(table, failed), *made_anywhere(8))
    assert told.density_ends[0] < 0.3 < told.density_ends[1] + 0.05
    assert (discovery.stability(table, failed, resamples=20)["limited"] < 0.95).all()


def made_anywhere(seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    return made(seed, 400)[0], np.random.default_rng(seed).random(400) < 0.3


def test_limits_that_are_there_are_found_from_any_part_of_the_draws() -> None:
    found = discovery.stability(*made(9, 400, wrong=0.03), resamples=20).set_index("factor")
    assert found["limited"].loc[["a", "b"]].min() > 0.95
    assert (found["limited"].drop(["a", "b"]) < 0.3).all()
    assert found.loc["a", "low"] == pytest.approx(0.6, abs=0.08)
    assert np.isnan(found.loc["a", "high"])


def test_intervals_of_shares() -> None:
    low, high = discovery.share_ends(30, 100)
    assert (low, high) == pytest.approx((0.231, 0.380), abs=0.002)
    assert discovery.share_ends(0, 0) == (0.0, 1.0)
    assert np.isnan(discovery.quality({}, made(1)[0], np.zeros(800, bool)).coverage)
