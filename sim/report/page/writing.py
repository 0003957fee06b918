"""Write the report of a study into its folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from sim.analysis import reading
from sim.analysis.study import Comparison, compare, summary
from sim.config import Config
from sim.policy.language.measures import Regime
from sim.report import drawing, style, subjects
from sim.report.page import answer, facts, page
from sim.report.page.csv import write_tables
from sim.world.tables.read import Tables


class StoredResults(reading.Results, Protocol):
    """What is needed of a stored study."""

    folder: Path
    against: str
    signature: str
    manifest: Mapping[str, Any]


class WorldWithTables(Protocol):
    """A built world that keeps the tables it was built from."""

    tables: Tables


def write_report(
    results: StoredResults, built_world: WorldWithTables, regimes: Sequence[Regime], config: Config
) -> Path:
    """Write `tables/*.csv`, `figures/*.png`, `answer.md` and `page.html` into the folder of a study.

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

    Returns
    -------
    Path
        Of `page.html`.
    """
    world = built_world.tables
    names = subjects.names(world)
    by_name = {regime.name: regime for regime in regimes}
    ordered = [by_name[name] for name in results.regimes]
    senders = subjects.senders(ordered, world)
    study = compare(results, results.against, world.markets["market"].tolist(), world.observed, senders)
    looks = style.looks(results.regimes, results.against, {name: each.purpose for name, each in by_name.items()})
    told = facts.collect(results.manifest, tuple(results.months), world, config)
    source = f"Source: reroute, world {world.folder.name}, {study.runs} runs a regime{told['draws']}"
    footer = f"{source} \u00b7 signature {told['short_signature']}"
    _clear(results.folder)
    write_tables(_tables(study), results.folder / "tables")
    pictures = []
    for picture in drawing.pictures(study, world, looks):
        pictures.append((picture, drawing.save(picture, results.folder / "figures", footer)))
    stems = [picture.name for picture, _ in pictures]
    (results.folder / "answer.md").write_text(answer.markdown(study, names, told, stems), encoding="utf-8")
    path = results.folder / "page.html"
    path.write_text(page.render(study, pictures, ordered, looks, names, told), encoding="utf-8")
    return path


def _clear(folder: Path) -> None:
    """Delete tables and figures of an earlier report."""
    for old in (*folder.glob("tables/*.csv"), *folder.glob("figures/*.png")):
        old.unlink()


def _tables(study: Comparison) -> dict[str, pd.DataFrame]:
    """File stem to table."""
    return {
        "summary": summary(study),
        "totals_by_year": study.totals_by_year,
        "difference_by_market": study.markets,
        "difference_by_market_and_year": study.markets_by_year,
        "difference_by_crossing": study.crossings,
        "cut_and_leakage": study.cut,
        "who_gains": study.gains,
        "mirror_gaps": study.mirror_gaps,
        "trade_by_market": study.trade,
        "observed_trade": study.observed,
        "crossings": study.gates,
        "crossings_calendar": study.calendar,
        "crossings_full_and_closed": study.pressure,
        "partners": study.partners,
        "declared_origins": study.origins,
        "declared_origins_by_quarter": study.origins_by_quarter,
    }
