"""The answer of the study `who_decides_how`: whether conclusions hold whatever rule firms choose by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from sim.analysis.by_run import ALARMS, HEADLINES, headlines
from sim.analysis.claims import known_of, row_of
from sim.analysis.comparison import TOO_FEW, paired_difference, share_summary
from sim.analysis.patterns import borders
from sim.analysis.patterns.worlds import HAPPENED
from sim.config import Config, load
from sim.config.schema import RULES
from sim.ensemble import Results, executor_of, run_study, study_of
from sim.ensemble.fitted import posterior_of
from sim.policy.language.measures import Regime
from sim.report import words
from sim.report.figures import by_rule
from sim.report.figures.by_rule import ByRule, in_words, ranged
from sim.report.page.writing import WorldWithTables
from sim.report.policy.telling import listed
from sim.report.policy.writing import Answer, write_answer
from sim.report.shown import Shown, shown
from sim.terminal import tell
from sim.world.build import BuiltWorld
from sim.world.open import world_of

TESTS = {
    "share of decided consignments that is denied, to September 2024": "share of decided consignments that is denied",
    "share of stops that name another origin than published, July to December 2023": "stops of another origin than "
    "published",
}
"""Claims of the patterns that are told beside, with a short name."""

FIRST_OF_TESTS, LAST_OF_TESTS = "2022-06", "2024-12"
HEADLINE, TEST = "headline", "test"

LIMITS = (
    "Three rules are not all there are: what holds under them may not hold under a fourth.",
    "Each rule has a fit of its own, so rules differ in what published figures leave open as well as in how firms "
    "choose; a rule without a fit is drawn from whole ranges, and its bands are then too wide to speak against the "
    "others.",
    "Tests are figures of the customs that fits have seen in part.",
)


def write_who_decides_how(results: Results, built_world: BuiltWorld, regimes: Sequence[Regime], config: Config) -> Path:
    """Run the study under the other rules of choice, and write answer, table and figure into its folder.

    Takes and returns what every report does (`sim.report.studies.Report`). The stored study is under the rule of
    `config`.

    Raises
    ------
    InputError
        If the posterior of a rule is spoilt or of another version, or a file cannot be written.
    """
    rows, further, first = [], [], None
    for rule, mine in settings(config):
        found, world = results, built_world
        if rule != config.behaviour.rule:
            tell(f"under the rule {rule} ...")
            world = world_of(mine)  # a world holds its rule
            found = run_study(study_of(mine, world), executor_of(mine))
            found.check_runs()
            further.append(found.signature)
        study = shown(found, found.against, world.tables, regimes, mine)
        first = first or study
        calibrated = posterior_of(mine, world.tables) is not None
        rows += [{"rule": rule, "calibrated": calibrated} | row for row in rows_of(study, world)]
    subject = ByRule(pd.DataFrame(rows), first.titles[first.main], first.titles[first.against], first.windows)
    answer = Answer(
        title="Do conclusions hold whatever rule firms choose by?",
        sentences=sentences(subject),
        limits=LIMITS,
        tables={},
        pictures=(by_rule.PICTURE,),
        subject=subject,
        further=tuple(further),
        titles=first.titles,
    )
    return write_answer(results, built_world, config, answer)


def settings(config: Config) -> Iterator[tuple[str, Config]]:
    """List the rules, that of the study first, each with all settings and its own posterior, if it has one."""
    own = config.behaviour.rule
    yield own, config
    for rule in (each for each in RULES if each != own):
        design = replace(config.design, posterior=None)
        yield rule, replace(config, behaviour=load([f"behaviour={rule}"]).behaviour, design=design)


def rows_of(study: Shown, world: WorldWithTables) -> list[dict[str, object]]:
    """Read headlines and tests of one rule.

    Parameters
    ----------
    study : Shown
        Of its runs.
    world : World
        With its tables.

    Returns
    -------
    list of dict
        As of `ByRule`, without the rule. Quantities that no run defines are left out.
    """
    nothing, rows = dict.fromkeys(("observed", "low", "high"), np.nan), []
    if study.main != study.against and study.main not in study.idle:
        found = headlines(study, study.main)
        for name in HEADLINES:
            values = found[name].to_numpy()[np.isfinite(found[name])]
            if len(values):
                judged = paired_difference(values[:, None], np.zeros((len(values), 1)), [name])["verdict"].iloc[0]
                told = {key: value for key, value in share_summary(values).items() if key != "mean"}
                rows.append({"quantity": name, "kind": HEADLINE, "verdict": judged} | told | nothing)
    months = study.dates.months
    if HAPPENED in study.regimes and FIRST_OF_TESTS in months and LAST_OF_TESTS in months:
        known = known_of(world.tables)
        for claim in borders.stopped(study.results, known):
            if claim.what in TESTS:
                row = row_of(claim, known)
                kept = {name: row[name] for name in ("q05", "median", "q95", "observed", "low", "high")}
                judged = "within" if claim.holds else "beyond"
                named = {"quantity": TESTS[claim.what], "kind": TEST, "verdict": judged, "runs": study.runs}
                rows.append(named | kept)
    return rows


def sentences(subject: ByRule) -> tuple[str, ...]:
    """Say whether all rules come to the same conclusions, what each finds, and whether tests tell rules apart.

    Parameters
    ----------
    subject : ByRule
    """
    rows = subject.rows
    if rows.empty:
        return (
            "In the months of this study no measure is in force for long enough to compare rules of choice.",
            "Whether conclusions hold is therefore not told.",
            "Figures of the customs that could tell rules apart are not of the months of this study.",
        )
    heads = rows[rows["kind"] == HEADLINE]
    tested = " ".join([_tested(rows[rows["kind"] == TEST]), *_open(rows)])
    return (_same(heads), _found(heads), tested)


def _found(heads: pd.DataFrame) -> str:
    said = []
    for name, rows in heads.groupby("quantity", sort=False):
        each = ", ".join(f"{row['rule']} {ranged(row)}" for _, row in rows.iterrows())
        said.append(f"{in_words(str(name))}: {each}")
    return f"By rule of choice, median and 9 in 10 runs: {'; '.join(said)}."


def _same(heads: pd.DataFrame) -> str:
    if (heads["verdict"] == TOO_FEW).any():
        return "Whether rules come to the same conclusions is not told of so few runs."
    same, other = [], []
    for name, rows in heads.groupby("quantity", sort=False):
        verdicts = dict(zip(rows["rule"], rows["verdict"], strict=True))
        if len(set(verdicts.values())) == 1:
            same.append(f"the {in_words(str(name))} ({rows['verdict'].iloc[0]}{_zero(str(name), rows)})")
        else:
            each = ", ".join(f"{rule}: {verdict}" for rule, verdict in verdicts.items())
            other.append(f"the {in_words(str(name))} ({each})")
    held = f"Against a world without the measures all rules of choice say the same of {listed(same)}" if same else ""
    not_held = f"rules part on {listed(other)}" if other else ""
    said = "; ".join(filter(None, [held, not_held])) or "no conclusion can be held against another"
    return f"{said[0].upper()}{said[1:]}."


def _zero(name: str, rows: pd.DataFrame) -> str:
    """Say how large a difference there could have been where none is clear under any rule."""
    if rows["verdict"].iloc[0] != "no clear difference":
        return ""
    reach = float(np.nanmax(np.abs(rows[["q05", "q95"]].to_numpy())))
    told = words.money(reach) if name == ALARMS else words.percent(reach)
    return f"; up to {told} in either direction in 9 of 10 runs of some rule"


def _tested(tests: pd.DataFrame) -> str:
    if tests.empty:
        return "Figures of the customs that could tell rules apart are not of the months of this study."
    said = []
    for name, rows in tests.groupby("quantity", sort=False):
        each = ", ".join(f"{row['rule']} {ranged(row)}, {row['verdict']}" for _, row in rows.iterrows())
        said.append(f"{name}: published {words.percent(rows['observed'].iloc[0])}, {each} what its rule allows")
    return f"Figures of the customs as tests: {'; '.join(said)}."


def _open(rows: pd.DataFrame) -> list[str]:
    rules = list(dict.fromkeys(rows.loc[~rows["calibrated"], "rule"]))
    if not rules:
        return []
    verb = "has no posterior and is" if len(rules) == 1 else "have no posterior and are"
    return [f"NOT calibrated: {listed(rules)} {verb} drawn from whole ranges."]
