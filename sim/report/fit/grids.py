"""Grids of factors and groups of targets: what moves which figures, and what moves without them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from cmcrameri import cm
from matplotlib import rc_context
from matplotlib.colors import Colormap, Normalize
from matplotlib.figure import Figure

from sim.report import style, words
from sim.report.figures.picture import Picture
from sim.report.fit.shown import FitShown
from sim.report.lettering import filled

MOST_ROWS, ROW = 30, 0.215
LEAST_EFFECT, DARK = 0.05, 0.55
MOST_SHIFT = 3.0


def _grid(
    figure_text: tuple[str, str], values: pd.DataFrame, look: tuple[Colormap, Normalize], told: Callable[[float], str]
) -> Figure:
    """Draw a table as a grid of colours with numbers: title and subtitle, values, colours, how a number is printed."""
    colours, norm = look
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(*figure_text, 0.9 + ROW * len(values))
        axes = figure.subplots()
        axes.imshow(values, cmap=colours, norm=norm, aspect="auto")
        for (row, column), value in np.ndenumerate(values.to_numpy()):
            dark = abs(norm(value) - (0.5 if norm.vmin < 0 else 0.0)) > (0.3 if norm.vmin < 0 else DARK)
            axes.text(column, row, told(value), ha="center", va="center", size=8, color="white" if dark else style.INK)
        axes.set_yticks(range(len(values)), [filled(str(name), 60) for name in values.index], size=8)
        axes.set_xticks(range(values.shape[1]), [filled(str(name), 16) for name in values.columns], size=9)
        axes.xaxis.tick_top()
        axes.tick_params(length=0, labelcolor=style.INK)
        axes.spines[:].set_visible(False)
    return figure


def effects_table(fit: FitShown) -> pd.DataFrame:
    """Give the effects, a row a factor."""
    return fit.effects.reset_index()


def _strong(fit: FitShown) -> pd.DataFrame:
    """Choose the factors that move some group, the strongest first."""
    most = fit.effects.max(axis=1).sort_values(ascending=False)
    return fit.effects.loc[most.index[most >= LEAST_EFFECT][:MOST_ROWS]]


def effects_finding(fit: FitShown) -> str:
    """Name the factor that moves most groups most.

    Parameters
    ----------
    fit : FitShown
        With effects.
    """
    strong = _strong(fit)
    first = fit.effects.idxmax().value_counts()
    return (
        f"{len(strong)} of {len(fit.effects)} factors make 5 % or more of the spread of some "
        f"group of figures; {first.index[0]} is the first of {first.iloc[0]} of {fit.effects.shape[1]} groups."
    )


def effects_caption(fit: FitShown) -> str:
    """Say how to read it."""
    del fit
    return (
        "Total effects over the prior, on the emulator: the part of a figure's spread that would go if the factor were "
        "known, with all that it does together with others, so that a column may add up to more than 100 %. Means over "
        "the figures of a group."
    )


def effects_draw(fit: FitShown, title: str) -> Figure:
    """Draw the grid of effects.

    Parameters
    ----------
    fit : FitShown
        With effects.
    title : str
        The finding.
    """
    under = (
        "Part of the spread of a group's figures over the prior, in per cent; a row a factor that makes 5 % or more."
    )
    look = style.LOAD_MAP, Normalize(0, max(0.5, float(fit.effects.max().max())))
    return _grid((title, under), _strong(fit), look, lambda value: f"{100 * value:.0f}" if value >= 0.005 else "")


def shifts_table(fit: FitShown) -> pd.DataFrame:
    """Give the shifts, a row a group that is left out and a factor or answer."""
    return fit.shifts


def _moved(fit: FitShown) -> pd.DataFrame:
    """Put answers first, then the factors that move most."""
    wide = {
        kind: part.pivot(index="name", columns="left_out", values="shift") for kind, part in fit.shifts.groupby("kind")
    }
    factors = wide["factor"]
    most = factors.abs().max(axis=1).sort_values(ascending=False).index
    rows = [*([wide["answer"]] if "answer" in wide else []), factors.loc[most]]
    order = list(dict.fromkeys(fit.shifts["left_out"]))
    return pd.concat(rows)[order][:MOST_ROWS]


def shifts_finding(fit: FitShown) -> str:
    """Say how far answers and factors move.

    Parameters
    ----------
    fit : FitShown
        With shifts.
    """
    factors, answers = (fit.shifts[fit.shifts["kind"] == kind] for kind in ("factor", "answer"))
    worst = factors.loc[factors["shift"].abs().idxmax()]
    size = f"{abs(worst['shift']):.1f} standard deviations"
    told = f"without the group {worst['left_out']}, {worst['name']} moves most, by {size}"
    if answers.empty:
        return f"{told[0].upper()}{told[1:]}."
    most = answers.loc[answers["shift"].abs().idxmax()]
    return (
        f"Answers move by {abs(most['shift']):.1f} standard deviations at most, whichever group of figures is left "
        f"out; {told}."
    )


def shifts_caption(fit: FitShown) -> str:
    """Say how to read it."""
    return (
        "Each column leaves one group of figures out and fits again on the emulator: how far the mean moves, in "
        "standard deviations of the posterior of all figures. Answers stand first, then the factors that move most. "
        f"Answers are read off an emulator of runs of each fit (R2 of {fit.answered:.2f} or more on runs not seen)."
    )


def shifts_draw(fit: FitShown, title: str) -> Figure:
    """Draw the grid of shifts.

    Parameters
    ----------
    fit : FitShown
        With shifts.
    title : str
        The finding.
    """
    look = cm.vik, Normalize(-MOST_SHIFT, MOST_SHIFT)
    return _grid(
        (title, "Shift of the mean where a group of figures is left out, in standard deviations of the posterior."),
        _moved(fit),
        look,
        lambda value: words.number(round(value, 1), signed=True) if abs(value) >= 0.05 else "",
    )


EFFECTS = Picture(
    "effects", effects_table, effects_finding, effects_caption, effects_draw, tables={"effects": effects_table}
)
SHIFTS = Picture(
    "influence", shifts_table, shifts_finding, shifts_caption, shifts_draw, tables={"influence": shifts_table}
)
