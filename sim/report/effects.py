"""The answer of the study of effects: every correction left out, one at a time, with what falls."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sim.about import own_file
from sim.analysis import reading
from sim.analysis.claims import known_of
from sim.analysis.patterns.correction_effects import SHOWN_LEVELS, effect
from sim.analysis.patterns.verdicts import Verdicts, verdicts_of
from sim.config import Config
from sim.ensemble import executor_of, run_study, study_of, world_of
from sim.ensemble.corrections import leave_out, read_corrections
from sim.policy.language.measures import Regime
from sim.report import words
from sim.report.findings import too_few
from sim.report.page import facts, swap
from sim.report.page.answer import escape
from sim.report.page.csv import table_files
from sim.report.page.writing import StoredResults, WorldWithTables
from sim.terminal import tell

WHOLE = "nothing"


def write_effects(
    results: StoredResults, built_world: WorldWithTables, regimes: Sequence[Regime], config: Config
) -> Path:
    """Run the study without each correction, and write `tables/effects.csv` and `answer.md` into its folder.

    Takes and returns what every report does (`sim.report.studies.Report`). The stored study is with all corrections.

    Raises
    ------
    InputError
        If a correction cannot be left out; nothing was run without one then. Or if a file cannot be written.
    """
    corrections = read_corrections(own_file(built_world.tables.folder, "corrections.yaml"))
    whole = verdicts_of(results, known_of(built_world.tables))
    rows = [effect(WHOLE, "", whole, whole)]
    with tempfile.TemporaryDirectory() as folder:
        settings = [leave_out(each, config, Path(folder) / each.name) for each in corrections]
        for each, mine in zip(corrections, settings, strict=True):
            tell(f"without {each.name} ...")
            rows.append(effect(each.name, each.what, whole, whole if mine == config else _verdicts(mine)))
    table = pd.DataFrame(rows)
    files = table_files({"effects": table})
    told = facts.collect(results.manifest, tuple(results.months), built_world.tables, config)
    again = f"    {told['command']}\n\nSignature {told['short_signature']}.\n"
    files["answer.md"] = findings(table, whole, reading.number_of_runs(results), again).encode()
    swap.replace_files(results.folder, files, swap.OUTDATED)
    return results.folder / "answer.md"


def _verdicts(config: Config) -> Verdicts:
    world = world_of(config)
    return verdicts_of(run_study(study_of(config, world), executor_of(config)), known_of(world.tables))


def findings(table: pd.DataFrame, whole: Verdicts, runs: int, again: str) -> str:
    """Tell what each correction does, as Markdown with two tables.

    Parameters
    ----------
    table : DataFrame
        Rows of `effect`, the first of them with nothing left out.
    whole : Verdicts
        With all corrections.
    runs : int
        Of each regime.
    again : str
        Command that does the study again, and its signature.

    Returns
    -------
    str
        Markdown.
    """
    first = table.iloc[0]
    lines = [
        "# What each correction does\n",
        f"With all corrections {first['patterns']} of {whole.claims['pattern'].nunique()} patterns are shown and "
        f"{first['claims']} of {len(whole.claims)} claims hold ({first['claims_before']} of {len(whole.before)} by the "
        f"rules before their revision). Each row leaves one correction out and keeps all others, {runs} runs a regime; "
        "a claim holds where nine runs in ten lie within its bounds. Corrections overlap, so the rows do not add up. "
        "How each is left out stands in `conf/corrections.yaml`; what the claims are, in the answer of "
        f"`experiment=patterns`. {too_few(runs)}".rstrip()
        + "\n",
        "| left out | patterns | claims | by the rules before | falls without it | holds only without it |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_verdict_row(row) for _, row in table.iterrows()]
    published = whole.levels.set_index("level")["observed"]
    lines += [
        "\n## Levels\n",
        "Medians of runs; bn yuan, exports to the United States of 2023 over 2019, shares of the value stopped to July "
        "2023.\n",
        f"| left out | {' | '.join(SHOWN_LEVELS.values())} |",
        "|---" * (len(SHOWN_LEVELS) + 1) + "|",
        _level_row("published", published[list(SHOWN_LEVELS)]),
    ]
    lines += [_level_row(row["left_out"], row[list(SHOWN_LEVELS.values())]) for _, row in table.iterrows()]
    return "\n".join([*lines, f"\n## Do it again\n\n{again}"])


def _verdict_row(row: pd.Series) -> str:
    named = _cell(row["left_out"]) + (f": {_cell(row['what'])}" if row["what"] else "")
    told = [_cell(row[name]) or words.NONE for name in ("falls", "comes")]
    return f"| {named} | {row['patterns']} | {row['claims']} | {row['claims_before']} | {told[0]} | {told[1]} |"


def _level_row(name: str, values: pd.Series) -> str:
    numbers = [words.number(float(value)) if np.isfinite(float(value)) else words.NONE for value in values]
    return f"| {_cell(name)} | {' | '.join(numbers)} |"


def _cell(text: str) -> str:
    return escape(text).replace("|", "\\|")
