"""Write the report of a study into its folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd

from sim.analysis import reading
from sim.analysis.compared import Comparison, summary
from sim.config import Config
from sim.errors import InputError
from sim.labels import Labels
from sim.policy.language.measures import Regime
from sim.report.figures import FIGURES, picture
from sim.report.figures.picture import Picture
from sim.report.page import answer, facts, lost, page, signature, swap
from sim.report.page.csv import table_files
from sim.report.shown import Shown, shown
from sim.results.labels import words_for
from sim.state import World
from sim.terminal import tell
from sim.world.tables.read import Tables


class StoredResults(reading.StoredSeries, Protocol):
    """What is needed of a stored study."""

    folder: Path
    against: str
    signature: str
    manifest: Mapping[str, Any]
    failures: pd.DataFrame
    draws: pd.DataFrame
    runs: pd.DataFrame


class WorldWithTables(Protocol):
    """A built world: the tables it was built from, and what names that which stopped a run."""

    tables: Tables
    arrays: World
    labels: Labels
    week_starts: np.ndarray


TABLES: dict[str, Callable[[Comparison], pd.DataFrame]] = {
    "summary": summary,
    "totals_by_year": lambda study: study.totals_by_year,
    "cut_and_diverted": lambda study: study.cut,
}
"""File stem to table, of what belongs to no figure."""


def write_report(
    results: StoredResults,
    built_world: WorldWithTables,
    regimes: Sequence[Regime],
    config: Config,
    figures: Sequence[Picture[Shown]] = FIGURES,
) -> Path:
    """Write `tables/*.csv`, `figures/*`, `answer.md` and `page.html` into the folder of a study.

    Where they lie there already, drawn from the same results by the same code, nothing is drawn.

    Parameters
    ----------
    results : Results
        Stored study; `results.against` is the regime that others are compared with.
    built_world : World
        With the tables it was built from as `tables`: names, places, observations, sources.
    regimes : sequence of Regime
        In any order; one for each of `results.regimes`.
    config : Config
        All settings, for the command that reproduces the study.
    figures : sequence of Picture
        In the order of the page.

    Returns
    -------
    Path
        Of `page.html`.

    Raises
    ------
    InputError
        If a file cannot be written, or no run ended well; the earlier report then stays whole.
    """
    world = built_world.tables
    by_name = {regime.name: regime for regime in regimes}
    ordered = [by_name[name] for name in results.regimes]
    told = facts.collect(results.manifest, tuple(results.months), world, config)
    told["lost"] = lost.sentences(results, built_world)
    page_path = results.folder / "page.html"
    said = [f"{each.title} {each!r}" for each in ordered]
    key = signature.of_report(results, world, said, told, [figure.name for figure in figures])
    if swap.is_drawn(results.folder, key):
        return page_path
    tell("drawing the page ...")
    if not reading.number_of_runs(results):
        raise InputError(" ".join(["No run is left, so there is no page.", *told["lost"]]))
    study = shown(results, results.against, world, ordered, config, str(told["held"]), str(told["observed"]))
    source = picture.source_line(world.folder.name, study.runs, told["draws"], told["short_signature"])
    drawn = picture.draw_all(figures, study, source, config.figures)
    tables = {name: make(study) for name, make in TABLES.items()} | picture.tables(figures, study)
    files = table_files(tables, words_for(study.titles, world))
    files |= picture.files(drawn)
    names = [each.name for each in drawn]
    told["absent"] = [each.absent for each in figures if each.name not in names and each.absent]
    files["answer.md"] = answer.markdown(study, told, names).encode()
    files[page_path.name] = page.render(study, drawn, ordered, told).encode()
    swap.replace_files(results.folder, swap.stamped(files, key), swap.OUTDATED)
    return page_path
