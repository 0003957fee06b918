"""What the page says of parameters: where they come from, what is held, what is not calibrated, how well they fit."""

from pathlib import Path

import pandas as pd
import pytest

from sim.config import load
from sim.report.page import basis
from sim.report.page.basis import basis_of, verdict
from sim.report.page.writing import write_report
from sim.report.studies import run
from sim.world.tables.read import find_world, read_tables
from tests.ensemble.test_fitted import TINY, write

FITTED = pd.DataFrame(
    {
        "target": ["trade 2023", "trade 2024", "exports to the United States 2024"],
        "group": ["totals", "totals", "west"],
        "value": [351.0, 357.0, 12.0],
        "q05": [340.0, 330.0, 14.0],
        "q95": [360.0, 372.0, 19.0],
        "missed_share": [0.0, 0.05, 0.8],
    }
)
PAIRED = {"draws": 100, "paired": True}


@pytest.fixture(scope="module")
def posterior(tmp_path_factory) -> Path:
    folder = write(tmp_path_factory.mktemp("posterior"))
    FITTED.to_csv(folder / "fitted.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def tiny():
    return read_tables(find_world(TINY))


def told(posterior, tiny, *words: str, design=PAIRED):
    config = load([f"world={TINY}", "firms=60", f"design.posterior={posterior}", *words])
    return basis_of(config, tiny, design)


def test_a_posterior_says_how_many_runs_meet_all_targets_and_which_are_missed(posterior, tiny):
    found = told(posterior, tiny)
    (sentence,) = found.sentences
    assert f"of 40 posterior runs 42\u00a0% meet all {len(FITTED)} published figures" in sentence
    assert "missed are exports to the United States 2024 (by 80\u00a0%)" in sentence
    assert found.draws == ", each with its own draw of parameters from the posterior"
    assert (found.held, found.held_in_full) == basis.CHANCE_AND_POSTERIOR
    assert "2024-12-31" in found.limit
    assert "2024-12-31" in found.observed


@pytest.mark.parametrize(
    ("word", "told_then", "told_now"),
    [
        ("firms=50", "60 firms", "50 firms"),
        ("start=2021-03-01", "start=2021-01-01", "start=2021-03-01"),
        ("crossing.wait_rule=bpr", "crossing.wait_rule=queue", "crossing.wait_rule=bpr"),
        ("behaviour.spin_up_weeks=60", "behaviour.spin_up_weeks=", "behaviour.spin_up_weeks=60"),
    ],
)
def test_what_the_fit_had_otherwise_is_told_with_both(posterior, tiny, word, told_then, told_now):
    _, sentence = told(posterior, tiny, word).sentences
    assert told_then in sentence
    assert told_now in sentence
    assert sentence.index(told_then) < sentence.index(told_now)


def test_values_of_ones_own_are_told_where_they_would_be_drawn(posterior, tiny):
    words = ("behaviour.lift=9", "behaviour.kappa=3", "behaviour.divestment_per_year=0.05")
    *_, sentence = told(posterior, tiny, *words).sentences
    assert "lift = 9" in sentence
    assert "kappa = 3" in sentence
    assert "divestment" not in sentence


def test_a_world_or_rule_without_a_posterior_is_marked(tiny):
    (sentence,) = basis_of(load([f"world={TINY}"]), tiny, PAIRED).sentences
    assert sentence.startswith("Not calibrated: the world tiny has no posterior")
    found = basis_of(load([f"world={TINY}", "behaviour=satisficing"]), tiny, PAIRED)
    assert "the rule satisficing of the world tiny has no posterior" in found.sentences[0]
    assert (found.held, found.held_in_full) == basis.CHANCE_AND_DRAWS
    assert found.fitted.empty


def test_stated_parameters_and_the_point_hold_chance_alone(posterior, tiny):
    one = {"draws": 1, "paired": False}
    stated = basis_of(load([f"world={TINY}", "design=stated"]), tiny, one)
    assert (stated.sentences, stated.draws, stated.held) == ([], "", basis.CHANCE[0])
    point = told(posterior, tiny, "design=point", design=one)
    assert "the draw that fits best" in point.sentences[0]
    assert (point.draws, point.held) == ("", basis.CHANCE[0])


def test_a_fit_that_did_not_end_well_is_told(tmp_path, tiny):
    assert "did not end well" in told(write(tmp_path, good=False), tiny).sentences[0]


def test_a_figure_is_told_what_was_published_and_simulated():
    rows = FITTED.to_dict("records")
    line = verdict(rows, ("totals", "west"))
    assert line.startswith("Most posterior runs meet 2 of 3 published figures")
    assert "Missed: exports to the United States 2024: published 12, simulated 14 to 19." in line
    assert "Met: trade 2024: published 357, simulated 330 to 372." in line
    assert verdict(rows, ("hours",)) == ""
    assert verdict([], ("totals",)) == ""


@pytest.mark.slow
@pytest.mark.parametrize("calibrated", [True, False])
def test_the_first_screen_the_answer_and_the_terminal_say_it(posterior, calibrated, tmp_path, capsys):
    words = ["debug=fast", f"world={TINY}", "firms=60", "behaviour.spin_up_weeks=52", "regimes=[none]"]
    words += [f"design.posterior={posterior}"] * calibrated
    folder = run(load([*words, f"results_dir={tmp_path}"]), write_report).folder
    page = (folder / "page.html").read_text(encoding="utf-8")
    texts = (page.partition("<nav>")[0], (folder / "answer.md").read_text(encoding="utf-8"), capsys.readouterr().err)
    for text in texts:
        wanted = "published figures; missed are exports" if calibrated else "Not calibrated: the world tiny"
        assert wanted in " ".join(text.split())
    assert ("Met: trade 2024: published 357" in page) == calibrated
    assert ("each with its own draw of parameters from the posterior" in page) == calibrated
