"""Sentences say what the tables say, and nothing of what does not matter."""

import math
from types import SimpleNamespace

import pandas as pd
import pytest

from sim.analysis.comparison import HARDLY, NOT_IN_FORCE, TOO_FEW, UNCLEAR
from sim.analysis.periods import Dates
from sim.report import words
from sim.report.figures import crossings_calendar, trade_by_market
from sim.report.page.headline import scope


class Names(dict):
    """Regimes that are called by their names."""

    def __missing__(self, name):
        return name


REST = {
    "cut_direct": 0.7,
    "cut_embodied": 0.01,
    "diverted": 0.05,
    "other_ways_share": 0.4,
    "other_ways_share_against": 0.2,
}


def plain(text):
    return text.replace(words.NO_BREAK, " ")


def cuts(names=None, rest=REST, **means):
    """A study whose regimes cut this share each: regime=(sender, cut)."""
    rows = [
        {
            "regime": regime,
            "subject": sender,
            "quantity": quantity,
            "runs": 20,
            "mean": mean,
            "q05": mean - 0.02,
            "q95": mean + 0.02,
        }
        for regime, (sender, cut) in means.items()
        for quantity, mean in {"cut": cut, **rest}.items()
    ]
    return bare(cut=pd.DataFrame(rows), regimes=("none", *means), names=names or {})


def bare(**named):
    """A study of which only this much is looked at; all are compared over the same months."""
    told = {"against": "none", "idle": {}, "window_of": lambda _: "", "names": {}, "titles": Names()}
    return SimpleNamespace(**told | named)


def trade(*rows):
    """A study whose regimes change the region's trade so: (regime, relative, verdict)."""
    totals = [
        {
            "regime": regime,
            "outcome": "registered_trade",
            "verdict": verdict,
            "difference": relative * 100,
            "runs": 20,
            "relative": relative,
            "detectable_relative": 0.3,
            "relative_q05": relative * (math.nan if verdict == TOO_FEW else 1.5),
            "relative_q95": relative * (math.nan if verdict == TOO_FEW else 0.5),
        }
        for regime, relative, verdict in rows
    ]
    names = ("none", *(row[0] for row in rows))
    return bare(totals=pd.DataFrame(totals), main=names[1], regimes=names)


def test_scope_tells_the_cut_what_is_diverted_the_ways_apart_and_the_composition():
    clauses = scope(cuts({"united_states": "United States"}, ban=("united_states", 0.38)))
    headline, made_up, ways, composition = map(plain, clauses)
    assert headline.startswith("Under “ban” 38 % less of the region's goods in the measures' scope enters the United")
    assert "39 %" not in headline
    assert made_up.startswith("other ways make up for 5.0 % of what the direct way loses (9 in 10 runs: from")
    assert ways.startswith(
        "of all that enters under “none”, goods sent directly fall by 70 % (9 in 10 runs: from 68 % to"
    )
    assert "and goods inside those of third countries do not clearly change" in ways
    assert composition.startswith("of what still enters then, 40 % comes relabelled")
    assert composition.endswith("under “none” 20 %)")


@pytest.mark.parametrize(
    ("diverted", "told"),
    [
        (-0.1, "other ways do not make up for what the direct way loses, but lose as well: 10 % of that"),
        (0.01, "other ways do not clearly make up for what the direct way loses: +1.0 %"),
    ],
)
def test_what_is_not_diverted_is_said_in_words(diverted, told):
    assert plain(scope(cuts(rest=REST | {"diverted": diverted}, ban=("x", 0.38)))[1]).startswith(told)


def test_nothing_is_said_of_what_no_way_can_make_up_for():
    nothing = REST | {"diverted": float("nan"), "cut_embodied": float("nan")}
    sentence = plain(" ".join(scope(cuts(rest=nothing, ban=("x", 0.38)))))
    assert "make up" not in sentence
    assert "inside those" not in sentence


def test_nothing_is_said_of_a_way_that_nobody_uses():
    study = cuts(rest=REST, ban=("x", 0.38))
    study.cut.loc[study.cut["quantity"] == "cut_embodied", ["mean", "q05", "q95"]] = 0.0
    sentence = plain(" ".join(scope(study)))
    assert "goods sent directly fall by 70 %" in sentence
    assert "inside those" not in sentence


def test_regimes_that_cut_alike_are_not_ranked():
    first, *_, last = map(plain, scope(cuts(b=("x", 0.381), a=("x", 0.382), c=("x", 0.38))))
    assert first.startswith("Under “b” 38 % less")
    assert first.endswith("%), and about as much under the other regimes compared")
    assert "cuts least" not in last


def test_regimes_that_cut_elsewhere_name_their_sender():
    first, *_, last = map(plain, scope(cuts(a=("x", 0.3), b=("y", 0.31))))
    goods = "less of the region's goods in the measures' scope enters"
    assert first.startswith(f"Of 2 regimes this one cuts most: under “b” 31 % {goods} y")
    assert last.startswith(f"this one cuts least: under “a” 30 % {goods} x")


def test_no_clear_cut_is_said_in_words():
    sentence = plain(scope(cuts(a=("x", 0.01)))[0])
    assert "there is no clear difference from “none”" in sentence
    assert "2.0 % or more would have been seen" in sentence


def test_measures_that_are_hardly_in_force_are_never_told_as_no_clear_difference():
    late = trade(("late", 0.001, NOT_IN_FORCE))
    late.idle = {"late": NOT_IN_FORCE}
    told = plain(trade_by_market.finding(late))
    assert told.startswith("The measures of “late” are never in force in the months compared: nothing can be said")
    both = trade(("late", 0.5, HARDLY), ("ban", 0.1, "higher"))
    both.idle = {"late": HARDLY}
    assert "Under “ban” the region's whole trade is 10 % higher" in plain(trade_by_market.finding(both))


def test_without_runs_enough_a_cut_is_told_without_a_range():
    study = cuts(a=("x", 0.3))
    study.cut[["q05", "q95"]] = float("nan")
    first, *further = map(plain, scope(study))
    assert first.startswith("Under “a” 30 % less of the region's goods in the measures' scope enters x than")
    assert "9 in 10" not in " ".join([first, *further])


def test_a_sender_that_buys_in_a_few_runs_is_not_the_one_told_of():
    study = cuts(a=("x", 0.3))
    rare = cuts(a=("y", 0.9)).cut.assign(runs=3, q05=math.nan, q95=math.nan)
    study.cut = pd.concat([rare, study.cut], ignore_index=True)
    assert "enters x than" in scope(study)[0]


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([("a", 0.0002, "higher")], "the region's whole trade is less than 0.1 % higher than under “none”"),
        ([("a", -0.2, "lower")], "is 20 % lower than under “none” (9 in 10 runs: from 10 % to 30 % lower)"),
        (
            [("a", 0.0002, "higher"), ("b", 0.0, "x")],
            "Under each of 2 regimes the region's whole trade differs by less than 0.1 %",
        ),
        (
            [("a", 0.2, UNCLEAR), ("b", 0.1, UNCLEAR)],
            "Under each of 2 regimes the region's whole trade is not clearly different from that under “none” (30 % or",
        ),
        ([("a", 0.2, TOO_FEW)], "the region's whole trade is 20 % higher than under “none” (mean of 20 runs)"),
        (
            [("a", 0.2, UNCLEAR), ("b", 0.1, "higher")],
            "Of 2 regimes “b” changes the region's whole trade most: it is 10 %",
        ),
    ],
)
def test_trade_says_in_words_where_nothing_is_left(rows, text):
    assert text in plain(trade_by_market.finding(trade(*rows)))


def test_titles_pass_over_crossings_that_carry_next_to_nothing():
    def title(*crossings):
        rows = [
            {
                "subject": name,
                "direction": "both",
                "period": month,
                "throughput_t": tonnes,
                "load": 1.0 if month < full else 0.5,
                "closed": month >= 84 - closed,
            }
            for name, tonnes, full, closed in crossings
            for month in range(84)
        ]
        months = tuple(f"{2021 + month // 12}-{month % 12 + 1:02d}" for month in range(84))
        for row in rows:
            row["period"] = months[row["period"]]
        results = SimpleNamespace(months=months)
        calendar = pd.DataFrame(rows)
        gates = calendar.groupby("subject", as_index=False)["throughput_t"].sum()
        return crossings_calendar.finding(bare(calendar=calendar, gates=gates, results=results, dates=Dates(months)))

    small = [("tiny", 0.5, 84, 0), ("shut", 0.0, 0, 84), ("rest", 99.0, 0, 0)]
    large = [("main", 60.0, 12, 0), ("side", 39.0, 5, 24), *small[:2]]
    assert title(*large) == "main is full in 12 of 84 months; side is closed in 24"
    assert title(*small) == "No large crossing is full or closed for a month in 84 months"
