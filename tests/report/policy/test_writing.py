"""An answer holds what it was given, what every answer needs, and nothing of an earlier one."""

from copy import copy
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
from matplotlib.figure import Figure

from sim.report.figures.picture import Picture
from sim.report.policy.writing import Answer, write_answer

PICTURE = Picture(
    "a_picture",
    table=lambda rows: rows,
    finding=lambda rows: f"{len(rows)} rows_of_two are found.",
    caption=lambda rows: "Read it so.",
    draw=lambda rows, title: Figure(),
    tables={"drawn": lambda rows: rows},
)
ROWS = pd.DataFrame({"year": [2023, 2024], "value": [1.5, 2.25]})
ANSWER = Answer(
    "What a *test* finds",
    ("First 1.5 (1 to 2).", "Second.", "Third."),
    ("It says nothing of Mars.",),
    {"by_year": ROWS, "empty": ROWS[:0]},
    (PICTURE,),
    ROWS,
)


@pytest.fixture
def stored(results, tmp_path):
    mine = copy(results)
    mine.folder = tmp_path
    return mine


def written(stored, tables, config, answer):
    return write_answer(stored, SimpleNamespace(tables=tables), config, answer).read_text("utf-8")


def test_an_answer_has_its_sentences_figures_limits_and_how_to_do_it_again(stored, tables, config) -> None:
    text = written(stored, tables, config, replace(ANSWER, further=("fedcba9876543210",)))
    order = [
        "# What a \\*test\\* finds",
        "First 1.5 (1 to 2).\nSecond.\nThird.",
        "20 runs a regime, 2021-01 to 2023-12.",
        "## What it cannot say\n\n- It says nothing of Mars.\n- ",
        "![a picture](figures/a_picture.png)\n\n2 rows_of_two are found. Read it so.",
        "## Do it again\n\n    reroute 'regimes=[none,uflpa,us_eu]'",
        "Signature 01234567, further runs fedcba98.\n",
    ]
    places = [text.find(part) for part in order]
    assert -1 not in places, [part for part, place in zip(order, places, strict=True) if place < 0]
    assert places == sorted(places)
    assert text.endswith(order[-1])


def test_tables_and_figures_lie_beside_and_empty_ones_do_not(stored, tables, config) -> None:
    written(stored, tables, config, ANSWER)
    files = sorted(path.relative_to(stored.folder).as_posix() for path in stored.folder.rglob("*.*"))
    assert files == ["answer.md", "figures/a_picture.png", "report.json", "tables/by_year.csv", "tables/drawn.csv"]
    assert (stored.folder / "tables/by_year.csv").read_text("utf-8") == "year,value\n2023,1.5\n2024,2.25\n"


def test_an_answer_without_figures_says_so_by_having_none(stored, tables, config) -> None:
    text = written(stored, tables, config, replace(ANSWER, subject=ROWS[:0]))
    assert "## Figures" not in text
    assert not (stored.folder / "figures").exists()


@pytest.mark.slow
def test_a_later_answer_leaves_nothing_of_an_earlier_one_and_an_equal_one_draws_nothing(
    stored, tables, config, capsys
) -> None:
    written(stored, tables, config, ANSWER)
    capsys.readouterr()
    written(stored, tables, config, ANSWER)
    assert capsys.readouterr().err == ""
    written(stored, tables, config, replace(ANSWER, sentences=("Other.",), tables={}))
    assert "drawing" in capsys.readouterr().err
    assert not (stored.folder / "tables/by_year.csv").exists()
