"""An alluvial: how quantities run through stages, as ribbons whose width is the quantity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from sim.report.figures.ends import label_ends
from sim.report.lettering import filled
from sim.report.style import INK

BLOCK, GAP_SHARE, LABEL_COLUMNS, INNER_COLUMNS = 0.05, 0.03, 30, 20
RIBBON = (Path.MOVETO, *(Path.CURVE4,) * 3, Path.LINETO, *(Path.CURVE4,) * 3, Path.CLOSEPOLY)


def alluvial(
    axes: Axes,
    table: pd.DataFrame,
    *,
    stages: Sequence[str],
    value: str,
    colours: Mapping[str, str],
    depth: float | None = None,
) -> dict[tuple[str, str], tuple[float, float]]:
    """Draw ribbons from stage to stage, as wide as what runs in them, with names beside the blocks.

    Parameters
    ----------
    axes : Axes
        With final position, and room for names on both sides. Its limits are set here.
    table : DataFrame
        A row a path through all stages.
    stages : sequence of str
        Columns of names, from left to right.
    value : str
        Column of quantities; rows without one above zero are left out.
    colours : mapping of str to str
        Colour of a ribbon by the name at the second stage.
    depth : float, optional
        How far the axis reaches down, as of `depth_of`; by default as far as this diagram does.

    Returns
    -------
    dict of (str, str) to (float, float)
        Stage and name to the lower and upper end of its block, in the unit of `value`.

    Raises
    ------
    KeyError
        If the table lacks one of the columns, or a name has no colour.
    """
    rows = table[table[value] > 0]
    blocks, _ = _blocks(rows, stages, value)
    axes.set_xlim(-BLOCK, len(stages) - 1 + BLOCK)
    reach = depth_of(table, stages, value) if depth is None else depth
    axes.set_ylim(-reach, GAP_SHARE * reach)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    for (stage, _), (low, high) in blocks.items():
        axes.add_patch(Rectangle((stages.index(stage) - BLOCK / 2, low), BLOCK, high - low, color=INK, lw=0))
    for left, right in zip(stages, stages[1:], strict=False):
        _ribbons(axes, rows, (left, right), (stages.index(left), value), blocks, {"by": stages[1], "colours": colours})
    _names(axes, stages, blocks)
    return blocks


def depth_of(table: pd.DataFrame, stages: Sequence[str], value: str) -> float:
    """Tell how far a diagram reaches down, in the unit of `value`: the deepest of several gives all of them one scale.

    Parameters
    ----------
    table, stages, value
        As of `alluvial`.
    """
    blocks, gap = _blocks(table[table[value] > 0], stages, value)
    return gap - min((low for low, _ in blocks.values()), default=0.0)


def _blocks(
    rows: pd.DataFrame, stages: Sequence[str], value: str
) -> tuple[dict[tuple[str, str], tuple[float, float]], float]:
    """Place the blocks of all stages; also gives the gap between two."""
    gap, blocks = GAP_SHARE * rows[value].sum(), {}
    for stage in stages:
        blocks |= _stacked(rows.groupby(stage, sort=False)[value].sum(), stage, gap)
    return blocks, gap


def _stacked(sizes: pd.Series, stage: str, gap: float) -> dict[tuple[str, str], tuple[float, float]]:
    """Stack the blocks of a stage from zero down, the first on top."""
    tops = -np.concatenate([[0.0], np.cumsum(sizes.to_numpy() + gap)[:-1]])
    return {(stage, name): (top - size, top) for (name, size), top in zip(sizes.items(), tops, strict=True)}


def _ribbons(axes: Axes, rows: pd.DataFrame, pair: tuple, place: tuple, blocks: Mapping, paint: Mapping) -> None:
    """Draw what runs between two neighbouring stages; those that share both ends and a colour as one."""
    (left, right), (start, value) = pair, place
    used = dict.fromkeys(blocks, 0.0)
    sums = rows.groupby(list(dict.fromkeys([left, right, paint["by"]])), sort=False)[value].sum().reset_index()
    for row in sums.to_dict("records"):
        ends = []
        for stage in (left, right):
            key = (stage, row[stage])
            top = blocks[key][1] - used[key]
            used[key] += row[value]
            ends.append(top)
        colour = paint["colours"][row[paint["by"]]]
        axes.add_patch(PathPatch(_ribbon(start, ends, row[value]), facecolor=colour, alpha=0.55, lw=0))


def _ribbon(start: float, tops: Sequence[float], size: float) -> Path:
    """Outline of a ribbon from a block at `start` to one at `start + 1`: two curves with level ends."""
    first, last = start + BLOCK / 2, start + 1 - BLOCK / 2
    middle = (first + last) / 2
    upper = [(first, tops[0]), (middle, tops[0]), (middle, tops[1]), (last, tops[1])]
    lower = [(x, y - size) for x, y in reversed(upper)]
    return Path([*upper, *lower, upper[0]], RIBBON)


def _names(axes: Axes, stages: Sequence[str], blocks: Mapping[tuple[str, str], tuple[float, float]]) -> None:
    """Name blocks: those of the first stage on their left, others on their right."""
    for position, stage in enumerate(stages):
        side = "left" if position == 0 else "right"
        columns = LABEL_COLUMNS if position in (0, len(stages) - 1) else INNER_COLUMNS
        edge = position + (-1 if position == 0 else 1) * BLOCK / 2
        ends = [
            (filled(name, columns), edge, (low + high) / 2) for (of, name), (low, high) in blocks.items() if of == stage
        ]
        label_ends(axes, ends, [INK] * len(ends), size=9, side=side)
