"""Tables from small results with answers known by hand."""

import numpy as np
import pytest

from sim.analysis import reading
from sim.analysis.cuts import cut_and_leakage
from sim.analysis.differences import differences
from sim.analysis.origins import declared_origins, declared_origins_over_period
from sim.analysis.trade import trade_by_month
from tests.small_results import SmallResults, months_of

MONTHS = months_of(2021, 2022)
RUNS = np.array([[1.0], [2.0], [3.0]])


def flat(level):
    """[3 runs, 24 months] of a level times 1, 2 and 3."""
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
        ("sanctioned_trade", "b", "all", "export"): both(flat(4), late(4, 2)),
        ("sanctioned_trade", "direct", "all", "export"): both(flat(4), late(4, 1)),
        ("sanctioned_trade", "b/direct", "all", "export"): both(flat(4), late(4, 1)),
        ("sanctioned_trade", "b/parcel", "all", "export"): both(flat(0), late(0, 1)),
    }
    return SmallResults(MONTHS, "none", trade | {("registered_trade", "total", "all", "both"): total} | watched)


def test_the_period_begins_with_the_first_difference(results):
    assert reading.period_of_effect(results, "none") == slice(18, 24)


def test_equal_regimes_are_compared_over_all_months():
    equal = SmallResults(MONTHS, "none", {("registered_trade", "a", "all", "both"): {"none": flat(1), "same": flat(1)}})
    assert reading.period_of_effect(equal, "none") == slice(0, 24)


def test_parts_of_one_commodity_are_not_added_to_the_whole(results):
    table = trade_by_month(results, "none", ["a", "b", "c"], number=3)
    row = table[(table["subject"] == "a") & (table["regime"] == "none")].iloc[0]
    assert (row["q05"], row["median"], row["q95"]) == pytest.approx((8.8, 16.0, 23.2))


def test_trade_shows_the_largest_the_senders_and_the_rest(results):
    table = trade_by_month(results, "none", ["c", "b", "a"], always=["c"], number=2)
    assert list(dict.fromkeys(table["subject"])) == ["total", "a", "c", "others"]
    others = table[(table["subject"] == "others") & (table["regime"] == "ban")]
    assert others["median"].tolist() == [8.0] * 18 + [4.0] * 6


def test_only_the_largest_senders_take_the_room_of_larger_partners():
    sizes = {name: {"none": flat(level)} for name, level in zip("abcdefgh", range(8, 0, -1), strict=True)}
    results = SmallResults(
        MONTHS,
        "none",
        {("registered_trade", name, "all", "both"): each for name, each in {**sizes, "total": sizes["a"]}.items()},
    )
    table = trade_by_month(results, "none", list(sizes), always=list("cdefgh"), number=5)
    assert list(dict.fromkeys(table["subject"])) == ["total", "a", "c", "d", "e", "f", "others"]


def test_cut_is_that_of_the_senders_of_each_regime(results):
    table = cut_and_leakage(results, "none", slice(18, 24), {"none": [], "ban": ["a"]})
    assert table.empty


def test_differences_are_averages_a_year(results):
    table = differences(results, "registered_trade", "none", ["total", "b", "absent"], [slice(18, 24), slice(12, 24)])
    assert table["subject"].tolist() == ["total", "b", "total", "b"]
    assert table["difference"].tolist() == pytest.approx([0.0, -2 * 2 * 12, 0.0, -2 * 2 * 6])
    assert table["period"].unique().tolist() == ["2022-07 to 2022-12", "2022-01 to 2022-12"]
    assert table["relative"].tolist() == pytest.approx([0.0, -0.5, 0.0, -0.25])


def test_a_single_regime_has_no_differences(results):
    results.regimes = ("none",)
    assert differences(results, "registered_trade", "none", ["a"], [slice(0, 24)]).empty


def test_cut_and_leakage_by_sender(results):
    table = cut_and_leakage(results, "none", slice(18, 24), {"none": [], "ban": ["b"]}).set_index("quantity")
    assert table["subject"].unique().tolist() == ["b"]
    assert table.loc["cut", ["mean", "q05", "q95"]].tolist() == pytest.approx([0.5, 0.5, 0.5])
    assert table.loc["leakage", "mean"] == pytest.approx(0.5)
    assert table.loc["leakage_against", "mean"] == 0.0


def test_declared_origins_are_shares_of_quarters_with_detentions(results):
    table = declared_origins(results, "ban")
    assert table["period"].unique().tolist() == ["2022 Q3", "2022 Q4"]
    assert table.groupby("subject")["median"].first().to_dict() == pytest.approx({"x": 0.75, "y": 0.25})
    whole = declared_origins_over_period(results, "ban", slice(0, 24))
    assert whole["subject"].tolist() == ["x", "y"]
    assert whole["detained_musd"].tolist() == pytest.approx([3 * 2 * 6, 1 * 2 * 6])
    assert declared_origins(results, "none").empty
    assert declared_origins_over_period(results, "none", slice(0, 24)).empty
