"""Where customs look: the front of cut, inspections and false alarms, its points, and the price of predictability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.analysis.comparison import TOO_FEW
from sim.analysis.decisions.fronts import non_dominated
from sim.analysis.decisions.where_to_look import SECTORS, WORST_SHARE
from sim.report import style, words
from sim.report.figures.front import BEST, TRIED, front
from sim.report.figures.map_labels import Label, place_labels
from sim.report.figures.panels import capital, difference_panel, dots_and_lines
from sim.report.figures.picture import Picture
from sim.report.lettering import filled
from sim.report.looks import Look
from sim.report.style import COLOURS, GREY, INK, LIGHT_GREY
from sim.report.telling import effect, ranged

LOOK = Look(COLOURS[1])
MARK_POINTS = 9
AGAIN = {"ls": "", "marker": "o", "color": COLOURS[2], "ms": MARK_POINTS, "mec": "white", "zorder": 6}
NOW = {"ls": "", "marker": "D", "color": COLOURS[0], "ms": MARK_POINTS - 1, "mec": "white", "zorder": 7}
"""Marks of the points of the front on other draws, and of targeting as it is."""

AIM_IN_WORDS = {"cut": "cut, points", "false_alarms": "cost of false alarms, million dollars a year"}
SHORT = {
    "budget_multiple": "budget, times",
    "even_share": "evenly by centre",
    "kappa": "past hits",
    "exploration": "at random",
}


@dataclass(frozen=True)
class Targeted:
    """A search for good targeting as its figures show it.

    Attributes
    ----------
    tried : DataFrame
        All that it looked at: levers, `cut` of the worst quarter of draws, `inspections`, `false_alarms`, `on_front`.
    held : DataFrame
        Of `where_to_look.summary` with levers: targeting as it is, and points of the front, on other draws.
    modes : DataFrame
        Of `where_to_look.differences`: ways to look, against the predictable one.
    now : str
        The choice that is targeting as it is.
    draws : int
        Draws on which the points are held.
    """

    tried: pd.DataFrame
    held: pd.DataFrame
    modes: pd.DataFrame
    now: str
    draws: int

    @property
    def predictable(self) -> str:
        """The way to look that others are compared with."""
        return "fixed sectors"


def points(subject: Targeted) -> pd.DataFrame:
    """Take the points of the front that were held on other draws, smallest budget first."""
    rows = subject.held[subject.held["choice"] != subject.now]
    return rows.sort_values("inspections", kind="stable", ignore_index=True)


def cut_words(row: pd.Series) -> str:
    """Print a cut with its range over runs."""
    return ranged(row["cut"], row["cut_q05"], row["cut_q95"], words.percent)


def tried(subject: Targeted) -> pd.DataFrame:
    """Take all that the search looked at."""
    return subject.tried


def finding_front(subject: Targeted) -> str:
    """Say how far the front reaches, on draws that the search has not seen."""
    rows = points(subject)
    few, many = rows.iloc[0], rows.iloc[-1]
    ends = " to ".join(words.number(row["inspections"]) for row in (few, many))
    cuts = " to ".join(words.percent(row["cut_worst_quarter"]) for row in (few, many))
    most = words.percent(1 - WORST_SHARE)
    return f"From {ends} inspections a week, the cut that holds in {most} of draws goes from {cuts}."


def caption_front(subject: Targeted) -> str:
    """Say how to read the front."""
    return (
        f"The cut that is reached in all but the worst {words.percent(WORST_SHARE)} of draws. Dots: ways to inspect "
        "that the search looked at, on the draws that it goes by. Line: those that no other beats in both respects of "
        f"the panel. Letters, and the title: {words.counted(len(points(subject)), 'point')} of the front of all three "
        f"aims, run again on {words.counted(subject.draws, 'draw')} that the search has not seen. Diamond: targeting "
        "as it is, on the same draws."
    )


def draw_front(subject: Targeted, title: str) -> Figure:
    """Draw the cut against inspections and against false alarms."""
    with rc_context(style.STYLE):
        subtitle = (
            "Share by which goods made in the region that enter the market fall, in all but the worst "
            f"{words.percent(WORST_SHARE)} of draws, per cent."
        )
        figure, body = style.new_figure(title, subtitle, 4.6, key_lines=2, free=True)
        left, bottom, width, height = body
        names = {"inspections": "inspections a week", "false_alarms": "false alarms, million dollars a year"}
        for place, (name, text) in enumerate(names.items()):
            box = (left + 0.055 + place * width * 0.5, bottom + 0.14 * height, width * 0.42, height * 0.82)
            axes = figure.add_axes(box)
            _draw_respect(axes, subject, name)
            axes.set_xlabel(text)
            axes.set_ylabel("cut, per cent" if place == 0 else "")
        style.add_key(figure, _key(subject), 2)
    return figure


def _draw_respect(axes: Axes, subject: Targeted, name: str) -> None:
    """Draw the cut against one column: all that was tried, the front, its points run again, targeting as it is."""
    table = subject.tried.assign(cut=100 * subject.tried["cut"], label="")
    table["on_front"] = non_dominated(np.column_stack([-table["cut"], table[name]]))
    front(axes, table, x=name, y="cut", label="label", on_front="on_front")
    again = subject.held.assign(cut=100 * subject.held["cut_worst_quarter"])
    again["is_now"] = again["choice"] == subject.now
    for is_now, rows in again.groupby("is_now"):
        axes.plot(rows[name], rows["cut"], **(NOW if is_now else AGAIN))
    axes.autoscale_view()
    marks = again.sort_values("is_now")
    texts = np.where(marks["is_now"], "", marks["choice"])
    dots = [
        Label(text, *at, MARK_POINTS / 2, bold=True) for text, *at in zip(texts, marks[name], marks["cut"], strict=True)
    ]
    place_labels(axes, dots, size=9.5)


def _key(subject: Targeted) -> list[Line2D]:
    """Say what dots, line, letters and diamond are."""
    seen = f"on {words.counted(subject.draws, 'draw')} that the search has not seen"
    return [
        Line2D([], [], **TRIED, label="a way to inspect that the search looked at"),
        Line2D([], [], **BEST, label="those that no other beats in both respects of the panel"),
        Line2D([], [], **AGAIN, label=f"points of the front of all three aims, run again {seen}"),
        Line2D([], [], **NOW, label="targeting as it is, on the same draws"),
    ]


def held(subject: Targeted) -> pd.DataFrame:
    """Take targeting as it is, and the points."""
    return subject.held


def finding_points(subject: Targeted) -> str:
    """Say which sectors the points look at first."""
    rows = points(subject)
    counts = {name: int(rows["sectors"].str.contains(name, regex=False).sum()) for name in SECTORS}
    most = max(counts, key=lambda name: counts[name])
    never = [name for name, count in counts.items() if count == 0]
    none = f"; none looks first at {', '.join(never)}" if never else ""
    return f"{counts[most]} of {words.counted(len(rows), 'point')} of the front look first at {most}{none}."


def caption_points(subject: Targeted) -> str:
    """Say how to read the points."""
    return (
        "A row a point of the front, smallest budget first; squares: sectors that customs announce as a priority "
        "(none: they look at all that the ban names). Evenly by centre, past hits and at random are how the budget is "
        "spread: the part that is the same for each centre of customs, how strongly past hits draw inspections, the "
        "part that is spread over all named goods alike. Cuts are means over draws that the search has not seen."
    )


def draw_points(subject: Targeted, title: str) -> Figure:
    """Draw what the points do, as a table with squares."""
    rows = points(subject)
    columns = [*SECTORS, *SHORT.values(), "inspections a week", "cut", "false alarms, m USD"]
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(
            title, "What each point of the front does, and what comes of it.", 1.0 + 0.32 * len(rows)
        )
        axes = figure.subplots()
        for line, row in enumerate(rows.itertuples()):
            for place, name in enumerate(SECTORS):
                on = name in row.sectors
                axes.plot(
                    [place], [line], "s", ms=13, color=COLOURS[1] if on else "white", mec=GREY if on else LIGHT_GREY
                )
            numbers = [getattr(row, name) for name in SHORT]
            texts = [words.number(each, digits=2) for each in numbers]
            texts += [words.number(row.inspections), words.percent(row.cut), words.number(row.false_alarms)]
            for place, text in enumerate(texts, start=len(SECTORS)):
                axes.text(place, line, text, ha="center", va="center", size=9.5)
        axes.set_xticks(range(len(columns)), [filled(capital(name), 13) for name in columns], color=INK)
        axes.set_yticks(range(len(rows)), rows["choice"], color=INK, weight="bold")
        axes.set_xlim(-0.6, len(columns) - 0.4)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False, labelsize=8)
        axes.spines[:].set_visible(False)
    return figure


def modes(subject: Targeted) -> pd.DataFrame:
    """Take the ways to look."""
    return subject.modes


def predictability_words(subject: Targeted) -> str:
    """Say what customs gain by being less predictable."""
    rows = subject.modes[(subject.modes["aim"] == "cut") & (subject.modes["subject"] != subject.now)]
    told = "; ".join(f"{row['subject']}, {_points(row)}" for _, row in rows.iterrows())
    return f"Price of predictability, the cut that looking at {subject.predictable} forgoes: {told}."


def _points(row: pd.Series) -> str:
    """Print a difference of shares in points."""
    names = ("difference", "run_q05", "run_q95", "detectable")
    scaled = pd.Series({**row, **{name: 100 * row[name] for name in names}})

    def show(value: float, *, signed: bool = False) -> str:
        return f"{words.number(value, signed=signed)}{words.NO_BREAK}points"

    return effect(scaled, show)


def caption_modes(subject: Targeted) -> str:
    """Say how to read the ways to look."""
    seen = "" if (subject.modes["verdict"] == TOO_FEW).any() else " Hollow: no clear difference."
    return (
        f"With the budget as it is, against {subject.predictable} that all know: the sectors announced and nothing "
        "learned. Past hits followed: classes with hits draw more inspections. Spread at random: all named goods have "
        f"the same chance.{seen}"
    )


def draw_modes(subject: Targeted, title: str) -> Figure:
    """Draw ways to look against the predictable one."""
    rows = subject.modes
    names = list(dict.fromkeys(rows["subject"]))
    at = np.arange(len(names))
    with rc_context(style.STYLE):
        subtitle = f"Difference from {subject.predictable}, run by run. {dots_and_lines(rows)}"
        figure, _ = style.new_figure(title, subtitle, 0.9 + 0.4 * len(names))
        grid = figure.subplots(1, 2, sharey=True)
        for axes, aim in zip(grid, AIM_IN_WORDS, strict=True):
            part = rows[rows["aim"] == aim].set_index("subject").reindex(names)
            scale = 100.0 if aim == "cut" else 1.0
            numbers = ["difference", "run_q05", "run_q95", "mean_low", "mean_high"]
            difference_panel(axes, part.assign(**(part[numbers] * scale)), at, LOOK, in_percent=False)
            axes.set_xlabel(AIM_IN_WORDS[aim])
        grid[0].set_yticks(at, [capital(name) for name in names], color=INK)
        grid[0].set_ylim(len(names) - 0.4, -0.6)
    return figure


FRONT = Picture("front", tried, finding_front, caption_front, draw_front, tables={"tried": tried})
POINTS = Picture("points_of_the_front", held, finding_points, caption_points, draw_points, tables={"points": held})
MODES = Picture(
    "predictability", modes, predictability_words, caption_modes, draw_modes, tables={"predictability": modes}
)
PICTURES = (FRONT, POINTS, MODES)
