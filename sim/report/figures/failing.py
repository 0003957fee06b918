"""Under which conditions regimes fail: each limit of a box in the range of its factor, beside the posterior."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.analysis.by_run import in_words
from sim.analysis.discovery import Quality
from sim.calibration.factors import Prior
from sim.parameters import LEVEL, TABLE
from sim.report import style, words
from sim.report.figures.picture import Picture
from sim.report.lettering import filled

ROW_INCHES, LABEL_COLUMNS = 0.78, 46
ALL, BOX, POSTERIOR = style.LIGHT_GREY, style.COLOURS[0], style.INK


class Condition(NamedTuple):
    """Where a regime fails.

    Attributes
    ----------
    regime, title : str
        Its name, and what it is called.
    limits : mapping of str to (float, float)
        Of the box, in the unit of each factor; infinite at a free end, none where nothing is found.
    held_out : Quality or None
        On draws over whole ranges that the box was not made from; None where there are none.
    posterior : Quality or None
        On draws of the posterior: `failing` is the chance to fail, `mass` the share of draws in the box.
    failing_ends : (float, float)
        90 % interval of the chance to fail over the posterior.
    stability : pandas.DataFrame
        As `sim.analysis.discovery.stability` gives it.
    drawn : pandas.DataFrame
        Draws of the posterior, a column a factor.
    why : str
        Why there is nothing to tell; else empty.
    """

    regime: str
    title: str
    limits: Mapping[str, tuple[float, float]]
    held_out: Quality | None
    posterior: Quality | None
    failing_ends: tuple[float, float]
    stability: pd.DataFrame
    drawn: pd.DataFrame
    why: str = ""


class Failing(NamedTuple):
    """Conditions of every regime, the rule that says what failing is, and the ranges of the factors."""

    conditions: Sequence[Condition]
    rule: str
    prior: Prior


def limit(name: str, ends: tuple[float, float]) -> str:
    """Print a limit on a factor.

    Parameters
    ----------
    name : str
        Of the factor.
    ends : (float, float)
        Infinite at a free end.

    Examples
    --------
    >>> limit("sensitivity", (float("-inf"), 0.25)), limit("level.goods_that_go_on", (1.2, 1.5))
    ('sensitivity below 0.25', 'level of goods that go on from 1.2 to 1.5')
    """
    low, high = ends
    plain = name.replace(LEVEL, "level of ").replace("_", " ")
    if np.isfinite(low) and np.isfinite(high):
        return f"{plain} from {words.number(low)} to {words.number(high)}"
    return f"{plain} above {words.number(low)}" if np.isfinite(low) else f"{plain} below {words.number(high)}"


def conditions_in_words(limits: Mapping[str, tuple[float, float]]) -> str:
    """Print the limits of a box."""
    said = [limit(name, ends) for name, ends in limits.items()]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def table(subject: Failing) -> pd.DataFrame:
    """List the limits of every regime, and how well they tell failures on draws that they were not made from."""
    rows = []
    for each in subject.conditions:
        stable = each.stability.set_index("factor")["limited"] if len(each.stability) else {}
        for name, (low, high) in each.limits.items():
            told, known = each.held_out, each.posterior
            row = {"regime": each.regime, "factor": name, "meaning": in_words(name), "low": low, "high": high}
            row["unit"] = TABLE[name].unit if name in TABLE else ""
            row |= {"limited_in_resamples": stable.get(name, 0.0), "failing_over_ranges": told.failing}
            row |= {"density": told.density, "density_low": told.density_ends[0], "density_high": told.density_ends[1]}
            row |= {"coverage": told.coverage, "coverage_low": told.coverage_ends[0]}
            row |= {"coverage_high": told.coverage_ends[1], "posterior_inside": known.mass if known else np.nan}
            rows.append(row)
    return pd.DataFrame(rows).replace([-np.inf, np.inf], np.nan) if rows else pd.DataFrame()


def finding(subject: Failing) -> str:
    """Say where the first regime that has a box fails."""
    each = next(each for each in subject.conditions if each.limits)
    return (
        f"Under {words.quoted(each.title)} {words.percent(each.held_out.density)} of draws with "
        f"{conditions_in_words(each.limits)} fail, and {words.percent(each.held_out.failing)} of all."
    )


def caption(subject: Failing) -> str:
    """Say how to read it."""
    return (
        f"Failing is {subject.rule}. Grey: the whole range of a factor, spread as draws are; coloured: where "
        "the regime fails most often, with the limits in the unit of the factor; black: 90 % of the posterior and its "
        "median. "
        "Shares are of draws over whole ranges that the limits were not made from."
    )


def draw(subject: Failing, title: str) -> Figure:
    """Draw a row for each limit, below the name of its regime."""
    kept = [each for each in subject.conditions if each.limits]
    heights = [len(each.limits) for each in kept]
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(
            title, f"Where regimes fail: {subject.rule}.", sum(ROW_INCHES * each + 0.8 for each in heights), key_lines=1
        )
        grid = figure.subplots(len(kept), 1, squeeze=False, height_ratios=heights)[:, 0]
        for axes, each in zip(grid, kept, strict=True):
            _panel(axes, each, subject.prior)
        grid[-1].set_xlabel("place in the range of the factor")
        handles = [
            Patch(color=ALL, label="whole range"),
            Patch(color=BOX, label="fails most often"),
            Line2D([], [], color=POSTERIOR, lw=1.6, marker="o", label="posterior: 90 % and median"),
        ]
        style.add_key(figure, handles, 3)
    return figure


def _panel(axes: Axes, each: Condition, prior: Prior) -> None:
    """Draw the limits of one regime, each in its range."""
    names = list(each.limits)
    ranges = {factor.name: factor for factor in prior.factors}
    for row, name in enumerate(names):
        factor, ends = ranges[name], each.limits[name]
        inside = np.clip(ends, factor.low, factor.high)
        places = prior.part([name]).even(pd.DataFrame({name: inside}))[name]
        axes.plot([0, 1], [row, row], color=ALL, lw=11, solid_capstyle="butt", zorder=1)
        axes.plot(places, [row, row], color=BOX, lw=11, solid_capstyle="butt", zorder=2)
        if name in each.drawn:
            known = np.quantile(prior.part([name]).even(each.drawn[[name]])[name], [0.05, 0.5, 0.95])
            axes.plot(known[[0, 2]], [row, row], color=POSTERIOR, lw=1.6, zorder=3)
            axes.plot(known[1], row, "o", color=POSTERIOR, ms=5, zorder=3)
        for place, value in {0.0: factor.low, 1.0: factor.high, **dict(zip(places, inside, strict=True))}.items():
            align = "left" if place < 0.06 else "right" if place > 0.94 else "center"
            axes.annotate(
                words.number(float(value)), (place, row), (0, 9), textcoords="offset points", ha=align, size=9
            )
    axes.set_yticks(range(len(names)), [filled(in_words(name), LABEL_COLUMNS) for name in names], color=style.INK)
    axes.set_ylim(len(names) - 0.5, -0.7)
    axes.set_xlim(-0.02, 1.02)
    told = each.held_out
    axes.set_title(
        f"{each.title}\nof draws inside {words.percent(told.density)} fail, of all {words.percent(told.failing)}; "
        f"{words.percent(told.coverage)} of failures lie inside"
    )
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


PICTURE = Picture("failing", table, finding, caption, draw, tables={"failing": table})
