"""What made trade grow: the part of each driver by year, the three readings of it, and pairs of drivers."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from sim.analysis.attribution import FIRST, LAST, SHAPLEY
from sim.report.figures.dot_rows import draw_rows
from sim.report.figures.matrix import draw_matrix
from sim.report.figures.picture import Picture

PANELS = {
    SHAPLEY: "On average over all orders (Shapley)",
    FIRST: "Alone, all others off",
    LAST: "Missing without it, all others on",
}
AXIS = "growth of registered trade since the first year, bn yuan a year"


class Grown(NamedTuple):
    """Growth divided among drivers.

    Attributes
    ----------
    parts : DataFrame
        `year, driver, what, reading` and the columns of `comparison.paired_difference`, bn yuan.
    pairs : DataFrame
        `year, driver, other, what, what_other` and the same columns: interactions.
    whole : DataFrame
        `year, subject` and the same columns: growth with all drivers, and with none.
    year : int
        The year of which the answer speaks first; 0 without years.
    base : int
        The year since which growth is counted.
    told : tuple of str
        Findings of the pictures, as sentences without their full stop.
    """

    parts: pd.DataFrame
    pairs: pd.DataFrame
    whole: pd.DataFrame
    year: int
    base: int
    told: tuple[str, ...]


def by_year(subject: Grown) -> pd.DataFrame:
    """Shapley values of all years."""
    mine = subject.parts[subject.parts["reading"] == SHAPLEY]
    return mine.assign(panel=mine["year"].astype(str), row=mine["what"])


def by_reading(subject: Grown) -> pd.DataFrame:
    """All readings of the year of the answer."""
    mine = subject.parts[subject.parts["year"] == subject.year]
    return mine.assign(panel=mine["reading"].map(PANELS), row=mine["what"])


def by_pair(subject: Grown) -> pd.DataFrame:
    """Interactions of the year of the answer."""
    mine = subject.pairs[subject.pairs["year"] == subject.year]
    return mine.assign(row=mine["what"], column=mine["what_other"])


def _draw_years(subject: Grown, title: str) -> Figure:
    subtitle = f"Part of each driver in the growth of registered trade since {subject.base}, bn yuan; Shapley values."
    return draw_rows(by_year(subject), title, subtitle, AXIS)


def _draw_readings(subject: Grown, title: str) -> Figure:
    subtitle = f"Three readings of each driver's part in the growth from {subject.base} to {subject.year}, bn yuan."
    return draw_rows(by_reading(subject), title, subtitle, AXIS)


def _draw_pairs(subject: Grown, title: str) -> Figure:
    subtitle = (
        f"Interaction of two drivers in {subject.year}, bn yuan: how much more two do together than each of them alone."
    )
    return draw_matrix(by_pair(subject), title, subtitle, ("driver", "and driver"))


YEARS = Picture(
    "parts_by_year",
    by_year,
    lambda subject: subject.told[0],
    lambda subject: (
        "A driver that is off stands still at the last day of the first year. Parts of all drivers, and what is left "
        "without any, add up to the growth. Ranges are over runs, each with its own draw and luck; intervals of the "
        "mean by resampling runs."
    ),
    _draw_years,
    tables={
        "parts": lambda subject: subject.parts,
        "pairs": lambda subject: subject.pairs,
        "growth": lambda subject: subject.whole,
    },
)
READINGS = Picture(
    "three_readings",
    by_reading,
    lambda subject: subject.told[1],
    lambda subject: "Where drivers need or replace each other, what one does alone is not what is missing without it.",
    _draw_readings,
)
PAIRS = Picture(
    "pairs",
    by_pair,
    lambda subject: subject.told[2],
    lambda subject: "Above zero two drivers help each other, below zero one takes the place of the other.",
    _draw_pairs,
)
PICTURES = (YEARS, READINGS, PAIRS)
