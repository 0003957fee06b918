"""Headline outcomes run by run, against the tables that a page shows and by hand."""

import numpy as np
import pandas as pd
import pytest

from sim.analysis import by_run
from sim.config import load
from sim.parameters import TABLE
from sim.policy.language.load import load_regime
from sim.report.shown import shown
from sim.world.tables.read import find_world, read_tables
from tests.small_results import SmallResults, months_of

RUNS, MONTHS = 4, months_of(2022, 2023)
REGIMES = ("none", "uflpa")


def level(none: float, uflpa: float) -> dict[str, np.ndarray]:
    """Values of each run, run number and one times the level, under the two regimes."""
    rows = np.arange(1, RUNS + 1)[:, None] * np.ones(len(MONTHS))
    return {"none": none * rows, "uflpa": uflpa * rows}


@pytest.fixture(scope="module")
def study():
    values = {
        ("sanctioned_trade", "united_states/direct", "apparel", "export"): level(6, 1),
        ("sanctioned_trade", "united_states/direct", "metals", "export"): level(2, 1),
        ("sanctioned_trade", "united_states/embodied", "apparel", "export"): level(1, 3),
        ("sanctioned_trade", "united_states/embodied", "metals", "export"): level(1, 0),
        ("sanctioned_trade", "united_states/direct", "all", "export"): level(8, 2),
        ("sanctioned_trade", "united_states/embodied", "all", "export"): level(2, 3),
        ("registered_trade", "total", "all", "both"): level(100, 95),
        ("incidence_at", "united_states/false_alarms", "all", "export"): level(1, 4),
    }
    results = SmallResults(MONTHS, "none", values)
    config = load(["regimes=[none,uflpa]", "start=2022-01-01", "end=2023-12-31"])
    regimes = [load_regime(name) for name in REGIMES]
    return shown(results, "none", read_tables(find_world("xinjiang")), regimes, config, "", "")


def test_headlines_of_each_run(study) -> None:
    found = by_run.headlines(study, "uflpa")
    assert len(found) == RUNS
    assert found["trade"].to_numpy() == pytest.approx([-0.05] * RUNS)
    assert found["false_alarms"].to_numpy() == pytest.approx(36.0 * np.arange(1, RUNS + 1))


def test_the_cut_and_what_is_diverted_are_those_of_the_page(study) -> None:
    found, table = by_run.headlines(study, "uflpa"), study.cut.set_index("quantity")["mean"]
    assert found["cut"].to_numpy() == pytest.approx([table["cut"]] * RUNS)
    assert found["diverted"].to_numpy() == pytest.approx([table["diverted"]] * RUNS)
    assert 0.4 < table["cut"] < 0.6


def test_what_is_not_stored_is_missing(study) -> None:
    fewer = SmallResults(MONTHS, "none", {("registered_trade", "total", "all", "both"): level(100, 95)})
    config = load(["regimes=[none,uflpa]", "start=2022-01-01", "end=2023-12-31"])
    bare = shown(fewer, "none", study.world, list(study.laws.values()), config, "", "")
    found = by_run.headlines(bare, "uflpa")
    assert found[["cut", "diverted", "false_alarms"]].isna().all(axis=None)
    assert found["trade"].notna().all()


def test_each_run_has_the_factors_of_its_draw() -> None:
    class Stored:
        draws = pd.DataFrame({"kappa": [1.0, 2.0], "lift": [5.0, 5.0]}, index=[1, 2])
        runs = pd.DataFrame({"draw": [2, 1, 2], "run": [0, 0, 1]})

    found = by_run.factors_of_runs(Stored())
    assert found.columns.tolist() == ["kappa"]
    assert found["kappa"].tolist() == [2.0, 1.0, 2.0]


def test_a_factor_is_assumed_as_its_row_or_measure_says() -> None:
    names = ["kappa", "lift", "level.goods_that_go_on", "level.us_customs_budget_2024"]
    found = by_run.assumed(names, [load_regime("uflpa")])
    assert found == ["kappa", "level.goods_that_go_on"]
    assert TABLE["kappa"].source == "assumed"
    assert "assumed" not in TABLE["lift"].source
