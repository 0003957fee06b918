"""What a report follows from, as one digest: while it stays the same, nothing is drawn again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from sim.paths import PACKAGE, data
from sim.store.digest import digest
from sim.world.tables.read import Tables

LIBRARIES = ("matplotlib", "pillow", "numpy", "pandas", "scipy", "jinja2", "cmcrameri")
RESULTS = ("signature", "months", "design", "failures", "batches")
"""Entries of a manifest that say which runs there are."""


class Stored(Protocol):
    """A stored study: its signature, and what its manifest tells."""

    signature: str
    manifest: Mapping[str, Any]


def of_report(
    results: Stored, world: Tables, regimes: Sequence[str], told: Mapping[str, object], figures: Sequence[str]
) -> str:
    """Digest of all that a report follows from.

    Parameters
    ----------
    results : Results
        Stored study.
    world : Tables
        Names, places, observations and sources.
    regimes : sequence of str
        What each regime says.
    told : mapping
        From `facts.collect`.
    figures : sequence of str
        Names.
    """
    runs = json.dumps({name: results.manifest.get(name) for name in RESULTS}, default=str)
    tables = [(name, frame.to_csv()) for name, frame in vars(world).items() if isinstance(frame, pd.DataFrame)]
    versions = [(name, metadata.version(name)) for name in LIBRARIES]
    facts = json.dumps(told, default=str, sort_keys=True)
    return digest(results.signature, runs, tables, list(regimes), facts, list(figures), versions, code())


def code(package: Path = PACKAGE) -> str:
    """Digest of the package's sources and of the outlines that the map is drawn from.

    Parameters
    ----------
    package : Path
        Its folder.
    """
    files = [path for path in package.rglob("*") if path.suffix in (".py", ".jinja")]
    files += [path for path in data("land").iterdir() if path.is_file()]
    return digest([(path.relative_to(package).as_posix(), path.read_bytes()) for path in sorted(files)])
