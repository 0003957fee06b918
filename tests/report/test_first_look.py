"""A long study shows its first runs before the others are done; a short one, or one that is stored, does not."""

from pathlib import Path

import numpy as np
import pytest

from sim.config import load
from sim.ensemble import run_study, study_of
from sim.report.studies import first_look, run
from sim.store.blocks import BLOCK_RUNS
from tests.ensemble.test_fitted import TINY, write

pytestmark = pytest.mark.usefixtures("coarse")

BAN = Path(__file__).parents[1] / "ensemble" / "ban.yaml"


TRADE = ["registered_trade|total|all|both|musd"]


@pytest.fixture(scope="module")
def posterior(tmp_path_factory) -> Path:
    return write(tmp_path_factory.mktemp("posterior"))


def settings(folder: Path, posterior: Path, *words: str):
    world = [f"world={TINY}", "firms=60", "end=2021-02-28", "behaviour.spin_up_weeks=52", f"regimes=[none,{BAN}]"]
    drawn = [] if "design=stated" in words else [f"design.posterior={posterior}"]
    return load([*world, *drawn, f"results_dir={folder}", "observe=totals", *words])


def look_of(config):
    return first_look(config, study_of(config))


@pytest.mark.slow
def test_only_a_long_study_has_a_first_look(tmp_path, posterior):
    assert look_of(settings(tmp_path, posterior, "design.runs=200")).design.runs == BLOCK_RUNS
    assert look_of(settings(tmp_path, posterior, "design.runs=199")) is None
    assert look_of(settings(tmp_path, posterior, "design=stated", "design.runs=200")) is None


@pytest.mark.slow
def test_what_is_shown_first_are_the_first_runs_of_the_study_and_they_are_not_run_again(tmp_path, posterior, capsys):
    config, shown = settings(tmp_path, posterior, "design.runs=200"), []

    def report(results, _world, _regimes, _config):
        shown.append(results)
        path = results.folder / "answer.md"
        path.write_text("Runs.", encoding="utf-8")
        return path

    whole = run(config, report)
    first, last = (each.wide("none", TRADE) for each in shown)
    assert (len(first), len(last)) == (BLOCK_RUNS, 200)
    assert np.array_equal(first, last[:BLOCK_RUNS])
    assert f"First figures, of {BLOCK_RUNS} runs a regime" in capsys.readouterr().out
    alone = run_study(study_of(settings(tmp_path / "alone", posterior, "design.runs=200")))
    assert alone.signature == whole.signature
    assert np.array_equal(alone.wide("none", TRADE), last)
    run(config, report)
    assert len(shown) == 3
