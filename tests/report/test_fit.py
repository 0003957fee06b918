"""The report of a fit: findings that follow from its tables, and figures whose texts keep apart."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from sim.calibration.agreement import beside
from sim.calibration.command import prior_of
from sim.calibration.identifiability import pairs, widths
from sim.calibration.published import published_targets, read_target_rows
from sim.calibration.sbc import Checked
from sim.config import load
from sim.report.fit import answers, corner, grids, ranks, residuals, simulated
from sim.report.fit.answers import HEADLINE, PARAMETER, PLACES, RULE, TESTS
from sim.report.fit.shown import FitShown
from sim.report.fit.writing import PICTURES, findings, second_opinion
from sim.world.tables.read import find_world, read_tables
from tests.report.test_figures import spare_tick_labels

TARGETS = Path(__file__).parents[2] / "conf" / "calibration" / "xinjiang" / "targets.csv"
RANDOM = np.random.default_rng(1)
DRAWS = 300


def texts_at_fault(figure) -> list[tuple[str, str]]:
    """Texts that cover each other, and texts that leave the figure."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    width, height = figure.canvas.get_width_height()
    spare = spare_tick_labels(figure)
    texts = [each for each in figure.findobj(Text) if each.get_visible() and each.get_text().strip()]
    boxes = [
        (each.get_text(), Text.get_window_extent(each, canvas.get_renderer())) for each in texts if each not in spare
    ]
    cut = [
        (name, "cut") for name, box in boxes if min(box.x0, box.y0) < -1 or box.x1 > width + 1 or box.y1 > height + 1
    ]
    inside = [(name, box.padded(-0.5)) for name, box in boxes]
    return cut + [(one, two) for (one, a), (two, b) in combinations(inside, 2) if a.overlaps(b)]


@pytest.fixture(scope="module")
def fit() -> FitShown:
    """A fit of all factors to all targets of the shipped world: draws and figures are made up."""
    rows = read_target_rows(TARGETS)
    published = published_targets(rows, read_tables(find_world("xinjiang")).observed, "targets.csv")
    prior = prior_of(load(["design=uncertain"]))
    scores = RANDOM.normal(size=(DRAWS, len(prior.names)))
    scores[:, :8] *= 0.3
    scores[:, 1] = 0.05 * scores[:, 1] - scores[:, 0]
    table, weight = prior.table(scores), np.full(DRAWS, 1 / DRAWS)
    spread = np.where(published["scale"] == "logit", 0.05, 0.3)
    values = published["value"].to_numpy() * np.exp(spread * RANDOM.normal(size=(60, len(published))))
    most = np.where(published["scale"] == "logit", 0.999, np.inf)
    figures = pd.DataFrame(np.minimum(values, most), columns=published["target"])
    groups = list(dict.fromkeys(published["group"]))
    effects = pd.DataFrame(RANDOM.beta(0.3, 3, (len(prior.names), len(groups))), index=prior.names, columns=groups)
    return FitShown(
        beside=beside(published, figures),
        even=prior.even(table),
        weight=weight,
        widths=widths(prior, table, weight),
        pairs=pairs(prior, table, weight),
        effects=effects.rename_axis("factor"),
        shifts=made_up_shifts(groups, prior.names),
        hangs=pd.DataFrame({"cut": RANDOM.random(len(prior.names))}, index=prior.names),
        opinions=pd.DataFrame(
            {"factor": prior.names, "width": 0.5, "smoothed_width": 0.55, "apart": np.linspace(-1, 1, len(prior.names))}
        ),
        answers=made_up_answers(),
        prior=prior,
        fit={"runs": 4000, "runs_that_meet_all_targets": 0.25, "out_of_reach": []},
        answered=0.9,
    )


def made_up_shifts(groups, factors) -> pd.DataFrame:
    rows = [
        {"left_out": group, "name": name, "shift": RANDOM.normal(), "width": 1.1, "kind": kind}
        for group in groups
        for kind, names in (("answer", ["cut", "whole trade"]), ("factor", factors))
        for name in names
    ]
    return pd.DataFrame(rows)


def made_up_answers() -> pd.DataFrame:
    places = [(PARAMETER, place) for place in PLACES] + [(RULE, rule) for rule in ("logit", "satisficing")]
    rows = [
        {
            "over": over, "at": at, "quantity": name, "q05": 0.4, "median": 0.5 + 0.01 * number, "q95": 0.7,
            "observed": 0.5, "low": 0.3, "high": 0.6, "share_of_runs": 1.0,
        }
        for name in (HEADLINE, *TESTS.values())
        for number, (over, at) in enumerate(places)
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    table.loc[table["quantity"] == HEADLINE, ["observed", "low", "high"]] = np.nan
    return table


@pytest.mark.slow
@pytest.mark.parametrize("picture", PICTURES, ids=[each.name for each in PICTURES])
def test_texts_of_a_large_fit_keep_apart_and_inside(fit, picture) -> None:
    title = picture.finding(fit)
    assert title.endswith(".")
    assert picture.caption(fit)
    assert texts_at_fault(picture.draw(fit, title)) == []


def test_a_figure_is_held_where_it_lies_in_the_band_with_its_error() -> None:
    published = pd.DataFrame(
        {
            "target": ["near", "far", "wide"],
            "group": "g",
            "scale": "linear",
            "value": [1.0, 1.0, 1.0],
            "error": [0.1, 0.1, 1.0],
        }
    )
    runs = np.linspace(1.15, 1.25, 50)
    table = beside(published, pd.DataFrame({"near": runs, "far": runs + 0.5, "wide": runs + 0.5}))
    assert table["within_90"].tolist() == [False, False, True]
    assert table["apart"].tolist() == pytest.approx([2.0, 7.0, 0.7])
    assert table["missed"].tolist() == [0.0, 1.0, 0.0]
    half = beside(published, pd.DataFrame({"near": runs - 0.15, "far": runs, "wide": runs}))
    assert half["within_50"].tolist() == [True, False, True]
    assert simulated.finding(fit_of(half)) == (
        "2 of 3 published figures lie within the 90 % band of the runs, 2 within the 50 % band."
    )


def fit_of(table) -> FitShown:
    return FitShown(table, *[None] * 12)


def test_residuals_name_the_group_that_is_worst() -> None:
    table = pd.DataFrame({"apart": [0.1, -5.0, 4.0, 1.0], "group": ["a", "b", "b", "a"]})
    told = residuals.finding(fit_of(table))
    assert told == (
        "The median run comes within three errors of 2 of 4 figures; most of the others are of the group b."
    )


def test_the_closest_pair_is_named_and_drawn(fit) -> None:
    first, second = fit.prior.names[:2]
    assert corner.finding(fit).startswith(f"One pair of factors shows only together: {first} and {second}")
    assert {first, second} < set(corner._chosen(fit))


def test_grids_name_what_moves_most(fit) -> None:
    worst = fit.shifts[fit.shifts["kind"] == "factor"].set_index("name")["shift"].abs().idxmax()
    assert worst in grids.shifts_finding(fit)
    assert fit.effects.idxmax().value_counts().index[0] in grids.effects_finding(fit)


def test_the_headline_is_told_over_the_parameter_and_by_rule(fit) -> None:
    assert answers.finding(fit).replace("\N{NO-BREAK SPACE}", "~") == (
        "The cut of sanctioned goods goes from 50~% at a sensitivity of 0.1 to 54~% at 0.8; between rules of choice it "
        "is from 55~% to 56~%."
    )


def test_the_answer_tells_every_figure_and_the_second_opinion(fit) -> None:
    drawn = [
        type("Drawn", (), {"name": each.name, "title": each.finding(fit), "caption": "How."})() for each in PICTURES
    ]
    told = findings(fit, drawn, "reroute experiment=calibration", "01234567")
    assert told.count("](figures/") == len(PICTURES)
    assert "25\N{NO-BREAK SPACE}% meet all figures within three errors" in told
    assert "the figures show their" in told
    assert "widths are 1.10 times those of the posterior" in second_opinion(fit)


@pytest.mark.slow
def test_ranks_of_right_and_of_narrow_fits_are_told_apart() -> None:
    names = [f"level.a_driver_with_a_long_name_{number}" for number in range(45)]
    right = Checked(
        pd.DataFrame(RANDOM.random((48, 45)), columns=names).rename_axis("run"),
        pd.DataFrame(0.5, index=range(48), columns=names),
        pd.Series(1.005, index=range(48)),
    )
    title = ranks.finding(right)
    assert "outside" not in title
    assert texts_at_fault(ranks.draw(right, title)) == []
    narrow = right._replace(rank=pd.DataFrame(RANDOM.beta(0.3, 0.3, (48, 45)), columns=names))
    assert ranks.finding(narrow).endswith("outside what was asked for.")
    assert ranks.ranks(right).shape == (48, 47)
