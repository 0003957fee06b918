"""Monthly paths of published series, against series that are known."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from sim.backtest.past import Past, Series

TOTAL = Series("registered_trade", "total", "*", "both")
MUSD_A_BN_YUAN = 1000 / 7.05


def observed(rows, quantity="registered_trade", unit="bn_yuan", error=0.01):
    """A table of figures: first day, last day, value, and what differs."""
    base = {"quantity": quantity, "subject": "total", "commodity": "*", "direction": "both", "unit": unit}
    found = [
        base | {"from_date": first, "to_date": last, "value": value, "error_share": error} | other
        for first, last, value, other in rows
    ]
    return pd.DataFrame(found).assign(observation=lambda table: [f"figure_{n}" for n in range(len(table))])


def test_a_steady_series_comes_back_from_overlapping_sums():
    steady = observed(
        [
            ("2021-01-01", "2021-03-31", 3, {}),
            ("2021-01-01", "2021-12-31", 12, {}),
            ("2022-01-01", "2022-12-31", 12, {}),
        ]
    )
    path = Past(steady, date(2022, 12, 31)).path(TOTAL)
    assert np.allclose(path, MUSD_A_BN_YUAN, rtol=1e-6)
    assert (str(path.index[0]), str(path.index[-1])) == ("2021-01", "2022-12")


def test_published_sums_are_met_within_their_errors_and_nothing_later_is_known():
    rows = [
        ("2021-01-01", "2021-12-31", 12, {}),
        ("2022-01-01", "2022-06-30", 18, {}),
        ("2022-01-01", "2022-12-31", 30, {}),
    ]
    past = Past(observed(rows), date(2022, 6, 30))
    assert past.over(TOTAL, pd.Period("2022-01"), pd.Period("2022-06")) == pytest.approx(18 * MUSD_A_BN_YUAN, rel=0.02)
    assert past.path(TOTAL).index[-1] == pd.Period("2022-06")
    whole = Past(observed(rows), date(2022, 12, 31))
    assert whole.over(TOTAL, pd.Period("2022-07"), pd.Period("2022-12")) == pytest.approx(12 * MUSD_A_BN_YUAN, rel=0.05)


def test_growth_gives_the_year_before():
    rows = [
        ("2022-01-01", "2022-12-31", 30, {}),
        ("2022-01-01", "2022-12-31", 50, {"quantity": "growth_yoy", "unit": "percent"}),
    ]
    past = Past(observed(rows), date(2022, 12, 31))
    assert past.years(TOTAL)[2021] == pytest.approx(20 * MUSD_A_BN_YUAN, rel=0.03)
    assert past.last_growth(TOTAL) == pytest.approx(1.5)


def test_shares_are_averaged_and_years_without_figures_are_not_known():
    rows = [("2021-01-01", "2021-12-31", 40, {}), ("2023-01-01", "2023-12-31", 60, {})]
    past = Past(observed(rows, quantity="share", unit="percent"), date(2023, 12, 31))
    share = TOTAL._replace(quantity="share")
    known = past.years(share)
    assert known.keys() == {2021, 2023}
    assert known[2023] == pytest.approx(0.6, rel=0.02)


def test_what_was_never_published_is_not_known():
    past = Past(observed([("2021-01-01", "2021-12-31", 12, {})]), date(2021, 12, 31))
    other = TOTAL._replace(subject="nowhere")
    assert past.path(other) is None
    assert np.isnan(past.over(other, pd.Period("2021-01"), pd.Period("2021-12")))
    assert np.isnan(past.last_growth(other))
