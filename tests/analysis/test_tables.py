"""Tables from small results with answers known by hand."""

from datetime import date

import numpy as np
import pytest

from sim.analysis import reading
from sim.analysis.compared import Comparison
from sim.analysis.cuts import cut_and_diverted
from sim.analysis.differences import differences
from sim.analysis.origins import declared_origins, declared_origins_over_period
from sim.analysis.periods import Dates
from sim.analysis.scopes import InScope, Part
from sim.analysis.trade import seasons, trade_by_month
from tests.small_results import SmallResults, months_of

MONTHS = months_of(2021, 2022)
RUNS = np.linspace(1, 3, 21)[:, None]  # the 5th and 95th percentile are 1.1 and 2.9, the mean and median 2


DATES = Dates(MONTHS)
WHOLE, LATE = DATES.period(slice(0, 24)), {"ban": DATES.period(slice(18, 24))}
EVERYTHING = InScope((Part(),), DATES)


def flat(level):
    """[21 runs, 24 months] of a level times 1 to 3."""
    return level * RUNS * np.ones(len(MONTHS))


def late(before, after, month=18):
    """Level `before` until a month, then `after`."""
    return np.where(np.arange(len(MONTHS)) < month, before, after) * RUNS


@pytest.fixture
def results():
    def both(none, ban):
        return {"none": none, "ban": ban}

    trade = {
        ("registered_trade", "a", "all", "both"): both(flat(8), flat(8)),
        ("registered_trade", "b", "all", "both"): both(flat(4), late(4, 2)),
        ("registered_trade", "c", "all", "both"): both(flat(1), late(1, 3)),
        ("registered_trade", "bloc", "all", "both"): both(flat(12), late(12, 10)),
        ("registered_trade", "a", "cotton", "export"): both(flat(99), flat(99)),
    }
    total = {
        name: sum(trade["registered_trade", each, "all", "both"][name] for each in "abc") for name in ("none", "ban")
    }
    watched = {
        ("detained", "x", "all", "export"): both(flat(0), late(0, 3)),
        ("detained", "y", "all", "export"): both(flat(0), late(0, 1)),
        ("detained", "total", "all", "export"): both(flat(0), late(0, 4)),
        ("sanctioned_trade", "b", "all", "export"): both(flat(5), late(5, 3)),
        ("sanctioned_trade", "direct", "all", "export"): both(flat(4), late(4, 1)),
        ("sanctioned_trade", "b/direct", "all", "export"): both(flat(4), late(4, 1)),
        ("sanctioned_trade", "b/embodied", "all", "export"): both(flat(1), late(1, 0.5)),
        ("sanctioned_trade", "b/parcel", "all", "export"): both(flat(0), late(0, 1.5)),
    }
    return SmallResults(MONTHS, "none", trade | {("registered_trade", "total", "all", "both"): total} | watched)


def test_the_period_begins_with_the_first_difference(results):
    assert reading.period_of_effect(results, "ban", "none") == slice(18, 24)


def test_the_months_of_a_pair_do_not_depend_on_what_else_is_compared(results):
    values = {tuple(key.split("|")): dict(each) for key, each in results._values.items()}
    early = {key: {**each, "early": each["ban"] + (np.arange(24) >= 3)} for key, each in values.items()}
    for found in (results, SmallResults(MONTHS, "none", early)):
        study = Comparison(found, "none", None, DATES, {name: {} for name in found.regimes})
        assert study.periods["ban"].name == "2022-07 to 2022-12"
        row = study.totals.query("regime == 'ban' and outcome == 'detained'").iloc[0]
        assert row["difference"] == pytest.approx(4 * 2 * 6 * 365 / 184)
    assert study.periods["early"].name == "2021-04 to 2022-12"


def test_the_months_that_were_chosen_hold_for_every_pair(results):
    study = Comparison(results, "none", None, DATES, {"none": {}, "ban": {}}, reading.window(MONTHS, "2022-10", None))
    assert study.periods["ban"].name == "2022-10 to 2022-12"
    until = Comparison(results, "none", None, DATES, {"none": {}, "ban": {}}, reading.window(MONTHS, None, "2022-08"))
    assert until.periods["ban"].name == "2022-07 to 2022-08"


def test_equal_regimes_are_compared_over_all_months():
    equal = SmallResults(MONTHS, "none", {("registered_trade", "a", "all", "both"): {"none": flat(1), "same": flat(1)}})
    assert reading.period_of_effect(equal, "same", "none") == slice(0, 24)


def test_parts_of_one_commodity_are_not_added_to_the_whole(results):
    table = trade_by_month(results, "none", ["a", "b", "c"], DATES, number=3)
    row = table[(table["subject"] == "a") & (table["regime"] == "none")].iloc[0]
    assert (row["q05"], row["median"], row["q95"]) == pytest.approx((8.8, 16.0, 23.2))


def test_trade_shows_the_largest_the_senders_and_the_rest(results):
    table = trade_by_month(results, "none", ["c", "b", "a"], DATES, always=["c"], number=2)
    assert list(dict.fromkeys(table["subject"])) == ["total", "a", "c", "others"]
    others = table[(table["subject"] == "others") & (table["regime"] == "ban")]
    assert others["median"].tolist() == [8.0] * 18 + [4.0] * 6


def test_trade_holds_the_differences_of_single_runs(results):
    table = trade_by_month(results, "none", ["a", "b"], DATES, number=2).set_index(["regime", "subject"])
    moved = ["difference_q05", "difference_median", "difference_q95"]
    assert table.loc[("none", "b"), moved].isna().all(axis=None)
    assert table.loc[("ban", "b"), moved].to_numpy()[-1].tolist() == pytest.approx([-5.8, -4.0, -2.2])


def test_seasons_are_means_of_a_month_over_the_years(results):
    rows = seasons(results, "none", ["b", "absent"], {"ban": WHOLE}).set_index(["subject", "month"])
    assert rows.index.tolist() == [("b", month) for month in range(1, 13)]
    assert rows.loc[("b", 1), "difference"] == 0.0
    assert rows.loc[("b", 12), "difference"] == pytest.approx(-2.0)  # two years, of which one has a ban: half of -2 * 2
    assert seasons(results, "none", ["b"], LATE)["month"].tolist() == [7, 8, 9, 10, 11, 12]


def test_only_the_largest_senders_take_the_room_of_larger_partners():
    sizes = {name: {"none": flat(level)} for name, level in zip("abcdefgh", range(8, 0, -1), strict=True)}
    results = SmallResults(
        MONTHS,
        "none",
        {("registered_trade", name, "all", "both"): each for name, each in {**sizes, "total": sizes["a"]}.items()},
    )
    table = trade_by_month(results, "none", list(sizes), DATES, always=list("cdefgh"), number=5)
    assert list(dict.fromkeys(table["subject"])) == ["total", "a", "c", "d", "e", "f", "others"]


def test_cut_is_that_of_the_senders_of_each_regime(results):
    assert cut_and_diverted(results, "none", LATE, {"none": {}, "ban": {"a": EVERYTHING}}).empty


def test_differences_are_averages_a_year(results):
    periods = [DATES.period(slice(18, 24)), DATES.period(slice(12, 24))]
    table = differences(results, "registered_trade", "none", ["total", "b", "absent"], {"ban": periods})
    assert table["subject"].tolist() == ["total", "b", "total", "b"]
    assert table["difference"].tolist() == pytest.approx([0.0, -2 * 2 * 6 * 365 / 184, 0.0, -2 * 2 * 6])
    assert table["period"].unique().tolist() == ["2022-07 to 2022-12", "2022-01 to 2022-12"]
    assert table["relative"].tolist() == pytest.approx([0.0, -0.5, 0.0, -0.25])


def test_a_single_regime_has_no_differences(results):
    results.regimes = ("none",)
    assert differences(results, "registered_trade", "none", ["a"], {}).empty


def test_cut_and_what_other_ways_make_of_it(results):
    table = cut_and_diverted(results, "none", LATE, {"none": {}, "ban": {"b": EVERYTHING}}).set_index("quantity")
    assert table["subject"].unique().tolist() == ["b"]
    shares = table[table["unit"] == "share"]
    assert shares["mean"].to_dict() == pytest.approx({
        "cut": 2 / 5, "cut_direct": 3 / 5, "cut_embodied": 1 / 10, "diverted": (0.5 + 1.5 - 1) / 3,
        "other_ways_share": 2 / 3, "other_ways_share_against": 1 / 5,
    })  # fmt: skip
    assert shares["q05"].tolist() == pytest.approx(shares["q95"].tolist())
    lost, gained = table.loc["direct_lost"], table.loc["other_ways_gained"]
    assert lost[["unit", "median"]].tolist() == ["musd a year", pytest.approx(3 * 2 * 6 * 365 / 184)]
    assert gained["median"] == pytest.approx(1 * 2 * 6 * 365 / 184)


def test_what_is_diverted_counts_where_only_the_direct_way_is_in_scope(results):
    direct = InScope((Part(kinds=("direct",)),), DATES)
    table = cut_and_diverted(results, "none", LATE, {"none": {}, "ban": {"b": direct}}).set_index("quantity")
    assert table.loc["cut", "mean"] == pytest.approx(3 / 4)
    assert table.loc["diverted", "mean"] == pytest.approx(1 / 3)


def test_goods_count_from_the_first_day_in_force(results):
    from_april = InScope((Part(start=date(2022, 4, 1)),), DATES)
    whole = {"ban": WHOLE}
    table = cut_and_diverted(results, "none", whole, {"none": {}, "ban": {"b": from_april}}).set_index("quantity")
    assert table.loc["cut_direct", "mean"] == pytest.approx(3 / 5 * 6 / 9)  # cut for six of nine months in force


def test_nothing_is_diverted_where_the_direct_way_loses_nothing(results):
    results.regimes = ("ban", "none")
    late = {"none": DATES.period(slice(18, 24))}
    table = cut_and_diverted(results, "ban", late, {"none": {"b": EVERYTHING}, "ban": {}}).set_index("quantity")
    assert np.isnan(table.loc["diverted", "mean"])
    assert table.loc["cut", "mean"] < 0


def test_declared_origins_are_shares_of_quarters_with_detentions(results):
    table = declared_origins(results, "ban", DATES.quarters)
    assert table["period"].unique().tolist() == ["2022 Q3", "2022 Q4"]
    assert table.groupby("subject")["median"].first().to_dict() == pytest.approx({"x": 0.75, "y": 0.25})
    whole = declared_origins_over_period(results, "ban", WHOLE)
    assert whole["subject"].tolist() == ["x", "y"]
    assert whole["detained_musd"].tolist() == pytest.approx([3 * 2 * 6, 1 * 2 * 6])
    assert declared_origins(results, "none", DATES.quarters).empty
    assert declared_origins_over_period(results, "none", WHOLE).empty
