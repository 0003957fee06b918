"""The answer to a study's question in at most three sentences; the first is the headline."""

from __future__ import annotations

import pandas as pd

from sim.report.figures import crossings_calendar, difference_by_market, flow_map, trade_by_market
from sim.report.findings import loudest, name_of, range_over_runs
from sim.report.shown import Shown
from sim.report.words import percent, quoted, vanishes, with_article

SAME_CUT = 0.01  # cuts closer to each other than this are called alike


def answer(study: Shown) -> list[str]:
    """Answer the study's question in at most three sentences; the first is the headline.

    Parameters
    ----------
    study : Shown
        What is compared.

    Returns
    -------
    list of str
        What is cut and leaks; what happens to the region's whole trade and who gains; what happens at the crossings.
    """
    sentences = [sentence for sentence in [scope(study)] if sentence]
    whole = [trade_by_market.finding(study)]
    if not study.by_market.empty:
        moved = difference_by_market.finding(study)
        moved = moved.removeprefix(f"Under {quoted(loudest(study))} ") if len(study.regimes) == 2 else moved
        whole += [_lowered(moved), difference_by_market.fastest_gain(study)]
    sentences.append(_joined(whole))
    if not study.gates.empty:
        crossings = (flow_map.finding, crossings_calendar.finding, crossings_calendar.largest_shift)
        sentences.append(_joined([tell(study) for tell in crossings]))
    return sentences


def scope(study: Shown) -> str:
    """State how far regimes cut the goods in scope that enter a sender's market, and what leaks of the rest.

    Parameters
    ----------
    study : Shown
        What is compared.

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
    clauses = [_cut_clause(study, told)]
    if len(cuts) > 1 and alike:
        clauses.append("and about as much under the other regimes compared")
    elif len(cuts) > 1:
        clauses = [f"Of {len(cuts)} regimes the strongest and the weakest: {_lowered(clauses[0])}"]
        clauses.append(_lowered(_cut_clause(study, weakest)))
    return _joined([", ".join(clauses), _leak_clause(study, told)])


def _largest_cuts(study: Shown) -> pd.DataFrame:
    """One row a regime, that of the sender whose imports it cuts most; strongest regime first."""
    if study.cut.empty:
        return study.cut
    cuts = study.cut[(study.cut["quantity"] == "cut") & study.cut["mean"].notna()]
    return cuts.sort_values("mean", ascending=False, kind="stable").drop_duplicates("regime")


def _cut_clause(study: Shown, cut: pd.Series) -> str:
    sender, under = with_article(name_of(study.names, cut["subject"])), f"Under {quoted(cut['regime'])}"
    against = quoted(study.against)
    low, high = cut["q05"], cut["q95"]
    if low <= 0 <= high or vanishes(cut["mean"]):
        goods = f"the region's goods in the measures' scope that enter {sender}"
        found = range_over_runs(-high, -low, signed=True)
        return f"{under} there is no clear difference from {against} in {goods} ({found})"
    more = "less" if cut["mean"] > 0 else "more"
    enters = f"{more} of the region's goods in the measures' scope enters {sender} than under {against}"
    return f"{under} {percent(abs(cut['mean']))} {enters} ({range_over_runs(*sorted((abs(low), abs(high))))})"


def _leak_clause(study: Shown, cut: pd.Series) -> str:
    leak, before = (_leak(study, cut, quantity) for quantity in ("leakage", "leakage_against"))
    still = f"of what still enters then, {percent(leak['mean'])} comes relabelled, inside other goods or by parcel"
    compared = f"{range_over_runs(leak['q05'], leak['q95'])}; under {quoted(study.against)} {percent(before['mean'])}"
    return f"{still} ({compared})"


def _leak(study: Shown, cut: pd.Series, quantity: str) -> pd.Series:
    """Find the row of another quantity of the same regime and sender."""
    rows = study.cut[(study.cut["quantity"] == quantity) & (study.cut["regime"] == cut["regime"])]
    return rows[rows["subject"] == cut["subject"]].iloc[0]


def _lowered(text: str) -> str:
    return text[0].lower() + text[1:]


def _joined(parts: list[str]) -> str:
    return "; ".join(part for part in parts if part) + "."
