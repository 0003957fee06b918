"""A small back-test from end to end, with real runs; and what is refused before anything runs."""

import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.backtest.known import Driver
from sim.backtest.origins import VERSIONS, origin_of, prior_of
from sim.backtest.study import SIZE, all_rows, back_test
from sim.calibration.command import target_path
from sim.config import load
from sim.errors import InputError
from sim.parameters import LEVEL
from sim.report import words
from sim.report.backtest import bars_in_words, explained, findings
from sim.world.tables.read import find_world, read_tables

ORIGIN = date(2021, 12, 31)
WORDS = [
    "experiment=backtest",
    "firms=200",
    "end=2022-12-31",
    "design.uncertain=[theta_market,volume_scale]",
    "calibrate.runs=60",
    "calibrate.draws=60",
    "calibrate.waves=1",
]


@pytest.fixture(scope="module")
def tables():
    return read_tables(find_world("xinjiang"))


@pytest.fixture(scope="module")
def small(tables, tmp_path_factory):
    folder = tmp_path_factory.mktemp("backtest")
    path, told = target_path(load(WORDS)), []
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    rows[rows["group"] != "hours"].to_csv(folder / "targets.csv", index=False)  # two factors move no hours
    shutil.copy(path.with_name(SIZE), folder)
    config = load([*WORDS, f"calibrate.targets={folder / 'targets.csv'}"])
    return back_test(config, tables, folder / "runs", told.append, (ORIGIN,)), told


@pytest.mark.thorough
def test_every_held_out_target_is_predicted_in_both_versions_and_scored(small):
    found, told = small
    (one,) = found.predicted
    assert set(one.draws) == set(VERSIONS)
    for (year, version), each in found.scored.items():
        assert year == 2022
        assert each.table["target"].tolist() == one.origin.held["target"].tolist()
        assert np.isfinite(each.draws).all()
        assert (each.table["q05"] < each.table["q95"]).all()
        assert each.table["version"].unique().tolist() == [version]
        parts = each.table[["dispersion", "over", "under"]].sum(axis=1)
        assert parts.to_numpy() == pytest.approx(each.table["wis"].to_numpy())
    assert found.bars["version"].tolist() == list(VERSIONS)
    assert any("to the end of 2022" in line for line in told)


@pytest.mark.thorough
def test_the_versions_differ_by_what_came_later_and_the_fit_is_shared(small):
    found, _ = small
    tables = [found.scored[2022, version].table.set_index("target")["median"] for version in VERSIONS]
    assert not np.allclose(tables[0], tables[1])
    kyrgyzstan = [table["Kyrgyzstan June to October 2022"] for table in tables]
    assert kyrgyzstan[0] > kyrgyzstan[1], "goods that go on came in 2022"


@pytest.mark.thorough
def test_the_answer_says_bars_scores_and_fits(small):
    found, _ = small
    text = findings(found, "    reroute experiment=backtest\n")
    for part in ("## Bars", "## Scores", "## Rows that are lost", "## Fits", "relative WIS", "2022"):
        assert part in text
    assert "nan" not in text.lower().replace("financ", "")


def test_a_target_is_fitted_or_predicted_and_never_both(tables):
    rows, may_fit = all_rows(target_path(load(WORDS)))
    for year in (2022, 2023):
        one = origin_of(date(year, 12, 31), rows, may_fit, tables.observed)
        assert one.fitted.index.intersection(one.held.index).empty
        assert (one.rows.loc[one.fitted.index, "to_month"] <= f"{year}-12").all()
        assert (one.rows.loc[one.held.index, "from_month"] > f"{year}-12").all()
        assert (one.rows.loc[one.held.index, "to_month"] <= f"{year + 1}-12").all()
        ends = tables.observed.set_index("observation")["to_date"]
        named = " ".join(one.rows.loc[one.fitted.index, ["observed", "over_observed"]].to_numpy().ravel()).split()
        assert max(ends[name.lstrip("-")] for name in named) <= date(year, 12, 31)


def test_the_prior_of_an_origin_has_no_level_of_the_drivers(tables):
    prior = prior_of(load(WORDS), [Driver("shut", -1.0, 0.05, 2.0)])
    assert prior.names == ["theta_market", "volume_scale", "measure_levels", LEVEL + "shut"]
    assert np.median(prior.sobol(64, 1)[LEVEL + "shut"]) == pytest.approx(np.sqrt(0.05 * 2.0), rel=0.1)


def test_an_origin_without_targets_is_refused(tables):
    with pytest.raises(InputError, match="No target ends by the origin 2015-12-31"):
        back_test(load(WORDS), tables, Path("nowhere"), print, (date(2015, 12, 31),))


def test_a_year_outside_the_study_is_refused(tables):
    with pytest.raises(InputError, match="predicts 2023 from 2022-12-31, and the study runs from"):
        back_test(load(WORDS), tables, Path("nowhere"), print, (date(2022, 12, 31),))


def test_a_lost_row_is_explained_by_its_numbers():
    row = pd.Series({"year": 2023, "version": "told", "row": "totals", "relative": 1.5, "best_rival": "no change"})
    row["low"], row["bias"], row["dispersion"], row["wis"] = 1.2, np.log(1.3), 0.02, 0.1
    text = explained(row, pd.Series({"error": 0.4, "model": 0.3, "scenario": 0.1}))
    assert text.replace(words.NO_BREAK, " ") == (
        "2023, told, totals: 1.50 times the score of no change. Medians lie 30 % too high on average; 20 % of the "
        "score is the width of the intervals; what came later moves medians by 25 % of their error without it."
    )
    assert "which chance may explain" in explained(row.replace(1.2, 0.9), pd.Series({"error": 0.4, "scenario": 0.1}))


def test_bars_are_counted():
    bars = pd.DataFrame({"year": [2023, 2024], "version": ["told", "told"], "wide": [True, True]})
    assert bars_in_words(bars) == "2 of 2 bars are met."
