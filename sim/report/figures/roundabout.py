"""Published figures beside the same figures of the runs, each by its own count."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure

from sim.report import style
from sim.report.figures.picture import Picture
from sim.report.lettering import filled
from sim.report.style import COLOURS, INK

ROW_INCHES, LABEL_COLUMNS, LINEAR = 0.4, 46, 100.0
TICKS = (-100, -50, 0, 50, 100, 1000)
INPUT = " (an input)"


class HeldAgainst(NamedTuple):
    """What a study of the roundabout draws.

    Attributes
    ----------
    table : DataFrame
        From `sim.analysis.roundabout.compared`.
    told : str
        The finding.
    """

    table: pd.DataFrame
    told: str


def _rows(subject: HeldAgainst) -> pd.DataFrame:
    return subject.table.dropna(subset=["median"]).reset_index(drop=True)


def _draw(subject: HeldAgainst, title: str) -> Figure:
    rows = _rows(subject)
    at = np.arange(len(rows))
    subtitle = "Per cent. Dot and line: median of the runs and 90 % of them. Bar: published figure and its range."
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(title, subtitle, 0.6 + ROW_INCHES * len(rows))
        axes = figure.subplots()
        axes.hlines(at + 0.2, rows["low"], rows["high"], color=COLOURS[1], linewidth=4, alpha=0.4)
        axes.plot(rows["value"], at + 0.2, "|", color=COLOURS[1], markersize=9)
        axes.hlines(at - 0.15, rows["q05"], rows["q95"], color=COLOURS[0], linewidth=1.5)
        axes.plot(rows["median"], at - 0.15, "o", color=COLOURS[0], markersize=4)
        axes.set_xscale("symlog", linthresh=LINEAR)
        axes.set_xticks(TICKS, [f"{tick:,}" for tick in TICKS])
        axes.minorticks_off()
        names = rows["figure"] + np.where(rows["is_input"] == "no", "", INPUT)
        axes.set_yticks(at, [filled(name, LABEL_COLUMNS) for name in names], color=INK)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlabel("per cent; beyond 100 either way the axis is logarithmic")
    return figure


PICTURES = (
    Picture(
        "published_and_simulated",
        _rows,
        lambda subject: subject.told,
        lambda subject: (
            "Shares of lost trade that comes back depend on the count: each row counts as its source does. Rows that "
            "repeat what the tables were set by are marked in the table and no test."
        ),
        _draw,
        tables={"roundabout": lambda subject: subject.table},
    ),
)
