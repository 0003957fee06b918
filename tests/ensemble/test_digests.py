"""Digests of what a fit rests on: they move with what changes a number, and with nothing else."""

from dataclasses import replace

import pytest

from sim.ensemble.plan import digests
from sim.ensemble.plan.digests import data_digest, rules_digest
from sim.parameters import TABLE
from sim.policy.language.load import load_regime
from sim.world.tables.read import find_world, read_tables


@pytest.fixture(scope="module")
def tables():
    return read_tables(find_world("xinjiang"))


@pytest.fixture(scope="module")
def happened():
    return load_regime("observed")


def _with(tables, name, column, value):
    frame = getattr(tables, name).copy()
    frame.loc[0, column] = value
    return replace(tables, **{name: frame})


def test_the_same_data_have_the_same_digest_wherever_they_lie(tables, happened, tmp_path) -> None:
    elsewhere = replace(tables, folder=tmp_path)
    assert data_digest(elsewhere, happened) == data_digest(tables, happened)
    assert len(data_digest(tables, happened)) == len(rules_digest()) == 12


@pytest.mark.parametrize(
    ("name", "column", "value"), [("legs", "days", 0.2081), ("markets", "market", "atlantis"), ("firms", "firms", 122)]
)
def test_a_cell_moves_the_digest(tables, happened, name, column, value) -> None:
    assert data_digest(_with(tables, name, column, value), happened) != data_digest(tables, happened)


@pytest.mark.parametrize(("name", "column"), [("legs", "note"), ("legs", "source"), ("observed", "value")])
def test_remarks_and_figures_that_no_run_reads_do_not(tables, happened, name, column) -> None:
    changed = _with(tables, name, column, 0.5 if column == "value" else "as told")
    assert data_digest(changed, happened) == data_digest(tables, happened)


def test_a_measure_moves_the_digest_and_its_remarks_do_not(tables, happened) -> None:
    first, *rest = happened.measures
    noted = replace(happened, measures=(replace(first, note="as told", line=7), *rest))
    assert data_digest(tables, noted) == data_digest(tables, happened)
    stronger = replace(happened, measures=(replace(first, level=first.level * 1.01), *rest))
    assert data_digest(tables, stronger) != data_digest(tables, happened)


def test_ranges_of_parameters_count_and_their_sources_do_not(tables, happened, monkeypatch) -> None:
    before, row = data_digest(tables, happened), TABLE["lift"]
    for change, same in (({"source": "elsewhere"}, True), ({"high": row.high + 1}, False), ({"default": 2.0}, False)):
        monkeypatch.setattr(digests, "TABLE", TABLE | {"lift": row._replace(**change)})
        assert (data_digest(tables, happened) == before) == same
