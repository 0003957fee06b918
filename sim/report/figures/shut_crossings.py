"""What closures of crossings cost: ranks and losses by month, pairs, and loss against days closed with its kink."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure

from sim.analysis.comparison import TOO_FEW, UNCLEAR
from sim.analysis.decisions.shut_crossings import LATER_MONTHS
from sim.report import style, words
from sim.report.figures.bump import bump
from sim.report.figures.curve import curve
from sim.report.figures.panels import difference_panel, dots_and_lines
from sim.report.figures.picture import Picture
from sim.report.findings import brackets, name_of
from sim.report.lettering import filled
from sim.report.looks import Look
from sim.report.style import COLOURS, GREY, INK, LIGHT_GREY
from sim.report.telling import between, effect

RANKED, PAIRS_DRAWN, ROW_COLUMNS = 7, 12, 46
PAIR_LOOK = Look(COLOURS[0])


@dataclass(frozen=True)
class Closed:
    """Losses of closures as the figures show them.

    Attributes
    ----------
    singles : DataFrame
        Of `ranked`: each crossing and month, of one length.
    pairs : DataFrame
        Of `together`.
    lengths : DataFrame
        Of `losses`, longer and longer.
    kinks : DataFrame
        Of `kink_table`.
    names : mapping of str to str
        Of crossings, in words.
    """

    singles: pd.DataFrame
    pairs: pd.DataFrame
    lengths: pd.DataFrame
    kinks: pd.DataFrame
    names: Mapping[str, str]

    @property
    def days(self) -> int:
        """Length of single closures and pairs."""
        return int(self.singles["days"].iloc[0])

    @property
    def year(self) -> str:
        """Of the closures."""
        return str(self.singles["month"].iloc[0])[:4]

    def name(self, crossing: str) -> str:
        """Name a crossing in words."""
        return name_of(self.names, crossing)


def month_name(month: str) -> str:
    """Name a month without its year.

    Examples
    --------
    >>> month_name("2024-03")
    'March'
    """
    return calendar.month_name[int(month[5:])]


def worst(subject: Closed) -> pd.Series:
    """Take the single closure that costs most."""
    return subject.singles.loc[subject.singles["difference"].idxmax()]


def counted_over() -> str:
    """Say what a loss is."""
    return f"trade of the region lost from the month of the closure to {LATER_MONTHS} months after it"


def ranks(subject: Closed) -> pd.DataFrame:
    """Take the ranks of the crossings whose worst month is worst."""
    singles = subject.singles
    order = singles.groupby("crossing")["difference"].max().sort_values(ascending=False).index[:RANKED]
    kept = singles[singles["crossing"].isin(order)]
    again = kept.assign(rank=kept.groupby("month")["difference"].rank(ascending=False, method="first").astype(int))
    place = {name: number for number, name in enumerate(order)}
    return again.sort_values(["month", "crossing"], key=lambda column: column.map(lambda each: place.get(each, each)))


def finding_ranks(subject: Closed) -> str:
    """Say which crossing is first in how many months."""
    firsts = subject.singles.loc[subject.singles["rank"] == 1, "crossing"].value_counts()
    months, row = subject.singles["month"].nunique(), worst(subject)
    return (
        f"{subject.name(firsts.index[0])} costs most when shut in {firsts.iloc[0]} of {words.counted(months, 'month')};"
        f" worst is {subject.name(row['crossing'])} in {month_name(row['month'])}: {lost(row)}."
    )


def lost(row: pd.Series) -> str:
    """Say what a closure costs."""
    return effect(row, words.money, more="lost", less="gained")


def caption_ranks(subject: Closed) -> str:
    """Say how to read the ranks."""
    number = ranks(subject)["crossing"].nunique()
    return (
        f"Rank by the mean loss of {subject.days} days shut from the first of the month ({counted_over()}), 1 costs "
        f"most, among the {number} crossings whose worst month is worst. Ranks next to each other may differ by less "
        "than chance: the table of single closures has the intervals."
    )


def draw_ranks(subject: Closed, title: str) -> Figure:
    """Draw the bump chart."""
    table = ranks(subject)
    table = table.assign(
        stage=[calendar.month_abbr[int(month[5:])] for month in table["month"]],
        label=table["crossing"].map(subject.name),
    )
    with rc_context(style.STYLE):
        subtitle = f"Rank of the loss by {subject.days} days shut, by month of {subject.year}; 1 costs most."
        figure, body = style.new_figure(title, subtitle, 4.6, free=True)
        left, bottom, width, height = body
        axes = figure.add_axes((left + 0.035, bottom + 0.06 * height, width * 0.76, height * 0.9))
        bump(axes, table, stage="stage", rank="rank", label="label")
    return figure


def grid(subject: Closed) -> pd.DataFrame:
    """Take the single closures."""
    return subject.singles


def finding_grid(subject: Closed) -> str:
    """Say how many closures clearly cost something, and how large a loss would have been seen."""
    singles = subject.singles
    if (singles["verdict"] == TOO_FEW).any():
        return f"Of {len(singles)} closures it cannot be said which clearly cost trade: too few runs."
    clear = singles[singles["verdict"] != UNCLEAR]
    crossings = clear.loc[clear["difference"] > 0, "crossing"].nunique()
    seen = singles["detectable"].median()
    would = f" (half of them would show {words.money(seen)} or more)" if np.isfinite(seen) else ""
    return (
        f"Of {len(singles)} closures {(clear['difference'] > 0).sum()} clearly cost trade, at "
        f"{words.counted(crossings, 'crossing')}{would}."
    )


def caption_grid(subject: Closed) -> str:
    """Say how to read the grid."""
    return (
        f"Each cell: {counted_over()}, with the crossing shut for {subject.days} days from the first of the month; "
        "million dollars, mean over runs. Bold: clear; grey and small: no clear difference. A crossing that its "
        "calendar shuts in that month anyway loses nothing."
    )


def draw_grid(subject: Closed, title: str) -> Figure:
    """Draw losses by crossing and month."""
    table = subject.singles.pivot(index="crossing", columns="month", values="difference")
    clear = subject.singles.assign(clear=subject.singles["verdict"] != UNCLEAR).pivot(
        index="crossing", columns="month", values="clear"
    )
    order = table.max(axis=1).sort_values(ascending=False).index
    table, clear = table.loc[order], clear.loc[order]
    with rc_context(style.STYLE):
        subtitle = f"Million dollars lost by {subject.days} days shut from the first of the month, {subject.year}."
        figure, _ = style.new_figure(title, subtitle, 0.6 + 0.27 * len(table))
        axes = figure.subplots()
        top = max(float(table.to_numpy().max()), 1e-9)
        axes.imshow(table.clip(lower=0).to_numpy(), cmap=style.LOAD_MAP, vmin=0, vmax=top, aspect="auto")
        for row, column in np.ndindex(*table.shape):
            value, known = float(table.iloc[row, column]), bool(clear.iloc[row, column])
            dark = value > 0.55 * top
            axes.text(
                column,
                row,
                words.number(value, digits=2),
                ha="center",
                va="center",
                size=9 if known else 7,
                weight="bold" if known else "normal",
                color="white" if dark else INK if known else GREY,
            )
        names = [calendar.month_abbr[int(month[5:])] for month in table.columns]
        axes.set_xticks(range(len(names)), names, color=INK)
        axes.set_yticks(range(len(table)), [filled(subject.name(each), ROW_COLUMNS) for each in order], color=INK)
        axes.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
        axes.spines[:].set_visible(False)
    return figure


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


RANKS = Picture("closures_ranked", ranks, finding_ranks, caption_ranks, draw_ranks)
GRID = Picture(
    "closures_by_month",
    grid,
    finding_grid,
    caption_grid,
    draw_grid,
    tables={"single_closures": lambda each: each.singles},
)
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
PICTURES = (GRID, RANKS, DAYS, PAIRS)
