"""Sentences with numbers and intervals: titles of figures, the headline, and the answer; made from tables alone.

Where an interval includes zero the sentence says "no clear difference".
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from sim.analysis.comparison import HIGHER, LOWER
from sim.analysis.study import Comparison
from sim.report.words import interval, money, number, percent, quoted, span, tonnes, with_article

Names = Mapping[str, str]


def name_of(names: Names, subject: str) -> str:
    """Name a subject in words.

    Parameters
    ----------
    names : mapping of str to str
        Known names.
    subject : str
        Its id, the fallback.
    """
    return names.get(subject, subject.replace("_", " "))


def change(row: pd.Series) -> str:
    """Say how an outcome differs, in per cent, with the range over runs.

    Parameters
    ----------
    row : Series
        A row of `tables.differences`.

    Examples
    --------
    >>> row = pd.Series({"verdict": "lower", "relative": -0.5, "relative_q05": -0.6, "relative_q95": -0.4})
    >>> print(change(row))
    50 % lower (9 in 10 runs: from 40 % to 60 % lower)
    """
    low, high = row["relative_q05"], row["relative_q95"]
    if row["verdict"] == HIGHER:
        return f"{percent(row['relative'])} higher (9 in 10 runs: {interval(low, high, percent)} higher)"
    if row["verdict"] == LOWER:
        return f"{percent(-row['relative'])} lower (9 in 10 runs: {interval(-high, -low, percent)} lower)"
    return f"not clearly different (9 in 10 runs: {interval(low, high, _signed_percent)})"


def _signed_percent(share: float) -> str:
    return percent(share, signed=True)


def trade(study: Comparison) -> str:
    """State what a regime does to the region's trade: of several, the one that changes it most.

    Parameters
    ----------
    study : Comparison
        All tables.
    """
    regime = loudest(study)
    rows = _total(study, "registered_trade", regime)
    if not rows:
        return "Registered trade through time"
    words, _, rest = change(rows[0]).partition(" (")
    under = (
        f"than under {quoted(study.against)}"
        if rows[0]["verdict"] in (HIGHER, LOWER)
        else f"from {quoted(study.against)}"
    )
    number = len(study.regimes) - 1
    if number == 1:
        return f"Under {quoted(regime)} the region's trade is {words} {under} ({rest}"
    return f"Of {number} regimes {quoted(regime)} changes the region's trade most: it is {words} {under} ({rest}"


def loudest(study: Comparison) -> str:
    """Name the regime that changes the region's trade most.

    Parameters
    ----------
    study : Comparison
        All tables.
    """
    rows = study.totals
    if rows.empty:
        return study.main
    size = rows[rows["outcome"] == "registered_trade"].set_index("regime")["difference"].abs()
    return str(size.idxmax()) if len(size) else study.main


def _total(study: Comparison, outcome: str, regime: str) -> list[pd.Series]:
    """Find the row of a total: a list with it, or an empty one."""
    if study.totals.empty:
        return []
    rows = study.totals[(study.totals["outcome"] == outcome) & (study.totals["regime"] == regime)]
    return [row for _, row in rows.iterrows()]


def markets(study: Comparison, names: Names) -> str:
    """State which market gains and which loses most, under the regime that changes the region's trade most.

    Parameters
    ----------
    study : Comparison
        All tables.
    names : mapping of str to str
        Subject to its name in words.
    """
    regime = loudest(study)
    rows = study.markets[study.markets["regime"] == regime].sort_values("difference")
    gains, losses = rows[rows["verdict"] == HIGHER], rows[rows["verdict"] == LOWER]
    parts = []
    if len(losses):
        parts.append(f"with {_moved(losses.iloc[0], names)} falls most")
    if len(gains):
        parts.append(f"with {_moved(gains.iloc[-1], names)} grows most")
    if not parts:
        return f"No market's trade differs clearly between {quoted(regime)} and {quoted(study.against)}"
    return f"Under {quoted(regime)} trade {' and '.join(parts)}"


def _moved(row: pd.Series, names: Names) -> str:
    return f"{with_article(name_of(names, row['subject']))} ({money(row['difference'], signed=True)} a year)"


def gates(study: Comparison, names: Names) -> str:
    """State which crossing carries most of the region's goods, and how full it is.

    Parameters
    ----------
    study : Comparison
        All tables.
    names : mapping of str to str
        Subject to its name in words.
    """
    row = study.gates.iloc[0]
    carried = f"{name_of(names, row['subject'])} carries most of the region's goods"
    mass = f"{tonnes(row['throughput_t'])} in {span(study.last_year)}"
    return f"{carried}: {mass}, at {percent(row['load'])} of its capacity"


def calendar(study: Comparison, names: Names) -> str:
    """State which crossings are full longest and which are closed longest.

    Parameters
    ----------
    study : Comparison
        All tables.
    names : mapping of str to str
        Subject to its name in words.
    """
    full = study.pressure.sort_values("full", kind="stable").iloc[-1]
    closed = study.pressure.sort_values("closed", kind="stable").iloc[-1]
    months = len(set(study.calendar["period"]))
    parts = []
    if full["full"]:
        parts.append(f"{name_of(names, full['subject'])} is full in {full['full']} of {months} months")
    if closed["closed"]:
        of_months = "" if parts else f" of {months} months"
        parts.append(f"{name_of(names, closed['subject'])} is closed in {closed['closed']}{of_months}")
    return "; ".join(parts) or f"No crossing is full or closed for a month in {months} months"


def origins(study: Comparison, names: Names) -> str:
    """State where most detained goods were declared from.

    Parameters
    ----------
    study : Comparison
        All tables.
    names : mapping of str to str
        Subject to its name in words.
    """
    row = study.origins.iloc[0]
    origin = with_article(name_of(names, row["subject"]))
    share = f"{percent(row['mean'])} of the value detained under {quoted(study.main)} was declared from {origin}"
    return f"{share} (9 in 10 runs: {interval(row['q05'], row['q95'], percent)})"


def headline(study: Comparison, names: Names) -> str:
    """State the main result: what each regime cuts and what leaks, or what it does to trade if it cuts nothing.

    Parameters
    ----------
    study : Comparison
        All tables.
    names : mapping of str to str
        Subject to its name in words.
    """
    cuts = _largest_cuts(study)
    if cuts.empty:
        return f"{trade(study)}."
    strongest = _cut_sentence(study, cuts.iloc[0], names)
    if len(cuts) == 1:
        return strongest
    weakest = cuts.iloc[-1]
    weak = f"{quoted(weakest['regime'])} cuts {percent(weakest['mean'])}"
    rest = f"9 in 10 runs: {interval(weakest['q05'], weakest['q95'], percent)}"
    return (
        f"Of {len(cuts)} regimes the strongest and the weakest: {strongest[0].lower()}{strongest[1:]} {weak} ({rest})."
    )


def _largest_cuts(study: Comparison) -> pd.DataFrame:
    """One row a regime, that of the sender whose imports it cuts most; strongest regime first."""
    if study.cut.empty:
        return study.cut
    cuts = study.cut[(study.cut["quantity"] == "cut") & study.cut["mean"].notna()]
    return cuts.sort_values("mean", ascending=False, kind="stable").drop_duplicates("regime")


def _cut_sentence(study: Comparison, cut: pd.Series, names: Names) -> str:
    sender, under = with_article(name_of(names, cut["subject"])), f"Under {quoted(cut['regime'])}"
    if cut["q05"] <= 0 <= cut["q95"]:
        change_of = (
            f"there is no clear difference from {quoted(study.against)} in the goods in scope that enter {sender}"
        )
        return f"{under} {change_of} (9 in 10 runs: {interval(-cut['q95'], -cut['q05'], _signed_percent)})."
    less, low, high = ("less", cut["q05"], cut["q95"]) if cut["mean"] > 0 else ("more", -cut["q95"], -cut["q05"])
    enters = f"{less} of the goods in scope enters {sender} than under {quoted(study.against)}"
    first = f"{under} {percent(abs(cut['mean']))} {enters}"
    leak = study.cut[(study.cut["quantity"] == "leakage") & (study.cut["regime"] == cut["regime"])]
    leak = leak[leak["subject"] == cut["subject"]].iloc[0]
    rest = f"of what still enters, {percent(leak['mean'])} comes relabelled, inside other goods or by parcel"
    range_of_leak = interval(leak["q05"], leak["q95"], percent)
    return f"{first} (9 in 10 runs: {interval(low, high, percent)}); {rest} ({range_of_leak})."


def answer(study: Comparison, names: Names) -> list[str]:
    """Answer the study's question in three sentences.

    Parameters
    ----------
    study : Comparison
        All tables.
    names : mapping of str to str
        Subject to its name in words.

    Returns
    -------
    list of str
        What is cut and leaks; what happens to the region's trade and where it goes; what happens at the crossings.
    """
    sentences = [headline(study, names)]
    if not study.markets.empty:
        moved = markets(study, names)
        sentences.append(f"{trade(study)}; {moved[0].lower()}{moved[1:]}.")
    if not study.pressure.empty:
        sentences.append(f"{gates(study, names)}; {calendar(study, names)}.")
    return sentences


def verdict_words(row: pd.Series) -> str:
    """Print a difference with its range over runs, in the unit of its row.

    Parameters
    ----------
    row : Series
        A row of `tables.differences`.
    """
    show = money if row["unit"].startswith("musd") else number
    ends = interval(row["run_q05"], row["run_q95"], lambda value: show(value, signed=True))
    return f"{show(row['difference'], signed=True)} ({ends})"
