"""A bump chart: how ranks change from stage to stage."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.report.figures.ends import label_ends
from sim.report.lettering import filled
from sim.report.style import COLOURS, DASHES, LIGHT_GREY, MARKERS

LABEL_COLUMNS, STAGE_COLUMNS = 28, 18


def bump(axes: Axes, table: pd.DataFrame, *, stage: str, rank: str, label: str) -> None:
    """Draw a line a label through its rank at each stage; rank 1 is on top, names stand at the right end.

    Parameters
    ----------
    axes : Axes
        With final position, and room for names on its right. Its limits are set here.
    table : DataFrame
        A row a label and stage; a label may miss stages.
    stage : str
        Column of stages, drawn from left to right in the order in which they first come.
    rank : str
        Column of ranks, 1 the first.
    label : str
        Column of names; their order of coming gives colours, markers and dashes.

    Raises
    ------
    KeyError
        If the table lacks one of the columns.
    """
    stages = {name: place for place, name in enumerate(dict.fromkeys(table[stage]))}
    axes.set_ylim(table[rank].max() + 0.6, 0.4)
    axes.set_xlim(-0.1, len(stages) - 1 + 0.05)
    ends, colours = [], []
    for position, (name, part) in enumerate(table.groupby(label, sort=False)):
        colour = COLOURS[position % len(COLOURS)]
        look = {"ls": DASHES[position // len(COLOURS) % len(DASHES)], "marker": MARKERS[position % len(MARKERS)]}
        ordered = part.assign(place=part[stage].map(stages)).sort_values("place", kind="stable")
        axes.plot(ordered["place"], ordered[rank], color=colour, lw=2.2, ms=8, mec="white", clip_on=False, **look)
        last = ordered.iloc[-1]
        ends.append((filled(str(name), LABEL_COLUMNS), last["place"], last[rank]))
        colours.append(colour)
    label_ends(axes, ends, colours, size=9, points=9)
    axes.set_xticks(list(stages.values()), [filled(str(name), STAGE_COLUMNS) for name in stages])
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
    axes.grid(axis="x", color=LIGHT_GREY, lw=0.6)
    axes.set_axisbelow(True)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(length=0)
