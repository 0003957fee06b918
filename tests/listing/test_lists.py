"""What can be chosen, as it is listed: regimes with their days, names of the world, outcomes."""

from datetime import date

import pytest

from sim.config import load
from sim.errors import InputError
from sim.listing import lists, names, regimes
from sim.policy.language.load import library
from sim.world.tables.read import find_world, read_tables


@pytest.fixture(scope="module")
def tables():
    return read_tables(find_world("xinjiang"))


@pytest.fixture(scope="module")
def rows(tables):
    return {row.name: row for row in regimes.listed(date(2021, 1, 1), date(2026, 12, 31), tables)}


def test_every_regime_of_the_library_is_listed_and_the_one_without_sanctions_comes_first(rows):
    assert list(rows)[0] == "none"
    assert set(rows) == {name for name in library() if "/" not in name}
    assert all(row.purpose and row.title for row in rows.values())
    assert rows["none"].measures == 0


def test_a_measure_that_begins_after_the_days_asked_for_is_named_with_its_first_day(rows):
    (late,) = rows["us_eu"].hardly
    assert (late.sender, late.days, late.begins) == ("European Union", 0, date(2027, 12, 14))
    assert regimes.force_in_words(rows["us_eu"]) == (
        f"In force: {rows['us_eu'].measures - 1} of {rows['us_eu'].measures} measures; "
        "eu_product_ban (European Union) never, from 2027-12-14."
    )
    assert rows["us_eu"].who == ("European Union", "United States")


def test_a_measure_that_is_left_out_is_one_by_whoever_leaves_it_out(rows):
    assert "China" in rows["khunjerab_seasonal"].who
    assert "China" not in rows["uflpa"].who


def test_all_markets_goods_and_places_have_a_name_in_exactly_one_kind(tables):
    kinds = names.names_by_kind(tables)
    assert list(kinds["markets"]) == tables.markets["market"].tolist()
    assert kinds["goods"]["metals"] == "Aluminium, steel, copper and other metals"
    places = [place for kind in ("crossings", "hubs", "places") for place in kinds[kind]]
    assert sorted(places) == sorted(tables.places["place"])
    assert "Germany" in kinds["groups"]["eu"]


def test_a_list_of_one_kind_holds_nothing_else():
    lines = lists.lines_of(load(["command=list", "list.what=crossings"]))
    assert any(line.strip().startswith("khunjerab ") for line in lines)
    assert not any("kazakhstan " in line for line in lines)


def test_a_wrong_list_is_answered_with_the_nearest():
    with pytest.raises(InputError, match=r"list.what=crossing is not known: did you mean 'crossings'\?"):
        load(["command=list", "list.what=crossing"])
    with pytest.raises(InputError, match="list.what does nothing here"):
        load(["list.what=world"])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["export.unit=bn_yaun"], r"export.unit=bn_yaun is not known: did you mean 'bn_yuan'\?"),
        (["export.format=xls"], r"export.format=xls is not known: did you mean 'xlsx'\?"),
        (["export.format=hub", "export.outcome=wait", "export.unit=bn_yuan"], "hubs take numbers as they are kept"),
        (["export.format=xlsx", "export.outcome=wait"], "xlsx writes the tables of the page"),
    ],
)
def test_an_export_that_cannot_be_is_refused_before_anything_is_read(words, told):
    with pytest.raises(InputError, match=told):
        load(["command=export", "export.store=nowhere", *words])
