"""The patterns judged: a table, a figure with one row a pattern, and the findings in words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from sim.analysis import reading
from sim.analysis.claims import known_of
from sim.analysis.patterns import judge
from sim.report import style, words
from sim.report.page.answer import escape
from sim.report.page.csv import write_tables
from sim.report.page.facts import short
from sim.world.tables.read import Tables

SHOWN_COLOUR, NOT_SHOWN_COLOUR = style.COLOURS[1], style.COLOURS[0]
LEAST_RATIO, MOST_RATIO = 0.05, 20.0
LEFT, WIDTH = 0.46, 0.29  # of the axes in the figure, beside names and verdicts
TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10)
HOW_JUDGED = (
    "A claim holds where nine runs in ten lie within its bounds; a pattern is shown where all its claims hold. Bounds "
    "and tolerances were written down before any run, and no parameter was fitted. Intervals are 5-95 % of runs: they "
    "hold chance alone, not the doubt about assumptions."
)


class StoredResults(reading.Results, Protocol):
    """What is needed of a stored study."""

    folder: Path
    signature: str
    manifest: Mapping[str, Any]


def write_patterns(results: StoredResults, tables: Tables) -> Path:
    """Write `tables/patterns.csv`, `figures/patterns.png` and `answer.md` into the folder of a study.

    Parameters
    ----------
    results : Results
        Stored study of the regimes that the patterns need.
    tables : Tables
        Of the world: published figures and their sources.

    Returns
    -------
    Path
        Of `answer.md`.

    Raises
    ------
    InputError
        If the study lacks a regime, months or a series that a pattern needs.
    """
    judged = judge(results, known_of(tables))
    runs = len(results.wide(results.regimes[0], results.series["column"].iloc[:1].tolist()))
    write_tables({"patterns": judged}, results.folder / "tables")
    footer = f"Source: reroute, world {tables.folder.name}, {runs} runs a regime, signature {short(results.signature)}"
    (results.folder / "figures").mkdir(exist_ok=True)
    style.save_figure(draw(judged), results.folder / "figures" / "patterns.png", footer)
    path = results.folder / "answer.md"
    path.write_text(findings(judged, runs, results.signature), encoding="utf-8")
    return path


def findings(judged: pd.DataFrame, runs: int, signature: str) -> str:
    """Tell which patterns are shown, as Markdown with a table of all claims.

    Parameters
    ----------
    judged : DataFrame
        From `patterns.judge`.
    runs : int
        Of each regime.
    signature : str
        Of the study.

    Returns
    -------
    str
        Markdown.
    """
    verdicts = judged.drop_duplicates("pattern")
    lines = [f"# Patterns\n\n{headline(judged)}\n"]
    for verdict in ("shown", "not shown"):
        mine = verdicts[verdicts["verdict"] == verdict]
        told = "; ".join(f"{row.pattern} {row.title}" for row in mine.itertuples())
        lines.append(f"{verdict.capitalize()}: {escape(told) or 'none'}.\n")
    lines.append(f"{HOW_JUDGED} {runs} runs a regime.\n\n![The patterns](figures/patterns.png)\n")
    lines += [
        "| | claim | simulated (5-95 %) | observed | rule | runs within | source |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [_claim_row(row) for _, row in judged.iterrows()]
    return "\n".join(
        [*lines, f"\n## Do it again\n\n    reroute experiment=patterns\n\nSignature {short(signature)}.\n"]
    )


def headline(judged: pd.DataFrame) -> str:
    """Count the patterns that are shown.

    Parameters
    ----------
    judged : DataFrame
        From `patterns.judge`.

    Examples
    --------
    >>> headline(pd.DataFrame({"pattern": ["P1", "P1", "P2"], "verdict": ["shown", "shown", "not shown"]}))
    '1 of 2 patterns are shown before any calibration.'
    """
    verdicts = judged.drop_duplicates("pattern")["verdict"]
    return f"{(verdicts == 'shown').sum()} of {len(verdicts)} patterns are shown before any calibration."


def _claim_row(row: pd.Series) -> str:
    simulated = f"{words.number(row['median'])} ({words.number(row['q05'])} to {words.number(row['q95'])})"
    within = words.percent(row["share_of_runs"]) + ("" if row["holds"] == "yes" else ", **fails**")
    source = escape(row["source"]) or words.NONE
    claim = escape(row["claim"])
    return (
        f"| {row['pattern']} | {claim} | {simulated} | {words.number(row['observed'])} | {row['rule']} | {within} "
        f"| {source} |"
    )


def draw(judged: pd.DataFrame) -> Figure:
    """Draw the first claim of each pattern as simulated over observed, with the bounds of its rule.

    Parameters
    ----------
    judged : DataFrame
        From `patterns.judge`.

    Returns
    -------
    Figure
    """
    first = judged.drop_duplicates("pattern").reset_index(drop=True)
    held = (judged["holds"] == "yes").groupby(judged["pattern"]).agg(["sum", "size"])
    with rc_context(style.STYLE):
        figure, (_, bottom, _, height) = style.new_figure(
            headline(judged),
            "First claim of each pattern, simulated over observed figure. Dot: median; line: 5\u201395 % of runs; "
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
