"""What a study may lack: tables without rows, a second regime, a whole quarter. It has a page all the same."""

import shutil
from pathlib import Path

import pytest

from sim.config.compose import load
from sim.report.figures import FIGURES
from sim.report.page.writing import write_report
from sim.report.studies import run

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("coarse")]

TINY = Path(__file__).parents[1] / "world" / "tiny"
BAN = Path(__file__).parents[1] / "ensemble" / "ban.yaml"
OPTIONAL = ("hubs", "inspection_classes", "observed", "background", "seasons", "calendars")


def world_with(folder: Path, rows: dict[str, int]) -> Path:
    """Copy a small world, keeping that many rows of some tables."""
    shutil.copytree(TINY, folder)
    for name, number in rows.items():
        path = folder / f"{name}.csv"
        path.write_text("\n".join(path.read_text().splitlines()[: number + 1]) + "\n")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rows", "words", "drawn"),
    [
        (
            dict.fromkeys(OPTIONAL, 0) | {"demand": 1},
            ["firms=30", "end=2021-02-28", f"regimes=[none,{BAN}]"],
            {"trade_by_market", "difference_by_market", "who_gains", "map", "crossings_calendar"},
        ),
        (
            {"demand": 2},
            ["firms=30", "end=2021-01-01", "regimes=[none]"],
            {"trade_by_market", "map", "crossings_calendar"},
        ),
        ({}, ["firms=30", "end=2021-02-28", "observe=totals", f"regimes=[none,{BAN}]"], {"trade_by_market"}),
    ],
)
def test_a_study_that_lacks_much_has_a_page_that_says_what_is_not_drawn(rows, words, drawn, tmp_path):
    world = world_with(tmp_path / "world", rows)
    settings = ["debug=fast", "behaviour.spin_up_weeks=52", f"world={world}", f"results_dir={tmp_path}", *words]
    folder = run(load(settings), write_report).folder
    assert {path.stem for path in folder.glob("figures/*.png")} == drawn
    told = sum(bool(figure.absent) for figure in FIGURES)
    for name in ("page.html", "answer.md"):
        assert (folder / name).read_text(encoding="utf-8").count("Not drawn: ") == told - len(drawn)
