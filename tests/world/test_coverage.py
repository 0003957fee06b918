"""A run that leaves what the tables of its world cover is told so."""

from datetime import date
from pathlib import Path

import pytest

from sim.world.coverage import coverage_warnings
from sim.world.tables.read import find_world, read_tables

TINY = Path(__file__).parent / "tiny"


@pytest.mark.parametrize("world", ["xinjiang", TINY])
def test_the_usual_days_need_no_word(world):
    assert coverage_warnings(read_tables(find_world(world)), date(2019, 1, 1), date(2030, 12, 31)) == []


def test_a_run_before_the_base_year_and_one_far_behind_the_last_date_are_told():
    before, after = coverage_warnings(read_tables(TINY), date(2010, 1, 1), date(2060, 12, 31))
    assert before == (
        "start=2010-01-01 lies before 2019, the year whose trade demand.csv of world tiny holds: until then demand "
        "stays at its level; its dated rows of crossings, calendars and loads begin on 2019-01-01."
    )
    assert after == (
        "end=2060-12-31 lies more than 15 years after 2023-08-14, the last day that the tables of world tiny date: "
        "from then on demand only follows its trend."
    )
