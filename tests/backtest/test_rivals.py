"""Rivals by analytic answers."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from sim.backtest.gravity import Gravity, fit_gravity, markets_of
from sim.backtest.past import Past, Series
from sim.backtest.rivals import GRAVITY, GROWTH_GOES_ON, NO_CHANGE, Forecast, forecasts
from sim.errors import InputError
from tests.backtest.test_past import observed

MUSD_A_BN_YUAN = 1000 / 7.05


def doubling(first=2019, last=2022, **other):
    """Trade that doubles every year, with its growth published."""
    years = range(first, last + 1)
    rows = [(f"{year}-01-01", f"{year}-12-31", 10.0 * 2 ** (year - first), other) for year in years]
    grown = other | {"quantity": "growth_yoy", "unit": "percent"}
    return rows + [(f"{last}-01-01", f"{last}-12-31", 100.0, grown)]


def row(**other):
    base = {
        "scale": "log",
        "outcome": "registered_trade",
        "subjects": "total",
        "commodities": "all",
        "direction": "both",
        "from_month": "2023-01",
        "to_month": "2023-12",
        "observed": "figure_0",
        **dict.fromkeys(("over_outcome", "over_subjects", "over_from_month", "over_to_month", "over_observed"), ""),
    }
    return pd.Series(base | other)


def test_no_change_is_last_year_and_growth_doubles_it():
    said = forecasts(row(), Past(observed(doubling()), date(2022, 12, 31)), None)
    last = np.log(80 * MUSD_A_BN_YUAN)
    assert said[NO_CHANGE].middle == pytest.approx(last, abs=0.03)
    assert said[GROWTH_GOES_ON].middle == pytest.approx(last + np.log(2), abs=0.03)
    assert np.isnan(said[GRAVITY].middle)


def test_spreads_are_the_errors_that_each_would_have_made():
    said = forecasts(row(), Past(observed(doubling()), date(2022, 12, 31)), None)
    assert said[NO_CHANGE].spread == pytest.approx(np.log(2), abs=0.05)  # wrong by a doubling each year
    assert said[GROWTH_GOES_ON].spread < 0.1  # and growth that goes on never was


def test_of_a_growth_no_change_says_one():
    asked = row(over_subjects="total", over_from_month="2022-01", over_to_month="2022-12")
    said = forecasts(asked, Past(observed(doubling()), date(2022, 12, 31)), None)
    assert said[NO_CHANGE].middle == 0.0
    assert said[GROWTH_GOES_ON].middle == pytest.approx(np.log(2))


def test_a_share_that_was_not_published_is_worked_out_of_trade():
    rows = doubling() + doubling(subject="nearland")
    table = observed([(first, last, value / (4 if other else 1), other) for first, last, value, other in rows])
    share = {"from_date": "2023-01-01", "to_date": "2023-12-31", "quantity": "share", "subject": "nearland"}
    table.loc[len(table)] = table.iloc[0].to_dict() | share | {"observation": "share", "unit": "percent", "value": 25}
    asked = row(observed="share", scale="logit", subjects="nearland", over_subjects="total", over_from_month="2023-01")
    asked["over_to_month"] = "2023-12"
    said = forecasts(asked, Past(table, date(2022, 12, 31)), None)
    assert said[NO_CHANGE].middle == pytest.approx(np.log(0.25 / 0.75), abs=0.05)


def test_a_rival_that_knows_nothing_says_nothing():
    table = observed([*doubling(), ("2023-01-01", "2023-12-31", 5, {"subject": "nowhere"})])
    said = forecasts(row(observed="figure_5", subjects="nowhere"), Past(table, date(2022, 12, 31)), None)
    assert all(np.isnan(each.middle) for each in said.values())


def test_the_quantiles_of_a_forecast_are_those_of_its_normal():
    draws = Forecast(2.0, 0.5).draws()
    assert np.quantile(draws, [0.05, 0.5, 0.95]) == pytest.approx(2.0 + 0.5 * np.array([-1.645, 0, 1.645]), abs=0.01)


def law_of(markets, slope):
    """Shares of trade that follow a law of gravity without error."""
    weight = np.exp(markets[["log_gdp", "log_km", "border"]].to_numpy() @ np.array(slope))
    return weight / weight.sum()


@pytest.fixture
def markets():
    random = np.random.default_rng(1)
    table = pd.DataFrame({"market": [f"m{n}" for n in range(12)], "blocs": ["", "bloc"] * 6})
    table["log_gdp"], table["log_km"] = random.normal(5, 1, 12), random.normal(8, 0.5, 12)
    table["border"] = [1.0, 0.0, 0.0] * 4
    return table


def test_gravity_finds_the_law_that_made_the_figures(markets):
    slope = (0.8, -1.2, 0.6)
    shares = law_of(markets, slope)
    rows = [(f"{year}-01-01", f"{year}-12-31", 100 * 1.1 ** (year - 2019), {}) for year in range(2019, 2023)]
    rows += [
        (first, last, value * share, {"subject": name})
        for first, last, value, _ in rows
        for name, share in zip(markets["market"], shares, strict=True)
    ]
    law = fit_gravity(Past(observed(rows, error=0.001), date(2022, 12, 31)), markets.assign(base_musd=1.0))
    assert law.slope == pytest.approx(slope, abs=0.02)
    assert law.spread < 0.02
    assert law.trade("total", 2023) == pytest.approx(100 * 1.1**4 * MUSD_A_BN_YUAN, rel=0.01)
    of_bloc = sum(shares[1::2])
    assert law.trade("bloc", 2023) / law.trade("total", 2023) == pytest.approx(of_bloc, rel=0.02)
    assert np.isnan(law.trade("nowhere", 2023))


def test_gravity_wants_three_years_of_all_trade(markets):
    past = Past(observed(doubling(last=2020)), date(2020, 12, 31))
    with pytest.raises(InputError, match="Gravity wants 3 years of all trade; the figures give 2"):
        fit_gravity(past, markets.assign(base_musd=1.0))


def test_gravity_keeps_the_part_of_a_direction(markets):
    exports = Series("registered_trade", "total", "*", "export")
    rows = doubling() + [(a, b, 0.75 * value, {"direction": "export"}) for a, b, value, _ in doubling()[:-1]]
    past = Past(observed(rows), date(2022, 12, 31))
    assert past.years(exports)[2022] == pytest.approx(60 * MUSD_A_BN_YUAN, rel=0.03)
    law = Gravity(markets, np.zeros(3), (np.log(1000.0), 0.0), 0.3, 0.1, 20)
    said = forecasts(row(direction="export"), past, law)[GRAVITY]
    assert said.middle == pytest.approx(np.log(750.0), abs=0.02)
    assert said.spread == 0.1


def test_markets_of_a_country_are_one_and_distance_is_that_of_the_great_circle():
    places = pd.DataFrame({"place": ["home", "a", "b"], "kinds": ["origin hub", "market", "market"]})
    places["lat"], places["lon"] = [0.0, 0.0, 0.0], [0.0, 90.0, 90.0]
    told = pd.DataFrame({"market": ["one", "two", "far"], "place": ["a", "b", "a"], "country": ["AA", "AA", "ZZ"]})
    told["blocs"] = ["border_trade", "border_trade", ""]
    demand = pd.DataFrame({"market": ["one", "two", "far"], "value_musd": [3.0, 4.0, 5.0]})
    size = pd.DataFrame({"country": ["AA"], "gdp_bn_usd": [np.e]})
    found = markets_of(places, told, demand, size)
    assert found["market"].tolist() == ["one"]
    assert found["base_musd"].tolist() == [7.0]
    assert np.exp(found["log_km"].iloc[0]) == pytest.approx(6371 * np.pi / 2)
    assert found[["log_gdp", "border"]].iloc[0].tolist() == pytest.approx([1.0, 1.0])
