"""The emulators of the page find what is known, and are held against what they have not seen."""

import numpy as np
import pytest
from made_up import CUT, TRADE, WIDE, YEARS, learnt, material_of, middle_of, spread_of

from sim.explorer.columns import Slot, columns_of, in_force, table_of
from sim.explorer.design import check_batches
from sim.explorer.fitting import QUANTILES, fit, judge
from sim.explorer.levers import base_of, defaults
from sim.explorer.shown import LOG, LOGIT, Outcome

KEPT_OUT = Outcome("tile", "kept_out", "share", LOGIT, paired=True)
HELD = Outcome("tile", "held", scale=LOG, paired=True)


@pytest.fixture(scope="module")
def truth():
    return material_of(check_batches(10, 1), 150, 7)


def of(fitted, outcome, year):
    one = next(each for each in fitted if each.slot.name == year and outcome in each.outcomes)
    return one, one.outcomes.index(outcome)


def test_nothing_is_in_force_before_a_ban_starts_and_half_of_it_in_the_middle() -> None:
    setting = table_of(defaults() | {"us_from": 18.0, "tracing": 2.4})
    slots = Slot("2021", 0.0, 12.0), Slot("2022", 12.0, 24.0), Slot("2027", 72.0, 84.0)
    before, amid, after = (columns_of(setting, slot).iloc[0] for slot in slots)
    assert before[["us", "age_us", "tracing", "inspections"]].tolist() == [0, 0, 0, 0]
    assert amid[["us", "tracing"]].tolist() == [0.5, 0.5]
    assert (after["us"], after["age_us"]) == (1.0, 1.0)
    assert columns_of(setting, Slot("2022-07", 18.0, 19.0)).iloc[0]["us"] == 1.0
    assert [in_force(setting, slot)[0] for slot in slots] == [False, True, True]


@pytest.mark.parametrize("year", ["2022", "2027"])
def test_the_error_that_is_told_is_how_far_medians_lie_apart_over_the_width_of_the_true_band(
    fitted, truth, year
) -> None:
    one, place = of(fitted, TRADE, year)
    told = next(each for each in judge(fitted, truth) if (each.outcome, each.slot) == (TRADE, year))
    band, errors = one.band(truth.settings)[:, :, place], []
    for number in np.unique(truth.setting[truth.base != np.arange(len(truth.base))]):
        mine = truth.setting == number
        low, middle, high = np.quantile(truth.values[TRADE][mine, YEARS.index(one.slot)], QUANTILES)
        errors.append(abs(band[1, mine][0] - middle) / (high - low))
    assert told.error == pytest.approx(np.median(errors), rel=0.02)
    assert told.worst == pytest.approx(max(errors), rel=0.02)


@pytest.mark.parametrize("year", ["2022", "2027"])
def test_the_middle_is_found_at_corners_too_as_far_as_some_hundred_draws_tell(fitted, year) -> None:
    one, place = of(fitted, TRADE, year)
    settings = table_of([batch.settings[0] for batch in check_batches(40, 5)])
    away = np.abs(np.log(one.band(settings)[1, :, place]) - middle_of(settings, one.slot))
    away = away / spread_of(settings, one.slot)
    assert away.max() < 1.0  # less than a third of the band
    assert np.median(away) < 0.25
    assert np.quantile(away, 0.9) < 0.5


def test_what_is_emulated_well_is_vouched_for_and_most_true_runs_lie_in_the_band(fitted, truth) -> None:
    told = [each for each in judge(fitted, truth) if each.outcome == TRADE]
    assert len(told) == len(YEARS)
    assert all(each.is_vouched for each in told)
    assert all(0.75 < each.coverage < 0.97 for each in told)


def test_before_any_ban_a_setting_is_its_base(fitted) -> None:
    one, place = of(fitted, TRADE, "2022")
    idle = defaults() | {"us_from": 40.0, "tracing": 2.4, "inspections": 4.0, "pressure": 0.08, "goods": 1.0}
    mine, base = (one.band(table_of(each))[:, 0, place] for each in (idle, base_of(idle)))
    assert mine == pytest.approx(base, rel=1e-12)


def test_a_band_is_wider_where_runs_lie_further_apart(fitted) -> None:
    one, place = of(fitted, TRADE, "2027")
    low, high = (one.band(table_of(defaults() | {"russia": value}))[:, 0, place] for value in (0.5, 2.0))
    assert np.log(high[2] / high[0]) > 1.7 * np.log(low[2] / low[0])


def test_what_is_only_defined_under_a_ban_is_fitted_to_runs_with_one(fitted) -> None:
    one, place = of(fitted, CUT, "2027")
    assert one.runs < len(learnt().settings)
    assert one.band(table_of(defaults()))[1, 0, place] == pytest.approx(0.5, abs=0.05)


def test_an_emulator_that_is_wrong_by_a_band_is_not_vouched_for(fitted, truth) -> None:
    one, place = of(fitted, TRADE, "2027")
    shift = np.zeros_like(one.middle)
    shift[0, place] = 3.29 * WIDE
    worse = [each for each in judge([one._replace(middle=one.middle + shift)], truth) if each.outcome == TRADE]
    assert not worse[0].is_vouched
    assert worse[0].error > 0.5


def test_too_few_runs_of_a_year_leave_it_out() -> None:
    assert [one for one in fit(learnt(runs=1, count=2)) if one.outcomes == (CUT,)] == []


@pytest.fixture(scope="module")
def jumping():
    """What jumps with a ban: a share near 1, and an amount in proportion to the part of the year."""
    material = learnt(count=80)
    share, amount = (np.full((len(material.settings), len(YEARS)), np.nan) for _ in range(2))
    rng = np.random.default_rng(11)
    for place, slot in enumerate(YEARS):
        found, here = columns_of(material.settings, slot), in_force(material.settings, slot)
        largest = found[["us", "eu", "others"]].max(axis=1)
        noise = rng.standard_normal(len(found))
        share[:, place] = np.where(here, 1 / (1 + np.exp(-(3.0 + 0.5 * found["tracing"] + 0.3 * noise))), np.nan)
        amount[:, place] = 800.0 * largest * np.exp(0.2 * noise)
    return material._replace(values={KEPT_OUT: share, HELD: amount})


def test_a_share_stays_within_nothing_and_all_and_near_its_true_middle(jumping) -> None:
    fitted = fit(jumping)
    settings = table_of([batch.settings[0] for batch in check_batches(40, 5)])
    for one in (each for each in fitted if KEPT_OUT in each.outcomes):
        here = in_force(settings, one.slot)
        band = one.band(settings[here])[:, :, one.outcomes.index(KEPT_OUT)]
        assert band.min() >= 0
        assert band.max() <= 1
        assert (np.diff(band, axis=0) > 0).all()
        truth = 1 / (1 + np.exp(-(3.0 + 0.5 * columns_of(settings[here], one.slot)["tracing"])))
        assert np.abs(band[1] - truth).max() < 0.02


def test_an_amount_that_starts_within_a_year_is_found_and_its_band_stays_narrow(jumping) -> None:
    fitted = fit(jumping)
    settings = table_of([defaults() | {"us": 1.0, "us_from": month} for month in (13.0, 18.0, 22.0)])
    one, place = of(fitted, HELD, "2022")
    low, middle, high = one.band(settings)[:, :, place]
    assert middle == pytest.approx(800.0 * np.array([11, 6, 2]) / 12, rel=0.15)
    assert (high / low < np.exp(0.2 * 3.29 * 1.5)).all()  # a band of 9 in 10, half as wide again
