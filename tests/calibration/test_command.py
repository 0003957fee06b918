"""`reroute calibrate` with real runs, small but whole; and a study that draws from what it found."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import yaml

from sim.calibration.command import run
from sim.config import load
from sim.emulator import read_emulator
from sim.ensemble import run_study, study_of
from sim.ensemble.plan.digests import data_digest
from sim.errors import InputError
from sim.policy.language.load import load_regime
from sim.report.page.basis import basis_of
from sim.world.tables.read import find_world, read_tables

WORDS = [
    "command=calibrate",
    "firms=200",
    "end=2021-06-30",
    "design=uncertain",
    "design.uncertain=[theta_market,volume_scale,level.uk_statements]",
    "calibrate.runs=16",
    "calibrate.waves=1",
    "calibrate.draws=8",
]
COLUMNS = "target,group,scale,outcome,subjects,commodities,direction,from_month,to_month,observed"
OVER = "over_outcome,over_subjects,over_commodities,over_from_month,over_to_month,over_observed"
WEST = "west,log,registered_trade,united_states,all,export"
SPRING = "registered_trade_united_states_export_20210101_202103"
TARGETS = f"""{COLUMNS},{OVER}
first quarter,{WEST},2021-01,2021-03,{SPRING}31,,,,,,
April and May,{WEST},2021-04,2021-05,{SPRING.replace("202103", "202105")}31 -{SPRING}31,,,,,,
"""


def _config(tmp_path):
    targets = tmp_path / "targets.csv"
    targets.write_text(TARGETS)
    return load([*WORDS, f"calibrate.targets={targets}", f"results_dir={tmp_path}"])


@pytest.fixture(scope="module")
def fit(tmp_path_factory):
    """Settings of a small fit, and the folder that it wrote."""
    config = _config(tmp_path_factory.mktemp("fit"))
    return config, run(config)


@pytest.mark.slow
def test_a_fit_is_written_with_what_it_rests_on_and_comes_out_the_same_again(fit) -> None:
    config, folder = fit
    posterior = pd.read_csv(folder / "posterior.csv")
    factors = ["theta_market", "volume_scale", "level.uk_statements"]
    assert list(posterior.columns) == [*factors, "weight", "log_density"]
    assert posterior["weight"].sum() == pytest.approx(1)
    targets = pd.read_csv(folder / "fitted.csv")
    assert (targets["q05"] <= targets["median"]).all()
    assert (targets["median"] <= targets["q95"]).all()
    assert np.log(targets["median"] / targets["value"]).abs().max() < 5
    emulator, _ = read_emulator(folder / "emulator.json")
    assert emulator.outcomes == tuple(targets.loc[~targets["out_of_reach"], "target"])
    summary = yaml.safe_load((folder / "fit.yaml").read_text())
    assert (summary["targets"], summary["world"], summary["end"]) == (2, "xinjiang", "2021-05-31")
    assert summary["data"] == data_digest(read_tables(find_world("xinjiang")), load_regime("observed"))
    before = (folder / "posterior.csv").read_bytes()
    run(config)  # stored runs are not computed again
    assert (folder / "posterior.csv").read_bytes() == before


@pytest.mark.slow
def test_a_study_draws_from_what_a_fit_has_found(fit, tmp_path) -> None:
    """The folder that one command writes is what the other takes."""
    _, folder = fit
    short = ["firms=200", "end=2021-02-28", "behaviour.spin_up_weeks=0", "regimes=[observed]", "design.runs=3"]
    config = load([*short, f"design.posterior={folder}", f"results_dir={tmp_path / 'runs'}"])
    results = run_study(study_of(config), progress=False)
    assert results.failures.empty
    fitted = pd.read_csv(folder / "posterior.csv").drop(columns=["weight", "log_density"])
    stored = {tuple(row) for row in fitted.to_numpy()}
    assert {tuple(row) for row in results.draws[fitted.columns].to_numpy()} <= stored
    first, apart = basis_of(config, read_tables(find_world("xinjiang")), results.manifest["design"]).sentences
    assert f"of {len(fitted)} posterior runs" in first
    assert "behaviour.spin_up_weeks=0" in apart
    with pytest.raises(InputError, match="under behaviour.rule=logit, and this study runs satisficing"):
        study_of(load([*short, f"design.posterior={folder}", "behaviour=satisficing"]))


def test_nothing_uncertain_is_nothing_to_fit(tmp_path) -> None:
    with pytest.raises(InputError, match="Nothing is uncertain"):
        run(load(["command=calibrate", "design=stated"]))


def test_a_world_without_targets_is_told(tmp_path) -> None:
    config = load(["command=calibrate", "design=uncertain", f"world={tmp_path}"])
    with pytest.raises(InputError, match="no targets for the world"):
        run(config)


def test_targets_of_later_days_are_left_out_and_counted(tmp_path, capsys) -> None:
    config = replace(_config(tmp_path), end="2021-02-28")
    with pytest.raises(InputError, match=r"targets.csv has no target that rests on figures up to 2021-02-28"):
        run(config)
    assert "2 of 2 targets rest on figures of days after 2021-02-28" in capsys.readouterr().out
