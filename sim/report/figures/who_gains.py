"""Who gains and who pays: paired differences of the accounts, gains to the right, losses to the left."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis import gains
from sim.analysis.compared import once
from sim.analysis.gains import AT_SENDERS, ELSEWHERE
from sim.report import style, words
from sim.report.figures.panels import (
    LINE_INCHES,
    ROW_COLUMNS,
    capital,
    difference_panel,
    dots_and_lines,
    key,
    lines_of,
    name_below,
    panel_titles,
    panels,
    rows_and_columns,
    ticks,
    windows,
)
from sim.report.figures.picture import Picture
from sim.report.findings import brackets, called, idle, loudest, name_of, seen_everywhere, telling
from sim.report.lettering import filled
from sim.report.shown import Shown
from sim.report.style import GREY, INK, across

PARTIES = {
    f"buyers{AT_SENDERS}": "buyers in {senders}",
    f"buyers{ELSEWHERE}": "buyers elsewhere",
    "buyers": "buyers",
    f"treasury{AT_SENDERS}": "customs revenue of {senders}",
    f"treasury{ELSEWHERE}": "customs revenue elsewhere",
    "treasury": "customs revenue",
    "producers": "producers and traders of the region",
    "subsidies": "those who pay subsidies",
    "importers": "importers of stopped goods",
    "false_alarms": "importers of other goods (false alarms)",
    "hubs": "intermediaries in hubs",
    "payment_agents": "payment agents",
    "gates": "crossings (fees, rent for waiting)",
    "carriers": "carriers (freight)",
}
LOSSES = {
    "days": "days on the way and waiting",
    "spoilage": "spoilage while waiting",
    "detention": "detention at borders",
    "denial": "goods turned back",
}
USED_UP = "carriers"  # what they earn is spent on transport: more of it is nobody's gain
LOSSES_HEAD = "Inside the accounts of producers and importers:"
HEAD_ROWS = 1.3  # its place below the parties and above the losses


@once
def table(study: Shown) -> pd.DataFrame:
    """Differences of the accounts over the months in which regimes differ; those of senders stand apart."""
    return study.judged(gains.gains(study.results, study.against, study.periods, study.scopes))


@once
def by_market(study: Shown) -> pd.DataFrame:
    """Differences of the accounts that are kept by market, over the months in which regimes differ."""
    return study.judged(gains.by_market(study.results, study.against, study.periods))


@once
def mirror_gaps(study: Shown) -> pd.DataFrame:
    """Mirror gap of each hub in the last year, by regime."""
    return gains.mirror_gaps(study.results, study.last)


def finding(study: Shown) -> str:
    """State the largest gain and the largest loss of a party, under the regime in which one is largest.

    Parameters
    ----------
    study : Shown
        What is compared.
    """
    accounts = table(study)
    parties = accounts[accounts["subject"].isin(set(PARTIES) - {USED_UP})]
    clear = telling(parties)
    number, against = parties["regime"].nunique(), called(study, study.against)
    if clear.empty and idle(study, loudest(study)):
        return f"{idle(study, loudest(study))}: nothing can be said of who gains and who pays"
    if clear.empty:
        under = f"Under {called(study, study.main)}" if number == 1 else f"Under each of {number} regimes"
        would = brackets(seen_everywhere(parties, words.money))
        return f"{under} there is no clear difference from {against} in what anybody gains or pays{would}"
    told = clear.loc[clear["difference"].abs().idxmax(), "regime"]
    window = brackets(study.window_of(told))
    start = (
        f"Under {called(study, told)}"
        if number == 1
        else f"Of {number} regimes {called(study, told)} moves most{window}:"
    )
    rows = clear[clear["regime"] == told].sort_values("difference", ascending=False, kind="stable")
    gain = _size(study, rows.iloc[0]) if rows["difference"].max() > 0 else ""
    loss = _size(study, rows.iloc[-1]) if rows["difference"].min() < 0 else ""
    if gain and loss:
        return f"{start} the largest gain is that of {gain}; the largest loss that of {loss}"
    if gain:
        return f"{start} the largest gain is that of {gain}; nobody clearly pays"
    return f"{start} the largest loss is that of {loss}; nobody clearly gains"


def _size(study: Shown, row: pd.Series) -> str:
    middle, low, high = (words.number(row[name], signed=True) for name in ("difference", "run_q05", "run_q95"))
    size = f"{middle}{words.NO_BREAK}m{words.NO_BREAK}USD a year"
    found = f"9 in 10 runs: from {low} to {high}" if np.isfinite(row["run_q05"]) else ""
    return f"{label(study, row['subject'])}{brackets(size, found)}"


def label(study: Shown, account: str) -> str:
    """Name an account in words; a single sender by its name.

    Parameters
    ----------
    study : Shown
        What is compared.
    account : str
        Subject of `gains.gains`.
    """
    senders = study.sending
    sender = words.with_article(name_of(study.names, senders[0])) if len(senders) == 1 else "the senders' markets"
    return (PARTIES | LOSSES)[account].format(senders=sender)


def caption(study: Shown) -> str:
    """Say how to read the figure."""
    return (
        "Right is better off: losses count negative, so an account of losses moves left when more is lost. Buyers gain "
        "what lower prices are worth to them, over all they buy, also from others. Carriers spend their freight on "
        "transport, so the title passes them over. The lower rows are in the producers\u2019 row already: do not add "
        "them to it. Senders are all markets that send a measure by which the regimes compared differ. Detention and "
        "denial count whole consignments, also where only a part of the goods is the region\u2019s. Dots and lines are "
        f"those of the figure by market. {study.ranges}"
    )


def draw(study: Shown, title: str) -> Figure:
    """Draw paired differences by account with both intervals, a panel a regime; gains are right, losses left.

    Parameters
    ----------
    study : Shown
        What is compared.
    title : str
        The finding.

    Returns
    -------
    Figure
    """
    rows = table(study)
    regimes = list(dict.fromkeys(rows["regime"]))
    stored = set(rows["subject"])
    parties, losses = ([each for each in group if each in stored] for group in (PARTIES, LOSSES))
    head = len(parties) - 1 + HEAD_ROWS
    positions = [*range(len(parties)), *(head + 1 + place for place in range(len(losses)))]
    names = [filled(capital(label(study, each)), across(ROW_COLUMNS)) for each in (*parties, *losses)]
    row_inches = 0.26 + LINE_INCHES * (lines_of(names) - 1)
    titles = panel_titles(rows, names, study.looks)
    with rc_context(style.STYLE):
        handles, columns, lines = key({name: study.looks[name] for name in [study.against, *regimes]}, observed=False)
        panel_inches = 0.4 + LINE_INCHES * lines_of(titles) + row_inches * positions[-1]
        height = 0.4 + panel_inches * rows_and_columns(len(regimes))[0]
        figure, _ = style.new_figure(title, _subtitle(study, rows), height, key_lines=lines)
        style.add_key(figure, handles, columns)
        grid = panels(figure, len(regimes))
        for axes, regime, above in zip(grid, regimes, titles, strict=True):
            part = rows[rows["regime"] == regime].set_index("subject").reindex([*parties, *losses])
            difference_panel(axes, part, np.array(positions), study.looks[regime], in_percent=False)
            axes.set_title(above)
            axes.xaxis.set_major_locator(ticks(len(regimes)))
        name_below(grid, "million dollars a year: left is worse off, right is better off")
        _name_rows(grid, [*positions, head], [*names, filled(LOSSES_HEAD, across(ROW_COLUMNS))])
        grid[0].set_ylim(positions[-1] + 0.6, -0.6)
    return figure


def _name_rows(grid: Sequence[Axes], positions: Sequence[float], names: Sequence[str]) -> None:
    """Name the rows at the left of each row of panels; the last name is a heading without a line."""
    grid[0].set_yticks(positions, names, color=INK)
    for axes in grid:
        for heading in axes.get_yticklabels()[-1:]:  # those of inner panels have none
            heading.set(style="italic", color=GREY)
        axes.yaxis.get_gridlines()[-1].set_visible(False)


def _subtitle(study: Shown, rows: pd.DataFrame) -> str:
    compared = (
        f"Difference from {called(study, study.against)}, average a year, {windows(rows)}; runs compared in pairs"
    )
    return f"{compared}; losses count negative. {dots_and_lines(rows)}"


TABLES = {"who_gains": table, "who_gains_by_market": by_market, "mirror_gaps": mirror_gaps}
ABSENT = "who gains and who pays, since there is no second regime or no accounts are stored"
PICTURE = Picture("who_gains", table, finding, caption, draw, tables=TABLES, absent=ABSENT, narrow=True)
