"""Studies of single questions of policy: each runs in seconds with debug=fast, and names what is not in force."""

from importlib import import_module

import pytest

from sim.config import load
from sim.report import studies

FAST = ("chokepoints", "enforcement_frontier", "khorgos_hours", "khunjerab_winter")


def answered(tmp_path, name: str, *words: str) -> str:
    config = load([f"experiment={name}", "debug=fast", f"results_dir={tmp_path}", "behaviour.spin_up_weeks=52", *words])
    results = studies.run(config, import_module(f"sim.experiments.{name}").REPORT)
    return (results.folder / "answer.md").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("name", FAST)
def test_a_study_answers_in_seconds_and_says_how_to_do_it_again(tmp_path, name: str) -> None:
    text = answered(tmp_path, name)
    assert "## What it cannot say" in text
    assert f"slug={name}" in text
    assert "nan" not in text


@pytest.mark.slow
def test_an_opening_that_is_not_in_force_is_named_and_not_told_as_no_effect(tmp_path) -> None:
    assert "is in force in no whole calendar year" in answered(tmp_path, "khunjerab_winter")
