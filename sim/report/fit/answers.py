"""The headline where one assumption is changed: over a parameter that it hangs on, and under each rule of choice.

Each setting is run at draws of its own posterior. Beside the headline stand figures of the customs that were published
in number, value, share denied and composition: a setting that gives another headline and misses them is no rival.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis.claims import Known, row_of
from sim.analysis.patterns import borders
from sim.analysis.reading import StoredSeries
from sim.config import Config, load
from sim.config.schema import RULES
from sim.report import style, words
from sim.report.figures.picture import Picture
from sim.report.fit.shown import FitShown
from sim.report.lettering import filled

SENDER, REGIME = "united_states", "uflpa"
PARAMETER = "sensitivity"
PLACES = (0.1, 0.3, 0.5, 0.7, 0.8)
RULE = "rule"
RUNS = 20
"""Of each setting: draws of its posterior, each with its own luck."""

HEADLINE = "cut of the goods in scope that enter the United States"
TESTS = {
    "consignments stopped to May 2023": "number stopped to May 2023",
    "value stopped to July 2023, million dollars": "value stopped to July 2023, m dollars",
    "share of decided consignments that is denied, to September 2024": "share denied to September 2024",
    "share of stops that name another origin than published, July to December 2023": "stops of another origin, 2023",
}
"""Claims of the patterns that are shown as tests, with a short name."""


def settings(config: Config) -> Iterator[tuple[str, Any, Config]]:
    """List the settings that are run: what is changed, to what, and all settings.

    Parameters
    ----------
    config : Config
        Of the study, which draws from a posterior.
    """
    few = replace(config.design, runs=RUNS)
    held = replace(few, held=[*few.held, PARAMETER])
    for place in PLACES:
        behaviour = replace(config.behaviour, **{PARAMETER: place})
        yield PARAMETER, place, replace(config, behaviour=behaviour, design=held)
    for rule in RULES:
        own = few if rule == config.behaviour.rule else replace(few, posterior=None)
        yield RULE, rule, replace(config, behaviour=load([f"behaviour={rule}"]).behaviour, design=own)


def rows_of(results: StoredSeries, cut: pd.DataFrame, known: Known) -> list[dict[str, object]]:
    """Read the headline and its tests from the runs of one setting.

    Parameters
    ----------
    results : StoredSeries
        Of the world as it happened, and of the regimes that the headline compares.
    cut : DataFrame
        As of `cut_and_diverted`.
    known : Known
        Published figures.

    Returns
    -------
    list of dict
        `quantity, q05, median, q95`, `observed, low, high` (missing for the headline) and `share_of_runs` within.
    """
    mine = (cut["quantity"] == "cut") & (cut["subject"] == SENDER) & (cut["regime"] == REGIME)
    headline = cut[mine].iloc[0]
    nothing = dict.fromkeys(("observed", "low", "high", "share_of_runs"), np.nan)
    rows = [{"quantity": HEADLINE, **headline[["q05", "median", "q95"]], **nothing}]
    for claim in borders.stopped(results, known):
        if claim.what in TESTS:
            row = row_of(claim, known)
            kept = {name: row[name] for name in ("q05", "median", "q95", "observed", "low", "high", "share_of_runs")}
            rows.append({"quantity": TESTS[claim.what], **kept})
    return rows


def table(fit: FitShown) -> pd.DataFrame:
    """Give every setting and quantity a row."""
    return fit.answers


def _headline(fit: FitShown, over: str) -> pd.DataFrame:
    rows = fit.answers[(fit.answers["over"] == over) & (fit.answers["quantity"] == HEADLINE)]
    return rows.reset_index(drop=True)


def finding(fit: FitShown) -> str:
    """Say how far the headline moves over the parameter and between rules.

    Parameters
    ----------
    fit : FitShown
        With answers.
    """
    curve, rules = (_headline(fit, over) for over in (PARAMETER, RULE))
    first, last = curve.iloc[0], curve.iloc[-1]
    spread = words.percent_range(rules["median"].min(), rules["median"].max())
    return (
        f"The cut of sanctioned goods goes from {words.percent(first['median'])} at a {PARAMETER} of {first['at']} to "
        f"{words.percent(last['median'])} at {last['at']}; between rules of choice it is {spread}."
    )


def caption(fit: FitShown) -> str:
    """Say how to read it."""
    del fit
    return (
        f"Left: {PARAMETER}, the chance that an inspection finds hidden goods, is held at each value, all else drawn "
        "from the posterior. Right: each rule of choice with its own posterior, or with its prior where it has none. "
        f"{RUNS} draws a setting. Below the headline stand published figures of the customs, with the bounds of the "
        "rule that judges them."
    )


def draw(fit: FitShown, title: str) -> Figure:
    """Draw the headline and its tests, over the parameter and by rule.

    Parameters
    ----------
    fit : FitShown
        With answers.
    title : str
        The finding.
    """
    quantities = list(dict.fromkeys(fit.answers["quantity"]))
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(
            title,
            "Dot: median; bar or band: 5\N{EN DASH}95 % of runs; black: published; grey: what the rule allows.",
            1.55 * len(quantities),
        )
        grid = figure.subplots(len(quantities), 2, sharey="row", width_ratios=(2, 1))
        for (left, right), quantity in zip(grid, quantities, strict=True):
            mine = fit.answers[fit.answers["quantity"] == quantity]
            _curve(left, mine[mine["over"] == PARAMETER])
            _bars(right, mine[mine["over"] == RULE])
            left.set_ylim(0, 1.08 * np.nanmax(mine[["q95", "observed", "high"]].replace(np.inf, np.nan)))
            left.set_ylabel(filled(quantity, 24), size=8.5)
        grid[-1, 0].set_xlabel(f"{PARAMETER} (chance that an inspected hidden consignment is found)")
        grid[-1, 1].set_xlabel("rule of choice")
    return figure


def _published(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw what was published, and what the rule allows."""
    row = rows.iloc[0]
    if np.isfinite([row["low"], row["high"]]).any():
        ends = [row["low"] if np.isfinite(row["low"]) else 0.0, row["high"]]
        axes.axhspan(*ends, color=style.LIGHT_GREY, alpha=0.6, lw=0)
        axes.axhline(row["observed"], color=style.INK, lw=1)


def _curve(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw one quantity over the parameter."""
    places = rows["at"].astype(float)
    _published(axes, rows)
    axes.fill_between(places, rows["q05"], rows["q95"], color=style.COLOURS[1], alpha=0.3, lw=0)
    axes.plot(places, rows["median"], "o-", color=style.COLOURS[1], ms=4)


def _bars(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw one quantity by rule."""
    places = np.arange(len(rows))
    _published(axes, rows)
    axes.vlines(places, rows["q05"], rows["q95"], color=style.COLOURS[2], lw=5, alpha=0.45)
    axes.plot(places, rows["median"], "o", color=style.COLOURS[2], ms=6)
    axes.set_xticks(places, rows["at"])
    axes.set_xlim(-0.6, len(rows) - 0.4)


PICTURE = Picture("answers", table, finding, caption, draw, tables={"answers": table})
