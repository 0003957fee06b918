"""Levels of measures and drivers are drawn: the ends of a range are the regimes that are written at these ends."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.config import Config, load
from sim.ensemble import Study, replay, run_study
from sim.errors import InputError
from sim.results.results import Results
from sim.run import Run
from tests.shared_worlds import study_of

TINY = Path(__file__).parents[1] / "world" / "tiny"
MEASURES = """purpose: A driver of demand and a tariff, each with a range.
background: replaces

measures:
  driver:
    sender: events
    instrument: demand
    start: 2021-02-01
    phase_in: {{shape: linear, weeks: 4}}
    scope: {{directions: export, markets: [overseas, nearland]}}
    level: {driver}
    low: 0.2
    high: 0.8
    source: assumed
  duty:
    sender: overseas
    instrument: tariff
    start: 2021-01-15
    scope: {{commodities: apparel}}
    level: {duty}
    low: 0.1
    high: 0.4
    source: assumed
  {closes}: {{sender: overseas, instrument: tariff, start: {start}, level: 0, high: 0.3, source: assumed}}
"""


def settings(tmp_path: Path, *words: str, driver: float = 0.5, duty: float = 0.25, **other: str) -> Config:
    """Two runs of a small world under a regime at two levels."""
    file = tmp_path / "measured.yaml"
    text = MEASURES.format(driver=driver, duty=duty, **({"closes": "late", "start": "2021-07-01"} | other))
    file.write_text(text, encoding="utf-8")
    small = (
        f"world={TINY}",
        "end=2021-05-31",
        "firms=60",
        "behaviour.spin_up_weeks=52",
        "design=stated",
        "design.runs=2",
    )
    return load([*small, f"regimes=[{file}]", f"results_dir={tmp_path}", *words])


def months(tmp_path: Path, driver: float, duty: float, *positions: str) -> np.ndarray:
    """Every series of two runs under a regime at two levels, and draws at some positions."""
    return series(run_study(study_of(settings(tmp_path, *positions, driver=driver, duty=duty))))


def series(results: Results, regime: str = "measured") -> np.ndarray:
    """Every series of all runs under a regime."""
    return results.wide(regime, list(results.series["column"]))


def drawn(tmp_path: Path, table: str, *words: str) -> Study:
    """A study of the draws of a table."""
    (tmp_path / "draws.csv").write_text(table, encoding="utf-8")
    return study_of(settings(tmp_path, f"design.sampler={tmp_path / 'draws.csv'}", *words))


def of_draw(results: Results, draw: int, regime: str = "measured") -> bytes:
    """Series of the runs of one draw."""
    return series(results, regime)[results.runs["draw"].to_numpy() == draw].tobytes()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("positions", "driver", "duty"),
    [
        (("behaviour.driver_levels=1",), 0.8, 0.25),
        (("behaviour.driver_levels=-1", "behaviour.measure_levels=1"), 0.2, 0.4),
        (("behaviour.measure_levels=-1",), 0.5, 0.1),
    ],
)
def test_the_end_of_a_range_is_the_regime_at_that_end(tmp_path, positions, driver, duty):
    drawn = months(tmp_path, 0.5, 0.25, *positions)
    written = months(tmp_path, driver, duty)
    assert np.allclose(drawn, written, rtol=1e-5, atol=1e-6)
    assert not np.allclose(drawn, months(tmp_path, 0.5, 0.25), rtol=1e-3)


@pytest.mark.slow
def test_a_level_of_its_own_has_the_bits_of_all_levels_there_and_heeds_no_other(tmp_path):
    table = """level.driver,driver_levels,measure_levels
0.5,0,0
0.8,0,0
0.2,1,0
0.5,-1,0
0.5,0,1
"""
    results = run_study(drawn(tmp_path, table))
    as_it_stands = months(tmp_path, 0.5, 0.25)
    assert of_draw(results, 1) == as_it_stands.tobytes()
    assert of_draw(results, 2) == months(tmp_path, 0.5, 0.25, "behaviour.driver_levels=1").tobytes()
    assert of_draw(results, 3) == months(tmp_path, 0.5, 0.25, "behaviour.driver_levels=-1").tobytes()
    assert of_draw(results, 4) == as_it_stands.tobytes()
    assert of_draw(results, 5) == months(tmp_path, 0.5, 0.25, "behaviour.measure_levels=1").tobytes()
    assert len({of_draw(results, draw) for draw in (1, 2, 3, 5)}) == 4


@pytest.mark.slow
def test_a_level_between_the_ends_is_the_regime_that_is_written_there(tmp_path):
    results = run_study(drawn(tmp_path, "level.duty,level.driver\n0.35,0.3\n"))
    assert results.draws.loc[1, ["level.duty", "level.driver"]].to_list() == [0.35, 0.3]
    assert np.allclose(series(results), months(tmp_path, 0.3, 0.35), rtol=1e-5, atol=1e-6)
    file = str(tmp_path / "measured.yaml")
    stepped = Run.of(settings(tmp_path), file, 1, {"duty": 0.35, "driver": 0.3})
    stepped.run_all()
    stored = study_of(settings(tmp_path)).observation.of(stepped.record)
    assert stored[0].tobytes() == series(results)[1].tobytes()


@pytest.mark.slow
def test_a_level_of_0_moves_as_well(tmp_path):
    own = study_of(settings(tmp_path, closes="early", start="2021-01-15"))
    assert own.scenarios["measured"].levels["early"].rows == (2,)
    (tmp_path / "draws.csv").write_text("level.early\n0.3\n")
    config = settings(tmp_path, f"design.sampler={tmp_path / 'draws.csv'}", closes="early", start="2021-01-15")
    moved = run_study(study_of(config))
    assert of_draw(moved, 1) != series(run_study(own)).tobytes()
    together = settings(tmp_path, "behaviour.measure_levels=1", "design.runs=1", closes="early", start="2021-01-15")
    assert study_of(together).scenarios["measured"].policy.level_ends[2].tolist() == [0.0, np.float32(0.3)]


@pytest.mark.slow
def test_a_regime_without_the_measure_is_not_touched_and_a_run_is_done_again(tmp_path, capsys):
    both = f"regimes=[none,{tmp_path / 'measured.yaml'}]"
    results = run_study(drawn(tmp_path, "level.driver\n0.5\n0.7\n", both))
    alone = run_study(study_of(settings(tmp_path, both)))
    for draw in (1, 2):
        assert of_draw(results, draw, "none") == of_draw(alone, 0, "none")
    assert of_draw(results, 1) == of_draw(alone, 0) != of_draw(results, 2)
    for regime in ("none", "measured"):
        replay(load(["command=replay", f"replay.store={results.folder}", f"replay.run={regime}/2/1"]))
        assert "equals the stored one, bit for bit" in capsys.readouterr().out


@pytest.mark.slow
def test_other_levels_are_another_study(tmp_path):
    """Also where only the measure differs whose level a number is."""
    tables = ["level.driver\n0.3\n", "level.driver\n0.4\n", "level.duty\n0.3\n", "level.late\n0.3\n"]
    studies = [drawn(tmp_path, table) for table in tables]
    assert len({study.signature for study in studies}) == len(studies)
    assert len({study.keys["measured"] for study in studies}) == 3


def test_a_measure_that_is_never_in_force_has_a_level_and_no_rows(tmp_path):
    levels = study_of(settings(tmp_path)).scenarios["measured"].levels
    assert {name: len(each.rows) for name, each in levels.items()} == {"driver": 1, "duty": 1, "late": 0}


@pytest.mark.slow
def test_a_history_goes_on_with_its_own_levels_alone(tmp_path):
    saved = drawn(tmp_path, "level.driver\n0.7\n", "history.save=2021-03-14")
    whole = run_study(saved)
    load_it = f"history.load={saved.saving.folder}"
    on = run_study(drawn(tmp_path, "level.driver\n0.7\n", load_it))
    assert of_draw(on, 1) == of_draw(whole, 1)
    for table, told in (
        ("level.driver\n0.6\n", "draw 1 differs in level.driver"),
        ("level.duty\n0.3\n", "other parameters or levels: level.driver, level.duty"),
        ("driver_levels\n0.5\n", "with other parameters"),
    ):
        with pytest.raises(InputError, match=told):
            drawn(tmp_path, table, load_it)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("level.drivr\n0.5\n", "draws.csv=level.drivr is not known: did you mean 'level.driver'"),
        ("level.driver\n0.5\n0.9\n", r"draws.csv, row 3, level.driver=0.9: .* level, 0.2 to 0.8\."),
        ("level.driver\nhigh\n", "row 2, level.driver='high': not a finite number"),
        ("driver\n0.5\n", "draws.csv=driver is not known"),
    ],
)
def test_a_bad_level_is_told_in_a_sentence(tmp_path, table, told):
    with pytest.raises(InputError, match=told):
        drawn(tmp_path, table)


def test_levels_that_python_sets_are_held_against_their_ranges(tmp_path):
    study = drawn(tmp_path, "level.driver\n0.5\n")
    rows = study.design.draws.copy()
    rows[0, -1] = 2.0
    with pytest.raises(InputError, match=r"draw 1, level.driver=2: outside the range"):
        run_study(replace(study, design=study.design._replace(draws=rows)))
    with pytest.raises(InputError, match="level of a draw=level.dutty is not known: did you mean 'level.duty'"):
        run_study(replace(study, design=study.design._replace(levels=("level.dutty",))))
    config, file = settings(tmp_path), str(tmp_path / "measured.yaml")
    with pytest.raises(InputError, match="levels=drive is not known: did you mean 'driver'"):
        Run.of(config, file, levels={"drive": 0.5})
    with pytest.raises(InputError, match="levels, duty=0.5: outside the range"):
        Run.of(config, file, levels={"duty": 0.5})
