import numpy as np
import pytest

from sim.analysis.decisions.where_to_look import (
    BUDGET,
    LEVERS,
    SECTORS,
    Outcome,
    differences,
    first_choices,
    inspections_of,
    measured,
    outcome_of,
    rows_of,
    sectors_of,
    summary,
    thinned,
)
from sim.state import Parameters
from tests.small_results import SmallResults, months_of

MONTHS = months_of(2023, 2024)
KAPPA, BUDGET_AT = Parameters._fields.index("kappa"), Parameters._fields.index("inspection_budget_per_week")


def test_a_choice_sets_its_parameters_and_leaves_the_rest_and_the_levels_as_drawn() -> None:
    rows = np.random.default_rng(1).uniform(1, 2, (5, len(Parameters._fields) + 3))
    found = rows_of({"kappa": 7.0, BUDGET: 2.0, "polysilicon": True}, rows)
    changed = np.flatnonzero((found != rows).any(axis=0))
    assert changed.tolist() == [KAPPA]
    assert (found[:, KAPPA] == 7.0).all()
    assert inspections_of({BUDGET: 2.0}, rows) == pytest.approx(2 * rows[:, BUDGET_AT])
    assert (rows_of({}, rows) == rows).all()


def test_every_lever_lies_where_a_run_allows_it() -> None:
    from sim.parameters import TABLE

    for name, lever in LEVERS.items():
        if name in TABLE:
            assert TABLE[name].holds(lever.low)
            assert TABLE[name].holds(lever.high)
    for choice in first_choices():
        assert choice.keys() == LEVERS.keys()
        assert all(LEVERS[name].low <= choice[name] <= LEVERS[name].high for name in LEVERS if name not in SECTORS)
    assert sectors_of(dict.fromkeys(SECTORS, True)) == tuple(SECTORS)


def test_cut_and_false_alarms_are_those_of_the_last_months() -> None:
    entered = np.full((3, 24), 5.0)
    entered[:, :12] = 50.0  # before the months measured
    alarms = np.full((3, 24), 1.5)
    values = {
        ("sanctioned_trade", "united_states", "all", "both"): {"looked": entered},
        ("incidence_at", "united_states/false_alarms", "all", "both"): {"looked": alarms},
    }
    results = SmallResults(MONTHS, "looked", values)
    assert measured(MONTHS) == slice(12, 24)
    found = outcome_of(results, "looked", np.full(3, 80.0), np.array([100.0, 200.0, 300.0]))
    assert found.cut == pytest.approx([0.25] * 3)
    assert found.false_alarms == pytest.approx([18.0] * 3)
    assert found.aims == pytest.approx([-0.25, 200.0, 18.0])


def test_a_search_goes_by_the_worst_quarter_of_draws() -> None:
    found = Outcome(np.array([0.1, 0.2, 0.3, 0.4, 0.5]), np.ones(5), np.ones(5))
    assert found.aims[0] == pytest.approx(-0.2)
    assert summary({"a": found}).iloc[0]["cut"] == pytest.approx(0.3)


def test_ways_to_look_are_compared_run_by_run() -> None:
    random = np.random.default_rng(2)
    base = Outcome(random.uniform(0.2, 0.4, 20), np.ones(20), np.full(20, 10.0))
    better = base._replace(cut=base.cut + 0.05)
    rows = differences({"fixed": base, "random": better}, "fixed").set_index("aim")
    assert rows.loc["cut", ["difference", "run_q05", "run_q95"]].astype(float).to_numpy() == pytest.approx([0.05] * 3)
    assert rows.loc["false_alarms", "difference"] == 0


def test_points_of_a_front_span_its_budgets_however_they_are_spread() -> None:
    budgets = np.array([1.0, 1.1, 1.2, 1.3, 9.0, 2.0])
    aims = np.column_stack([-budgets, budgets, budgets])
    assert thinned(aims, 3) == [1, 3, 4]
    assert sorted(thinned(aims, 10)) == list(range(6))
