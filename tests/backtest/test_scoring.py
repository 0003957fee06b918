"""Scores of a back-test, from forecasts whose scores are known."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.backtest.origins import AS_HAPPENED, VERSIONS, WITHOUT, Origin, predictive
from sim.backtest.rivals import GRAVITY, GROWTH_GOES_ON, NO_CHANGE, NOTHING, Forecast
from sim.backtest.scoring import (
    EVERY,
    against_each,
    bars_met,
    best_rival,
    plain_measures,
    score_rows,
    scored,
    split_errors,
    unscaled,
)
from sim.calibration.targets import Targets

DRAWS = 4001


def targets(count=6):
    """Totals of 100 that were published, half of them in a row of their own."""
    names = [f"t{number}" for number in range(count)]
    held = pd.DataFrame({"target": names, "group": "totals", "scale": "log", "value": 100.0, "error": 1.0})
    rows = pd.DataFrame(index=held.index)
    rows["row"] = ["totals"] * (count // 2) + ["others"] * (count - count // 2)
    rows["outcome"], rows["subjects"], rows["direction"] = "registered_trade", "total", "both"
    rows["from_month"], rows["to_month"], rows["over_from_month"] = "2023-01", "2023-12", ""
    return Origin(pd.Timestamp("2022-12-31").date(), rows, held, held)


def normal(middle, spread, count=6):
    """Evenly spaced draws about a middle, on the log scale."""
    return np.tile(Forecast(middle, spread).draws()[:, None], count)


def predicted(told, blind=None):
    draws = dict(zip(VERSIONS, (told, told if blind is None else blind), strict=True))
    return SimpleNamespace(origin=targets(), draws=draws)


def rivals(no_change, growth=NOTHING, gravity=NOTHING):
    return [{NO_CHANGE: no_change, GROWTH_GOES_ON: growth, GRAVITY: gravity}] * 6


RIGHT = np.log(100.0)


def test_a_forecast_equal_to_its_rival_has_the_ratio_one_and_half_the_width_scores_half():
    same = scored(predicted(normal(RIGHT, 0.2)), AS_HAPPENED, rivals(Forecast(RIGHT, 0.2)))
    row = score_rows(same).set_index("row").loc[EVERY]
    assert (row["relative"], row["low"], row["high"]) == pytest.approx((1.0, 1.0, 1.0))
    half = scored(predicted(normal(RIGHT, 0.1)), AS_HAPPENED, rivals(Forecast(RIGHT, 0.2)))
    row = score_rows(half).set_index("row").loc[EVERY]
    assert row["relative"] == pytest.approx(0.5)
    assert (row["winner"], row["best_rival"]) == ("reroute", NO_CHANGE)
    assert row["wis"] == pytest.approx(row["dispersion"] + row["over"] + row["under"])


@pytest.mark.slow
def test_crps_is_that_of_scoringrules_on_the_scale_of_the_target():
    import scoringrules  # here, for it takes seconds

    one = scored(predicted(normal(RIGHT + 0.1, 0.2)), AS_HAPPENED, rivals(NOTHING))
    draws = Forecast(RIGHT + 0.1, 0.2).draws()
    assert one.table["crps"].to_numpy() == pytest.approx(float(scoringrules.crps_ensemble(RIGHT, draws)))


def test_too_high_a_forecast_is_over_and_its_error_is_told_in_its_unit():
    one = scored(predicted(normal(RIGHT + 0.5, 0.01)), AS_HAPPENED, rivals(NOTHING))
    assert (one.table["over"] > 0.2).all()
    assert (one.table["under"] == 0).all()
    assert one.table["median"].to_numpy() == pytest.approx(100 * np.exp(0.5), rel=1e-3)
    assert score_rows(one)["coverage_90"].tolist() == [0.0, 0.0, 0.0]
    assert plain_measures(one.table)["mape_totals"] == pytest.approx(100 * np.expm1(0.5), rel=1e-3)


def test_the_best_rival_is_the_one_that_is_hardest_to_beat_and_predicts_enough():
    said = rivals(Forecast(RIGHT, 0.4), Forecast(RIGHT, 0.2))
    said[5] = {NO_CHANGE: Forecast(RIGHT, 0.4), GROWTH_GOES_ON: NOTHING, GRAVITY: Forecast(RIGHT, 0.001)}
    one = scored(predicted(normal(RIGHT, 0.1)), AS_HAPPENED, said)
    name, shared = best_rival(one.table)
    assert (name, len(shared)) == (GROWTH_GOES_ON, 5), "gravity speaks of one target alone"
    assert against_each(one.table, "totals")[NO_CHANGE] == pytest.approx(0.25)
    assert np.isnan(against_each(one.table, "totals")[GRAVITY])


def test_without_rivals_there_is_no_ratio_and_no_winner():
    rows = score_rows(scored(predicted(normal(RIGHT, 0.1)), AS_HAPPENED, rivals(NOTHING)))
    assert rows["best_rival"].tolist() == ["", "", ""]
    assert rows["compared"].tolist() == [0, 0, 0]


def test_bars_are_met_by_a_sharp_and_honest_forecast_only():
    good = scored(predicted(normal(RIGHT, 0.1)), AS_HAPPENED, rivals(Forecast(RIGHT, 0.2)))
    met = bars_met(score_rows(good), good.table)
    assert (met["totals below every rival"], met["totals below 0.8 of the best"]) == (True, True)
    assert not met["90 % intervals hold 80 to 97 %"], "all of six is more than 97 %"
    bad = scored(predicted(normal(RIGHT + 1, 0.1)), AS_HAPPENED, rivals(Forecast(RIGHT, 0.2)))
    assert not any(bars_met(score_rows(bad), bad.table).values())


def test_errors_split_into_scenario_and_model():
    both = predicted(normal(RIGHT + 0.1, 0.1), normal(RIGHT - 0.3, 0.1))
    tables = {version: scored(both, version, rivals(NOTHING)).table for version in VERSIONS}
    split = split_errors(tables).set_index("row").loc[EVERY]
    assert split[["error", "model", "scenario"]].tolist() == pytest.approx([0.3, 0.1, 0.4], abs=1e-3)
    assert tables[WITHOUT]["error"].mean() == pytest.approx(-0.3, abs=1e-3)


def test_the_order_of_growth_is_told_by_rank():
    one = scored(predicted(normal(RIGHT, 0.1)), AS_HAPPENED, rivals(NOTHING)).table
    one["is_growth"], one["published"] = True, np.arange(1.0, 7.0)
    assert plain_measures(one.assign(median=one["published"] ** 2))["rank_correlation"] == pytest.approx(1.0)
    assert plain_measures(one.assign(median=-one["published"]))["rank_correlation"] == pytest.approx(-1.0)
    assert np.isnan(plain_measures(one.iloc[:3])["rank_correlation"])


def test_scales_are_taken_back():
    values = np.array([[np.log(3.0), np.log(0.25 / 0.75), 2.0]])
    assert unscaled(("log", "logit", "linear"), values)[0] == pytest.approx([3.0, 0.25, 2.0])


def test_a_prediction_holds_draws_discrepancy_and_error_of_the_figure():
    table = targets(4).held.assign(group=["totals", "totals", "new", "new"], error=[1.0, 30.0, 1.0, 1.0])
    held = Targets.of_table(table)
    random = np.random.default_rng(3)
    simulated = pd.DataFrame(np.tile(random.normal(0, 0.1, (500, 1)), 4))
    discrepancy = pd.DataFrame({"totals": [0.2] * 500, "west": [0.4] * 500})
    weight = np.full(500, 1 / 500)
    spread = predictive(held, simulated, discrepancy, weight, seed=1).std(axis=0)
    assert spread[0] == pytest.approx(np.sqrt(0.1**2 + 0.2**2), rel=0.06)
    assert spread[1] == pytest.approx(np.sqrt(0.1**2 + 0.2**2 + 0.3**2), rel=0.06)
    assert spread[2] == pytest.approx(np.sqrt(0.1**2 + 0.4**2), rel=0.06), "a group that was not fitted: the largest"


def test_weights_choose_the_draws():
    held = Targets.of_table(targets(2).held.assign(error=1e-6))
    simulated = pd.DataFrame([[0.0, 0.0], [1.0, 1.0]])
    none = pd.DataFrame({"totals": [0.0, 0.0]})
    draws = predictive(held, simulated, none, np.array([0.25, 0.75]), seed=1)
    assert draws.mean(axis=0) == pytest.approx([0.75, 0.75], abs=0.01)
