"""Loads of crossings with answers known by hand."""

import numpy as np
import pytest

from sim.analysis import crossings
from sim.analysis.periods import Dates
from tests.small_results import SmallResults, months_of

MONTHS = months_of(2021, 2022)
RUNS = np.array([[1.0], [2.0], [3.0]])
DATES = Dates(MONTHS)
DAYS_OPEN = np.where(np.arange(len(MONTHS)) < 18, 0.0, 1.0)


def flat(level):
    """[3 runs, 24 months] of a level times 1, 2 and 3, under one regime."""
    return {"none": level * RUNS * np.ones(len(MONTHS))}


def by_direction(outcome, exports, imports, gate="gate"):
    sizes = {"export": exports, "import": imports}
    return {(outcome, gate, "all", way): flat(size) for way, size in sizes.items()}


def values_together():
    gate = {
        ("background", "gate", "all", "both"): flat(15),
        ("capacity", "gate", "all", "both"): {"none": 60 * RUNS * DAYS_OPEN},
    }
    return by_direction("throughput", 10, 5) | by_direction("wait", 2, 1) | gate


@pytest.fixture
def together():
    """A gate whose capacity is stored for both directions together; closed in the first 18 months."""
    return SmallResults(MONTHS, "none", values_together())


@pytest.fixture
def apart():
    """The same with capacity by direction, and waits of exports alone."""
    gate = by_direction("capacity", 20, 20) | by_direction("background", 5, 5) | by_direction("throughput", 15, 1)
    return SmallResults(MONTHS, "none", gate | {("wait", "gate", "all", "export"): flat(2)})


def test_loads_add_both_directions_and_closed_months_are_marked(together):
    table = crossings.crossings_by_month(together, "none")
    assert table["closed"].tolist() == [True] * 18 + [False] * 6
    assert table["load"][:18].isna().all()
    assert table["load"][18:].tolist() == pytest.approx([30 / 60] * 6)
    assert table["wait_days"].unique().tolist() == [4.0]  # the slower direction, the middle run
    summed = crossings.crossings_over_period(table, MONTHS, DATES.period(slice(12, 24))).iloc[0]
    assert (summed["throughput_t"], summed["open_months"]) == (pytest.approx(15 * 2 * 12), 6)
    assert summed["load"] == pytest.approx(30 * 12 / (60 * 6))
    pressure = crossings.months_full_and_closed(table, full_from=0.5).iloc[0]
    assert (pressure["months"], pressure["full"], pressure["closed"]) == (24, 6, 18)


def test_directions_are_kept_apart_where_all_of_a_load_is(apart):
    table = crossings.crossings_by_month(apart, "none")
    assert table.groupby("direction")["load"].first().to_dict() == pytest.approx({"export": 1.0, "import": 0.3})
    assert table[table["direction"] == "import"]["wait_days"].isna().all()
    leaving = crossings.crossings_over_period(table, MONTHS, DATES.period(slice(0, 24))).iloc[0]
    assert (leaving["direction"], leaving["load"]) == ("export", pytest.approx(1.0))
    assert leaving["throughput_t"] == pytest.approx(16 * 2 * 12)
    assert crossings.months_full_and_closed(table).iloc[0]["full"] == 24


def test_capacity_by_direction_alone_is_not_enough():
    results = SmallResults(MONTHS, "none", values_together() | by_direction("capacity", 30, 30))
    assert crossings.crossings_by_month(results, "none")["direction"].unique().tolist() == ["both"]


def test_shares_of_tonnes_add_up_over_crossings():
    tonnes = by_direction("throughput", 20, 10, "large") | by_direction("throughput", 8, 2, "small")
    gates = ("large", "small")
    tonnes |= {("background", gate, "all", "both"): flat(0) for gate in gates}
    tonnes |= {("capacity", gate, "all", "both"): flat(100) for gate in gates}
    tonnes |= {("wait", gate, "all", "export"): flat(0) for gate in gates}
    pressure = crossings.months_full_and_closed(
        crossings.crossings_by_month(SmallResults(MONTHS, "none", tonnes), "none")
    )
    assert pressure.set_index("subject")["share"].to_dict() == pytest.approx({"large": 0.75, "small": 0.25})
