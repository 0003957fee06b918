"""The load of each crossing by month as a calendar; closed months are hatched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import PercentFormatter

from sim.analysis import crossings
from sim.analysis.compared import once
from sim.outcomes.names import BOTH
from sim.report import style, words
from sim.report.figures.panels import LINE_INCHES, lines_of, named
from sim.report.figures.picture import Picture
from sim.report.findings import brackets, called, idle, loudest, name_of, seen_everywhere, telling
from sim.report.shown import Shown
from sim.report.style import GREY, INK
from sim.report.words import percent, tonnes

ROWS = 32
WEIGHTY_SHARE = 0.01  # of the region's tonnes: from it on a crossing is worth a title


def stored(study: Shown) -> pd.DataFrame:
    """Take the loads by crossing and month under the main regime."""
    return study.calendar


def table(study: Shown) -> pd.DataFrame:
    """Take the same, where goods passed any crossing in the last year."""
    return study.calendar if order(study) else pd.DataFrame()


def order(study: Shown) -> list[str]:
    """List the crossings that are drawn: the largest in the last year."""
    if study.gates.empty:
        return []
    return study.gates.loc[study.gates["throughput_t"] > 0, "subject"].head(ROWS).tolist()


@once
def pressure(study: Shown) -> pd.DataFrame:
    """Count the months in which crossings were full or closed under the main regime, if loads are stored.

    Months that the study cuts are left out, unless there are no others.
    """
    if study.calendar.empty:
        return study.calendar
    whole = [month for month, is_whole in zip(study.results.months, study.dates.whole, strict=True) if is_whole]
    part = study.calendar[study.calendar["period"].isin(whole)]
    return crossings.months_full_and_closed(part if len(part) else study.calendar)


def by_crossing(study: Shown) -> pd.DataFrame:
    """Take the differences of throughput over the months in which regimes differ."""
    return study.by_crossing


def finding(study: Shown) -> str:
    """State which crossings are full and which are closed, months weighted by what they carry.

    Crossings that carry next to nothing are passed over, however long they are full or closed.

    Parameters
    ----------
    study : Shown
        What is compared.
    """
    weighty = pressure(study).query("share >= @WEIGHTY_SHARE").set_index("subject")
    if not order(study):
        return ""
    months = int(pressure(study)["months"].max())
    found = []
    for state in ("full", "closed"):
        weights = weighty[state] * weighty["share"]
        if weights.max() > 0:
            found.append((name_of(study.names, weights.idxmax()), state, weighty.loc[weights.idxmax(), state]))
    parts = [f"{name} is {state} in {count}{' of' * (not place)}" for place, (name, state, count) in enumerate(found)]
    counted = f"{months} {'months' if study.dates.whole.all() else 'whole months'}"
    if not parts:
        return f"No large crossing is full or closed for a month in {counted}"
    return "; ".join([f"{parts[0]} {counted}", *parts[1:]])


def largest_shift(study: Shown) -> str:
    """State the largest change of what a crossing carries, under the regime that changes the region's trade most.

    Parameters
    ----------
    study : Shown
        What is compared.
    """
    against = called(study, study.against)
    rows = (
        study.by_crossing[study.by_crossing["regime"] == loudest(study)]
        if len(study.by_crossing)
        else study.by_crossing
    )
    clear = telling(rows)
    if clear.empty:
        if not len(rows) or idle(study, loudest(study)):
            return ""
        return f"no crossing carries clearly more or less than under {against}{brackets(seen_everywhere(rows, tonnes))}"
    row = clear.loc[clear["difference"].abs().idxmax()]
    more = "more" if row["difference"] > 0 else "less"
    carries = f"it carries {tonnes(abs(row['difference']))} a year {more} than under {against}"
    return f"{name_of(study.names, row['subject'])} changes most: {carries} ({percent(row['relative'], signed=True)})"


def caption(_: Shown) -> str:
    """Say how to read the figure."""
    return (
        "Rows are ordered by the region's goods that passed in the last year. A full crossing makes goods wait or take "
        "another way. Hatched months were closed in every run. The title names those among the crossings with at least "
        "1 % of the region's tonnes whose full or closed months weigh most."
    )


def draw(study: Shown, title: str) -> Figure:
    """Draw the comparison."""
    return calendar_rows(table(study), order(study), study.names, title, study.titles[study.main])


def calendar_rows(
    by_month: pd.DataFrame, order: Sequence[str], names: Mapping[str, str], title: str, under: str
) -> Figure:
    """Draw the load of each crossing by month as a calendar; closed months are hatched.

    Parameters
    ----------
    by_month : DataFrame
        From `crossings.crossings_by_month` for one regime.
    order : sequence of str
        Crossings from top to bottom.
    names : mapping of str to str
        Subject to its name in words.
    title : str
        The finding.
    under : str
        What the regime is called.

    Returns
    -------
    Figure
    """
    months = list(dict.fromkeys(by_month["period"]))
    leaving = crossings.leaving_loads(by_month).set_index(["subject", "period"])
    loads = leaving["load"].unstack().loc[list(order), months]
    closed = leaving["closed"].unstack().loc[list(order), months].to_numpy()
    labels = [named(names, subject) for subject in order]
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(
            title,
            f"Load of each crossing by month under {words.quoted(under)}, {_way(leaving)}: tonnes passed, goods of "
            "others included, as a share of what open hours allow; median of runs.",
            0.5 + (0.24 + LINE_INCHES * (lines_of(labels) - 1)) * len(order),
            key_lines=1,
        )
        axes = figure.subplots()
        image = axes.imshow(loads, cmap=style.LOAD_MAP, norm=Normalize(0, 1), aspect="auto", interpolation="nearest")
        _hatch_closed(axes, closed)
        axes.set_yticks(range(len(order)), labels, color=INK)
        januaries = [position for position, month in enumerate(months) if month.endswith("-01")]
        ends = [min(position + 11, len(months) - 1) for position in januaries]
        marks = [((position + end) / 2, months[position][:4]) for position, end in zip(januaries, ends, strict=True)]
        marks = marks or [(0, months[0])]
        axes.set_xticks(*zip(*marks, strict=True))
        axes.set_xlim(-0.5, len(months) - 0.5)
        axes.vlines([position - 0.5 for position in januaries[1:]], -0.5, len(order) - 0.5, color="white", lw=1.6)
        axes.hlines(np.arange(len(order) - 1) + 0.5, -0.5, len(months) - 0.5, color="white", lw=1.0)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        bar = figure.colorbar(
            image, ax=axes, shrink=0.6, pad=0.01, format=PercentFormatter(1.0, decimals=0, symbol=" %")
        )
        bar.set_label("load")
        bar.outline.set_visible(False)
        style.add_key(figure, [_closed_patch()], 1)
    return figure


def _way(leaving: pd.DataFrame) -> str:
    return "both directions together" if leaving["direction"].iloc[0] == BOTH else "exports"


def _closed_patch() -> Patch:
    return Patch(facecolor="#f2f2f2", edgecolor=GREY, hatch="////", lw=0, label="closed all month")


def _hatch_closed(axes: Axes, closed: np.ndarray) -> None:
    """Hatch runs of closed months, one rectangle a run."""
    for row, flags in enumerate(closed):
        edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
        for first, last in edges.reshape(-1, 2):
            corner = (first - 0.5, row - 0.5)
            axes.add_patch(Rectangle(corner, last - first, 1, facecolor="#f2f2f2", edgecolor=GREY, hatch="////", lw=0))


PICTURE = Picture(
    "crossings_calendar",
    table,
    finding,
    caption,
    draw,
    tables={
        "crossings_calendar": stored,
        "crossings_full_and_closed": pressure,
        "difference_by_crossing": by_crossing,
    },
    absent="loads of crossings, since no goods of the region passed one in the last year, or loads are not stored",
    targets=("crossings", "hours"),
)
