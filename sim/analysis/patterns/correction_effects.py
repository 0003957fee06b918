"""What each correction does: verdicts and levels of a study that leaves it out, beside those of the whole."""

from __future__ import annotations

import pandas as pd

from sim.analysis.patterns.verdicts import Verdicts, claims_held, patterns_shown

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


def effect(name: str, what: str, whole: Verdicts, without: Verdicts) -> dict[str, object]:
    """Say what falls, and what comes, without a correction.

    Parameters
    ----------
    name, what : str
        Of the correction; empty for the whole itself.
    whole, without : Verdicts
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
        "patterns": patterns_shown(without.claims),
        "claims": claims_held(without.claims),
        "claims_before": claims_held(without.before),
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
