"""What share of each outcome's variance each factor makes, over the whole ranges of all of them, and what is luck."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.report import style, words
from sim.report.figures.picture import Picture
from sim.report.figures.what_moves import NAMES
from sim.report.findings import called
from sim.report.lettering import filled
from sim.report.shown import Shown

LUCK, UNTOLD = "luck", "told by neither"
MOST_BARS, COLUMNS = 7, 2
FACTOR_COLOUR, LUCK_COLOUR, UNTOLD_COLOUR = style.COLOURS[1], style.COLOURS[0], style.LIGHT_GREY
PERCENT = 100.0


class Mattering(NamedTuple):
    """What matters for a regime's outcomes.

    Attributes
    ----------
    study : Shown
        Of runs at draws of the posterior.
    shares : pandas.DataFrame
        `outcome, factor, meaning, first, share, low, high`: shares of the variance over the whole ranges, of factors
        with all that they do together with others, of luck and of what the emulator does not tell; `first` is what a
        factor makes alone. 90 % intervals. Empty where there were too few runs for an emulator.
    draws : int
        Of the ranges, that the emulator learnt from.
    effects : pandas.DataFrame
        `outcome, factor, meaning`, then as `elementary_effects` gives it.
    """

    study: Shown
    shares: pd.DataFrame
    draws: int
    effects: pd.DataFrame


def leading(subject: Mattering, outcome: str) -> pd.DataFrame:
    """Take an outcome's largest factors, the largest first."""
    rows = subject.shares[(subject.shares["outcome"] == outcome) & ~subject.shares["factor"].isin([LUCK, UNTOLD])]
    return rows.sort_values("share", ascending=False, kind="stable")


def share(row: pd.Series) -> str:
    """Print a share of the variance with its interval."""
    return f"{words.percent(row['share'])} (90 % interval {words.interval(row['low'], row['high'], words.percent)})"


def finding(subject: Mattering) -> str:
    """Say what makes most of the first outcome's variance."""
    outcome = subject.shares["outcome"].iloc[0]
    first = leading(subject, outcome).iloc[0]
    if not first["share"] > 0:
        return f"An emulator tells nothing of the {NAMES[outcome]} for runs that it had not seen."
    name = first["factor"].replace("level.", "level of ").replace("_", " ")
    rows = subject.shares[subject.shares["outcome"] == outcome].set_index("factor")
    chance = words.percent(rows.loc[LUCK, "share"])
    return (
        f"Over the whole ranges of all factors {name} makes {share(first)} of the variance of the {NAMES[outcome]}, "
        f"and luck {chance}."
    )


def caption(subject: Mattering) -> str:
    """Say how to read it."""
    return (
        f"Sobol indices of the outcome's ranks, from a quadratic emulator in the factors that move it most, of "
        f"{subject.draws} runs, each with its own draw and luck, times what "
        "the emulator tells of runs that it had not seen. Bar: a factor with all that it does together with others, so "
        "bars may add up to more than the whole; dot: alone. Lines: 90 % intervals that hold how far the runs "
        "determine the emulator. Luck: what parts runs of one draw. Factors are independent here and spread over their "
        "whole ranges, beyond what published figures allow."
    )


def draw(subject: Mattering, title: str) -> Figure:
    """Draw a panel for each outcome."""
    outcomes = list(dict.fromkeys(subject.shares["outcome"]))
    lines = -(-len(outcomes) // COLUMNS)
    study = subject.study
    subtitle = f"{called(study, study.main)} against {called(study, study.against)}, {study.windows}."
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(title, subtitle, 3.9 * lines, key_lines=1)
        grid = figure.subplots(lines, min(COLUMNS, len(outcomes)), squeeze=False).ravel()
        for axes in grid[len(outcomes) :]:
            axes.set_visible(False)
        for axes, outcome in zip(grid, outcomes, strict=False):
            _panel(axes, subject, outcome)
        handles = [
            Patch(color=FACTOR_COLOUR, label="factor, with all it does together with others"),
            Line2D([], [], marker="o", ls="", color=style.INK, label="factor alone"),
            Patch(color=LUCK_COLOUR, label="luck"),
            Patch(color=UNTOLD_COLOUR, label="told by neither"),
        ]
        style.add_key(figure, handles, 4)
    return figure


def _panel(axes: Axes, subject: Mattering, outcome: str) -> None:
    """Draw the shares of one outcome."""
    rows = subject.shares[subject.shares["outcome"] == outcome].set_index("factor")
    names = [*leading(subject, outcome)["factor"].head(MOST_BARS), LUCK, UNTOLD]
    rows, places = PERCENT * rows.loc[names, ["share", "low", "high", "first"]], np.arange(len(names))
    colours = [FACTOR_COLOUR] * (len(names) - 2) + [LUCK_COLOUR, UNTOLD_COLOUR]
    axes.barh(places, rows["share"], 0.66, color=colours, alpha=0.85)
    axes.hlines(places, rows["low"], rows["high"], color=style.INK, lw=1.2)
    axes.plot(rows["first"], places, "o", color=style.INK, ms=4)
    labels = [name.replace("level.", "level of ").replace("_", " ") for name in names]
    axes.set_yticks(places, [filled(each, 28) for each in labels], color=style.INK)
    axes.invert_yaxis()
    axes.set_xlim(0, max(10.0, 1.05 * float(np.nanmax(rows[["share", "high"]]))))
    axes.set_title(filled(NAMES[outcome], 46))
    axes.set_xlabel("share of the variance, %")
    axes.grid(axis="x", color=style.LIGHT_GREY, lw=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)


PICTURE = Picture("variance_shares", lambda subject: subject.shares, finding, caption, draw)
