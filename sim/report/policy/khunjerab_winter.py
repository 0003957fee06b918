"""The answer of the study of the open winter at the Khunjerab pass."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from sim.analysis.comparison import UNCLEAR
from sim.analysis.decisions.seasons import IN_SHUT_MONTHS, PARTS
from sim.analysis.decisions.winter import AT_PLACE, TRADE, Calendars, Opening, opening, years_in_force
from sim.analysis.gains import BY_MARKET, OUTCOME
from sim.config import Config
from sim.ensemble import Results
from sim.outcomes.names import TOTAL, pair
from sim.policy.language.measures import Regime
from sim.report import words
from sim.report.figures.open_winter import PICTURES, Opened, finding_to_whom, turned
from sim.report.policy.needs import need_names, need_regimes
from sim.report.policy.worlds import MadeRegime, run_made
from sim.report.policy.writing import Answer, write_answer
from sim.report.subjects import names
from sim.report.telling import effect
from sim.world.build import BuiltWorld

PURPOSE = "As {}, without attacks, slides and sit-ins on the road to Pakistan."
TITLE = "What an open winter at the Khunjerab pass is worth"
GATE, PARTNER = "khunjerab", "pakistan"
HAPPENED = Calendars("observed", "observed_without_open_winter")
ROAD_SHOCKS = ("attacks_on_the_karakoram_road", "security_cooperation", "karakoram_slides", "sost_sit_in_2025")
"""Measures of the background: what made the road unsafe or shut it, and what was done about that."""

CALM = {name: f"{name}_and_road_shocks" if "without" in name else f"{name}_without_road_shocks" for name in HAPPENED}
SHOCKS = {"as they happened": HAPPENED, "none": Calendars(*CALM.values())}
ACCOUNTS_SHOWN = {
    "producers": "producers and traders of the region",
    "carriers": "carriers (freight)",
    "gates": "crossings (fees, rent for waiting)",
    "days": "days on the way and waiting",
    "spoilage": "spoilage while waiting",
}
AT_PARTNER = {"buyers": "buyers in {}", "treasury": "customs revenue of {}", "suppliers": "sales of suppliers in {}"}
MOVED, OTHER_WAYS = PARTS[:2]
LIMITS = (
    "Pakistan is one market: which of its provinces or importers gain is not told.",
    "What it costs to keep the pass open in winter (ploughs, fuel, guards) is not in the model: it tells what the "
    "opening brings, not whether it pays.",
    "Attacks are a cost on each passage and dated closures; no attack that did not happen is drawn, nor a lasting "
    "loss of trust.",
    "Of goods that came off other ways it does not tell which end in Pakistan and which go on to a third country.",
)


def write_winter(results: Results, built_world: BuiltWorld, regimes: Sequence[Regime], config: Config) -> Path:
    """Run both calendars without shocks, and write figures, tables and `answer.md` into the folder of their study.

    Takes and returns what every report does (`sim.report.studies.Report`). The stored study is of the calendars of
    `HAPPENED`.

    Raises
    ------
    InputError
        If the world lacks the crossing or the market, a regime is missing, or a file cannot be written.
    """
    need_regimes(results, HAPPENED, config.slug)
    need_names(built_world.tables, [GATE, PARTNER], config.slug)
    calm, further = results, ()
    if years_in_force(results, HAPPENED, GATE):
        made = [MadeRegime(CALM[name], PURPOSE.format(name), (name,), without=ROAD_SHOCKS) for name in HAPPENED]
        calm = run_made(made, config, built_world, beside=[*HAPPENED])
        further = (calm.signature,)
    found = opening(calm, SHOCKS, GATE, PARTNER)
    subject = Opened(found, GATE, PARTNER, named := names(built_world.tables), parties(found, named))
    tables = {"what_shocks_take": found.taken}
    answer = Answer(TITLE, sentences(subject), LIMITS, tables, PICTURES if found.years else (), subject, further)
    return write_answer(results, built_world, config, answer)


def parties(found: Opening, named: dict[str, str]) -> dict[tuple[str, str], str]:
    """Choose the parties that are drawn: the region, the partner, the place that it moves most, and accounts.

    Parameters
    ----------
    found : Opening
        With all parties.
    named : dict of str to str
        Subjects in words.
    """
    if not found.years:
        return {}
    told = named[PARTNER]
    chosen = {(TRADE, TOTAL): "trade of the region", (TRADE, PARTNER): f"trade with {told}"}
    places = found.parties[found.parties["where"] == AT_PLACE]
    place = places.groupby("subject", sort=False)["difference"].mean().abs().idxmax()
    chosen[AT_PLACE, place] = f"trade registered in {named[place]}"
    chosen |= {(OUTCOME, name): text for name, text in ACCOUNTS_SHOWN.items()}
    chosen |= {(BY_MARKET, pair(name, PARTNER)): text.format(told) for name, text in AT_PARTNER.items()}
    known = set(zip(found.parties["where"], found.parties["subject"], strict=True))
    return {key: text for key, text in chosen.items() if key in known}


def sentences(subject: Opened) -> tuple[str, ...]:
    """Answer in three sentences: what passes and what of it is new, to whom, and what shocks take.

    Parameters
    ----------
    subject : Opened
        What was found.
    """
    gate, told, found = subject.name(GATE), subject.name(PARTNER), subject.found
    if not found.years:
        return (
            f"In the months of this study the winter opening of {gate} is in force in no whole calendar year: nothing "
            "can be said of it (set end to the end of a later year).",
        )
    kind = next(iter(subject.looks))
    parts = found.parts[found.parts["shocks"] == kind].set_index("subject")
    rows = found.parties[found.parties["shocks"] == kind].set_index(["where", "subject"])
    shut = found.by_month.loc[found.by_month["shut"], "month"].nunique()
    first = (
        f"Open in the {words.counted(shut, 'month')} in which it used to be shut, {gate} passes "
        f"{effect(parts.loc[IN_SHUT_MONTHS], words.money)} a year in them (mean of {subject.years}); {_moved(parts)}."
    )
    second = (
        f"What came off other ways, or goes on beyond {told}: {effect(parts.loc[OTHER_WAYS], words.money)}; trade with "
        f"{told} by all ways together: {effect(rows.loc[TRADE, PARTNER], words.money)}; trade of the region: "
        f"{effect(rows.loc[TRADE, TOTAL], words.money)}."
    )
    third = f"{finding_to_whom(subject)} {_shocks(found.taken)}"
    return first, second, third


def _moved(parts: pd.DataFrame) -> str:
    """Say what of it only moved in time."""
    row = parts.loc[MOVED]
    if row["verdict"] == UNCLEAR:
        return f"how much of it only moved from other months: {effect(row, words.money)}"
    if row["difference"] > 0:
        return f"of it {effect(row, words.money, more='only moved from other months')}"
    return f"none of it only moved in time, since the other months pass {effect(turned(row), words.money)}"


def _shocks(taken: pd.DataFrame) -> str:
    """Say how much less the opening is worth with shocks than without them."""
    row = taken.set_index("subject").loc[IN_SHUT_MONTHS]
    return (
        f"What passes in winter, with attacks, slides and sit-ins and not without: {effect(row, words.money)} a year."
    )
