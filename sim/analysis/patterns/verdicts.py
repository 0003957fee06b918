"""A study judged by both sets of rules, with its levels; and how many patterns and claims come out."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sim.analysis.claims import Known
from sim.analysis.patterns import BEFORE, judge
from sim.analysis.patterns.levels import levels
from sim.analysis.reading import StoredSeries


@dataclass(frozen=True)
class Verdicts:
    """Verdicts and levels of one study.

    Attributes
    ----------
    claims, before, levels : DataFrame
        From `judge` by the rules of today, by those before their revision, and from `levels`.
    """

    claims: pd.DataFrame
    before: pd.DataFrame
    levels: pd.DataFrame


def verdicts_of(results: StoredSeries, known: Known) -> Verdicts:
    """Judge a study by both sets of rules.

    Parameters
    ----------
    results : StoredSeries
        As of `judge`.
    known : Known
        Published figures.
    """
    return Verdicts(judge(results, known), judge(results, known, BEFORE), levels(results, known))


def patterns_shown(claims: pd.DataFrame) -> int:
    """Count the patterns of which all claims hold.

    Parameters
    ----------
    claims : DataFrame
        As of `judge`.
    """
    return int((claims.drop_duplicates("pattern")["verdict"] == "shown").sum())


def claims_held(claims: pd.DataFrame) -> int:
    """Count the claims that hold.

    Parameters
    ----------
    claims : DataFrame
        As of `judge`.
    """
    return int((claims["holds"] == "yes").sum())
