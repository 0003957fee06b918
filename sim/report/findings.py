"""Sentences with numbers and intervals: titles of figures, the headline, and the answer; made from tables alone.

Where an interval includes zero the sentence says "no clear difference"; where nothing is left at one decimal of a per
cent it says "less than 0.1 %".
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from sim.analysis.comparison import HIGHER, LOWER
from sim.analysis.study import Comparison
from sim.report.words import (
    interval,
    money,
    number,
    percent,
    percent_range,
    quoted,
    span,
    tonnes,
    vanishes,
    with_article,
)

Names = Mapping[str, str]
WEIGHTY_SHARE = 0.01  # of the region's tonnes: from it on a crossing is worth a title
SAME_CUT = 0.01  # cuts closer to each other than this are called alike


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
    if row["verdict"] not in (HIGHER, LOWER):
        return f"not clearly different ({_range(low, high, signed=True)})"
    if vanishes(row["relative"]):
        return f"less than 0.1 % {row['verdict']}"
    low, high = sorted((abs(low), abs(high)))
    return f"{percent(abs(row['relative']))} {row['verdict']} ({_range(low, high)} {row['verdict']})"


def _range(low: float, high: float, *, signed: bool = False) -> str:
    return f"9 in 10 runs: {percent_range(low, high, signed=signed)}"


def trade(study: Comparison) -> str:
    """State what a regime does to the region's trade as a whole: of several, the one that changes it most.

    Parameters
    ----------
    study : Comparison
        All tables.
    """
    row = _total(study, "registered_trade", loudest(study))
    if row is None:
        return "Registered trade through time"
    number, against = len(study.regimes) - 1, quoted(study.against)
    is_clear = row["verdict"] in (HIGHER, LOWER)
    each = f"Under each of {number} regimes the region's whole trade"
    if number > 1 and not is_clear:
        return f"{each} is not clearly different from that under {against}"
    if number > 1 and vanishes(row["relative"]):
        return f"{each} differs by less than 0.1 % from that under {against}"
    words, _, rest = change(row).partition(" (")
    than = f"{words} {'than' if is_clear else 'from that'} under {against}{f' ({rest}' if rest else ''}"
    if number == 1:
        return f"Under {quoted(row['regime'])} the region's whole trade is {than}"
    return f"Of {number} regimes {quoted(row['regime'])} changes the region's whole trade most: it is {than}"


def loudest(study: Comparison) -> str:
    """Name the regime that changes the region's trade most: of those that change it clearly, if any does.

    Parameters
    ----------
    study : Comparison
        All tables.
    """
    if study.totals.empty:
        return study.main
    rows = study.totals[study.totals["outcome"] == "registered_trade"]
    clear = rows[rows["verdict"].isin((HIGHER, LOWER))]
    size = (clear if len(clear) else rows).set_index("regime")["difference"].abs()
    return str(size.idxmax()) if len(size) else study.main


def _total(study: Comparison, outcome: str, regime: str) -> pd.Series | None:
    """Find the row of a total."""
    if study.totals.empty:
        return None
    rows = study.totals[(study.totals["outcome"] == outcome) & (study.totals["regime"] == regime)]
    return None if rows.empty else rows.iloc[0]


def markets(study: Comparison, names: Names) -> str:
    """State which market gains and which loses most, under the regime that changes the region's trade most.

    Parameters
    ----------
    study : Comparison
        All tables.
    names : mapping of str to str
        Subject to its name in words.
    """
    rows = _clear_markets(study)
    gains, losses = rows[rows["verdict"] == HIGHER], rows[rows["verdict"] == LOWER]
    parts = []
    if len(losses):
        parts.append(f"with {_moved(losses.loc[losses['difference'].idxmin()], names)} falls most")
    if len(gains):
        parts.append(f"with {_moved(gains.loc[gains['difference'].idxmax()], names)} grows most")
    regime = quoted(loudest(study))
    if not parts:
        return f"No market's trade differs clearly between {regime} and {quoted(study.against)}"
    return f"Under {regime} trade {' and '.join(parts)}"


def fastest_gain(study: Comparison, names: Names) -> str:
    """Name the market that gains most in per cent; empty if that is also the one that gains most in dollars.

    Parameters
    ----------
    study : Comparison
        All tables.
    names : mapping of str to str
        Subject to its name in words.
    """
    gains = _clear_markets(study).query("verdict == @HIGHER and relative.notna()")
    if gains.empty or gains["relative"].idxmax() == gains["difference"].idxmax():
        return ""
    row = gains.loc[gains["relative"].idxmax()]
    return f"in per cent {with_article(name_of(names, row['subject']))} gains most ({percent(row['relative'])})"


def _clear_markets(study: Comparison) -> pd.DataFrame:
    rows = study.markets[study.markets["regime"] == loudest(study)]
    return rows[rows["verdict"].isin((HIGHER, LOWER))]


def _moved(row: pd.Series, names: Names) -> str:
    size = f"{money(row['difference'], signed=True)} a year, {percent(row['relative'], signed=True)}"
    return f"{with_article(name_of(names, row['subject']))} ({size})"


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
    share = percent(row["throughput_t"] / study.gates["throughput_t"].sum())
    carried = (
        f"{name_of(names, row['subject'])} carries most: {share} of the region's tonnes in {span(study.last_year)}"
    )
    return f"{carried}, at {percent(row['load'])} of its capacity"


def calendar(study: Comparison, names: Names) -> str:
    """State which crossings are full and which are closed, months weighted by what they carry.

    Crossings that carry next to nothing are passed over, however long they are full or closed.

    Parameters
    ----------
    study : Comparison
        All tables.
    names : mapping of str to str
        Subject to its name in words.
    """
    weighty = study.pressure[study.pressure["share"] >= WEIGHTY_SHARE].set_index("subject")
    months = len(set(study.calendar["period"]))
    found = []
    for state in ("full", "closed"):
        weights = weighty[state] * weighty["share"]
        if weights.max() > 0:
            found.append((name_of(names, weights.idxmax()), state, weighty.loc[weights.idxmax(), state]))
    parts = [f"{name} is {state} in {count}{' of' * (not place)}" for place, (name, state, count) in enumerate(found)]
    if not parts:
        return f"No large crossing is full or closed for a month in {months} months"
    return "; ".join([f"{parts[0]} {months} months", *parts[1:]])


def shifted_gate(study: Comparison, names: Names) -> str:
    """State the largest change of what a crossing carries, under the regime that changes the region's trade most.

    Parameters
    ----------
    study : Comparison
        All tables.
    names : mapping of str to str
        Subject to its name in words.
    """
    against = quoted(study.against)
    rows = study.crossings[study.crossings["regime"] == loudest(study)] if len(study.crossings) else study.crossings
    clear = rows[rows["verdict"].isin((HIGHER, LOWER))] if len(rows) else rows
    if clear.empty:
        return f"no crossing carries clearly more or less than under {against}" if len(rows) else ""
    row = clear.loc[clear["difference"].abs().idxmax()]
    more = "more" if row["verdict"] == HIGHER else "less"
    carries = f"it carries {tonnes(abs(row['difference']))} a year {more} than under {against}"
    return f"{name_of(names, row['subject'])} changes most: {carries} ({percent(row['relative'], signed=True)})"


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
    return f"{share} ({_range(row['q05'], row['q95'])})"


def scope(study: Comparison, names: Names) -> str:
    """State how far regimes cut the goods in scope that enter a sender's market, and what leaks of the rest.

    Parameters
    ----------
    study : Comparison
        All tables.
    names : mapping of str to str
        Subject to its name in words.

    Returns
    -------
    str
        A sentence; empty if cuts are not known.
    """
    cuts = _largest_cuts(study)
    if cuts.empty:
        return ""
    told, weakest = cuts.iloc[0], cuts.iloc[-1]
    alike = told["subject"] == weakest["subject"] and told["mean"] - weakest["mean"] < SAME_CUT
    if len(cuts) > 1 and alike:
        told = cuts.loc[cuts["regime"].map(study.regimes.index).idxmin()]
    clauses = [_cut_clause(study, told, names)]
    if len(cuts) > 1 and alike:
        clauses.append("and about as much under the other regimes compared")
    elif len(cuts) > 1:
        clauses = [f"Of {len(cuts)} regimes the strongest and the weakest: {_lowered(clauses[0])}"]
        clauses.append(_lowered(_cut_clause(study, weakest, names)))
    return _joined([", ".join(clauses), _leak_clause(study, told)])


def _largest_cuts(study: Comparison) -> pd.DataFrame:
    """One row a regime, that of the sender whose imports it cuts most; strongest regime first."""
    if study.cut.empty:
        return study.cut
    cuts = study.cut[(study.cut["quantity"] == "cut") & study.cut["mean"].notna()]
    return cuts.sort_values("mean", ascending=False, kind="stable").drop_duplicates("regime")


def _cut_clause(study: Comparison, cut: pd.Series, names: Names) -> str:
    sender, under = with_article(name_of(names, cut["subject"])), f"Under {quoted(cut['regime'])}"
    against = quoted(study.against)
    low, high = cut["q05"], cut["q95"]
    if low <= 0 <= high or vanishes(cut["mean"]):
        goods = f"the region's goods in the measures' scope that enter {sender}"
        return f"{under} there is no clear difference from {against} in {goods} ({_range(-high, -low, signed=True)})"
    more = "less" if cut["mean"] > 0 else "more"
    enters = f"{more} of the region's goods in the measures' scope enters {sender} than under {against}"
    return f"{under} {percent(abs(cut['mean']))} {enters} ({_range(*sorted((abs(low), abs(high))))})"


def _leak_clause(study: Comparison, cut: pd.Series) -> str:
    leak, before = (_leak(study, cut, quantity) for quantity in ("leakage", "leakage_against"))
    still = f"of what still enters then, {percent(leak['mean'])} comes relabelled, inside other goods or by parcel"
    compared = f"{_range(leak['q05'], leak['q95'])}; under {quoted(study.against)} {percent(before['mean'])}"
    return f"{still} ({compared})"


def _leak(study: Comparison, cut: pd.Series, quantity: str) -> pd.Series:
    """Find the row of another quantity of the same regime and sender."""
    rows = study.cut[(study.cut["quantity"] == quantity) & (study.cut["regime"] == cut["regime"])]
    return rows[rows["subject"] == cut["subject"]].iloc[0]


def answer(study: Comparison, names: Names) -> list[str]:
    """Answer the study's question in at most three sentences; the first is the headline.

    Parameters
    ----------
    study : Comparison
        All tables.
    names : mapping of str to str
        Subject to its name in words.

    Returns
    -------
    list of str
        What is cut and leaks; what happens to the region's whole trade and who gains; what happens at the crossings.
    """
    sentences = [sentence for sentence in [scope(study, names)] if sentence]
    whole = [trade(study)]
    if not study.markets.empty:
        moved = markets(study, names)
        moved = moved.removeprefix(f"Under {quoted(loudest(study))} ") if len(study.regimes) == 2 else moved
        whole += [_lowered(moved), fastest_gain(study, names)]
    sentences.append(_joined(whole))
    if not study.pressure.empty:
        sentences.append(_joined([gates(study, names), calendar(study, names), shifted_gate(study, names)]))
    return sentences


def _lowered(text: str) -> str:
    return text[0].lower() + text[1:]


def _joined(parts: list[str]) -> str:
    return "; ".join(part for part in parts if part) + "."


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
