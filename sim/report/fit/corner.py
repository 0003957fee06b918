"""The factors that are known best, alone and in pairs, with the prior behind."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.calibration.identifiability import TOGETHER
from sim.report import style, words
from sim.report.figures.picture import Picture
from sim.report.fit.shown import FitShown
from sim.report.lettering import filled

MOST = 7
BINS, DOTS = 24, 400


def table(fit: FitShown) -> pd.DataFrame:
    """Give the factors that are drawn a row each."""
    return fit.widths[:MOST]


def finding(fit: FitShown) -> str:
    """Say how many pairs show only together, and the closest.

    Parameters
    ----------
    fit : FitShown
        With the pairs of its factors.
    """
    if fit.pairs.empty:
        return f"No two factors are tied together by the figures (no correlation of {TOGETHER} or more)."
    first = fit.pairs.iloc[0]
    told = f"{first['first']} and {first['second']} (correlation {words.number(first['correlation'], digits=2)})"
    if len(fit.pairs) == 1:
        return f"One pair of factors shows only together: {told}."
    return f"{len(fit.pairs)} pairs of factors show only together; the closest are {told}."


def caption(fit: FitShown) -> str:
    """Say how to read it."""
    return (
        f"The {len(_chosen(fit))} factors that the figures narrow most, with those that show only together first. Axes "
        "run over the range of the prior, on which the prior is even: grey is what it would be without the figures."
    )


def _chosen(fit: FitShown) -> list[str]:
    """Choose the factors that are drawn: those of pairs first, then the narrowest."""
    of_pairs = [name for row in fit.pairs.itertuples() for name in (row.first, row.second)]
    return list(dict.fromkeys([*of_pairs[:4], *fit.widths["factor"]]))[:MOST]


def draw(fit: FitShown, title: str) -> Figure:
    """Draw each factor on the diagonal, and each pair below it.

    Parameters
    ----------
    fit : FitShown
        With draws.
    title : str
        The finding.
    """
    names = _chosen(fit)
    rows = np.random.default_rng(0).choice(len(fit.weight), DOTS, p=fit.weight)
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(
            title,
            "Diagonal: posterior (blue) and prior (grey). Below: draws of the posterior, over an even prior.",
            1.45 * len(names),
        )
        grid = figure.subplots(len(names), len(names), squeeze=False)
        for below, down in enumerate(names):
            for beside, across in enumerate(names):
                axes = grid[below, beside]
                if beside > below:
                    axes.set_visible(False)
                    continue
                if beside == below:
                    _marginal(axes, fit, across)
                else:
                    axes.set_facecolor("#f1f1f1")
                    axes.scatter(
                        fit.even[across].iloc[rows], fit.even[down].iloc[rows], s=5, lw=0, alpha=0.5, c=style.COLOURS[1]
                    )
                    axes.set_ylim(0, 1)
                _frame(axes, across if below == len(names) - 1 else "", down if beside == 0 else "")
    return figure


def _marginal(axes: Axes, fit: FitShown, name: str) -> None:
    """Draw one factor over its prior."""
    edges = np.linspace(0, 1, BINS + 1)
    height, _ = np.histogram(fit.even[name], edges, weights=fit.weight, density=True)
    axes.fill_between([0, 1], 1, color=style.LIGHT_GREY, lw=0)
    axes.stairs(height, edges, color=style.COLOURS[1], fill=True, alpha=0.75)
    axes.set_ylim(0, None)


def _frame(axes: Axes, below: str, beside: str) -> None:
    """Name the axes at the edges of the grid."""
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 1], ["low", "high"] if below else ["", ""], size=8)
    axes.set_yticks([])
    if below:
        axes.set_xlabel(filled(below, 22), size=8)
    if beside:
        axes.set_ylabel(filled(beside, 22), size=8, rotation=0, ha="right", va="center")


PICTURE = Picture("corner", table, finding, caption, draw, tables={"pairs": lambda fit: fit.pairs})
