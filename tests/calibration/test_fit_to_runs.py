"""From a fit to runs that draw from it: the folder that one command writes is what the other takes."""

import pandas as pd
import pytest

from sim.calibration.command import run
from sim.config import load
from sim.ensemble import run_study, study_of
from sim.errors import InputError
from sim.report.page.basis import basis_of
from sim.world.tables.read import find_world, read_tables
from tests.calibration.test_command import _config


@pytest.mark.slow
def test_a_study_draws_from_what_a_fit_has_found(tmp_path) -> None:
    folder = run(_config(tmp_path))
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
