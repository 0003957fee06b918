"""Drawings that several studies share: what is drawn is what the table says, and no text covers another."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch

from sim.report import style
from sim.report.figures.alluvial import alluvial
from sim.report.figures.bump import bump
from sim.report.figures.curve import curve
from sim.report.figures.ends import label_ends, spread
from sim.report.figures.front import front
from sim.report.figures.tornado import tornado
from tests.report.test_figures import overlapping


@pytest.fixture
def axes():
    with rc_context(style.STYLE):
        yield Figure(figsize=(8, 5)).add_axes((0.3, 0.1, 0.4, 0.8))


@given(st.lists(st.floats(-50, 150), min_size=1, max_size=12))
def test_places_are_spread_by_the_least_squares(wished):
    gap, low, high = 3.0, 0.0, 100.0
    moved = spread(wished, gap, low, high)
    ordered = np.sort(moved)
    assert (np.diff(ordered) >= gap - 1e-9).all()
    assert ordered[0] >= low - 1e-9
    assert ordered[-1] <= high + 1e-9
    assert (np.argsort(wished, kind="stable") == np.argsort(moved, kind="stable")).all()
    cost = np.sum((moved - wished) ** 2)
    rng = np.random.default_rng(0)
    for _ in range(20):  # no other places that keep the rules are nearer: these are mixtures with some that keep them
        other = np.empty_like(moved)
        room = high - low - gap * (len(wished) - 1)
        steps = low + room * np.sort(rng.uniform(size=len(wished))) + gap * np.arange(len(wished))
        other[np.argsort(wished, kind="stable")] = steps
        for share in (0.01, 1.0):
            assert np.sum((moved + share * (other - moved) - wished) ** 2) >= cost - 1e-6


def test_places_far_apart_are_left_alone():
    np.testing.assert_allclose(spread([9.0, 1.0, 5.0], 2.0, 0.0, 10.0), [9.0, 1.0, 5.0])


def test_twelve_labels_at_one_point_are_apart(axes):
    written = label_ends(axes, [(f"label {place}", 1.0, 0.5) for place in range(12)], ["black"] * 12)
    assert len(written) == 12
    assert overlapping(axes.figure) == []


def test_a_line_without_an_end_has_no_label(axes):
    assert label_ends(axes, [("a", 1.0, np.nan)], ["black"]) == []


def test_the_factor_that_moves_most_is_on_top(axes):
    table = pd.DataFrame({"f": ["a", "b", "c"], "lo": [1.0, -3.0, np.nan], "hi": [0.5, 1.0, 2.0]})
    tornado(axes, table, label="f", low="lo", high="hi")
    assert [label.get_text() for label in axes.get_yticklabels()] == ["b", "c", "a"]
    assert [bar.get_width() for bar in axes.patches] == [-3.0, 0.0, 1.0, 1.0, 2.0, 0.5]
    low, high = axes.containers
    assert low[2].get_zorder() < high[2].get_zorder()  # both of "a" go right: the shorter is in front


def test_the_front_is_joined_in_order_and_alone_is_named(axes):
    table = pd.DataFrame({"x": [2, 1, 3, 2.5], "y": [2, 1, 3, 1.0], "n": ["b", "a", "c", "d"], "on": [1, 1, 1, 0]})
    written = front(axes, table, x="x", y="y", label="n", on_front="on")
    np.testing.assert_allclose(axes.lines[0].get_xydata(), [[1, 1], [2, 2], [3, 3]])
    assert {each.get_text() for each in written} == {"a", "b", "c"}
    assert overlapping(axes.figure) == []


def test_ranks_run_down_and_names_stand_apart(axes):
    rows = [(stage, rank, f"name {rank}") for stage in ("one", "two") for rank in range(1, 10)]
    bump(axes, pd.DataFrame(rows, columns=["stage", "rank", "label"]), stage="stage", rank="rank", label="label")
    low, high = axes.get_ylim()
    assert (low, high) == (9.6, 0.4)
    assert [line.get_ydata().tolist() for line in axes.lines] == [[rank, rank] for rank in range(1, 10)]
    assert len({(line.get_color(), line.get_linestyle(), line.get_marker()) for line in axes.lines}) == 9
    assert overlapping(axes.figure) == []


def test_a_curve_marks_its_kink_with_its_number(axes):
    table = pd.DataFrame({"days": [10.0, 0.0, 5.0], "m": [9.0, 0.0, 1.0], "l": [8.0, 0.0, 0.5], "h": [10.0, 0.0, 2.0]})
    line = curve(axes, table, x="days", median="m", low="l", high="h", kink=5.0, colour="#d55e00", label="gate")
    assert line.get_xdata().tolist() == [0.0, 5.0, 10.0]
    assert axes.lines[1].get_xdata() == [5.0, 5.0]
    assert [each.get_text() for each in axes.texts] == ["5"]


def test_ribbons_keep_what_runs_through_every_block(axes):
    rows = [("region", "direct", "us", 4.0), ("region", "vietnam", "us", 2.0), ("region", "vietnam", "eu", 1.0)]
    table = pd.DataFrame([*rows, ("region", "none", "eu", 0.0)], columns=["true", "told", "market", "musd"])
    colours = {"direct": "red", "vietnam": "blue"}
    blocks = alluvial(axes, table, stages=["true", "told", "market"], value="musd", colours=colours)
    sizes = {name: high - low for (_, name), (low, high) in blocks.items()}
    assert sizes == pytest.approx({"region": 7.0, "direct": 4.0, "vietnam": 3.0, "us": 6.0, "eu": 1.0})
    ribbons = [patch.get_path().vertices[:, 1] for patch in axes.patches if isinstance(patch, PathPatch)]
    widths = sorted(vertices[0] - vertices[7] for vertices in ribbons)
    assert widths == pytest.approx([1.0, 2.0, 3.0, 4.0, 4.0])
    assert overlapping(axes.figure) == []
