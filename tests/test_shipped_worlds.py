"""Every shipped world is whole: its tables, what it says of itself, its regimes; and runs by its own settings."""

import ast

import pytest

from sim.about import first_world, own_file, read_about, shipped_worlds
from sim.config import load
from sim.paths import PACKAGE, data
from sim.policy.compile.regime import check_regime
from sim.policy.language.load import BACKGROUND, HAPPENED, library, load_regime
from sim.policy.language.names import Names, names_in
from sim.world.tables.read import Tables, read_tables

WORLDS = shipped_worlds()


@pytest.fixture(scope="module", params=WORLDS)
def tables(request) -> Tables:
    """Read a world, which refuses one that is at fault."""
    return read_tables(data(request.param))


@pytest.fixture(scope="module")
def names(tables) -> Names:
    return names_in(tables)


def test_a_world_has_the_regimes_on_which_others_stand(tables):
    assert {"none", HAPPENED, BACKGROUND, *tables.about.regimes} <= set(library(tables.folder))


def test_every_regime_of_a_world_can_be_used_in_it(tables, names):
    for name in library(tables.folder):
        check_regime(load_regime(name, tables.folder), names)


def test_nothing_is_sent_in_the_regime_without_sanctions_but_what_answers_and_what_happens(tables):
    background = {each.name for each in load_regime(BACKGROUND, tables.folder).measures}
    assert {each.name for each in load_regime("none", tables.folder).measures} == background


def test_a_study_that_names_no_regimes_or_days_takes_those_of_its_world(tables):
    config, about = load([f"world={tables.folder.name}"]), tables.about
    assert (config.regimes, config.against) == (list(about.regimes), None)
    assert (config.start_date, config.end_date) == (about.start, about.end)


def test_only_the_first_world_takes_its_regimes_from_the_settings():
    shared = [name for name in WORLDS if not own_file(data(name), "regime").is_relative_to(data(name))]
    assert shared == [first_world()]


def test_what_is_said_beats_what_the_world_says():
    first = read_about(data(first_world())).regimes[0]
    config = load([f"regimes=[{first}]", "start=2022-01-01", "end=2022-12-31"])
    assert (config.regimes, config.start, config.end) == ([first], "2022-01-01", "2022-12-31")


def test_regimes_are_loaded_for_a_world():
    """Where none is named they are those of the first: only the levers of the explorer, which are of it, may do so."""
    calls = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in {"load_regime", "load_regimes", "library"}
        and len(node.args) + len(node.keywords) < (1 if "library" in ast.unparse(node.func) else 2)
    }
    assert calls == {"explorer/regimes.py"}
