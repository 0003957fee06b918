"""Every policy study runs from its settings and answers in three sentences, in months without its measures too."""

import re

import pytest

from sim.analysis import ledger
from sim.analysis.periods import Dates
from sim.config import load
from sim.experiments import (
    announcement,
    eurasian_roundabout,
    hub_pressure,
    lifting,
    what_made_2023_grow,
    who_gains_who_pays,
)
from sim.report import studies

MODULES = {
    each.__name__.rpartition(".")[2]: each
    for each in (announcement, eurasian_roundabout, hub_pressure, lifting, what_made_2023_grow, who_gains_who_pays)
}


@pytest.mark.slow
@pytest.mark.usefixtures("coarse")
@pytest.mark.parametrize("name", MODULES)
def test_a_study_runs_and_says_what_it_can_say(name, tmp_path) -> None:
    config = load([f"experiment={name}", "debug=fast", "end=2021-02-28", f"results_dir={tmp_path}"])
    results = studies.run(config, MODULES[name].REPORT)
    text = (results.folder / "answer.md").read_text("utf-8")
    said = text.split("\n\n")[1].split("\n")
    assert len(said) == 3
    assert all(each.endswith(".") and each[0].isupper() for each in said), said
    assert not re.search(r"\bnan\b|None|\binf\b", text)
    assert "## What it cannot say" in text
    assert f"slug={name}" in text
    if name == "who_gains_who_pays":  # real accounts, kept as float32
        whole = Dates(results.months, config.start_date, config.end_date).period(slice(0, len(results.months)))
        assert max(ledger.imbalance(results, regime, whole) for regime in results.regimes) < 1e-5
