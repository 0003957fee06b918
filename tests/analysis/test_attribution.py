"""Shapley values and interactions against games whose answers are known, and against all orders, one by one."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from sim.analysis import attribution


def over_orders(values: np.ndarray, drivers: int) -> np.ndarray:
    """Plain oracle: the mean of what a driver adds over all orders."""
    total = np.zeros(drivers)
    orders = list(permutations(range(drivers)))
    for order in orders:
        here = 0
        for driver in order:
            total[driver] += values[here | 1 << driver] - values[here]
            here |= 1 << driver
    return total / len(orders)


def test_values_are_those_of_all_orders_and_add_up() -> None:
    values = np.random.default_rng(3).normal(size=(32,))
    found = attribution.shapley(values)
    np.testing.assert_allclose(found, over_orders(values, 5), atol=1e-12)
    np.testing.assert_allclose(found.sum(), values[-1] - values[0])


def test_drivers_that_add_have_one_reading_and_no_interaction() -> None:
    parts = np.array([3.0, -1.0, 0.5, 0.0])
    values = np.array([sum(parts[d] for d in range(4) if s >> d & 1) for s in range(16)])
    for reading in attribution.readings(values).values():
        np.testing.assert_allclose(reading, parts, atol=1e-12)
    assert max(abs(each) for each in attribution.interactions(values).values()) < 1e-12


def test_a_gate_and_its_demand_are_worth_nothing_alone() -> None:
    values = np.array([0.0 if s & 3 != 3 else 10.0 for s in range(8)])
    np.testing.assert_allclose(attribution.first(values), 0)
    np.testing.assert_allclose(attribution.last(values), [10, 10, 0])
    np.testing.assert_allclose(attribution.shapley(values), [5, 5, 0], atol=1e-12)
    pairs = attribution.interactions(values)
    assert pairs[0, 1] == pytest.approx(10)
    assert pairs[0, 2] == pytest.approx(0)


def test_runs_and_years_are_kept_apart() -> None:
    values = np.random.default_rng(4).normal(size=(8, 6, 3))
    whole = attribution.shapley(values)
    assert whole.shape == (3, 6, 3)
    np.testing.assert_allclose(whole[:, 2, 1], attribution.shapley(values[:, 2, 1]))


def test_rows_that_are_no_subsets_are_refused() -> None:
    with pytest.raises(ValueError, match="not 6"):
        attribution.shapley(np.zeros(6))


def test_an_interval_holds_the_mean_and_few_runs_have_none() -> None:
    runs = np.random.default_rng(5).normal(2.0, 1.0, size=(400, 1))
    row = attribution.summary(runs, seed=1).iloc[0]
    np.testing.assert_allclose(row["mean_high"] - row["mean_low"], 2 * 1.645 / 20, rtol=0.15)
    np.testing.assert_allclose([row["run_q05"], row["run_q95"]], np.quantile(runs, [0.05, 0.95]))
    few = attribution.summary(runs[:5], seed=1).iloc[0]
    assert few[["run_q05", "run_q95", "mean_low", "mean_high"]].isna().all()
    assert few["mean"] == runs[:5].mean()


def test_readings_disagree_only_where_both_signs_are_clear() -> None:
    clear = pd.DataFrame({"run_q05": [1.0, -3.0], "run_q95": [2.0, -1.0]})
    assert attribution.signs_differ(clear)
    assert not attribution.signs_differ(clear.assign(run_q95=[2.0, 1.0]))
