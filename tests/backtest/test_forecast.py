"""The table of a forecast: its shape, its sums and what its bands hold."""

import numpy as np
import pandas as pd
import pytest

from sim.backtest.forecast import COLUMNS, YEARS, Band, bands, forecast_table
from sim.errors import InputError
from tests.small_results import SmallResults, months_of

MONTHS = months_of(2024, *YEARS)
RUNS = 400
MARKETS = pd.DataFrame(
    {
        "market": ["nearland", "farland", "bazaars"],
        "name": ["Kazakhstan", "Canada", "Buyers of Kazakhstan"],
        "country": ["KZ", "CA", "KZ"],
        "blocs": ["central_asia", "west", ""],
    }
)


def results(spread=0.0):
    """Trade of 705 model dollars in every month: five bn yuan."""
    random = np.random.default_rng(2)
    value = 5000 / 7.05 * np.exp(spread * random.normal(size=(RUNS, len(MONTHS))))
    series = {
        ("registered_trade", subject, "all", direction): {"observed": value * (2.0 if direction == "both" else 1.0)}
        for subject in ("total", "central_asia", "nearland", "farland", "bazaars")
        for direction in ("both", "export")
        if (subject, direction) not in {("farland", "both"), ("central_asia", "export")}
    }
    for outcome in ("throughput", "background"):
        series[outcome, "gate", "all", "both"] = {"observed": np.full((RUNS, len(MONTHS)), 10.0)}
    return SmallResults(MONTHS, "observed", series)


def found(discrepancy, spread=0.0):
    every = list(bands(results(spread), MARKETS, discrepancy, seed=1))
    return {(each.quantity, each.subject): each for each in every}


def test_units_are_yuan_of_the_model_dollars_of_2024_and_all_tonnes():
    known = found({"totals": 0.0})
    assert known["exports", "total"].draws == pytest.approx(5.0)
    assert known["trade", "central_asia"].draws == pytest.approx(10.0), "as stored"
    assert known["exports", "central_asia"].draws == pytest.approx(5.0), "the sum of its markets"
    assert ("trade", "farland") not in known, "imports are not stored, so neither is trade"
    assert known["imports", "nearland"].draws == pytest.approx(5000 / 7.12)
    assert known["throughput", "gate"].draws == pytest.approx(20.0), "goods of others among them"
    assert {key: each.unit for key, each in known.items() if key[1] in ("total", "nearland", "gate")} == {
        **{(name, "total"): "bn_yuan" for name in ("trade", "exports", "imports")},
        **{(name, "nearland"): "musd" for name in ("trade", "exports", "imports")},
        ("throughput", "gate"): "t",
    }
    assert not any(subject == "bazaars" for _, subject in known), "no country"


def test_each_run_is_off_by_one_factor_in_all_months_and_by_the_discrepancy_of_its_group():
    known = found({"totals": 0.1, "west": 0.5})
    factor = np.log(known["trade", "total"].draws / 10.0)
    assert np.ptp(factor, axis=1) == pytest.approx(0.0, abs=1e-9)
    assert factor[:, 0].std() == pytest.approx(0.1, rel=0.1)
    far, near = (np.log(known["exports", name].draws[:, 0]).std() for name in ("farland", "nearland"))
    assert far == pytest.approx(0.5, rel=0.1)
    assert near == pytest.approx(0.5, rel=0.1), "a group that the fit lacks has the largest"
    ratio = known["exports", "total"].draws / known["trade", "total"].draws
    assert ratio == pytest.approx(0.5), "directions of a subject are off alike"
    again = found({"totals": 0.1, "west": 0.5})["trade", "total"].draws
    assert np.array_equal(again, known["trade", "total"].draws)


def test_without_a_posterior_the_discrepancy_is_that_of_the_prior():
    assert np.log(found({})["trade", "total"].draws[:, 0]).std() == pytest.approx(0.25, rel=0.1)


def test_a_row_a_month_then_a_row_a_year_and_months_add_up_in_the_mean():
    known = found({"totals": 0.2}, spread=0.1)
    band = known["trade", "total"]
    table = forecast_table([band], MONTHS)
    assert list(table.columns) == list(COLUMNS)
    assert len(table) == 12 * len(YEARS) + len(YEARS)
    starts = pd.to_datetime(table["period_start"])
    days = (pd.to_datetime(table["period_end"]) - starts).dt.days + 1
    assert days[:12].tolist() == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    assert days[-len(YEARS) :].tolist() == [365, 365, 365]
    assert starts.dt.year.min() == YEARS[0], "nothing of the months before"
    first = [number for number, month in enumerate(MONTHS) if month.startswith(str(YEARS[0]))]
    assert band.draws[:, first].sum(axis=1).mean() == pytest.approx(band.draws[:, first].mean(axis=0).sum())
    year = table.iloc[12 * len(YEARS)]
    assert year["median"] == pytest.approx(np.median(band.draws[:, first].sum(axis=1)))
    ends = table[["q05", "q25", "median", "q75", "q95"]].to_numpy()
    assert (np.diff(ends, axis=1) > 0).all()


def test_a_study_that_ends_before_the_last_month_is_refused():
    band = Band("trade", "total", "bn_yuan", np.ones((3, 24)))
    with pytest.raises(InputError, match="lacks 2026-01: set end=2027-12-31"):
        forecast_table([band], months_of(2024, 2025))
