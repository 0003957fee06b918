"""A world that trades one way only, or whose tables are empty where they may be, keeps every series apart."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from sim.outcomes.series import RESOLUTIONS, observation
from sim.world.build import Settings, build_world
from sim.world.tables.read import read_tables
from sim.world.tables.schema import TABLES

TINY = Path(__file__).parents[1] / "world" / "tiny"
SETTINGS = Settings(date(2021, 1, 4), date(2021, 3, 28), spin_up_weeks=2, slots=4)


def kept(folder, table, word):
    """Keep the rows of a table that hold a word; none without a word."""
    path = folder / f"{table}.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([header, *(row for row in rows if word and word in row), ""]), encoding="utf-8")


WORLDS = {
    "exports": {"demand": ",export,"},
    "imports": {"demand": ",import,"},
    "one row of demand": {"demand": "nearland,machinery,import"},
    "nothing that may lack": {
        table.name: "" for table in TABLES if table.may_be_empty and (TINY / table.file).exists()
    },
}


@pytest.fixture(scope="module", params=WORLDS.values(), ids=WORLDS)
def built(request, tmp_path_factory):
    folder = Path(shutil.copytree(TINY, tmp_path_factory.mktemp("one_way") / "world"))
    for table, word in request.param.items():
        kept(folder, table, word)
    return build_world(read_tables(folder), SETTINGS)


@pytest.mark.parametrize("resolution", RESOLUTIONS)
def test_every_series_has_a_name_of_its_own(built, resolution):
    series = observation(built.arrays, built.labels, resolution).series
    assert series["column"].is_unique
    totals = series[(series["outcome"] == "registered_trade") & (series["subject"] == "total")]
    assert "both" in set(totals["direction"])
