"""What each correction does: verdicts and levels of a study that leaves it out, beside those of the whole."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sim.analysis.claims import Known
from sim.analysis.patterns import BEFORE, judge
from sim.analysis.patterns.levels import levels
from sim.analysis.reading import Results

NOTHING = ""
SHOWN_LEVELS = {
    "registered trade 2021": "2021",
    "registered trade 2022": "2022",
    "registered trade 2023": "2023",
    "registered trade 2024": "2024",
    "Kyrgyzstan 2022": "Kyrgyzstan 2022",
    "Kyrgyzstan 2023": "Kyrgyzstan 2023",
    "value over Irkeshtam and Torugart, January to October 2022": "over its gates 2022",
    "exports of 2023 over the published ones of 2019": "United States",
    "value stopped to July 2023 from Malaysia": "stopped Malaysia",
    "value stopped to July 2023 from Vietnam": "stopped Vietnam",
    "value stopped to July 2023 from China": "stopped China",
}
"""Levels that stand in the table of effects, with their names there."""


@dataclass(frozen=True)
class Judgement:
    """Verdicts and levels of one study.

    Attributes
    ----------
    claims, before, levels : DataFrame
        From `judge` by the rules of today, by those before their revision, and from `levels`.
    """

    claims: pd.DataFrame
    before: pd.DataFrame
    levels: pd.DataFrame


def judged(results: Results, known: Known) -> Judgement:
    """Judge a study by both sets of rules.

    Parameters
    ----------
    results : Results
        As of `judge`.
    known : Known
        Published figures.
    """
    return Judgement(judge(results, known), judge(results, known, BEFORE), levels(results, known))


def effect(name: str, what: str, whole: Judgement, without: Judgement) -> dict[str, object]:
    """Say what falls, and what comes, without a correction.

    Parameters
    ----------
    name, what : str
        Of the correction; empty for the whole itself.
    whole, without : Judgement
        With all corrections, and without this one.

    Returns
    -------
    dict
        `left_out, what, patterns, claims, claims_before` (numbers that are shown or hold), `falls, comes` (claims that
        hold only with it, only without it), and a median for each of `SHOWN_LEVELS`.
    """
    held, kept = (_held(each.claims) for each in (whole, without))
    medians = without.levels.set_index("level")["median"]
    return {
        "left_out": name,
        "what": what,
        "patterns": int((without.claims.drop_duplicates("pattern")["verdict"] == "shown").sum()),
        "claims": int((without.claims["holds"] == "yes").sum()),
        "claims_before": int((without.before["holds"] == "yes").sum()),
        "falls": _told(held, kept, without.claims),
        "comes": _told(kept, held, without.claims),
    } | {short: medians[level] for level, short in SHOWN_LEVELS.items()}


def _held(claims: pd.DataFrame) -> pd.Series:
    """Whether each claim holds, by its place in the table: words of claims may stand twice."""
    return claims["holds"].eq("yes").reset_index(drop=True)


def _told(here: pd.Series, there: pd.Series, claims: pd.DataFrame) -> str:
    """Name the claims that hold here and not there, with the number that stands there."""
    rows = claims.reset_index(drop=True)[(here & ~there).to_numpy()]
    return "; ".join(f"{row.pattern} {row.claim} ({row.median:.3g})" for row in rows.itertuples()) or NOTHING
