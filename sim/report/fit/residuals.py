"""How far runs at the posterior lie from the figures that they were fitted to, by group."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure

from sim.calibration.targets import FAR
from sim.report import style, words
from sim.report.figures.picture import Picture
from sim.report.fit.shown import FitShown
from sim.report.lettering import filled

NAMED, FARTHEST = 3, 10.0
LEFT, WIDTH = 0.11, 0.36


def table(fit: FitShown) -> pd.DataFrame:
    """Give every target a row."""
    return fit.beside[["target", "group", "apart", "missed"]]


def finding(fit: FitShown) -> str:
    """Count the figures that most runs come near, and name the group that is worst.

    Parameters
    ----------
    fit : FitShown
        With its targets.
    """
    beside = fit.beside
    far = beside["apart"].abs() > FAR
    near = int((~far).sum())
    told = f"The median run comes within three errors of {near} of {len(beside)} figures"
    if not far.any():
        return f"{told}."
    worst = far.groupby(beside["group"]).sum().idxmax()
    return f"{told}; most of the others are of the group {worst}."


def caption(fit: FitShown) -> str:
    """Say how to read it."""
    del fit
    return (
        "Distances are medians of runs less published figures, on the logarithm of levels and the logit of shares, in "
        f"errors of the figure; those beyond {FARTHEST:.0f} stand at the edge. Named are the farthest of each group."
    )


def draw(fit: FitShown, title: str) -> Figure:
    """Draw a row of dots for each group, with the names of its farthest targets.

    Parameters
    ----------
    fit : FitShown
        With its targets.
    title : str
        The finding.
    """
    groups = list(fit.beside.groupby("group", sort=False))
    with rc_context(style.STYLE):
        figure, (_, bottom, _, height) = style.new_figure(
            title,
            "A dot a published figure: simulated less published, in errors of the figure. Grey: within three errors.",
            0.5 + 0.62 * len(groups),
            free=True,
        )
        axes = figure.add_axes(
            (LEFT, bottom + 0.4 / figure.get_figheight(), WIDTH, height - 0.4 / figure.get_figheight())
        )
        axes.axvspan(-FAR, FAR, color=style.LIGHT_GREY, alpha=0.6, lw=0)
        axes.axvline(0, color=style.GREY, lw=0.9)
        for place, (group, part) in enumerate(groups):
            far = part["apart"].abs() > FAR
            colours = np.where(far, style.COLOURS[0], style.COLOURS[1])
            axes.scatter(
                part["apart"].clip(-FARTHEST, FARTHEST), np.full(len(part), place), s=34, c=colours, alpha=0.75, lw=0
            )
            axes.text(1.03, place, _told(part[far]), va="center", size=8, transform=axes.get_yaxis_transform())
            axes.text(-0.02, place, group, ha="right", va="center", transform=axes.get_yaxis_transform())
        axes.set_xlim(-FARTHEST - 0.5, FARTHEST + 0.5)
        axes.set_ylim(len(groups) - 0.5, -0.5)
        axes.set_yticks([])
        axes.set_xlabel("errors of the published figure")
        axes.spines["left"].set_visible(False)
    return figure


def _told(far: pd.DataFrame) -> str:
    """Name the farthest targets of a group, with their distance."""
    worst = far.reindex(far["apart"].abs().sort_values(ascending=False).index)[:NAMED]
    names = [f"{row.target} ({words.number(row.apart, signed=True, digits=2)})" for row in worst.itertuples()]
    more = f" and {len(far) - NAMED} more" if len(far) > NAMED else ""
    return filled("; ".join(names) + more, 96)


PICTURE = Picture("residuals", table, finding, caption, draw)
