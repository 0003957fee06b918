"""Targets that are counted in runs: their scales and errors, and the units of what is counted."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.analysis.roundabout import COLUMNS, COUNTS, FILE, read_figures, target_of
from sim.calibration.command import CountedWork, prepared, prior_of, target_path
from sim.calibration.counted import SCALES, counted_targets, in_units_of_targets
from sim.calibration.halves import FILE as HALVES
from sim.calibration.halves import verdict
from sim.calibration.targets import Targets
from sim.config import load
from sim.ensemble.plan.posterior import read_fitted, read_posterior
from sim.report.policy.eurasian_roundabout import REFIT
from sim.world.tables.read import find_world

MONTHS = "2022-01,2022-12,2021-01,2021-12"
ROWS = f"""{",".join(COLUMNS)}
fall,change,a,target,*,{MONTHS},-60,-70,-50,percent,no
rise,change,a,hub,*,{MONTHS},150,100,200,percent,no
back,returned,a,hub,*,{MONTHS},20,10,30,percent,no
share,part,a,hub,*,{MONTHS},25,15,35,percent,no
known,arrived,*,target,*,{MONTHS},-10,-20,0,percent,yes
"""


@pytest.fixture
def figures(tmp_path):
    (tmp_path / FILE).write_text(ROWS, encoding="utf-8")
    return read_figures(tmp_path)


def test_changes_become_levels_and_ranges_errors(figures):
    found = counted_targets(figures, "target").set_index("target")
    assert list(found.index) == ["fall", "rise", "back", "share"]  # an input is no target
    assert found["value"].tolist() == pytest.approx([0.4, 2.5, 0.2, 0.25])
    assert found["error"].tolist() == pytest.approx([0.1 / 1.645, 0.5 / 1.645, 0.1 / 1.645, 0.1 / 1.645])
    assert found["group"].tolist() == ["direct", "hubs", "returned", "part"]
    assert found["scale"].tolist() == ["log", "log", "log", "logit"]


def test_what_is_counted_takes_the_units_of_the_targets(figures):
    kinds = figures.set_index("figure")["kind"].iloc[:4]
    counted = pd.DataFrame([[-60.0], [150.0], [np.nan], [25.0]], index=kinds.index)
    assert in_units_of_targets(counted, kinds)[0].tolist() == pytest.approx([0.4, 2.5, 3.0, 0.25])
    counted.loc["back"] = -5.0
    assert in_units_of_targets(counted, kinds)[0]["back"] == 0.01


def test_every_count_has_a_scale_on_which_the_shipped_figures_lie():
    assert set(SCALES) == set(COUNTS)
    figures = read_figures(find_world("russia"))
    targets = Targets.of_table(counted_targets(figures, target_of(figures)))
    assert len(targets.names) == (figures["is_input"] == "no").sum()
    assert np.isfinite(targets.value).all()


def test_a_world_without_targets_has_its_list_of_counted_figures():
    assert target_path(load(["command=calibrate", "design=uncertain", "world=russia"])).name == FILE
    assert target_path(load(["command=calibrate", "design=uncertain"])).name == "targets.csv"


@pytest.mark.slow
def test_runs_are_counted_once_and_come_out_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.calibration.command.LUCK_DRAWS", 2)
    monkeypatch.setattr("sim.calibration.command.LUCK_RUNS", 2)
    words = ["command=calibrate", "world=russia", "firms=200", "design=uncertain", f"results_dir={tmp_path}"]
    work = prepared(load([*words, "end=2022-12-31", "design.uncertain=[theta_market,volume_scale]"]))
    assert isinstance(work, CountedWork)
    assert (work.rows["to_month"] <= "2022-12").all()
    drawn = work.prior.sobol(2, 1)
    first = work.simulate(drawn)
    assert set(first.columns) == set(work.targets.names)
    files = sorted((work.folder / "counted").iterdir())
    pd.testing.assert_frame_equal(work.simulate(drawn), first)
    assert sorted((work.folder / "counted").iterdir()) == files
    other = replace(work, config=replace(work.config, design=replace(work.config.design, seed=2))).simulate(drawn)
    assert not other.equals(first)


def test_the_fit_of_the_shipped_world_is_read_and_lies_in_its_ranges():
    folder = find_world("russia") / REFIT
    stored, fitted = read_posterior(folder), read_fitted(folder)
    figures = read_figures(folder.parent)
    assert set(fitted["target"]) == set(counted_targets(figures, target_of(figures))["target"])
    assert (stored.fit["world"], stored.fit["targets"]) == ("russia", len(fitted))
    words = ["command=calibrate", "design=uncertain", "world=russia", f"end={stored.fit['end']}"]
    factors = prior_of(load(words)).factors
    assert list(stored.table.columns) == [each.name for each in factors]
    for each in factors:
        assert stored.table[each.name].between(each.low, each.high).all()
    found = verdict(pd.read_csv(folder / HALVES), fitted)
    assert 0 < found.unseen <= found.asked == len(fitted)
