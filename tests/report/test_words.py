"""Numbers and sentences as they are printed."""

import dataclasses
import shlex

import numpy as np
import pandas as pd
import pytest

from sim.config import load
from sim.config.ranges import takes_draws
from sim.report import findings, words
from sim.report.page import answer, csv, facts


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (1234.5, "1,230"), (999.6, "1,000"), (-0.00012345, "−0.000123"), (1e7, "10,000,000"), (np.inf, "–")],
)
def test_numbers_keep_three_digits(value, text):
    assert words.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(999.4, "999 m USD"), (1000.0, "1 bn USD"), (-0.5, "−0.5 m USD"), (0.0, "0"), (np.nan, "–")]
)
def test_money_changes_unit_at_a_billion(value, text):
    assert words.money(value).replace(words.NO_BREAK, " ") == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0 %"), (0.0004, "<0.1 %"), (-0.0004, "<0.1 %"), (0.0996, "10.0 %"), (0.1049, "10 %"), (-1.5, "−150 %")],
)
def test_percent_says_where_nothing_is_left(share, text):
    assert words.percent(share).replace(words.NO_BREAK, " ") == text


def test_an_interval_without_ends_is_a_dash():
    assert words.interval(-np.inf, np.inf, words.number) == words.NONE


def row(verdict, *relative, **more):
    shares = dict(zip(("relative", "relative_q05", "relative_q95"), relative, strict=True))
    return pd.Series(shares | {"verdict": verdict, "difference": 500 * relative[0], "runs": 100} | more)


@pytest.mark.parametrize(
    ("difference", "text"),
    [
        (row("higher", 0.2, 0.1, 0.3), "20 % higher (9 in 10 runs: from 10 % to 30 % higher)"),
        (row("lower", -0.2, -0.3, -0.1), "20 % lower (9 in 10 runs: from 10 % to 30 % lower)"),
        (row("lower", -0.0003, -0.0004, -0.0002), "less than 0.1 % lower"),
        (row("no clear difference", 0.0, -0.0004, 0.0003), "not clearly different (9 in 10 runs: less than 0.1 %)"),
        (row("lower", -0.38, -0.382, -0.376), "38 % lower (9 in 10 runs: from 37.6 % to 38.2 % lower)"),
        (row("no clear difference", 0.2, -0.1, 0.3), "not clearly different (9 in 10 runs: from −10 % to +30 %)"),
        (
            row("no clear difference", 0.2, -0.1, 0.3, detectable_relative=0.3),
            "not clearly different (9 in 10 runs: from −10 % to +30 %; 30 % or more would have been seen)",
        ),
        (row("too few runs", 0.2, np.nan, np.nan, runs=2), "20 % higher (mean of 2 runs)"),
    ],
)
def test_changes_say_the_direction_and_the_range(difference, text):
    assert findings.change(difference).replace(words.NO_BREAK, " ") == text


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@sum", "\tx"])
def test_text_that_a_spreadsheet_would_run_is_disarmed(cell):
    assert csv.csv_text(pd.DataFrame({"name": [cell]})).splitlines()[1].strip('"').startswith("'")


def test_negative_numbers_stay_numbers():
    assert csv.csv_text(pd.DataFrame({"value": [-1.5]})) == "value\n-1.5\n"


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0.1, 0.3, "from 10 % to 30 %"),
        (0.376, 0.382, "from 37.6 % to 38.2 %"),
        (0.38, 0.3801, "38.0 %"),
        (-0.0002, 0.0001, "less than 0.1 %"),
        (-np.inf, np.inf, words.NONE),
    ],
)
def test_ranges_of_shares_are_never_from_a_number_to_the_same(low, high, text):
    assert words.percent_range(low, high).replace(words.NO_BREAK, " ") == text


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("[a](b) <i>", r"\[a](b) \<i>"),
        ("*a* _b_ `c`", r"\*a\* \_b\_ \`c\`"),
        ("# a", r"\# a"),
        ("- a", r"\- a"),
        ("&lt; a & b", r"\&lt; a & b"),
        ("us_eu (−3.4 %, +0.1 %, <0.1 %): 2 < 3!", "us_eu (−3.4 %, +0.1 %, <0.1 %): 2 < 3!"),
    ],
)
def test_markdown_escapes_markup_and_nothing_else(text, escaped):
    assert answer.escape(text) == escaped


def test_command_quotes_what_the_shell_would_split(config):
    assert facts.command_line(config).startswith("reroute 'regimes=[none,uflpa,us_eu]' ")


@pytest.mark.parametrize(
    "words",
    [
        ["design=uncertain", "design.draws=60", "behaviour.kappa=3"],
        ["behaviour=satisficing", "crossing.wait_rule=bpr", "against=uflpa"],
        ["design.until.outcome=wait", "design.until.half_width=0.01", "end=2022-01-31", "design.seed=7"],
        ["experiment=patterns", "design.sampler=own draws.csv"],
        ["debug=fast", "history.load=some folder", "machine=cluster"],
    ],
)
def test_the_command_of_the_page_makes_the_same_study(words):
    first = load(words)
    again = load(shlex.split(facts.command_line(first))[1:])
    same = {"results_dir": "", "machine": None}
    if not takes_draws(first):
        first = dataclasses.replace(first, design=dataclasses.replace(first.design, draws=again.design.draws))
    assert dataclasses.replace(first, **same) == dataclasses.replace(again, **same)


@pytest.mark.parametrize(
    ("draws", "held", "told"),
    [(1, "chance alone", ""), (60, "the parameters that were drawn", ", of 60 draws of uncertain parameters")],
)
def test_what_intervals_hold_depends_on_the_draws(tables, config, draws, held, told):
    manifest = {"signature": "0" * 64, "versions": {}, "commit": None, "design": {"draws": draws}}
    found = facts.collect(manifest, ("2021-01",), tables, config)
    assert held in found["held"]
    assert found["draws"] == told
    assert sum("larger" in limit for limit in found["limits"]) == (draws == 1)


def test_only_web_addresses_become_links(tables, config):
    sources = tables.sources.head(2).assign(url=["javascript:alert(1)", "https://example.org/a"])
    manifest = {"signature": "0" * 64, "versions": {}, "commit": None, "design": {"draws": 1}}
    told = facts.collect(manifest, ("2021-01",), dataclasses.replace(tables, sources=sources), config)
    assert sorted(each["url"] for each in told["sources"]) == ["", "https://example.org/a"]
