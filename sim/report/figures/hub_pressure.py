"""Hubs pressed one by one: what each hub gains or loses, and what part of a hub's loss goes to others."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from sim.report.figures.dot_rows import draw_rows
from sim.report.figures.matrix import draw_matrix
from sim.report.figures.picture import Picture


class Pressed(NamedTuple):
    """What moves where when a hub is pressed.

    Attributes
    ----------
    moved : DataFrame
        `pressed, hub, row, column` and the columns of `comparison.paired_difference`, million dollars a year.
    sums : DataFrame
        `pressed, panel, row` and the same columns: the hub's own change, that of all others together, that of goods in
        scope that still enter.
    shares : DataFrame
        `pressed, row` and the columns of `comparison.share_summary`: what others gain of what the hub loses.
    told : tuple of str
        Findings of the pictures.
    """

    moved: pd.DataFrame
    sums: pd.DataFrame
    shares: pd.DataFrame
    told: tuple[str, ...]


def _draw_matrix(subject: Pressed, title: str) -> Figure:
    subtitle = "Change of trade by way of each hub (columns) when a hub (rows) is pressed, million dollars a year."
    return draw_matrix(subject.moved, title, subtitle, ("hub that is pressed", "hub whose trade changes"))


def _draw_sums(subject: Pressed, title: str) -> Figure:
    subtitle = "Change when a hub is pressed, average a year."
    return draw_rows(subject.sums, title, subtitle, "million dollars a year")


MOVED = Picture(
    "moved_between_hubs",
    lambda subject: subject.moved,
    lambda subject: subject.told[0],
    lambda subject: (
        "Trade by way of a hub is booked to it, relabelled or processed in it. The last row presses all of them."
    ),
    _draw_matrix,
    tables={"moved": lambda subject: subject.moved, "shares": lambda subject: subject.shares},
)
SUMS = Picture(
    "own_and_others",
    lambda subject: subject.sums,
    lambda subject: subject.told[1],
    lambda subject: "What others gain of what a hub loses is the balloon; the rest goes direct, or is not sold.",
    _draw_sums,
    tables={"sums": lambda subject: subject.sums},
)
PICTURES = (MOVED, SUMS)
