"""The patterns judged, a row each: the first claim of each as simulated over observed, with the bounds of its rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from sim.analysis.patterns.verdicts import Verdicts, patterns_shown
from sim.intervals import LEAST_RUNS
from sim.report import style, words
from sim.report.figures.picture import Picture
from sim.report.findings import too_few

SHOWN_COLOUR, NOT_SHOWN_COLOUR = style.COLOURS[1], style.COLOURS[0]
LEAST_RATIO, MOST_RATIO = 0.05, 20.0
LEFT, WIDTH = 0.46, 0.29  # of the axes in the figure, beside names and verdicts
TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10)


@dataclass(frozen=True)
class Judged(Verdicts):
    """Verdicts and levels of a study, and what its intervals rest on.

    Attributes
    ----------
    held : str
        What the intervals hold, as of `facts`.
    runs : int
        Of each regime; of too few no interval is told, and `q05` and `q95` are missing.
    calibrated : bool
        Whether parameters were fitted to published figures.
    basis : tuple of str
        What parameters rest on, as of `facts`.
    """

    held: str
    runs: int = LEAST_RUNS
    calibrated: bool = False
    basis: tuple[str, ...] = ()


def table(judged: Judged) -> pd.DataFrame:
    """Give every claim a row."""
    return judged.claims


def finding(judged: Judged) -> str:
    """Count the patterns that are shown.

    Parameters
    ----------
    judged : Judged
        All claims.

    Examples
    --------
    >>> claims = pd.DataFrame({"pattern": ["P1", "P1", "P2"], "verdict": ["shown", "shown", "not shown"]})
    >>> finding(Judged(claims, claims, pd.DataFrame(), ""))
    '1 of 2 patterns are shown before any calibration.'
    """
    patterns = judged.claims["pattern"].nunique()
    when = "at the posterior" if judged.calibrated else "before any calibration"
    return f"{patterns_shown(judged.claims)} of {patterns} patterns are shown {when}."


def caption(judged: Judged) -> str:
    """Say how the patterns are judged."""
    intervals = too_few(judged.runs) or f"Intervals are 5-95 % of runs: they hold {judged.held}."
    fitted = (
        "parameters were then fitted to published figures"
        if judged.calibrated
        else "no parameter was fitted by machine"
    )
    return (
        "A claim holds where nine runs in ten lie within its bounds; a pattern is shown where all its claims hold. "
        f"Bounds and tolerances were written down before this world was run; {fitted}. {intervals}"
    )


def draw(judged: Judged, title: str) -> Figure:
    """Draw the first claim of each pattern as simulated over observed, with the bounds of its rule.

    Parameters
    ----------
    judged : Judged
        All claims.
    title : str
        The finding.

    Returns
    -------
    Figure
    """
    claims = judged.claims
    first = claims.drop_duplicates("pattern").reset_index(drop=True)
    held = (claims["holds"] == "yes").groupby(claims["pattern"]).agg(["sum", "size"])
    line = "" if too_few(judged.runs) else "; line: 5\u201395 % of runs"
    with rc_context(style.STYLE):
        figure, (_, bottom, _, height) = style.new_figure(
            title,
            f"First claim of each pattern, simulated over observed figure. Dot: median{line}; "
            "grey band: what the rule allows. A pattern is shown where all its claims hold.",
            0.6 + 0.44 * len(first),
            free=True,
        )
        axes = figure.add_axes((LEFT, bottom + 0.08 * height, WIDTH, 0.91 * height))
        for row in first.itertuples():
            _draw_row(axes, row, held.loc[row.pattern])
        axes.axvline(1, color=style.GREY, lw=0.9, zorder=1)
        axes.set_xscale("log")
        axes.set_xlim(LEAST_RATIO, MOST_RATIO)
        axes.set_xticks(TICKS)
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.set_xlabel("simulated over observed")
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_ylim(len(first) - 0.4, -0.6)
    return figure


def _draw_row(axes: Axes, row: Any, held: pd.Series) -> None:
    """Draw one pattern: bounds, interval and dot; its name to the left, its verdict to the right."""
    colour = SHOWN_COLOUR if row.verdict == "shown" else NOT_SHOWN_COLOUR
    if np.isfinite(row.observed):
        bounds = np.clip([row.low / row.observed, row.high / row.observed], LEAST_RATIO, MOST_RATIO)
        axes.plot(bounds, [row.Index] * 2, color=style.LIGHT_GREY, lw=11, solid_capstyle="butt", zorder=0)
        low, middle, high = np.clip(np.array([row.q05, row.median, row.q95]) / row.observed, LEAST_RATIO, MOST_RATIO)
        axes.plot([low, high], [row.Index] * 2, color=colour, lw=2.2, zorder=2)
        axes.plot(middle, row.Index, "o", color=colour, ms=7, zorder=3, clip_on=False)
        told = f"{words.number(row.median)} simulated, {words.number(row.observed)} observed"
    else:
        told = f"{words.number(row.median)} simulated, {row.rule} asked for"
    verdict = f"{row.verdict}: {held['sum']} of {held['size']} {'claims' if held['size'] > 1 else 'claim'}"
    texts = (
        (-0.02, -0.16, f"{row.pattern}  {row.title}", {"ha": "right"}),
        (-0.02, 0.2, row.claim, {"ha": "right", "color": style.GREY, "size": 8.5}),
        (1.02, -0.16, verdict, {"color": colour, "weight": "bold"}),
        (1.02, 0.2, told, {"color": style.GREY, "size": 8.5}),
    )
    for x, above, text, look in texts:
        axes.text(x, row.Index + above, text, va="center", transform=axes.get_yaxis_transform(), **look)


PICTURE = Picture(
    "patterns",
    table,
    finding,
    caption,
    draw,
    tables={
        "patterns": table,
        "patterns_by_the_rules_before": lambda judged: judged.before,
        "levels": lambda judged: judged.levels,
    },
)
