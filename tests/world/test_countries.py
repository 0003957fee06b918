"""Countries are known by any code and by their names in any language; tables hold the code of two letters."""

import shutil
from pathlib import Path

import pytest

from sim.world.countries import country_code, english_names
from sim.world.tables.read import check_tables, find_world, read_tables

TINY = Path(__file__).parent / "tiny"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("KZ", "KAZ", "398", "Kazakhstan", "kazakhstan", "Kasachstan", "Казахстан"), "KZ"),
        (("TR", "Türkiye", "Turkiye", "Turkey", "Türkei"), "TR"),
        (("US", "USA", "United States", "united_states", "UNITED STATES", "États-Unis"), "US"),
        (("CI", "Côte d'Ivoire", "Côte d’Ivoire", "cote_d_ivoire", "Ivory Coast"), "CI"),
        (("HK", "Hong Kong"), "HK"),
        (("TW", "Taiwan"), "TW"),
        (("GB", "UK", "United Kingdom"), "GB"),
        (("XK", "Kosovo"), "XK"),
        (("BA", "Bosnia & Herzegovina", "Bosnia and Herzegovina"), "BA"),
        (("CD", "Congo - Kinshasa"), "CD"),
        (("", "XX", "EU", "UN", "ZZ", "A1", "kz", "west", "region", "Atlantis", "SU", "Korea"), ""),
    ],
)
def test_names_and_codes(words, code):
    assert {word: country_code(word) for word in words} == dict.fromkeys(words, code)


def test_every_country_is_known_by_its_code_and_its_english_name():
    assert len(english_names()) > 240
    assert {country_code(code) == code == country_code(name) for code, name in english_names().items()} == {True}


def test_every_country_of_the_shipped_world_is_one():
    tables = read_tables(find_world("xinjiang"))
    assert {*tables.places["country"], *tables.markets["country"]} <= set(english_names())


@pytest.fixture
def world(tmp_path):
    return Path(shutil.copytree(TINY, tmp_path / "world"))


def change(folder, table, old, new):
    path = folder / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_tables_may_name_countries_in_any_way(world):
    for table in ("places", "markets"):
        change(world, table, ",KZ,", ",Kasachstan,")
        change(world, table, ",DE,", ",DEU,")
    change(world, "places", ",CN,", ",China,")
    tables, same = read_tables(world), read_tables(TINY)
    assert tables.places["country"].tolist() == same.places["country"].tolist()
    assert tables.markets["country"].tolist() == same.markets["country"].tolist()


@pytest.mark.parametrize(
    ("table", "old", "new", "sentence"),
    [
        ("places", "Far City,DE", "Far City,XX", "country 'XX' is not a country such as DE or Germany."),
        (
            "places",
            "Far City,DE",
            "Far City,Germny",
            "is not a country such as DE or Germany; the nearest is 'Germany'.",
        ),
        (
            "inspection_classes",
            "overseas,region,apparel",
            "USA,region,apparel",
            "row 2: sender 'USA' is not in markets.csv; the nearest is 'overseas'.",
        ),
        ("demand", "farland,apparel", "DEU,apparel", "market 'DEU' is not in markets.csv; the nearest is 'farland'."),
    ],
)
def test_what_is_no_country_or_stands_for_a_market_is_told(world, table, old, new, sentence):
    change(world, table, old, new)
    assert any(sentence in fault for fault in check_tables(world))
