"""What a world says of itself: read whole, and every fault of it told with file and line."""

import shutil
from pathlib import Path

import pytest

from sim.about import read_about
from sim.errors import InputError
from sim.world.tables.read import check_tables
from tests.world.copies import TINY


@pytest.fixture
def world(tmp_path) -> Path:
    return Path(shutil.copytree(TINY, tmp_path / "world"))


def edit(world: Path, old: str, new: str) -> None:
    path = world / "world.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_what_stands_there_is_what_is_read():
    about = read_about(TINY)
    assert (about.address, about.elsewhere) == ("region", "other_china")
    assert about.senders["china"].country == "CN"
    assert {"china", "european_union", "eu"} <= about.wide


def test_one_address_is_enough_and_stands_for_both(world):
    edit(world, "  other_china: elsewhere at home\n", "")
    about = read_about(world)
    assert about.address == about.elsewhere == "region"


def test_names_are_spelled_as_readers_expect(world):
    edit(world, "answers:", "spelled: [US, Kazakh]\nanswers:")
    assert read_about(world).in_words("us_ban_of_kazakh_us") == "US ban of Kazakh US"


FAULTS = [
    ("title: A tiny world\n", "", "world.yaml, line 1: the key 'title' is missing."),
    ("region: the", "regoin: the", "world.yaml, line 2: unknown key 'regoin'. The nearest is 'region'."),
    ("end: 2022-12-31", "end: 2020", "world.yaml, line 5: the last day lies before the first."),
    ("start: 2021-01-01", "start: soon", "world.yaml, line 4: 'soon' is not a date"),
    ("  region: an", "  a: b\n  region: an", "world.yaml, line 8: papers name at most 2 addresses at home."),
    ("home: china", "home: region", "world.yaml, line 7: 'region' stands for something else in this file."),
    ("  eurasian_union: eaeu", "  china: eaeu", "world.yaml, line 7: 'china' stands for something else in this file."),
    ("{name: China, country: CN}", "{country: CN}", "world.yaml, line 12: the key 'name' is missing."),
]


@pytest.mark.parametrize(("old", "new", "sentence"), FAULTS)
def test_a_fault_is_told_with_its_line(world, old, new, sentence):
    edit(world, old, new)
    with pytest.raises(InputError) as told:
        read_about(world)
    assert str(told.value).startswith(sentence)


BESIDE_TABLES = [
    ("home: china", "home: nearland", "world.yaml: 'nearland' of 'home' is a market of markets.csv"),
    ("answers: [china]", "answers: [chine]", "world.yaml: 'chine' of 'answers' is neither a market nor a sender"),
    ("CN}", "CN, places: [nort_town]}", "world.yaml: the place 'nort_town' of the sender 'china' does not lie at home"),
    ("  region: an", "  here: an", "declared_origin 'region' is not in markets.csv or the origins of world.yaml."),
]


@pytest.mark.parametrize(("old", "new", "sentence"), BESIDE_TABLES)
def test_names_are_held_against_the_tables(world, old, new, sentence):
    edit(world, old, new)
    assert any(sentence in fault for fault in check_tables(world))


def test_a_world_without_the_file_is_told_so_beside_its_other_faults(world):
    (world / "world.yaml").unlink()
    (world / "legs.csv").unlink()
    assert check_tables(world)[:2] == ["world.yaml is missing.", "legs.csv is missing."]


def test_places_lie_on_the_side_on_which_they_trade(world):
    path = world / "places.csv"
    text = path.read_text(encoding="utf-8")
    swapped = text.replace("North Town,CN,home", "North Town,CN,abroad").replace(
        "Near City,KZ,abroad", "Near City,KZ,home"
    )
    path.write_text(swapped, encoding="utf-8")
    told = check_tables(world)
    assert "firms.csv row 2: the side of place 'north_town' is abroad in places.csv, not home." in told
    assert "markets.csv row 2: the side of place 'near_city' is home in places.csv, not abroad." in told
