"""Drivers are switched off as their file says: what stands still stands where it stood, and nothing else moves."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sim.config import load
from sim.errors import InputError
from sim.paths import shipped
from sim.policy.compile.capacity import causes_of, compile_schedule
from sim.policy.language.load import load_regime
from sim.policy.language.names import names_in
from sim.report.policy import held
from sim.report.policy.drivers import read_drivers, subsets
from sim.report.policy.worlds import write_regimes
from sim.world.network.gates import compile_gates
from sim.world.open import world_of

DAY = date(2021, 12, 31)
FEW = """
sanctions: {what: sanctions, sanctions: "yes"}
reopening: {what: reopening, causes: pandemic}
crossings: {what: capacity, causes: new_capacity, measures: hours_24}
trend: {what: trend, trends: "yes"}
"""


@pytest.fixture(scope="module")
def built():
    return world_of(load(["regimes=[observed]", "firms=200", "end=2024-12-31", "design=stated"]))


@pytest.fixture(scope="module")
def made(built, tmp_path_factory):
    """Regimes of all subsets of four drivers, read from their files."""
    folder = tmp_path_factory.mktemp("drivers")
    path = folder / "drivers.yaml"
    path.write_text(FEW, encoding="utf-8")
    regimes, parts = subsets(read_drivers(path), "observed", built, DAY)
    config = load(["regimes=[observed]", f"results_dir={folder}"])
    return [load_regime(each) for each in write_regimes(regimes, config, parts)]


@pytest.mark.slow
def test_every_subset_has_a_world_and_the_last_is_the_base(made) -> None:
    assert len({each.name for each in made}) == 16
    assert made[-1].measures == load_regime("observed").measures


def test_senders_do_what_they_did_on_the_day(made) -> None:
    mine = {each.name: each for each in made[0b1110].measures}
    base = {each.name: each for each in load_regime("observed").measures}
    assert {"us_import_ban", "us_entity_list", "mexico_ban"} == {"us_import_ban", "us_entity_list", "mexico_ban"} - set(
        mine
    )
    order = mine["us_cotton_tomato_order"]
    assert (order.start, order.end, base[order.name].end) == (date(2021, 1, 13), None, date(2022, 6, 20))
    assert mine["us_cotton_company_order"] == base["us_cotton_company_order"]
    assert mine["pandemic"] == base["pandemic"]


@pytest.mark.parametrize(("number", "causes"), [(0b1101, ["pandemic"]), (0b1001, ["pandemic", "new_capacity"])])
def test_crossings_pass_what_they_would_have_passed_with_the_rows_of_the_day(built, made, number, causes) -> None:
    regime, tables = made[number], built.tables
    active = causes_of(regime)
    rows = {name: held._as_on(getattr(tables, name), causes, DAY) for name in ("crossings", "calendars")}
    was = compile_gates(tables.__class__(**{**vars(tables), **rows}), active, built.week_starts).capacity_t
    now = compile_gates(tables, active, built.week_starts).capacity_t
    found = compile_schedule(regime, tables, names_in(tables), built.week_starts).capacity_t
    size = now.max(axis=1, keepdims=True)
    size = np.where(size > 0, size, 1)
    np.testing.assert_allclose(found / size, np.minimum(now, was) / size, atol=2e-4)
    assert (found < 0.9 * now).any(axis=1).sum() > 10
    before = built.week_starts < np.datetime64("2021-12-27")
    np.testing.assert_array_equal(found[:, before], now[:, before])


def test_a_trend_is_taken_back_to_the_end(built) -> None:
    (measure,) = held.held_trends(built, DAY).values()
    assert measure["scope"]["directions"] == "import"
    assert set(measure["scope"]["markets"]) == set(built.tables.demand.query("direction == 'import'")["market"])
    years = (np.datetime64("2025-01-06") - np.datetime64(DAY)).astype(int) / 365.2425
    assert measure["level"] == pytest.approx(-np.log(1.08) * years, rel=0.01)


def test_the_shipped_drivers_are_of_the_observed_world(built) -> None:
    drivers = read_drivers(shipped("conf") / "drivers.yaml")
    known = {each.name for each in load_regime("observed").measures}
    assert len(drivers) == 8
    assert {name for each in drivers for name in (*each.measures, *each.causes)} <= known


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("one: {what: nothing}", r"line 1: 'one' needs `what` and one of measures"),
        ("one: {what: a, mesures: zone}", r"mesures.*measures"),
        ("\n".join(f"d{i}: {{what: a, trends: 'yes'}}" for i in range(9)), "one to 8 drivers"),
    ],
)
def test_faults_of_a_file_of_drivers_are_one_sentence(tmp_path: Path, text, sentence) -> None:
    path = tmp_path / "drivers.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=sentence):
        read_drivers(path)


def test_a_driver_that_the_regime_lacks_is_told_with_the_nearest(built, tmp_path: Path) -> None:
    path = tmp_path / "drivers.yaml"
    path.write_text("one: {what: a, measures: free_trade_zon}", encoding="utf-8")
    with pytest.raises(
        InputError, match="'one' names 'free_trade_zon', which the regime 'observed' lacks.*free_trade_zone"
    ):
        subsets(read_drivers(path), "observed", built, DAY)
