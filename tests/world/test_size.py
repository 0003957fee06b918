"""Memory is told before it is taken: of firms, of weeks, of tables that are joined, and of the state of a run."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.errors import InputError
from sim.machine import Need, check_memory, free_bytes
from sim.parameters import TABLE
from sim.state import State, arrays_of, new_state
from sim.state.axes import sizes_of
from sim.world.build import Settings, build_world
from sim.world.size import check_lanes, check_size, check_targets, declared_bytes
from sim.world.tables.consistency import MOST_FIRMS
from sim.world.tables.read import Tables, read_tables

TINY = Path(__file__).parent / "tiny"
LARGEST = {name: int(TABLE[name].high) for name in ("slots", "rows_factor", "routes_per_lane", "spin_up_weeks")}
CENTURIES = {"start": date(1950, 1, 1), "end": date(2150, 12, 31)}

pytestmark = pytest.mark.skipif(free_bytes() is None, reason="this system does not tell what is free")


@pytest.fixture(scope="module")
def tables() -> Tables:
    return read_tables(TINY)


def test_all_sizes_at_their_upper_bounds_are_refused_in_a_sentence(tables):
    settings = Settings(**CENTURIES, firms=MOST_FIRMS, **LARGEST, runs_at_a_time=64)
    with pytest.raises(
        InputError, match=rf"^firms={MOST_FIRMS} with behaviour\.slots=64.* GB of memory.* GB free: .*\.$"
    ):
        build_world(tables, settings)


def test_firms_of_the_table_are_named_by_their_row(tables):
    firms = tables.firms.assign(firms=[1] * (len(tables.firms) - 1) + [MOST_FIRMS])
    many = Tables(**{**vars(tables), "firms": firms})
    with pytest.raises(InputError, match=rf"^firms\.csv row {len(firms) + 1}, {MOST_FIRMS:,} firms"):
        build_world(many, Settings(date(2021, 1, 4), date(2021, 3, 28), **LARGEST, runs_at_a_time=64))


def test_weeks_with_many_gates_and_goods_are_refused_in_a_sentence(tables):
    many = 10**9  # weeks, as if a run were as long
    with pytest.raises(InputError, match=r"^The time from 1950-01-01 to 2150-12-31, 1,000,000,000 weeks"):
        check_size(tables, Settings(**CENTURIES), many)


def test_tables_that_would_be_joined_to_more_rows_than_fit_are_refused(tables):
    hubs, exports = (pd.DataFrame({"market": ["nearland"] * rows}) for rows in (160_000, 200_000))
    with pytest.raises(InputError, match=r"^hubs\.csv with nearland as market.* memory"):
        check_targets(hubs, exports)
    branch = {"commodity": "apparel", "direction": "export"}
    targets, supply = (pd.DataFrame(branch | {"origin": np.arange(rows)}) for rows in (200_000, 100_000))
    with pytest.raises(InputError, match=r"^demand\.csv and hubs\.csv, 200,000 flows from up to 100,000 places"):
        check_lanes(targets, supply)


def test_what_is_told_of_a_state_is_what_it_takes(tables):
    world = build_world(tables, Settings(date(2021, 1, 4), date(2021, 3, 28), slots=4)).arrays
    taken = {name: array.nbytes for name, _, array in arrays_of(new_state(world))}
    assert {name: size for name, _, size in declared_bytes(State, sizes_of(world))} == taken


def test_what_fits_passes_and_the_largest_of_what_does_not_is_named():
    free = free_bytes()
    check_memory([Need(free // 4, "a", "less"), Need(free // 4, "b", "less")])
    with pytest.raises(
        InputError, match=r"^b asks for about .* GB of memory \(.* GB with all else\).*: take less of b\.$"
    ):
        check_memory([Need(free, "a", "take less of a"), Need(2 * free, "b", "take less of b")])
