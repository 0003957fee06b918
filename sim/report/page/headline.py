"""The answer to a study's question in at most four sentences; the first, one number with its range, is the headline."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

import pandas as pd

from sim.analysis.comparison import detectable
from sim.policy.apart import DaysApart, hardly_in_force
from sim.policy.backgrounds import background_apart
from sim.report.figures import crossings_calendar, difference_by_market, flow_map, trade_by_market
from sim.report.findings import brackets, called, loudest, name_of, range_of_size, range_over_runs, too_few
from sim.report.shown import Shown
from sim.report.words import counted, percent, vanishes, with_article

MOST_ASIDES = 2  # sentences of one regime; more measures are named together
SAME_CUT = 0.01  # cuts closer to each other than this are called alike


def answer(study: Shown) -> list[str]:
    """Answer the study's question in at most four sentences; the first is the headline.

    Parameters
    ----------
    study : Shown
        What is compared.

    Returns
    -------
    list of str
        What is cut; what other ways make up for; what happens to the region's whole trade and who gains; what happens
        at the crossings. The headline is a single clause.
    """
    (headline, *rest), *others = [part for part in (scope(study), _trade(study), _crossings(study)) if part]
    return [_joined(part) for part in ([headline], rest, *others) if part]


def _trade(study: Shown) -> list[str]:
    """Tell the region's whole trade, and the markets that move most."""
    whole = [trade_by_market.finding(study)]
    if not study.by_market.empty:
        moved = difference_by_market.finding(study)
        moved = moved.removeprefix(f"Under {called(study, loudest(study))} ") if len(study.regimes) == 2 else moved
        whole += [_lowered(moved), difference_by_market.fastest_gain(study)]
    return [clause for clause in whole if clause]


def _crossings(study: Shown) -> list[str]:
    """Tell which crossing carries most, which are full or closed, and which changes most."""
    if study.gates.empty:
        return []
    crossings = (flow_map.finding, crossings_calendar.finding, crossings_calendar.largest_shift)
    return [clause for clause in (tell(study) for tell in crossings) if clause]


def scope(study: Shown) -> list[str]:
    """State how far regimes cut the goods in scope that enter a sender's market, and what other ways make up for.

    Parameters
    ----------
    study : Shown
        What is compared.

    Returns
    -------
    list of str
        Clauses, the largest cut first; empty if cuts are not known.
    """
    cuts = largest_cuts(study)
    if cuts.empty:
        return []
    told, weakest = cuts.iloc[0], cuts.iloc[-1]
    alike = told["subject"] == weakest["subject"] and told["mean"] - weakest["mean"] < SAME_CUT
    if len(cuts) > 1 and alike:
        told = cuts.loc[cuts["regime"].map(study.regimes.index).idxmin()]
    first, last = _cut_clause(study, told), ""
    if len(cuts) > 1 and alike:
        first = f"{first}, and about as much under the other regimes compared"
    elif len(cuts) > 1:
        first = f"Of {len(cuts)} regimes this one cuts most: {_lowered(first)}"
        last = f"this one cuts least: {_lowered(_cut_clause(study, weakest))}"
    further = (_diverted_clause(study, told), _ways_clause(study, told), _composition_clause(study, told), last)
    return [first, *filter(None, further)]


def asides(study: Shown) -> list[str]:
    """Tell what stands beside the numbers: measures hardly in force in the months compared, other backgrounds.

    Parameters
    ----------
    study : Shown
        What is compared.

    Returns
    -------
    list of str
        Sentences.
    """
    if study.against not in study.laws:
        return []
    base = study.laws[study.against]
    found = []
    for name, period in study.periods.items():
        pair = (study.laws[name], base)
        rows = hardly_in_force(pair, base.name, period.first, period.last, study.world)
        rows = [replace(each, regime=called(study, name)) for each in rows]
        found += [each.sentence for each in rows] if len(rows) <= MOST_ASIDES else [_together(rows)]
        if pair[0].background != base.background:
            apart = background_apart(*pair)
            found.append(replace(apart, regime=called(study, name), against=called(study, base.name)).sentence)
    return [sentence for sentence in found if sentence]


def _together(rows: list[DaysApart]) -> str:
    """Name many measures that are hardly in force in one sentence."""
    never = [each.measure for each in rows if not each.days]
    hardly = [f"{each.measure} (on {counted(each.days, 'day')})" for each in rows if each.days]
    parts = [f"never in force: {', '.join(never)}"] * bool(never) + [f"hardly: {', '.join(hardly)}"] * bool(hardly)
    told = f"{counted(len(rows), 'measure')} of {rows[0].regime} are hardly or never in force on the"
    return f"{told} {rows[0].compared:,} days compared, so numbers say little of them ({'; '.join(parts)})."


def of_ranges(study: Shown) -> str:
    """Say what the ranges in sentences are and hold, or why there are none.

    Parameters
    ----------
    study : Shown
        What is compared.
    """
    told = "\u201c9 in 10 runs\u201d is the range from the 5th to the 95th percentile over runs: it holds"
    return too_few(study.runs) or f"{told} {study.held}."


def largest_cuts(study: Shown) -> pd.DataFrame:
    """Take one row a regime, that of the sender whose imports it cuts most; strongest regime first.

    Parameters
    ----------
    study : Shown
        What is compared.

    Returns
    -------
    DataFrame
        Rows `cut` of `study.cut`.
    """
    if study.cut.empty:
        return study.cut
    cuts = study.cut[(study.cut["quantity"] == "cut") & study.cut["mean"].notna()]
    cuts = cuts[~cuts["regime"].isin(study.idle)]
    known = cuts[cuts["q05"].notna()]  # else a sender that buys in a run or two would be the one told of
    cuts = known if len(known) else cuts
    return cuts.sort_values("mean", ascending=False, kind="stable").drop_duplicates("regime")


def _cut_clause(study: Shown, cut: pd.Series) -> str:
    sender, under = with_article(name_of(study.names, cut["subject"])), f"Under {called(study, cut['regime'])}"
    against, window = called(study, study.against), study.window_of(cut["regime"])
    low, high = cut["q05"], cut["q95"]
    if low <= 0 <= high or vanishes(cut["mean"]):
        goods = f"the region's goods in the measures' scope that enter {sender}"
        found = brackets(window, range_over_runs(-high, -low, signed=True), _would(cut))
        return f"{under} there is no clear difference from {against} in {goods}{found}"
    more = "less" if cut["mean"] > 0 else "more"
    enters = f"{more} of the region's goods in the measures' scope enters {sender} than under {against}"
    few = "" if isfinite(low) else f"mean of {counted(int(cut['runs']), 'run')}"
    found = brackets(window, range_of_size(low, high), few)
    return f"{under} {percent(abs(cut['mean']))} {enters}{found}"


def _would(row: pd.Series) -> str:
    """Say from which size on a share would have been seen to differ from zero."""
    size = detectable(row["mean"], row["q05"], row["q95"])
    return f"{percent(size)} or more would have been seen" if size > 0 else ""


def _diverted_clause(study: Shown, cut: pd.Series) -> str:
    """Say by how much other ways make up for what the direct way loses; nothing where it loses nothing."""
    row = _of_same(study, cut, "diverted")
    low, high = row["q05"], row["q95"]
    if not isfinite(row["mean"]):
        return ""
    if low <= 0 <= high:
        size = f"{percent(row['mean'], signed=True)}{brackets(range_over_runs(low, high, signed=True), _would(row))}"
        return f"other ways do not clearly make up for what the direct way loses: {size}"
    if row["mean"] > 0:
        found = brackets(range_over_runs(low, high))
        return f"other ways make up for {percent(row['mean'])} of what the direct way loses{found}"
    lost = f"{percent(-row['mean'])} of that{brackets(range_over_runs(-high, -low))}"
    return f"other ways do not make up for what the direct way loses, but lose as well: {lost}"


def _ways_clause(study: Shown, cut: pd.Series) -> str:
    """Tell what goods sent directly and goods inside those of third countries add to the cut; not of a way unused."""
    ways = {"direct": "goods sent directly", "embodied": "goods inside those of third countries"}
    rows = {words: _of_same(study, cut, f"cut_{way}") for way, words in ways.items()}
    used = {words: row for words, row in rows.items() if isfinite(row["mean"]) and row[["mean", "q05", "q95"]].any()}
    told = " and ".join(f"{words} {_moves(row)}" for words, row in used.items())
    return told and f"of all that enters under {called(study, study.against)}, {told}"


def _moves(row: pd.Series) -> str:
    """Say how a way moves, given its cut."""
    low, high = row["q05"], row["q95"]
    if low <= 0 <= high or vanishes(row["mean"]):
        return f"do not clearly change{brackets(range_over_runs(-high, -low, signed=True), _would(row))}"
    size = f"{percent(abs(row['mean']))}{brackets(range_of_size(low, high))}"
    return f"{'fall' if row['mean'] > 0 else 'rise'} by {size}"


def _composition_clause(study: Shown, cut: pd.Series) -> str:
    """Say what part of what still enters comes other ways, now and before: a composition."""
    part, before = (_of_same(study, cut, name) for name in ("other_ways_share", "other_ways_share_against"))
    if not isfinite(part["mean"]):
        return ""
    still = f"of what still enters then, {percent(part['mean'])} comes relabelled, inside other goods or by parcel"
    under = f"under {called(study, study.against)} {percent(before['mean'])}" if isfinite(before["mean"]) else ""
    return f"{still}{brackets(range_over_runs(part['q05'], part['q95']), under)}"


def _of_same(study: Shown, cut: pd.Series, quantity: str) -> pd.Series:
    """Find the row of another quantity of the same regime and sender."""
    rows = study.cut[(study.cut["quantity"] == quantity) & (study.cut["regime"] == cut["regime"])]
    return rows[rows["subject"] == cut["subject"]].iloc[0]


def _lowered(text: str) -> str:
    return text[0].lower() + text[1:]


def _joined(clauses: list[str]) -> str:
    """Make a sentence of clauses."""
    text = "; ".join(clauses)
    return f"{text[0].upper()}{text[1:]}."
