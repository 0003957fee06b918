"""The manifest of a study: read, held against its seal and against itself, before anything of it is believed."""

from __future__ import annotations

import re
from pathlib import Path

from sim.errors import InputError
from sim.store.blocks import BLOCK_RUNS, Block
from sim.store.sealed import fits, unsealed
from sim.store.store import STORED, check_format

MANIFEST = "manifest.json"
DIGEST = re.compile(r"[0-9a-f]{32}")

FAILURE = (str, int, int, int, int, int, int)

SHAPE = {
    "signature": str,
    "regimes": [str],
    "against": str,
    "months": [str],
    "design": {"first_draw": int, "draws": int, "runs": int, "paired": bool},
    "digests": {"regimes": {str: str}},
    "versions": {str: str},
    "failures": [FAILURE],
    "files": {str: str},
    "batches": [{**STORED, "regime": str, "draws": [int], "runs": [int], "failures": [FAILURE]}],
}
"""What readers take from a manifest, and of which types."""


def read_manifest(folder: Path) -> dict:
    """Read the manifest of a study.

    Parameters
    ----------
    folder
        Of the study.

    Returns
    -------
    dict
        What the study is made of.

    Raises
    ------
    InputError
        If it was changed or spoilt since it was written, belongs to another folder, or another version wrote it.
    """
    path = folder / MANIFEST
    manifest = unsealed(check_format(path))
    if manifest is None:
        raise InputError(
            f"{path} was changed or spoilt since it was written, or an older version wrote it: the command that made "
            "the study writes it anew, from the runs that are stored."
        )
    fault = _fault(manifest, folder)
    if fault:
        raise InputError(f"{path} {fault}: the command that made the study writes it anew.")
    return manifest


def _fault(manifest: dict, folder: Path) -> str:
    """Say what in a manifest cannot be, if anything."""
    if not fits(manifest, SHAPE):
        return "lacks something, or holds it as another type"
    if manifest["signature"] != folder.resolve().name:
        return f"belongs to the study {manifest['signature']}, which is not the name of its folder"
    regimes, design = manifest["regimes"], manifest["design"]
    held: dict[str, int] = dict.fromkeys(regimes, 0)
    for batch in manifest["batches"]:
        if batch["regime"] not in held or not DIGEST.fullmatch(batch["digest"]) or not _are_ranges(batch, design):
            return f"names a batch {batch['digest']} that cannot be part of the study"
        held[batch["regime"]] += len(block_of(batch))
    if len(held) < len(regimes) or manifest["against"] not in held or not manifest["months"]:
        return "names no regimes and months that can be compared"
    failures = dict.fromkeys(tuple(each) for batch in manifest["batches"] for each in batch["failures"])
    if manifest["failures"] != [list(each) for each in failures if each[2] < design["runs"]]:
        return "tells of other failures than its batches"
    short = [name for name, runs in held.items() if runs < size_of(design)]
    return f"tells of runs under {short[0]} that no batch holds" if short else ""


def size_of(design: dict) -> int:
    """Give the number of runs of each regime.

    Parameters
    ----------
    design
        As the manifest tells it.
    """
    return design["runs"] if design["paired"] else design["draws"] * design["runs"]


def block_of(batch: dict) -> Block:
    """Give the runs of a batch.

    Parameters
    ----------
    batch
        As the manifest tells it; its places do not count.
    """
    return Block(range(*batch["draws"]), range(*batch["runs"]))


def _are_ranges(batch: dict, design: dict) -> bool:
    first, last = design["first_draw"], design["first_draw"] + design["draws"]
    draws, runs = batch["draws"], batch["runs"]
    if not len(draws) == len(runs) == 2 or runs[1] - runs[0] > BLOCK_RUNS:
        return False
    if design["paired"] and (draws[0] - first, draws[1] - draws[0]) != (runs[0], runs[1] - runs[0]):
        return False
    return first <= draws[0] < draws[1] <= min(last, draws[0] + BLOCK_RUNS) and 0 <= runs[0] < runs[1]
