"""Estimators on the books of a small world, by hand: one sender, one hub, two goods, months of 2021 to 2023."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.analysis import rerouted
from sim.config import load
from sim.policy.language.load import load_regime
from sim.report.shown import shown
from sim.world.tables.read import find_world, read_tables
from tests.small_results import SmallResults, months_of

RUNS, MONTHS = 2, months_of(2021, 2022, 2023)
GOODS = ("apparel", "metals")
LATER = np.array(MONTHS) >= "2022-07"  # the act of June 2022 holds


def flow(before: float, after: float, without: float | None = None) -> dict[str, np.ndarray]:
    """Million dollars a month until June 2022 and after, under the ban and without it; the same in both runs."""

    def months(late: float) -> np.ndarray:
        return np.where(LATER, late, before) * np.ones((RUNS, 1))

    return {"none": months(after if without is None else without), "uflpa": months(after)}


@pytest.fixture(scope="module")
def world():
    """Customs of the United States that tell goods of Vietnam and of the region apart."""
    authorities = SimpleNamespace(
        class_start=np.array([0, 3]),
        class_declared=np.array([0, 0, 1]),
        class_commodity=np.array([0, 1, 0]),
        legitimate=np.array([[10.0, 0.0, 0.0]]),
        legitimate_year=np.zeros(200, int),
    )
    labels = SimpleNamespace(
        authorities=("united_states",),
        declared_origins=("vietnam", "region"),
        markets=("united_states", "vietnam", "kazakhstan"),
        commodities=GOODS,
    )
    goods = SimpleNamespace(consignment_musd=np.array([0.7, 1.0]))
    starts = np.arange(np.datetime64("2020-12-28"), np.datetime64("2024-01-01"), 7)
    return SimpleNamespace(
        arrays=SimpleNamespace(authorities=authorities, goods=goods), labels=labels, week_starts=starts
    )


@pytest.fixture(scope="module")
def study():
    values = {}
    for market, good, flows in (
        ("vietnam", "apparel", flow(10, 16, 10)),
        ("vietnam", "metals", flow(5, 5)),
        ("kazakhstan", "apparel", flow(4, 4)),
        ("kazakhstan", "metals", flow(8, 8)),
    ):
        values["registered_trade", market, good, "export"] = flows
    values["registered_trade", "total", "all", "both"] = flow(27, 33, 27)
    values["sender_imports", "united_states/vietnam", "apparel", "export"] = flow(1, 3, 1)
    values["sender_imports", "united_states/vietnam", "metals", "export"] = flow(2, 2)
    values["partner_imports", "vietnam", "all", "export"] = flow(12, 14, 12)
    for kind, flows in (("direct", flow(6, 1, 6)), ("relabelled", flow(1, 2, 1)), ("embodied", flow(1, 1.5, 1))):
        for good in GOODS:
            part = {name: each / 2 for name, each in flows.items()}
            values["sanctioned_trade", f"united_states/{kind}", good, "export"] = part
        values["sanctioned_trade", f"united_states/{kind}", "all", "export"] = flows
    config = load(["regimes=[none,uflpa]", "end=2023-12-31"])
    regimes = [load_regime(name) for name in ("none", "uflpa")]
    results = SmallResults(MONTHS, "none", values)
    return shown(results, "none", read_tables(find_world("xinjiang")), regimes, config, "", "")


@pytest.fixture(scope="module")
def case(study, world):
    return rerouted.case_of(study, "uflpa", world)


def test_the_case_is_the_ban_of_all_goods_with_the_goods_named_by_then(case) -> None:
    assert case.sender == "united_states"
    assert case.hubs == ("vietnam",)
    assert (case.before.name, case.after.name) == ("2021-01 to 2021-11", "2022-07 to 2023-12")
    assert {"apparel", "solar_polysilicon"} <= set(case.goods)
    assert "metals" not in case.goods


def test_a_study_that_ends_before_the_ban_has_no_case(study, world) -> None:
    values = {("registered_trade", "total", "all", "both"): {name: np.ones((1, 6)) for name in ("none", "uflpa")}}
    short = SmallResults(MONTHS[:6], "none", values)
    config = load(["regimes=[none,uflpa]", "end=2021-06-30"])
    assert (
        rerouted.case_of(shown(short, "none", study.world, list(study.laws.values()), config, "", ""), "uflpa", world)
        is None
    )


def test_each_estimator_reads_the_books_that_it_names(study, case, world) -> None:
    found = rerouted.estimated(study, case, world, "uflpa").groupby("estimator", sort=False).first()
    passing, caused = 12 * (2 + 1.5), 12 * (1 + 0.5)
    assert found["true"].to_dict() == pytest.approx(
        dict(zip(rerouted.ESTIMATORS, (caused, passing, passing, passing, caused), strict=True)), rel=0.01
    )  # months differ in days
    weekly = 10 * 0.7  # honest apparel of the hub: less comes in each month than goes out
    out = 12 * 3 + weekly * 365 / 7
    assert found.loc[rerouted.PRODUCTS, "estimate"] == pytest.approx(min(12 * 16, out) + 12 * 2, rel=0.01)
    assert found.loc[rerouted.SHIPMENTS, "estimate"] == pytest.approx(12 * 2, rel=0.01)
    assert found.loc[rerouted.GAP, "estimate"] == pytest.approx(12 * (16 + 5 - 14), rel=0.01)
    assert found.loc[rerouted.GAP_GROWTH, "estimate"] == pytest.approx(12 * ((21 - 14) - (15 - 12)), rel=0.02)
    assert found.loc[rerouted.DIFFERENCE, "estimate"] == pytest.approx(
        12 * 16 * (1 - 10 / 16), rel=0.01
    )  # nothing else grew


def test_where_nothing_was_caused_the_truth_is_nothing(study, case, world) -> None:
    found = rerouted.estimated(study, case, world, "none").groupby("estimator", sort=False).first()
    assert found.loc[[rerouted.DIFFERENCE, rerouted.GAP_GROWTH], "true"].to_list() == [0.0, 0.0]
    assert found.loc[rerouted.DIFFERENCE, "estimate"] == pytest.approx(0.0, abs=1e-6)
    assert found.loc[rerouted.GAP_GROWTH, "estimate"] == pytest.approx(0.0, abs=0.3)
