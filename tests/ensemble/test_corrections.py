"""A correction is left out by putting back tables, drivers and parameters; all else stays to the last bit."""

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.config import load
from sim.ensemble import study_of
from sim.ensemble.corrections import leave_out, read_corrections
from sim.errors import InputError
from sim.paths import shipped
from sim.policy.language.load import load_regime
from sim.world.tables.read import find_world, read_tables

TINY = Path(__file__).parents[1] / "world" / "tiny"


@pytest.fixture(scope="module")
def config():
    return load(
        [f"world={TINY}", "end=2021-06-30", "firms=60", "regimes=[none,uflpa]", "design=stated", "design.runs=1"]
    )


def corrections(tmp_path, text):
    path = tmp_path / "corrections.yaml"
    path.write_text(text, encoding="utf-8")
    return read_corrections(path)


def left_out(tmp_path, config, text):
    (each,) = corrections(tmp_path, text)
    return leave_out(each, config, tmp_path / "inputs")


def demand(folder, market, direction):
    rows = read_tables(folder).demand
    return rows[(rows["market"] == market) & (rows["direction"] == direction)]["value_musd"].to_numpy()


def test_cells_are_put_back_and_no_other_is_touched(tmp_path, config):
    tables = read_tables(TINY)
    one, *rest = dict.fromkeys(tables.demand["market"])
    found = left_out(
        tmp_path,
        config,
        f"""
        doubled:
          what: a market twice as large
          tables:
            demand:
              - {{where: {{market: {one}, direction: export}}, times: {{value_musd: 0.5, low: 0.5, high: 0.5}}}}
              - except: {{market: {one}}}
                set: {{trend_per_year: "0.01"}}
        """,
    )
    assert found.regimes == config.regimes
    assert found.behaviour == config.behaviour
    assert Path(found.world).name == TINY.name
    changed = read_tables(find_world(found.world))
    np.testing.assert_allclose(demand(found.world, one, "export"), demand(TINY, one, "export") / 2)
    trends = changed.demand.set_index("market")["trend_per_year"]
    assert (trends.loc[rest] == 0.01).all()
    assert trends.loc[[one]].tolist() == tables.demand.set_index("market").loc[[one], "trend_per_year"].tolist()
    for name in ("places", "legs", "crossings", "hubs", "firms"):
        assert getattr(changed, name).equals(getattr(tables, name)), name


@pytest.mark.slow
def test_what_a_correction_put_in_comes_out_again(tmp_path, config):
    """A world with a market twice as large, without that, is the world before: the same arrays, to the last bit."""
    market = read_tables(TINY).demand["market"][0]
    twice = f"c: {{what: w, tables: {{demand: [{{where: {{market: {market}}}, times: {{value_musd: 2, high: 2}}}}]}}}}"
    half = (
        f"c: {{what: w, tables: {{demand: [{{where: {{market: {market}}}, times: {{value_musd: 0.5, high: 0.5}}}}]}}}}"
    )
    (tmp_path / "one").mkdir(), (tmp_path / "two").mkdir()
    corrected = left_out(tmp_path / "one", config, twice)
    before, between, after = (
        study_of(each).world for each in (config, corrected, left_out(tmp_path / "two", corrected, half))
    )
    assert not np.array_equal(before.cells.base_demand, between.cells.base_demand)
    for old, new in zip(before, after, strict=True):
        for name in old._fields:
            np.testing.assert_array_equal(getattr(old, name), getattr(new, name), err_msg=name)


def test_a_table_of_a_spreadsheet_is_read_as_everywhere(tmp_path, config):
    """Divided by semicolons, with decimal commas."""
    world = Path(shutil.copytree(TINY, tmp_path / "world"))
    with (world / "demand.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    text = "\n".join(";".join(cell.replace(".", ",") for cell in row) for row in rows)
    (world / "demand.csv").write_text(text, encoding="utf-8")
    market = read_tables(TINY).demand["market"][0]
    text = (
        f"c: {{what: w, tables: {{demand: [{{where: {{market: {market}}}, times: {{value_musd: 0.5, low: 0.5}}}}]}}}}"
    )
    found = left_out(tmp_path, replace(config, world=str(world)), text)
    np.testing.assert_allclose(demand(found.world, market, "export"), demand(TINY, market, "export") / 2)


def test_rows_are_dropped(tmp_path, config):
    gates = read_tables(TINY).crossings
    gate = gates["crossing"][0]
    text = f"c: {{what: w, tables: {{calendars: [{{where: {{crossing: {gate}}}, drop: yes}}]}}}}"
    left = read_tables(Path(left_out(tmp_path, config, text).world)).calendars
    assert gate not in set(left["crossing"])
    assert len(left) < len(read_tables(TINY).calendars)


def test_a_driver_is_left_out_of_every_regime_which_keeps_its_name(tmp_path, config):
    found = left_out(tmp_path, config, "c: {what: w, measures: [pandemic, red_sea_2023]}")
    for was, name in zip(config.regimes, found.regimes, strict=True):
        before, after = load_regime(was), load_regime(name)
        assert after.name == before.name
        gone = {each.name for each in before.measures} - {each.name for each in after.measures}
        assert gone == {"pandemic", "red_sea_2023"}
        kept = {each.name: each for each in before.measures}
        assert all(each == kept[each.name] for each in after.measures)


def test_a_parameter_is_set_to_what_does_nothing(tmp_path, config):
    found = left_out(tmp_path, config, "c: {what: w, parameters: {orders_cancelled: 0}}")
    assert found.behaviour.orders_cancelled == 0
    assert replace(found.behaviour, orders_cancelled=config.behaviour.orders_cancelled) == config.behaviour
    assert (found.world, found.regimes) == (config.world, config.regimes)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("c: {what: w}", "line 1: 'c' needs `what` and one of tables, measures and parameters"),
        ("c: {what: w, tabels: {}}", "line 1: unknown key 'tabels'. The nearest is 'tables'"),
        ("c: {what: w, tables: {demnd: []}}", "unknown key 'demnd'. The nearest is 'demand'"),
        (
            "c: {what: w, tables: {demand: [{where: {markt: x}, drop: yes}]}}",
            "unknown key 'markt'. The nearest",
        ),
        ("c: {what: w, tables: {demand: [{where: {market: x}}]}}", "a change needs one of set, times and drop"),
        ("c: {what: w, tables: {demand: {drop: yes}}}", "a list of changes is expected here"),
        (
            "c: {what: w, tables: {demand: [{where: {market: narnia}, drop: yes}]}}",
            "demand.csv has no row with mark",
        ),
        ("c: {what: w, tables: {demand: [{times: {market: 2}}]}}", "demand.csv row 2: market="),
        ("c: {what: w, tables: {demand: [{times: {value_musd: x}}]}}", "'x' is not a number such as 0.25"),
        ("c: {what: w, tables: {demand: [{set: {value_musd: x}}]}}", "demand.csv row 2: value_musd"),
        ("c: {what: w, parameters: {theta: 1}}", "unknown key 'theta'"),
        ("c: {what: w, parameters: {orders_cancelled: 7}}", "orders_cancelled"),
        ("c: {what: w, measures: [pandemik]}", "c: no regime has a measure 'pandemik'. The nearest is 'pandemic'"),
    ],
)
def test_what_cannot_be_left_out_is_told_in_one_sentence(tmp_path, config, text, told):
    with pytest.raises(InputError) as error:
        left_out(tmp_path, config, text)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_a_measure_is_left_out_of_the_regimes_that_have_it(tmp_path, config):
    none, ban = left_out(tmp_path, config, "c: {what: w, measures: us_import_ban}").regimes
    assert none == "none"
    assert "us_import_ban" not in {each.name for each in load_regime(ban).measures}
    assert "us_cotton_tomato_order" in {each.name for each in load_regime(ban).measures}


def test_regimes_of_ones_own_keep_their_measures(tmp_path, config):
    (tmp_path / "mine.yaml").write_text("purpose: Mine.\nbackground: adds\nmeasures: {}\n", encoding="utf-8")
    own = replace(config, regimes=["none", str(tmp_path / "mine.yaml")])
    with pytest.raises(InputError, match=r"mine\.yaml' is a file of its own"):
        left_out(tmp_path, own, "c: {what: w, measures: [pandemic]}")


@pytest.mark.slow
def test_every_shipped_correction_can_be_left_out(tmp_path):
    config = load(["experiment=effects"])
    whole = read_tables(find_world(config.world))
    for each in read_corrections(shipped("conf") / "corrections.yaml"):
        found = leave_out(each, config, tmp_path / each.name)
        neutral = all(getattr(config.behaviour, name) == value for name, value in each.parameters.items())
        assert (found == config) == (neutral and not each.tables and not each.measures), each.name
        without = read_tables(find_world(found.world))
        changed = {name for name in each.tables if not getattr(without, name).equals(getattr(whole, name))}
        assert changed == set(each.tables), each.name
        for name in found.regimes if each.measures else ():
            assert not {measure.name for measure in load_regime(name).measures} & set(each.measures)
