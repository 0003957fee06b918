"""What several figures of a comparison share: a time axis, a key of regimes, rows of paired differences."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.analysis.comparison import UNCLEAR
from sim.report import words
from sim.report.findings import name_of
from sim.report.style import GREY, INK, LIGHT_GREY, Look

BANDS_FOR_REGIMES = 3


def capital(text: str) -> str:
    """Write the first letter as a capital.

    Parameters
    ----------
    text : str
        Not empty.
    """
    return text[0].upper() + text[1:]


def named(names: Mapping[str, str], subject: str) -> str:
    """Name a subject at the head of a panel or row.

    Parameters
    ----------
    names : mapping of str to str
        Subject to its name in words.
    subject : str
        Its id, the fallback.
    """
    return capital(name_of(names, subject))


def year_of(month: str) -> float:
    """Place the middle of a month (`2023-02`) or quarter (`2023 Q1`) on an axis of years.

    Parameters
    ----------
    month : str
        Of either form.

    Examples
    --------
    >>> year_of("2023 Q1")
    2023.125
    """
    if "Q" in month:
        return int(month[:4]) + (int(month[-1]) - 0.5) / 4
    return int(month[:4]) + (int(month[5:7]) - 0.5) / 12


def year_axis(axes: Axes, first: float, last: float) -> None:
    """Let an axis run over whole years.

    Parameters
    ----------
    axes : Axes
        Drawn on.
    first, last : float
        Of what is drawn, as of `year_of`.
    """
    axes.set_xlim(np.floor(first), np.ceil(last))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda year, _: f"{year:.0f}"))


def key(looks: Mapping[str, Look], *, observed: bool) -> tuple[list[Line2D], int, int]:
    """Make a key of regimes with their purposes.

    Parameters
    ----------
    looks : mapping of str to Look
        Regimes in the order of the key.
    observed : bool
        With the mark of observations.

    Returns
    -------
    handles : list of Line2D
        With labels.
    columns, lines : int
        Of the key, and of its text.
    """
    columns = 1 if len(looks) <= BANDS_FOR_REGIMES else 2
    labels = [look.label(160 // columns) for look in looks.values()]
    handles = [
        Line2D([], [], color=look.colour, ls=look.dash, lw=3, label=label)
        for look, label in zip(looks.values(), labels, strict=True)
    ]
    if observed:
        handles.append(Line2D([], [], color=INK, marker="o", ms=4, lw=1.2, label="observed: mean of the period"))
    lines = [handle.get_label().count("\n") + 1 for handle in handles]
    rows = int(np.ceil(len(handles) / columns))
    return handles, columns, max(sum(lines[first : first + rows]) for first in range(0, len(lines), rows))


def windows(rows: pd.DataFrame) -> str:
    """Say over which months regimes are compared, in a subtitle.

    Parameters
    ----------
    rows : DataFrame
        Of `differences`.
    """
    periods = list(dict.fromkeys(rows["period"]))
    return words.span(periods[0]) if len(periods) == 1 else "over the months above each panel"


def dots_and_lines(rows: pd.DataFrame) -> str:
    """Explain dots and lines of differences, in a subtitle.

    Parameters
    ----------
    rows : DataFrame
        Of `differences`.
    """
    if rows["run_q05"].isna().all():
        return f"Dot: mean of {words.counted(int(rows['runs'].iloc[0]), 'run')}, too few for a range."
    lines = "Thin line: 5\u201395 % of runs. Thick line: 90 % interval of the mean."
    return f"Dot: mean (hollow: no clear difference). {lines}"


def panel_title(rows: pd.DataFrame, regime: str, several: int, characters: int) -> str:
    """Name a panel of several by its regime, and by its months where those of others differ.

    Parameters
    ----------
    rows : DataFrame
        Of `differences`, of all regimes.
    regime : str
        That of the panel.
    several : int
        Panels beside each other.
    characters : int
        That fit above all of them together.
    """
    if several < 2:
        return ""
    lines = wrapped(regime, characters // several)
    if rows["period"].nunique() > 1:
        lines += "\n" + textwrap.fill(
            words.span(rows.loc[rows["regime"] == regime, "period"].iloc[0]), characters // several
        )
    return lines


def wrapped(name: str, characters: int) -> str:
    """Break a name over lines, after underscores where there are any.

    Parameters
    ----------
    name : str
        Of a regime.
    characters : int
        A line.
    """
    return textwrap.fill(name.replace("_", "_ "), max(characters, 6)).replace("_ ", "_")


def difference_panel(axes: Axes, part: pd.DataFrame, rows: np.ndarray, look: Look, *, in_percent: bool) -> None:
    """Draw paired differences, a row each: dots, range over runs, interval of the mean.

    Parameters
    ----------
    axes : Axes
        Drawn on.
    part : DataFrame
        Rows of one regime from `differences`.
    rows : array
        Where each stands on the vertical axis.
    look : Look
        Of the regime.
    in_percent : bool
        As a share of the regime compared with instead of the table's unit.
    """
    scale = 1.0 / part["mean_against"].where(part["mean_against"] > 0) if in_percent else 1.0
    clear = (part["verdict"] != UNCLEAR).to_numpy()
    axes.axvline(0, color=GREY, lw=0.9, zorder=1)
    for low, high, width in (("run_q05", "run_q95", 1.3), ("mean_low", "mean_high", 4.0)):
        known = np.isfinite(part[low]).to_numpy()
        axes.hlines(rows[known], (part[low] * scale)[known], (part[high] * scale)[known], color=look.colour, lw=width)
    for chosen, face in ((clear, look.colour), (~clear, "white")):
        axes.scatter(
            (part["difference"] * scale)[chosen], rows[chosen], s=30, color=face, ec=look.colour, lw=1.2, zorder=3
        )
    axes.grid(color=LIGHT_GREY, lw=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    if in_percent:
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{words.number(value * 100, signed=True)} %"))
        axes.set_xlabel("per cent of the trade under the regime compared with")
    else:
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: words.number(value, signed=True)))
