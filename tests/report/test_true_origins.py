"""True and declared origins: every dollar that enters has a way, and the title tells what hides its origin."""

import numpy as np
import pandas as pd
import pytest

from sim.analysis.periods import Dates
from sim.analysis.scopes import InScope
from sim.report.figures import true_origins
from sim.report.shown import Shown
from tests.report.test_figures import overlapping
from tests.small_results import SmallResults, months_of

MONTHS = months_of(2021, 2022)
RUNS = 30


def study_of(values):
    results = SmallResults(MONTHS, "none", values)
    dates = Dates(MONTHS)
    scopes = {name: {"united_states": InScope((), dates)} for name in ("none", "ban")}
    return Shown(results, "none", world=None, dates=dates, scopes=scopes, window=slice(0, 24))


def entering(none, ban):
    """Series of the same values in every run and month, in million dollars a month."""
    level = {"none": none, "ban": ban}
    return {name: np.full((RUNS, len(MONTHS)), value, dtype=float) for name, value in level.items()}


@pytest.fixture
def study():
    key = "sanctioned_trade", "all", "export"
    values = {
        "united_states": entering(10.0, 5.0),
        "united_states/direct": entering(6.0, 1.0),
        "united_states/embodied": entering(3.0, 3.0),
        "elsewhere": entering(7.0, 7.0),
    }
    return study_of({(key[0], subject, *key[1:]): each for subject, each in values.items()})


def test_ways_add_up_to_what_enters_and_markets_that_send_nothing_are_left_out(study):
    table = true_origins.table(study)
    sums = table.groupby("regime")["musd"].sum()
    assert sums.to_dict() == pytest.approx({"none": 120.0, "ban": 60.0})
    rest = table[table["way"] == ""].set_index("regime")["musd"]
    assert rest.to_dict() == pytest.approx({"none": 12.0, "ban": 12.0})
    assert set(table["market"]) == {"united_states"}


def test_the_title_tells_the_share_with_another_origin_and_its_range(study):
    title = true_origins.finding(study).replace("\xa0", " ")
    assert "80 % (9 in 10 runs: 80.0 %)" in title
    assert title.endswith("under \u201cnone\u201d 40 % (9 in 10 runs: 40.0 %)")


def test_both_halves_have_one_scale_and_texts_stand_apart(study):
    figure = true_origins.draw(study, "A title")
    assert overlapping(figure) == []
    assert len({axes.get_ylim() for axes in figure.axes}) == 1


def test_where_nothing_enters_nothing_is_drawn():
    nothing = {("sanctioned_trade", "united_states", "all", "export"): entering(0.0, 0.0)}
    assert true_origins.table(study_of(nothing)).empty
    assert isinstance(true_origins.table(study_of(nothing)), pd.DataFrame)
