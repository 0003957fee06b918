"""The answer of the study of patterns: which are shown, and every claim with what was simulated and observed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sim.analysis import reading
from sim.analysis.claims import known_of
from sim.analysis.patterns.fitted import mark_fitted, unfitted_held
from sim.analysis.patterns.verdicts import claims_held, patterns_shown, verdicts_of
from sim.calibration.published import figures_of, read_target_rows
from sim.config import Config
from sim.intervals import LEAST_RUNS
from sim.paths import shipped
from sim.policy.language.measures import Regime
from sim.report import words
from sim.report.figures import picture
from sim.report.figures.patterns import PICTURE, Judged, caption, finding
from sim.report.findings import brackets, too_few
from sim.report.page import facts, signature, swap
from sim.report.page.answer import escape
from sim.report.page.csv import table_files
from sim.report.page.writing import StoredResults, WorldWithTables
from sim.terminal import tell

RANGE = " (5-95 %)"
COLUMNS = f"simulated{RANGE} | observed | rule | runs within"
HEAD, RULER = f" claim | {COLUMNS} | fitted | source |", "---|---|---|---|---|---|---|"
HEAD_BEFORE, RULER_BEFORE = f" claim | {COLUMNS} | source |", "---|---|---|---|---|---|"
REVISED = (
    "The rules were revised once, before any run with a corrected world. Patterns without a change are in both tables. "
    "Reasons: `docs/decisions/patterns.md`."
)
LEVELS = "Medians of runs beside published levels. Not claims: most patterns ask for growth, shares and order."
LEVEL_HEAD = f"| level | unit | simulated{RANGE} | published | simulated over published | asked for | source |"


def write_patterns(
    results: StoredResults, built_world: WorldWithTables, regimes: Sequence[Regime], config: Config
) -> Path:
    """Write the tables, `figures/patterns.png` and `answer.md` into the folder of a study.

    Takes and returns what every report does (`sim.report.studies.Report`). The stored study is of the regimes that
    the patterns need.

    Raises
    ------
    InputError
        If the study lacks a regime, months or a series that a pattern needs, or a file cannot be written.
    """
    world = built_world.tables
    told = facts.collect(results.manifest, tuple(results.months), world, config)
    path = results.folder / "answer.md"
    key = signature.of_report(results, world, [*map(repr, regimes)], told, [PICTURE.name])
    if swap.is_drawn(results.folder, key):
        return path
    tell("drawing the patterns ...")
    runs = reading.number_of_runs(results)
    found = verdicts_of(results, known_of(world))
    claims = mark_fitted(found.claims, _figures_of_targets(config.world))
    tables = (with_ranges(each, runs) for each in (claims, found.before, found.levels))
    judged = Judged(*tables, str(told["held"]), runs, bool(told["fitted_to"]), tuple(told["basis"]))
    source = picture.source_line(world.folder.name, runs, told["draws"], told["short_signature"])
    drawn = picture.draw_all([PICTURE], judged, source, config.figures)
    files = table_files(picture.tables([PICTURE], judged)) | picture.files(drawn)
    files[path.name] = findings(judged, f"{runs} runs a regime{told['draws']}", told["short_signature"]).encode()
    swap.replace_files(results.folder, swap.stamped(files, key), swap.OUTDATED)
    return path


def _figures_of_targets(world: str) -> frozenset[str]:
    """List the observations that targets of a shipped world rest on; none of a world without targets."""
    path = shipped("conf") / "calibration" / world / "targets.csv"
    return figures_of(read_target_rows(path)) if path.is_file() else frozenset()


def findings(judged: Judged, runs: str, signature: str) -> str:
    """Tell which patterns are shown, as Markdown with a table of all claims.

    Parameters
    ----------
    judged : Judged
        All claims.
    runs : str
        How many of each regime, in words.
    signature : str
        Of the study, shortened.

    Returns
    -------
    str
        Markdown.
    """
    verdicts = judged.claims.drop_duplicates("pattern")
    lines = [f"# Patterns\n\n{finding(judged)} {claims_in_words(judged.claims)}\n", f"{_before(judged)}\n"]
    lines += [f"{tests_in_words(judged.claims)}\n", *(f"{escape(each)}\n" for each in judged.basis)]
    for verdict in ("shown", "not shown"):
        mine = verdicts[verdicts["verdict"] == verdict]
        told = "; ".join(f"{row.pattern} {row.title}" for row in mine.itertuples())
        lines.append(f"{verdict.capitalize()}: {escape(told) or 'none'}.\n")
    lines.append(f"{caption(judged)} {runs}.\n\n![The patterns](figures/patterns.png)\n")
    lines += ["| |" + HEAD, "|---|" + RULER]
    lines += [
        f"| {row['pattern']} {_claim_row(row, ', **fails**', _fitted(row))}" for _, row in judged.claims.iterrows()
    ]
    lines += [f"\n## Levels\n\n{LEVELS}\n", LEVEL_HEAD, "|---|---|---|---|---|---|---|"]
    lines += [_level_row(row) for _, row in judged.levels.iterrows()]
    lines += ["\n## By the rules before their revision\n", f"{REVISED}\n", "| rules | |" + HEAD_BEFORE]
    lines.append("|---|---|" + RULER_BEFORE)
    lines += [f"| before | {row['pattern']} {_claim_row(row, ', fails')}" for _, row in judged.before.iterrows()]
    design = "posterior" if judged.calibrated else "stated"
    again = f"reroute experiment=patterns design={design} design.runs={judged.runs}"
    text = "\n".join([*lines, f"\n## Do it again\n\n    {again}\n\nSignature {signature}.\n"])
    return text.replace(f"simulated{RANGE}", "simulated") if too_few(judged.runs) else text


def with_ranges(rows: pd.DataFrame, runs: int) -> pd.DataFrame:
    """Keep the ranges over runs, unless there are too few.

    Parameters
    ----------
    rows : DataFrame
        With `q05, q95`.
    runs : int
        Of each regime.

    Returns
    -------
    DataFrame
    """
    return rows if runs >= LEAST_RUNS else rows.assign(q05=np.nan, q95=np.nan)


def _simulated(row: pd.Series) -> str:
    found = f"{words.number(row['q05'])} to {words.number(row['q95'])}" if np.isfinite(row["q05"]) else ""
    return f"{words.number(row['median'])}{brackets(found)}"


def claims_in_words(claims: pd.DataFrame) -> str:
    """Count the claims that hold, and those of them that say little.

    Parameters
    ----------
    claims : DataFrame
        As of `sim.analysis.patterns.judge`.

    Examples
    --------
    >>> claims_in_words(pd.DataFrame({"holds": ["yes", "yes", "no"], "weak": ["yes", "no", "no"]}))
    '2 of 3 claims hold, 1 of them weak: it follows from what was put in.'
    """
    held = claims["holds"] == "yes"
    weak = int((held & (claims["weak"] == "yes")).sum())
    follows = "it follows" if weak == 1 else "they follow"
    return f"{claims_held(claims)} of {len(claims)} claims hold, {weak} of them weak: {follows} from what was put in."


def tests_in_words(claims: pd.DataFrame) -> str:
    """Count the claims that nothing was fitted to, and those of them that hold.

    Parameters
    ----------
    claims : DataFrame
        As of `mark_fitted`.

    Examples
    --------
    >>> print(tests_in_words(pd.DataFrame({"holds": ["yes", "no"], "weak": ["yes", "no"], "fitted": ["no", "no"]})))
    2 claims are tests, as nothing was fitted to them: 1 of them holds (50 %); of those that are not weak 0 of 1.
    """
    every, strict = (unfitted_held(claims, weak=weak) for weak in (True, False))
    hold = "holds" if every.held == 1 else "hold"
    return (
        f"{words.counted(every.of, 'claim')} are tests, as nothing was fitted to them: {every.held} of them {hold} "
        f"({words.percent(every.share)}); of those that are not weak {strict.held} of {strict.of}."
    )


def _fitted(row: pd.Series) -> str:
    """Say in a cell whether a claim is fitted, and why."""
    return f" {escape(row['set_on'])} |" if row["fitted"] == "yes" else " no |"


def _before(judged: Judged) -> str:
    before = judged.before
    return (
        f"By the rules before their revision {patterns_shown(before)} of {before['pattern'].nunique()} patterns are "
        f"shown and {claims_held(before)} of {len(before)} claims hold: see below."
    )


def _claim_row(row: pd.Series, fails: str, fitted: str = "") -> str:
    simulated = _simulated(row)
    within = words.percent(row["share_of_runs"]) + ("" if row["holds"] == "yes" else fails)
    source = escape(row["source"]) or words.NONE
    claim = escape(row["claim"]) + (" (weak)" if row["weak"] == "yes" else "")
    return f"| {claim} | {simulated} | {words.number(row['observed'])} | {row['rule']} | {within} |{fitted} {source} |"


def _level_row(row: pd.Series) -> str:
    simulated = _simulated(row)
    asked = ""
    if row["within"]:
        bounds = [words.number(row[name]) if np.isfinite(row[name]) else "" for name in ("low", "high")]
        least, most = bounds
        asked = f"{least} to {most}" if least and most else f"at least {least}" if least else f"at most {most}"
        asked += "" if row["within"] == "yes" else ", missed"
    source = escape(row["source"]) or words.NONE
    return (
        f"| {escape(row['level'])} | {row['unit']} | {simulated} | {words.number(row['observed'])} "
        f"| {words.number(row['ratio'])} | {asked} | {source} |"
    )
