"""Fits to made-up figures: how often intervals hold the truth, and where the truth ranks among the draws."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import binom

from sim.calibration.sbc import LEVELS, Checked, by_factor, coverage, least_even
from sim.report import style, words
from sim.report.figures.picture import Picture

BAR = (0.85, 0.95)
"""Coverage of 90 % intervals that was asked for before the check was made."""

TENTHS, ROW = 10, 0.19


def table(checked: Checked) -> pd.DataFrame:
    """Give every factor a row."""
    return by_factor(checked)


def ranks(checked: Checked) -> pd.DataFrame:
    """Give every truth a row: ranks of its factors among the draws, and how far its chains are from agreeing."""
    return checked.rank.assign(largest_rhat=checked.rhat).reset_index()


def finding(checked: Checked) -> str:
    """Say how often intervals hold the truth.

    Parameters
    ----------
    checked : Checked
        Of all truths.
    """
    half, nine = (coverage(checked.rank, level) for level in LEVELS)
    told = (
        f"Intervals of 90 % hold {words.percent(nine.share)} of the true values of {len(checked.rank)} made-up fits, "
        f"those of 50 % hold {words.percent(half.share)}"
    )
    return f"{told}." if BAR[0] <= nine.share <= BAR[1] else f"{told}: outside what was asked for."


def caption(checked: Checked) -> str:
    """Say how to read it, and how even the ranks are."""
    _, nine = (coverage(checked.rank, level) for level in LEVELS)
    least = least_even(by_factor(checked))
    return (
        "Each truth is a run of the prior that the emulator has not seen; its figures, with errors and a discrepancy "
        "added, are fitted as if they had been published. Asked for was a coverage of "
        f"{words.percent_range(*BAR)}; its 90 % interval over truths is {words.percent_range(nine.low, nine.high)}. "
        "Ranks of the least even factor would be as uneven by chance with a probability of "
        f"{words.number(least, digits=2)} (Kolmogorov and Smirnov, times the number of factors)."
    )


def draw(checked: Checked, title: str) -> Figure:
    """Draw coverage by factor, and the ranks of all.

    Parameters
    ----------
    checked : Checked
        Of all truths.
    title : str
        The finding.
    """
    rows = by_factor(checked)
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(
            title,
            "Left: part of the intervals that hold the truth, by factor, the best known first; grey: where 90 % of "
            "right ones would lie. Right: rank of the truth among the draws, all factors; grey: the same.",
            1.0 + ROW * len(rows),
        )
        left, right = figure.subplots(1, 2, width_ratios=(3, 2))
        _by_factor(left, rows, len(checked.rank))
        _all_ranks(right, checked.rank)
    return figure


def _by_factor(axes: Axes, rows: pd.DataFrame, truths: int) -> None:
    """Draw coverage of both levels, a row a factor."""
    places = np.arange(len(rows))
    for level, colour in zip(LEVELS, style.COLOURS[1:3], strict=True):
        axes.axvspan(*(binom.ppf(end, truths, level) / truths for end in (0.05, 0.95)), color=style.LIGHT_GREY, lw=0)
        axes.axvline(level, color=style.GREY, lw=0.9)
        name = f"coverage_{level * 100:.0f}"
        axes.plot(rows[name], places, "o", color=colour, ms=4.5, label=f"{level * 100:.0f} % intervals")
    axes.set_yticks(places, rows["factor"], size=8)
    axes.tick_params(axis="y", length=0, labelcolor=style.INK)
    axes.set_ylim(len(rows) - 0.4, -2.6)
    axes.set_xlim(0, 1.02)
    axes.set_xlabel("part that holds the truth")
    axes.legend(loc="upper left", ncols=2, fontsize=8, borderpad=0.1)


def _all_ranks(axes: Axes, rank: pd.DataFrame) -> None:
    """Draw the ranks of all factors; those of one truth count as apart, which makes the grey band a little narrow."""
    edges = np.linspace(0, 1, TENTHS + 1)
    count, _ = np.histogram(rank.to_numpy(), edges)
    axes.stairs(count / rank.size, edges, color=style.COLOURS[1], fill=True, alpha=0.7)
    ends = [binom.ppf(end, rank.size, 1 / TENTHS) / rank.size for end in (0.05, 0.95)]
    axes.axhspan(*ends, color=style.GREY, alpha=0.4, lw=0)
    axes.set_xlim(0, 1)
    axes.set_xlabel("rank of the truth (0: below all draws, 1: above all)")
    axes.set_ylabel("part of the truths")


PICTURE = Picture("ranks", table, finding, caption, draw, tables={"coverage": table, "ranks": ranks})
