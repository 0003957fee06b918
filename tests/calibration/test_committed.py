"""Fits in force belong to the world, the figures and the rules as they are; whoever changes these fits anew."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.calibration.command import prior_of
from sim.calibration.published import published_targets, read_target_rows
from sim.config import load
from sim.ensemble.plan.digests import data_digest, rules_digest
from sim.ensemble.plan.posterior import FIT_FILE, check_current, read_posterior
from sim.paths import shipped
from sim.policy.language.load import load_regime
from sim.world.tables.read import find_world, read_tables

FOLDERS = sorted(path.parent for path in (shipped("conf") / "calibration").rglob(FIT_FILE))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda each: each.name)
def test_a_fit_in_force_is_good_and_of_what_is_there(folder: Path) -> None:
    stored = read_posterior(folder)
    tables = read_tables(find_world(stored.fit["world"]))
    check_current(stored, tables.folder.name, data_digest(tables, load_regime("observed")), rules_digest())
    assert stored.fit["good"]
    assert stored.fit["largest_rhat"] < 1.02
    assert not stored.fit["emulator_too_coarse_for"]
    factors = prior_of(load(["command=calibrate", "design=uncertain", f"end={stored.fit['end']}"])).factors
    assert list(stored.table.columns) == [each.name for each in factors]
    for each in factors:
        assert stored.table[each.name].between(each.low, each.high).all()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda each: each.name)
def test_a_fit_in_force_is_to_the_figures_that_are_published(folder: Path) -> None:
    fit = read_posterior(folder).fit
    path = shipped("conf") / "calibration" / fit["world"] / "targets.csv"
    tables = read_tables(find_world(fit["world"]))
    published = published_targets(read_target_rows(path), tables.observed, path.name, fit["end"])
    fitted = pd.read_csv(folder / "fitted.csv").set_index("target")
    assert set(fitted.index) == set(published["target"])
    now = published.set_index("target").loc[fitted.index]
    for column in ("value", "error"):
        assert np.allclose(fitted[column], now[column], rtol=1e-3)
