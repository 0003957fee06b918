"""Outcomes are declared once: the record, its cells, the series and the words follow."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sim.config import load
from sim.config.schema import RESOLUTIONS as CONFIGURED
from sim.outcomes import cells
from sim.outcomes.names import SERIES_COLUMNS, columns_of, pair, parts_of
from sim.outcomes.outcomes import BY_CROSSING, OUTCOMES, RESOLUTIONS, Outcome, Record, View, new_records
from sim.outcomes.series import observation
from sim.world.build import BuiltWorld, Settings, build_world
from sim.world.open import world_of
from sim.world.tables.read import find_world, read_tables

ROOT = Path(__file__).parents[2]
SERIES = {"totals": 46, "default": 1034, "full": 4931}
"""Series of the world of Xinjiang, as `conf/config.yaml` states them."""


@pytest.fixture(scope="module", params=[ROOT / "tests" / "world" / "tiny", "xinjiang"], ids=["tiny", "xinjiang"])
def built(request: pytest.FixtureRequest) -> BuiltWorld:
    settings = Settings(date(2021, 1, 1), date(2021, 12, 31), spin_up_weeks=4)
    return build_world(read_tables(find_world(request.param)), settings)


@pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=OUTCOMES)
def test_every_outcome_has_its_words_and_a_unit(outcome: Outcome) -> None:
    assert outcome.title[0].isupper()
    assert outcome.title != outcome.name
    assert outcome.unit
    assert outcome.definition.endswith(".")
    assert len(outcome.definition.split()) >= 5
    assert not (outcome.mean and outcome.is_flow), "a mean over cells of what adds up over months"


def test_titles_tell_outcomes_apart() -> None:
    assert len({outcome.title for outcome in OUTCOMES.values()}) == len(OUTCOMES) == 29


def test_a_record_fits_the_axes_and_the_tables_of_cells(built: BuiltWorld) -> None:
    record = new_records(built.arrays, 2)
    assert record._fields == tuple(OUTCOMES) == Record._fields
    for outcome, array in zip(OUTCOMES.values(), record, strict=True):
        cells_of = len(outcome.cells.table(built.arrays, built.labels))
        assert array.shape == (2, built.arrays.sizes.months, cells_of), outcome.name
        assert not array.any()


def test_axes_that_a_world_does_not_set_are_refused() -> None:
    with pytest.raises(KeyError, match="elephants"):
        cells.OutcomeCells("2, elephants", cells.GATES.table).count({"M": 3})


def test_one_more_outcome_is_a_declaration_and_a_line_that_observes(built: BuiltWorld) -> None:
    shut = Outcome(
        "shut_days", "Days shut", "days", True, cells.GATES, "Days on which nothing passed.",
        default=(View(BY_CROSSING, direction=True),),
    )  # fmt: skip
    more = {**OUTCOMES, shut.name: shut}
    record = new_records(built.arrays, 1, more)
    record.shut_days[0, 3] += np.arange(record.shut_days.shape[2])
    found = observation(built.arrays, built.labels, "default", more)
    values = found.of(record)
    mine = found.series["outcome"].eq("shut_days").to_numpy()
    assert set(found.series["unit"][mine]) == {more["shut_days"].unit} == {"days"}
    gates = np.unique(built.arrays.routes.stop_gate)
    total = mine & found.series["subject"].eq("total").to_numpy()
    assert values[0, 3, total] == [gates.sum()]
    assert sorted(values[0, 3, mine & ~total]) == gates.tolist()
    assert not values[:, :, ~mine].any()
    without = observation(built.arrays, built.labels, "default").series
    assert found.series["column"][~mine].tolist() == without["column"].tolist()


@pytest.mark.slow
def test_the_configuration_says_how_many_series_are_kept() -> None:
    world = world_of(load([]))
    assert RESOLUTIONS == CONFIGURED == tuple(SERIES)
    text = (ROOT / "conf" / "config.yaml").read_text(encoding="utf-8")
    for name, count in SERIES.items():
        assert len(observation(world.arrays, world.labels, name).series) == count
        assert f"{name} ({count:,} series" in text


def test_names_are_taken_apart_as_they_were_joined(built: BuiltWorld) -> None:
    series = observation(built.arrays, built.labels, "full").series
    assert columns_of(series).tolist() == series["column"].tolist()
    assert parts_of(pair("north", "direct")) == ("north", "direct")
    assert parts_of("total") == ("total",)
    assert set(SERIES_COLUMNS) < set(series)
