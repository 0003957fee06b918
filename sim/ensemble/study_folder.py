"""The folder of a signature: what the study is made of, its tidy table, and places for its tables and figures.

config.yaml        the settings
series.csv         column of the batches to outcome, subject, commodity, direction, unit
draws.csv          parameters of each draw, and the levels that it gives to measures
outcomes.parquet   all runs as rows, for studies of up to `TIDY_RUNS` runs
manifest.json      written last: batches with their SHA-256, seed, versions, commit, digests, speed
tables/ figures/   filled by the report
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.ensemble.compute.progress import Reporter
from sim.ensemble.plan.design import Design
from sim.ensemble.stopping import Look, as_manifest
from sim.ensemble.study import Piece, Study
from sim.errors import InputError
from sim.results.manifest import MANIFEST, read_manifest
from sim.results.results import Results
from sim.stops import why_stopped
from sim.store.batch import Failure, stored_failures
from sim.store.digest import FORMAT
from sim.store.files import plain_faults, sha256, write_text
from sim.store.provenance import commit, version, versions
from sim.store.sealed import sealed
from sim.store.store import batch_path
from sim.store.tidy import write_tidy
from sim.terminal import setting

TIDY_RUNS = 2_000
"""Most runs, of all regimes together, that are written as tidy rows."""

TIDY = "outcomes.parquet"


class Effort(NamedTuple):
    """Runs that were computed, and their firm-weeks; batches that were stored before do not count."""

    runs: int = 0
    firm_weeks: float = 0.0
    timed: float = 0.0  # firm-weeks after the first answer, with which start and compilation end
    seconds: float = 0.0  # that these took

    def plus(self, other: Effort) -> Effort:
        """Add another effort."""
        return Effort(*(mine + its for mine, its in zip(self, other, strict=True)))


class Work(NamedTuple):
    """A study whose runs are all stored."""

    design: Design  # with the replications that were made
    pieces: Sequence[Piece]
    effort: Effort
    seconds: float
    look: Look | None  # the last, if there is a rule to stop


def is_finished(study: Study, work: Work) -> bool:
    """Tell whether the study's folder is complete and belongs to these batches.

    Parameters
    ----------
    study
        All inputs.
    work
        Its batches, all stored.

    Returns
    -------
    bool
        False also if a file of the folder was changed.
    """
    folder = study.folder / study.signature
    try:
        manifest = read_manifest(folder)
    except InputError:
        return False
    batches = [(each["digest"], each["sha256"]) for each in manifest["batches"]]
    same = batches == [(piece.digest, piece.entry.sha256) for piece in work.pieces]
    return same and all(sha256(folder / name) == checksum for name, checksum in manifest["files"].items())


def finish(study: Study, work: Work, reporter: Reporter) -> None:
    """Write the study's folder.

    Parameters
    ----------
    study
        All inputs.
    work
        Its batches, all stored, and what was computed just now.
    reporter
        Is told of runs that failed.

    Raises
    ------
    InputError
        If the disk is full or cannot be written.
    """
    folder = study.folder / study.signature
    with plain_faults(folder):
        for name in ("tables", "figures"):
            (folder / name).mkdir(parents=True, exist_ok=True)
    files: dict[str, str | None] = {
        "config.yaml": write_text(folder / "config.yaml", study.settings),
        "series.csv": write_text(folder / "series.csv", study.observation.series.to_csv(index=False)),
        "draws.csv": write_text(folder / "draws.csv", _draws(work.design).to_csv()),
    }
    manifest = {**_manifest(study, work), "files": files}
    results = Results(folder, manifest)
    if work.design.size * len(study.scenarios) <= TIDY_RUNS:
        write_tidy(folder / TIDY, results.tidy_tables())
        files[TIDY] = sha256(folder / TIDY)
    manifest |= {"quantile_error": results.quantile_error}
    write_text(folder / MANIFEST, sealed(manifest))
    if results.quantile_error:
        reporter.say(f"Quantiles of so many runs are within {100 * results.quantile_error:g} % of their value.")
    _tell_failures(study, manifest["failures"], reporter)


def _manifest(study: Study, work: Work) -> dict:
    """All that is told of a study but its files."""
    batches = [_batch(study, piece) for piece in work.pieces]
    design, effort = work.design, work.effort
    failed = dict.fromkeys(failure for batch in batches for failure in batch["failures"] if _wanted(design, failure))
    return {
        "format": FORMAT,
        "version": version(),
        "signature": study.signature,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "regimes": list(study.scenarios),
        "against": study.against,
        "months": list(study.months),
        "resolution": study.resolution,
        "seed": study.seed,
        "design": {
            "first_draw": design.first_draw,
            "draws": len(design.draws),
            "runs": design.runs,
            "paired": design.paired,
        },
        "digests": {**study.digests, "regimes": study.keys},
        "versions": versions(),
        "commit": commit(),
        "computed": {
            "runs": effort.runs,
            "firm_weeks": effort.firm_weeks,
            "seconds": round(work.seconds, 3),
            "firm_weeks_per_second": round(effort.firm_weeks / work.seconds) if effort.runs else None,
        },
        "until": as_manifest(work.look, study.until),
        "failures": list(failed),
        "batches": batches,
    }


def _batch(study: Study, piece: Piece) -> dict:
    """One line of the manifest; `draws` and `runs` are the first and the one after the last."""
    block = piece.block
    return {
        "regime": piece.regime,
        "draws": [block.draws.start, block.draws.stop],
        "runs": [block.runs.start, block.runs.stop],
        "places": [block.places.start, block.places.stop],
        "family": piece.family,
        "digest": piece.digest,
        "sha256": piece.entry.sha256,
        "failures": stored_failures(batch_path(study.folder, piece.digest)),
    }


def _wanted(design: Design, failure: Failure) -> bool:
    """Tell whether a run is the study's own; a stored batch may hold more."""
    return failure.run < design.runs


def _draws(design: Design) -> pd.DataFrame:
    """Parameters and levels of each draw."""
    numbers = pd.Index(design.draw_numbers, name="draw")
    return pd.DataFrame(design.draws, index=numbers, columns=list(design.columns))


def _tell_failures(study: Study, failures: Sequence[Failure], reporter: Reporter) -> None:
    """Say how many runs failed, why the first did, and how to do it again."""
    if failures:
        first, folder = failures[0], study.folder / study.signature
        columns = study.observation.series["column"].tolist()
        why = why_stopped(np.array(first[3:]), study.first_monday, study.world, study.labels, columns)
        reporter.say(
            f"{len(failures)} runs failed and are left out; manifest.json lists them. In the first {why}. To do it "
            f"again: reroute replay {setting('replay.store', folder)} "
            f"{setting('replay.run', f'{first.regime}/{first.draw}/{first.run}')}"
        )
