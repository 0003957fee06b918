"""Published figures beside the same figures of the runs, each by its own count."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis.roundabout import REFITTED
from sim.report import style
from sim.report.figures.picture import Picture
from sim.report.lettering import filled
from sim.report.style import COLOURS, GREY, INK

ROW_INCHES, LABEL_COLUMNS, COUNT_COLUMNS, LINEAR = 0.46, 46, 30, 100.0
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
    refitted = f"{REFITTED}median" in rows
    both = " Grey: behaviour of another world; orange: refitted." if refitted else ""
    subtitle = f"Per cent. Dot, line: median, 90 % of runs.{both} Bar: published figure, its range."
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(title, subtitle, 0.6 + ROW_INCHES * len(rows))
        axes = figure.subplots()
        axes.hlines(at + 0.28, rows["low"], rows["high"], color=COLOURS[1], linewidth=4, alpha=0.4)
        axes.plot(rows["value"], at + 0.28, "|", color=COLOURS[1], markersize=9)
        _runs(axes, rows, at - (0.24 if refitted else 0.1), "", GREY if refitted else COLOURS[0])
        if refitted:
            _runs(axes, rows, at + 0.02, REFITTED, COLOURS[0])
        axes.set_xscale("symlog", linthresh=LINEAR)
        axes.set_xticks(TICKS, [f"{tick:,}" for tick in TICKS])
        axes.minorticks_off()
        names = rows["figure"] + np.where(rows["is_input"] == "no", "", INPUT)
        axes.set_yticks(at, [filled(name, LABEL_COLUMNS) for name in names], color=INK)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlabel("per cent; beyond 100 either way the axis is logarithmic")
    return figure


def _runs(axes: Axes, rows: pd.DataFrame, at: np.ndarray, which: str, colour: str) -> None:
    """Draw median and band of the runs."""
    axes.hlines(at, rows[f"{which}q05"], rows[f"{which}q95"], color=colour, linewidth=1.5)
    axes.plot(rows[f"{which}median"], at, "o", color=colour, markersize=4)


def _counts(subject: HeldAgainst) -> pd.DataFrame:
    """Count who meets how many of the figures that are tests; none where nothing was refitted or can be counted."""
    tests = _rows(subject)
    tests = tests[tests["is_input"] == "no"]
    if tests.empty or f"{REFITTED}inside" not in tests:
        return pd.DataFrame(columns=["who", "met", "asked"])
    each = [
        ("refitted: figure in the band of runs", tests[f"{REFITTED}inside"]),
        ("behaviour of another world: in the band", tests["inside"]),
        ("refitted: median in the published range", tests[f"{REFITTED}met"]),
        ("behaviour of another world: median in it", tests["met"]),
    ]
    for name, words in (("no_change", "nothing changes"), ("growth_goes_on", "last growth continues")):
        each.append((f"rival, {words}: in the range", tests.loc[tests[name].notna(), f"met_by_{name}"]))
    return pd.DataFrame([(who, int(met.sum()), len(met)) for who, met in each], columns=["who", "met", "asked"])


def _draw_counts(subject: HeldAgainst, title: str) -> Figure:
    rows = _counts(subject)
    at = np.arange(len(rows))
    colours = [COLOURS[0], GREY, COLOURS[0], GREY, COLOURS[1], COLOURS[1]]
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(title, "Published figures that are met; pale: figures of which it speaks.", 3.2)
        axes = figure.subplots()
        axes.barh(at, rows["asked"], color=colours, alpha=0.2, height=0.6)
        axes.barh(at, rows["met"], color=colours, height=0.6)
        for row in rows.itertuples():
            axes.text(row.asked + 0.5, row.Index, f"{row.met} of {row.asked}", va="center", color=INK)
        axes.set_yticks(at, [filled(name, COUNT_COLUMNS) for name in rows["who"]], color=INK)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlim(0, 1.16 * max(1, rows["asked"].max()))  # also where months are too few for any figure
        axes.set_xlabel("published figures")
    return figure


PICTURES = (
    Picture(
        "who_meets_how_many",
        _counts,
        lambda subject: subject.told,
        lambda subject: (
            "The band of the runs holds what is not known of parameters, and chance. A rival says one number, so it is "
            "held beside the medians of the runs; of parts and flows over hubs it says nothing."
        ),
        _draw_counts,
    ),
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
