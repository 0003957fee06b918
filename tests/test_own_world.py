"""The small world that `reroute new` writes: whole, of moderate size, and refused where something is in the way."""

import re
import shlex
from pathlib import Path
from textwrap import dedent

import pandas as pd
import pytest

from sim.__main__ import checked
from sim.about import KEYS, read_about, shipped_worlds
from sim.errors import InputError
from sim.own_world import TEMPLATE, start_world
from sim.policy.compile.regime import check_regime
from sim.policy.language.load import BACKGROUND, HAPPENED, library, load_regime
from sim.policy.language.names import names_in
from sim.report.figures import network
from sim.world.tables.read import check_tables, read_tables


@pytest.fixture(scope="module")
def valley():
    return read_tables(TEMPLATE)


def test_it_is_written_and_sound(tmp_path):
    folder = start_world(tmp_path / "new" / "mine")
    assert check_tables(folder) == []
    assert {path.name for path in folder.rglob("*.yaml")} == {path.name for path in TEMPLATE.rglob("*.yaml")}


def test_no_table_is_long_and_a_pass_is_shut_in_winter(valley):
    assert max(len(frame) for frame in vars(valley).values() if isinstance(frame, pd.DataFrame)) <= 24
    assert valley.crossings["crossing"].nunique() == 2
    winter = valley.calendars[valley.calendars["season_from"] != ""]
    assert winter["open_share"].tolist() == [0.0]


def test_its_regimes_can_be_used(valley):
    names = names_in(valley)
    assert {"none", HAPPENED, BACKGROUND, *valley.about.regimes} <= set(library(valley.folder))
    for name in library(valley.folder):
        check_regime(load_regime(name, valley.folder), names)


def test_nothing_that_is_there_is_overwritten(tmp_path):
    start_world(tmp_path / "mine")
    with pytest.raises(InputError, match="is there already"):
        start_world(tmp_path / "mine")
    with pytest.raises(InputError, match="is a shipped world: give yours another name"):
        start_world(shipped_worlds()[0])


def test_the_network_shows_every_leg_and_place(valley):
    assert network.finding(valley) == "Valley: 8 places, 13 legs, 2 crossings, 4 markets"
    assert len(network.table(valley)) == len(valley.legs)
    places = network.placed(valley).set_index("place")
    assert places["role"].value_counts().to_dict() == {"market": 4, "origin": 2, "crossing": 2}
    assert places["shut"].sum() == 2


def test_the_network_is_drawn(valley, tmp_path):
    path = network.write_network(valley, tmp_path)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert read_about(TEMPLATE).title


PAGE = Path(__file__).parents[1] / "docs" / "own-world.md"


@pytest.mark.parametrize("line", re.findall(r"^reroute .+$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
def test_every_command_of_the_page_is_one(line):
    checked(shlex.split(line)[1:])


def test_the_page_names_every_key_of_a_world():
    told = set(re.findall(r"^\| (`.+?`) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert set(KEYS) == {name for cell in told for name in re.findall(r"`(\w+)`", cell)} & set(KEYS)


@pytest.mark.slow
def test_the_world_of_the_page_that_differs_in_a_row_is_sound(tmp_path):
    about, rows = re.findall(r"(?:^    .+\n)+", PAGE.read_text(encoding="utf-8"), re.MULTILINE)[-2:]
    (tmp_path / "world.yaml").write_text(dedent(about), encoding="utf-8")
    (tmp_path / "crossings.csv").write_text(dedent(rows), encoding="utf-8")
    assert check_tables(tmp_path) == []
    assert 8000 in read_tables(tmp_path).crossings["value"].tolist()
