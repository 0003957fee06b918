"""Years and growth against sums and rates worked out by hand."""

import numpy as np
import pytest

from sim.errors import InputError
from sim.results.spans import spans
from tests.small_results import months_of

MONTHS = months_of(2021, 2022)
VALUES = np.arange(1.0, 25.0).reshape(1, 24, 1)


def test_months_of_flows_add_up_and_those_of_levels_are_averaged():
    flows, levels = (spans(MONTHS, "year", is_flow=flag) for flag in (True, False))
    assert flows.columns == {"year": [2021, 2022], "months": [12, 12]}
    assert flows.reduce(VALUES)[0, :, 0].tolist() == [78.0, 222.0]
    assert levels.reduce(VALUES)[0, :, 0].tolist() == [6.5, 18.5]


def test_a_year_that_is_cut_says_how_many_months_it_has_and_has_no_growth():
    cut = spans(MONTHS[3:20], "year", is_flow=False)
    assert cut.columns == {"year": [2021, 2022], "months": [9, 8]}
    assert cut.reduce(VALUES[:, 3:20])[0, :, 0].tolist() == [8.0, 16.5]
    assert spans(MONTHS[3:20], "year", is_flow=True, growth=True).columns["year"] == []


def test_growth_is_that_over_a_year_before_run_by_run():
    by_year = spans(MONTHS, "year", is_flow=True, growth=True)
    assert by_year.columns == {"year": [2022], "months": [12]}
    runs = np.concatenate([VALUES, 2 * VALUES])
    assert by_year.reduce(runs)[:, 0, 0] == pytest.approx([100 * (222 / 78 - 1)] * 2)
    by_month = spans(MONTHS, "month", is_flow=True, growth=True)
    assert by_month.columns["month"] == MONTHS[12:]
    assert by_month.reduce(VALUES)[0, :, 0] == pytest.approx([100 * (12 / month) for month in range(1, 13)])


def test_growth_from_nothing_is_missing_and_the_rest_is_told():
    values = VALUES.copy()
    values[0, 4] = 0.0
    found = spans(MONTHS, "month", is_flow=True, growth=True).reduce(values)[0, :, 0]
    assert np.flatnonzero(np.isnan(found)).tolist() == [4]


def test_months_stay_as_they_are():
    kept = spans(MONTHS, "month", is_flow=True)
    assert kept.columns == {"month": MONTHS}
    assert (kept.reduce(VALUES) == VALUES).all()
    with pytest.raises(InputError, match="by=years is not known: did you mean 'year'"):
        spans(MONTHS, "years", is_flow=True)
