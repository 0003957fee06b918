"""Studies of single questions of policy: each runs in seconds with debug=fast, and names what is not in force."""

import re
from importlib import import_module

import pytest

from sim.config import load
from sim.report import studies

FAST = {
    "chokepoints": "30 days shut hurt most at ",
    "enforcement_frontier": "inspections a week the front goes from a cut of ",
    "khorgos_hours": "is in force in no whole calendar year",
    "khunjerab_winter": "is in force in no whole calendar year",
}
"""Study to what its answer says of half a year: what is not in force is named, and not told as no effect."""


@pytest.mark.slow
@pytest.mark.usefixtures("coarse")
@pytest.mark.parametrize("name", FAST)
def test_a_study_answers_in_seconds_and_says_how_to_do_it_again(tmp_path, name: str) -> None:
    settings = [f"experiment={name}", "debug=fast", f"results_dir={tmp_path}", "behaviour.spin_up_weeks=52"]
    results = studies.run(load(settings), import_module(f"sim.experiments.{name}").REPORT)
    text = (results.folder / "answer.md").read_text("utf-8")
    assert FAST[name] in text
    assert "## What it cannot say" in text
    assert f"slug={name}" in text
    assert not re.search(r"\bnan\b", text)
