"""The rival by which last growth continues, on flows that double, halve or stand still."""

import pandas as pd
import pytest

from sim.analysis.last_growth import continued, yearly_flows
from sim.analysis.roundabout import BOOKS, NUMBERS, read_books
from sim.errors import InputError
from sim.world.tables.read import find_world

HEAD = ("figure", "kind", "senders", "partners", "from_month", "to_month", "base_from", "base_to")
BOOKS_OF = {"maker": ["home"]}


def flows(**of_years):
    """Yearly exports of home: to the target 100, 200, 100 in 2020 to 2022; to the hub 10, 10, 30."""
    target, hub = (100, 200, 100), (10, 10, 30)
    told = {("exports", "home_to_target", 2020 + at): float(value) for at, value in enumerate(target)}
    return told | {("exports", "home_to_hub", 2020 + at): float(value) for at, value in enumerate(hub)} | of_years


def said(*cells, known=None, books=BOOKS_OF):
    figures = pd.DataFrame([cells], columns=list(HEAD)).assign(**dict.fromkeys(NUMBERS, 0.0))
    return continued(figures, flows() if known is None else known, books, "target").iloc[0]


YEARS = ("2022-01", "2022-12", "2021-01", "2021-12")


@pytest.mark.parametrize(
    ("kind", "partner", "months", "value"),
    [
        ("change", "target", YEARS, 100),  # doubled in 2021, so again in 2022
        ("level", "target", YEARS, 200),
        ("change", "hub", YEARS, 0),
        ("change", "target", ("2023-01", "2023-12", "2021-01", "2021-12"), -75),  # 200, 100, then 50
        ("change", "hub", ("2023-01", "2023-12", "2021-01", "2021-12"), 800),  # 10, 30, then 90
        ("returned", "hub", YEARS, 0),  # nothing would be lost
        ("returned", "hub", ("2023-01", "2023-12", "2021-01", "2021-12"), 100 * 80 / 150),
        ("change", "target", ("2023-07", "2023-07", "2023-01", "2023-01"), 100 * (0.5**0.5 - 1)),  # half a year
        ("change", "target", ("2022-01", "2023-12", "2021-01", "2021-12"), 200),  # four, of 2021 twofold and fourfold
    ],
)
def test_growth_goes_on_from_the_last_whole_year(kind, partner, months, value):
    assert said("one", kind, "maker", partner, *months) == pytest.approx(value)


@pytest.mark.parametrize("kind", ["part", "by_hubs", "gate", "hub_level"])
def test_of_other_counts_it_says_nothing(kind):
    assert pd.isna(said("one", kind, "maker", "hub", *YEARS))


def test_without_a_year_or_a_book_it_says_nothing():
    assert pd.isna(said("one", "change", "maker", "hub", "2021-01", "2021-12", "2020-01", "2020-12"))
    assert pd.isna(said("one", "change", "maker", "hub", *YEARS, books={}))


def test_the_partners_books_speak_where_the_sender_has_none():
    known = {("partner_imports", "target_from_home", 2020 + at): value for at, value in enumerate((1.0, 3.0))}
    assert said("one", "change", "maker", "target", *YEARS, known=known) == pytest.approx(200)


def test_only_figures_of_whole_years_and_all_goods_are_taken():
    rows = [
        ("exports", "a_to_b", "*", "2021-01-01", "2021-12-31", 5, "musd"),
        ("exports", "a_to_b", "*", "2022-01-01", "2022-06-30", 6, "musd"),
        ("exports", "a_to_b", "cars", "2021-01-01", "2021-12-31", 7, "musd"),
        ("exports", "a_to_c", "*", "2021-01-01", "2021-12-31", 8, "t"),
    ]
    names = ["quantity", "subject", "commodity", "from_date", "to_date", "value", "unit"]
    assert yearly_flows(pd.DataFrame(rows, columns=names)) == {("exports", "a_to_b", 2021): 5.0}


def test_books_of_the_shipped_world_are_read_and_a_wrong_file_is_named(tmp_path):
    assert read_books(find_world("russia"))["germany_poland"] == ["germany", "poland"]
    assert read_books(tmp_path) == {}
    (tmp_path / BOOKS).write_text("senders\nmaker\n", encoding="utf-8")
    with pytest.raises(InputError, match="column 'books' is missing"):
        read_books(tmp_path)
