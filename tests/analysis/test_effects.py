"""What a correction does, from made-up verdicts with it and without it."""

import pandas as pd
import pytest

from sim.analysis.patterns.correction_effects import SHOWN_LEVELS, effect
from sim.analysis.patterns.verdicts import Verdicts
from sim.report.effects import findings

CLAIMS = ("growth", "level", "share")


def judgement(holds, medians=(1.0, 2.0, 3.0), level=100.0):
    """Two patterns of three claims, the first two in one; the rules before have the last alone."""
    rows = [
        {"pattern": pattern, "claim": claim, "median": median, "holds": "yes" if held else "no"}
        for pattern, claim, median, held in zip(("P1", "P1", "P2"), CLAIMS, medians, holds, strict=True)
    ]
    claims = pd.DataFrame(rows)
    whole = claims["holds"].eq("yes").groupby(claims["pattern"]).transform("all")
    claims["verdict"] = whole.map({True: "shown", False: "not shown"})
    levels = pd.DataFrame({"level": list(SHOWN_LEVELS), "median": level, "observed": 50.0})
    return Verdicts(claims, claims.iloc[2:], levels)


def test_an_effect_is_what_holds_with_it_alone_and_without_it_alone():
    whole = judgement((True, True, False))
    row = effect("speed", "firms are fast", whole, judgement((True, False, True), (1.0, 0.512, 3.0), 80.0))
    assert (row["patterns"], row["claims"], row["claims_before"]) == (1, 2, 1)
    assert row["falls"] == "P1 level (0.512)"
    assert row["comes"] == "P2 share (3)"
    assert row["2023"] == 80.0
    assert set(SHOWN_LEVELS.values()) < set(row)


def test_nothing_falls_where_nothing_is_left_out():
    whole = judgement((True, True, False))
    row = effect("nothing", "", whole, whole)
    assert (row["patterns"], row["claims"], row["falls"], row["comes"]) == (1, 2, "", "")


def test_the_answer_has_a_row_for_each_correction_and_the_published_levels():
    whole = judgement((True, True, False))
    rows = [effect("nothing", "", whole, whole)]
    rows += [effect(name, "as | it is", whole, judgement((False, True, False))) for name in ("speed", "base")]
    told = findings(pd.DataFrame(rows), whole, 4, "    reroute experiment=effects\n")
    assert "With all corrections 1 of 2 patterns are shown and 2 of 3 claims hold (0 of 1 by the rules before" in told
    assert "4 runs a regime are too few" in told
    assert "too few" not in findings(pd.DataFrame(rows), whole, 20, "")
    assert told.count("P1 growth (1)") == 2
    assert "\n| speed: as \\| it is | 0 | 1 | 0 | P1 growth (1) | – |\n" in told
    rows = [
        line.split(" | ") for line in told.splitlines() if line.startswith(("| published", "| nothing", "| speed |"))
    ]
    assert [row[0] for row in rows] == ["| nothing", "| published", "| nothing", "| speed"]
    assert [len(row) for row in rows[1:]] == [1 + len(SHOWN_LEVELS)] * 3


def test_levels_that_are_not_there_are_an_error():
    whole = judgement((True, True, False))
    short = Verdicts(whole.claims, whole.before, whole.levels.iloc[1:])
    with pytest.raises(KeyError):
        effect("speed", "", whole, short)
