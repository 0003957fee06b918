"""Goods made in the region, by what their papers say, into the markets of senders: an alluvial for two regimes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure

from sim.analysis import reading
from sim.analysis.compared import once
from sim.analysis.comparison import bands
from sim.analysis.differences import yearly_means
from sim.analysis.periods import Period
from sim.outcomes.names import BOTH
from sim.report import style, words
from sim.report.figures.alluvial import alluvial, depth_of
from sim.report.figures.picture import Picture
from sim.report.findings import brackets, called, name_of, range_over_runs
from sim.report.shown import Shown
from sim.report.style import COLOURS

OUTCOME = "sanctioned_trade"
DECLARED = {
    "direct": "the region, sent directly",
    "transit_declared": "the region, by way of a third country",
    "relabelled": "a third country, relabelled there",
    "embodied": "a third country, inside its goods",
    "parcel": "none, in small parcels",
    "": "other ways together",
}
WAYS = dict(
    zip(DECLARED.values(), (COLOURS[0], COLOURS[4], COLOURS[2], COLOURS[1], COLOURS[3], "#8a8a8a"), strict=True)
)
TOLD_SO = ("direct", "transit_declared")
"""Ways on which the papers name the region."""

STAGES = ["true origin", "declared origin", "market"]
MADE = "Made in the region"
BODY_INCHES, MOST_MARKETS, LEAST = 4.2, 8, 1e-6


@once
def table(study: Shown) -> pd.DataFrame:
    """Value a year that enters senders' markets, by declared origin and market, under two regimes: `musd`."""
    if study.main == study.against or not study.sending:
        return pd.DataFrame()
    period = study.periods[study.main]
    parts = [_entering(study, regime, period).assign(regime=regime) for regime in (study.against, study.main)]
    rows = pd.concat(parts, ignore_index=True)
    return rows if (rows.groupby("regime")["musd"].sum() > 0).sum() == len(parts) else pd.DataFrame()


def _entering(study: Shown, regime: str, period: Period) -> pd.DataFrame:
    """Take each market's value by way; what is stored of no way is the rest of the market's sum."""
    pairs = [f"{market}/{way}" for market, way in reading.pairs(study.results, OUTCOME) if market in study.sending]
    of_pairs = yearly_means(study.results, regime, OUTCOME, pairs, period)
    whole = yearly_means(study.results, regime, OUTCOME, study.sending, period).set_index("subject")["mean"]
    split = of_pairs["subject"].str.split("/", expand=True) if len(of_pairs) else pd.DataFrame({0: [], 1: []})
    rows = pd.DataFrame({"market": split[0], "way": split[1], "musd": of_pairs["mean"]})
    rest = (whole - rows.groupby("market")["musd"].sum().reindex(whole.index, fill_value=0.0)).rename("musd")
    rest = rest[rest > LEAST * whole].rename_axis("market").reset_index().assign(way="")
    return pd.concat([rows, rest], ignore_index=True)[["market", "way", "musd"]]


def finding(study: Shown) -> str:
    """State what part is declared as made elsewhere, under both regimes.

    Parameters
    ----------
    study : Shown
        What is compared.
    """
    enters = "of the region's goods that enter senders' markets comes under another origin or none"
    now, before = (_hidden(study, regime) for regime in (study.main, study.against))
    return f"Under {called(study, study.main)} {now} {enters}; under {called(study, study.against)} {before}"


def _hidden(study: Shown, regime: str) -> str:
    """Tell the share whose papers name another origin or none: mean over runs, and the range."""
    columns, period = reading.catalogue(study.results, OUTCOME), study.periods[study.main]

    def a_year(subjects: Sequence[str]) -> np.ndarray:
        stored = [column for name in subjects for column in columns.get((name, BOTH), [])]
        return period.rate(reading.monthly(study.results, regime, stored)) if stored else np.zeros(study.runs)

    whole, told = a_year(study.sending), a_year([f"{market}/{way}" for market in study.sending for way in TOLD_SO])
    share = 1 - np.divide(told, whole, out=np.full_like(told, np.nan), where=whole > 0)
    low, _, high = bands(share)
    return f"{words.percent(float(share.mean()))}{brackets(range_over_runs(low, high))}"


def caption(study: Shown) -> str:
    """Say how to read the figure."""
    return (
        "Ribbons are as wide as the value that is released a year, mean of runs; both halves have one scale. All goods "
        "made in the region are counted, in the scope of a measure or not. Means alone are drawn: the ranges of what "
        f"is cut stand in the text and in the table of what is cut and diverted. {study.ranges}"
    )


def draw(study: Shown, title: str) -> Figure:
    """Draw both regimes beside each other."""
    rows = table(study)
    largest = rows.groupby("market")["musd"].sum().nlargest(MOST_MARKETS).index
    names = {
        market: name_of(study.names, market) if market in largest else "other senders" for market in rows["market"]
    }
    told = rows.assign(**{STAGES[0]: MADE, STAGES[1]: rows["way"].map(DECLARED), STAGES[2]: rows["market"].map(names)})
    period = words.span(study.periods[study.main].name)
    with rc_context(style.STYLE):
        figure, (left, bottom, width, height) = style.new_figure(
            title,
            f"Goods made in the region that are released in senders' markets, by the origin on their papers, million "
            f"dollars a year, {period}.",
            BODY_INCHES,
            free=True,
        )
        halves = (study.against, study.main)
        parts = {
            regime: told[told["regime"] == regime].groupby(STAGES, sort=False, as_index=False)["musd"].sum()
            for regime in halves
        }
        depth = max(depth_of(part, STAGES, "musd") for part in parts.values())
        for place, (regime, part) in enumerate(parts.items()):
            box = (left + (0.12 + 0.5 * place) * width, bottom + 0.02 * height, 0.27 * width, 0.84 * height)
            axes = figure.add_axes(box)
            alluvial(axes, part, stages=STAGES, value="musd", colours=WAYS, depth=depth)
            axes.set_title(f"{study.titles[regime]}: {words.money(part['musd'].sum())} a year", x=-0.42, pad=12)
    return figure


PICTURE = Picture(
    "true_origins",
    table,
    finding,
    caption,
    draw,
    tables={"true_origins": table},
    on_paper=False,
    absent="true and declared origins, since no regime compared has a sender, or goods in scope are not stored",
)
