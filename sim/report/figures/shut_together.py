"""What closures of crossings cost in pairs, and by days shut with the kink in their loss."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure

from sim.report import style, words
from sim.report.figures.curve import curve
from sim.report.figures.panels import difference_panel, dots_and_lines
from sim.report.figures.picture import Picture
from sim.report.figures.shut_crossings import ROW_COLUMNS, Closed, counted_over, lost, month_name
from sim.report.findings import brackets
from sim.report.lettering import filled
from sim.report.looks import Look
from sim.report.style import COLOURS, GREY, INK, LIGHT_GREY
from sim.report.telling import between

PAIRS_DRAWN = 12
PAIR_LOOK = Look(COLOURS[0])


def pairs_drawn(subject: Closed) -> pd.DataFrame:
    """Take the pairs that cost most."""
    if not len(subject.pairs):
        return subject.pairs
    return subject.pairs.sort_values("difference", ascending=False, kind="stable").head(PAIRS_DRAWN)


def finding_pairs(subject: Closed) -> str:
    """Say which pair costs most, and how it stands to both alone."""
    row = pairs_drawn(subject).iloc[0]
    extra = pd.Series({**row, **{f"run_{end}": row[f"extra_{end}"] for end in ("q05", "q95")}})
    extra = extra.drop("detectable").to_dict() | {
        "difference": row["extra"],
        "verdict": row["extra_verdict"],
        "detectable": row["extra_detectable"],
    }
    return (
        f"The worst pair is {subject.name(row['crossing'])} and {subject.name(row['second'])} in "
        f"{month_name(row['month'])}: {lost(row)}; above the sum of both alone: {lost(pd.Series(extra))}."
    )


def caption_pairs(subject: Closed) -> str:
    """Say how to read the pairs."""
    return (
        f"Both shut for {subject.days} days from the first of the month in which the worse of the two costs most; "
        f"{counted_over()}. Cross: sum of both alone. Right of it, each is the way round the other; left of it, both "
        "stop the same goods."
    )


def draw_pairs(subject: Closed, title: str) -> Figure:
    """Draw pairs with the sums of both alone."""
    table = pairs_drawn(subject)
    names = [
        f"{subject.name(row.crossing)} + {subject.name(row.second)}, {month_name(row.month)}"
        for row in table.itertuples()
    ]
    at = np.arange(len(table))
    with rc_context(style.STYLE):
        subtitle = f"Million dollars lost. {dots_and_lines(table)} Cross: sum of both alone."
        figure, _ = style.new_figure(title, subtitle, 0.7 + 0.3 * len(table))
        axes = figure.subplots()
        difference_panel(axes, table, at, PAIR_LOOK, in_percent=False)
        axes.scatter(table["alone"], at, marker="x", s=46, color=INK, lw=1.6, zorder=4)
        axes.set_yticks(at, [filled(name, ROW_COLUMNS + 20) for name in names], color=INK)
        axes.set_ylim(len(table) - 0.4, -0.6)
        axes.set_xlabel("million dollars lost")
    return figure


def by_days(subject: Closed) -> pd.DataFrame:
    """Take closures that are longer and longer."""
    return subject.lengths


def finding_days(subject: Closed) -> str:
    """Say from how many days on each day costs more or less."""
    clear = subject.kinks[subject.kinks["is_clear"]]
    if clear.empty:
        first = subject.kinks.iloc[0]
        early, late = (_estimate(first, name, words.money) for name in ("before", "after"))
        return (
            f"No clear kink in the loss by days shut ({subject.name(first['crossing'])}: {early} a day at first, "
            f"{late} later)."
        )
    return f"{kink_words(subject, clear.iloc[0])}."


def kink_words(subject: Closed, row: pd.Series) -> str:
    """Say where the pace of a loss changes, and from what to what."""
    word = "more" if row["change"] > 0 else "less"
    day, after = _estimate(row, "days", words.number), _estimate(row, "after", words.money)
    return (
        f"{subject.name(row['crossing'])}: from day {day} on a day costs {word}, {after} and not "
        f"{_estimate(row, 'before', words.money)}"
    )


def _estimate(row: pd.Series, name: str, show: Callable[..., str]) -> str:
    """Print an estimate of a kink with its interval."""
    low, high = row[f"{name}_q05"], row[f"{name}_q95"]
    known = np.isfinite(low) and np.isfinite(high)
    return f"{show(row[name])}{brackets(f'90 % interval: {between(low, high, show)}' if known else '')}"


def caption_days(subject: Closed) -> str:
    """Say how to read the curves."""
    unclear = subject.kinks.loc[~subject.kinks["is_clear"], "crossing"]
    none = f" No clear kink: {', '.join(map(subject.name, unclear))}." if len(unclear) else ""
    return (
        f"Mean and 5 to 95 % of runs of the {counted_over()}; closures begin on the first of the crossing's worst "
        "month. Dashed: where two straight lines, the first through the origin, meet best, shaded with its 90 % "
        f"interval (runs drawn anew); drawn where one straight line would hardly seem so bent.{none}"
    )


def draw_days(subject: Closed, title: str) -> Figure:
    """Draw loss against days closed, a panel a crossing."""
    crossings = list(dict.fromkeys(subject.lengths["crossing"]))
    kinks = subject.kinks.set_index("crossing")
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(title, "Million dollars lost, by days shut.", 3.2 * -(-len(crossings) // 2))
        axes = figure.subplots(-(-len(crossings) // 2), min(len(crossings), 2), squeeze=False).ravel()
        for one in axes[len(crossings) :]:
            one.set_visible(False)
        for one, crossing in zip(axes, crossings, strict=False):
            part = subject.lengths[subject.lengths["crossing"] == crossing]
            row = kinks.loc[crossing]
            one.axhline(0, color=GREY, lw=0.9)
            curve(
                one,
                part,
                x="days",
                median="difference",
                low="run_q05",
                high="run_q95",
                kink=row["days"] if row["is_clear"] else None,
                colour=COLOURS[1],
                label=crossing,
            )
            if row["is_clear"] and np.isfinite(row["days_q05"]):
                one.axvspan(row["days_q05"], row["days_q95"], color=LIGHT_GREY, alpha=0.5, lw=0, zorder=0)
            one.set_title(f"{subject.name(crossing)}, from 1 {month_name(row['month'])}")
            one.set_xlabel("days shut")
    return figure


PAIRS = Picture(
    "closures_in_pairs",
    pairs_drawn,
    finding_pairs,
    caption_pairs,
    draw_pairs,
    tables={"pairs": lambda each: each.pairs},
)
DAYS = Picture(
    "closures_by_days",
    by_days,
    finding_days,
    caption_days,
    draw_days,
    tables={"by_days": lambda each: each.lengths, "kinks": lambda each: each.kinks},
)
