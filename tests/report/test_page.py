"""The page for every reader: first screen, headings in order, tables with captions, contrast, phone and print."""

import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from sim.policy.language.load import load_regime
from sim.report.page import first_screen
from sim.report.page.assumptions import measures_apart
from tests.report.test_colours import linear

VOID = {"meta", "link", "img", "br", "source"}


class Tree(HTMLParser):
    """Tags with their attributes, and the open tags around each."""

    def __init__(self, path):
        super().__init__()
        self.tags, self.open, self.texts = [], [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs), tuple(self.open)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes another tag"

    def handle_data(self, data):
        if data.strip() and self.open:
            self.texts.append((self.open[-1], " ".join(data.split())))

    def of(self, tag):
        return [(attrs, around) for name, attrs, around in self.tags if name == tag]


@pytest.fixture(scope="module")
def tree(page):
    return Tree(page)


def test_every_tag_is_closed_and_every_anchor_leads_somewhere(tree):
    assert tree.open == []
    ids = [attrs["id"] for _, attrs, _ in tree.tags if "id" in attrs]
    assert len(set(ids)) == len(ids)
    inside = [attrs["href"][1:] for attrs, _ in tree.of("a") if attrs.get("href", "").startswith("#")]
    assert set(inside) <= set(ids)
    named = [attrs["aria-labelledby"] for _, attrs, _ in tree.tags if "aria-labelledby" in attrs]
    assert set(named) <= set(ids)


def test_headings_skip_no_level(tree):
    levels = [int(name[1]) for name, _, _ in tree.tags if re.fullmatch(r"h\d", name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


def test_tables_say_what_they_are_and_what_heads_each_cell(tree):
    tables = len(tree.of("table"))
    assert tables >= 3
    assert len([around for _, around in tree.of("caption") if around[-1] == "table"]) == tables
    assert all(attrs.get("scope") in {"col", "row"} for attrs, _ in tree.of("th"))
    assert all(attrs.get("data-label") for attrs, _ in tree.of("td"))


def test_a_picture_has_its_title_as_text_and_the_title_is_cut_off_the_picture(tree, page):
    figures = [text for tag, text in tree.texts if tag == "h3"]
    told = [" ".join(attrs["alt"].split()) for attrs, _ in tree.of("img")]
    assert told == figures[: len(told)]
    assert all(told)


def test_the_first_screen_says_what_is_compared_three_numbers_limits_and_validity(page):
    first = page.read_text(encoding="utf-8").partition("<nav")[0]
    order = ["2 regimes against", "<h1>", 'class="tiles"', "What it cannot say", "How good it is"]
    places = [first.index(each) for each in order]
    assert places == sorted(places)
    assert first.count('<dd class="value">') == 3
    assert first.count("9 in 10 runs") >= 3


def test_colours_of_letters_have_contrast(page):
    rules = dict(re.findall(r"--(\w+): (#\w+);", page.read_text(encoding="utf-8")))

    def light(colour):
        return [0.2126, 0.7152, 0.0722] @ linear(colour) + 0.05

    for letters in ("ink", "grey", "link"):
        for ground in ("#ffffff", rules["pale"]):
            assert light(ground) / light(rules[letters]) >= 4.5  # WCAG 2.2, 1.4.3


def test_phone_and_paper_have_rules_of_their_own(page):
    text = page.read_text(encoding="utf-8")
    phone, paper = text.partition("@media screen and (max-width")[2].split("@media print", 1)
    assert "content: attr(data-label)" in phone
    assert "max-height: none; overflow: visible" in paper  # the list of sources is opened
    assert "@page" in paper


def test_the_table_of_measures_has_dates_regimes_and_sources(tables):
    regimes = [load_regime(name) for name in ("none", "uflpa", "us_eu")]
    titles = {each.name: each.title for each in regimes}
    rows = pd.DataFrame(measures_apart(regimes, "none", tables)).set_index("measure")
    ban, common = rows.loc["EU product ban"], rows.loc["US import ban"]
    assert (ban["announced"], ban["begins"], ban["ends"]) == ("12 Dec 2024", "14 Dec 2027", "open")
    assert ban["regimes"] == titles["us_eu"]
    assert common["regimes"] == f"{titles['uflpa']}; {titles['us_eu']}"
    assert rows["source"].str.len().gt(0).all()
    assert "Navigation seals 2026" not in rows.index  # of the background of all


def test_validity_counts_the_published_figures_that_most_runs_meet():
    rows = [{"missed_share": share} for share in (0.0, 0.4, 0.6)]
    assert first_screen.validity({"fitted": rows}).startswith("Most runs of the posterior meet 2 of the 3 published")
    assert "nothing says" in first_screen.validity({"fitted": []})
