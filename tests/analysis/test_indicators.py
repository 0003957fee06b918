"""Indicators as functions of arrays."""

import numpy as np

from sim.analysis import indicators


def test_years_may_be_incomplete_at_both_ends():
    months = ["2021-12", "2022-01", "2022-02", "2023-01"]
    assert indicators.year_slices(months) == {"2021": slice(0, 1), "2022": slice(1, 3), "2023": slice(3, 4)}


def test_load_counts_other_provinces_and_is_undefined_while_closed():
    found = indicators.load(np.array([30.0, 0.0]), np.array([20.0, 0.0]), np.array([100.0, 0.0]))
    assert found[0] == 0.5
    assert np.isnan(found[1])


def test_cut_is_the_fall_of_what_enters():
    found = indicators.cut(np.array([25.0, 120.0, 1.0]), np.array([100.0, 100.0, 0.0]))
    np.testing.assert_allclose(found, [0.75, -0.2, np.nan])


def test_share_of_other_ways_is_what_is_not_sent_directly():
    kinds = {
        "direct": [40.0, 0.0],
        "transit_declared": [10.0, 0.0],
        "relabelled": [20.0, 0.0],
        "embodied": [25.0, 0.0],
        "parcel": [5.0, 0.0],
    }
    found = indicators.other_ways_share({kind: np.array(value) for kind, value in kinds.items()})
    np.testing.assert_allclose(found, [0.6, np.nan])


def test_diverted_is_the_gain_of_others_over_the_loss_of_the_direct_way():
    found = indicators.diverted(np.array([50.0, 50.0, 0.0, -5.0]), np.array([10.0, -5.0, 3.0, 5.0]))
    np.testing.assert_allclose(found, [0.2, -0.1, np.nan, np.nan])
