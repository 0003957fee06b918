"""Hold all that lies in a store against its checksums; say what is spoilt and what the next command does about it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from sim.errors import InputError
from sim.results.manifest import DIGEST, MANIFEST, read_manifest
from sim.store.files import sha256
from sim.store.history import History
from sim.store.history_files import ABOUT, INDEX, saved_runs
from sim.store.sealed import UNREADABLE, read_json
from sim.store.store import batch_path, check_format, is_spoilt, stored_batches

REPORT = "report.json"
"""What a report was drawn from, and the SHA-256 of each of its files."""

WRITTEN_ANEW = "the command that made the study writes it anew from the stored runs"
DRAWN_ANEW = "the command that made the study draws it anew"
SAVED_ANEW = "the command with its history.save computes and saves the run again"
STATE = re.compile(r"\d+-\d+\.npz")


class Checked(NamedTuple):
    """A file that was looked at."""

    path: Path
    fault: str = ""  # what is wrong with it; empty where nothing is
    cure: str = ""  # what the next command does about it


def stores_in(folder: Path) -> list[Path]:
    """Find the stores that a folder holds, or is a part of.

    Parameters
    ----------
    folder
        A folder `runs`, a study in one, or a folder of results that holds some.

    Returns
    -------
    list of Path
        At least one.

    Raises
    ------
    InputError
        If there is none.
    """
    try:
        near = [each for each in (folder, folder.parent) if (each / "batches").is_dir()][:1]
        found = near or sorted(each.parent for depth in ("*", "*/*") for each in folder.glob(f"{depth}/batches"))
    except (OSError, ValueError) as error:
        raise InputError(f"verify.store={folder} cannot be looked at ({error}).") from None
    if not found:
        raise InputError(
            f"verify.store={folder} holds no stored runs: name a folder of them, such as results/compare_regimes/runs."
        )
    return found


def verify(store: Path) -> Iterator[Checked]:
    """Look at every file of a store; nothing is changed.

    Parameters
    ----------
    store
        A folder `runs`.

    Yields
    ------
    Checked
        Every file, spoilt or not.

    Raises
    ------
    InputError
        If another version of the format wrote it.
    """
    if is_spoilt(store / "store.json"):
        yield Checked(store / "store.json", "is missing or spoilt", "the next command writes it anew")
    else:
        check_format(store / "store.json")
        yield Checked(store / "store.json")
    yield from _batches(store)
    for folder in sorted(each for each in store.iterdir() if DIGEST.fullmatch(each.name)):
        yield from _study(folder)
    for folder in sorted(each for each in store.glob("histories/*") if each.is_dir()):
        yield from _history(folder)


def _batches(store: Path) -> Iterator[Checked]:
    """Look at the index, at every batch that it tells of, and for batches that it does not tell of."""
    entries, is_whole = stored_batches(store)
    index = store / "batches" / "index.csv"
    cure = "the next command fills it from the manifests, and computes again what they do not tell of"
    yield Checked(index) if is_whole else Checked(index, "is missing or spoilt", cure)
    known = {entry.digest: entry for entry in entries}
    for digest, entry in known.items():
        path = batch_path(store, digest)
        runs = f"a command that needs its {entry.stop - entry.first} runs computes them again"
        yield Checked(path, *_against(path, entry.sha256, runs))
    for path in sorted(store.glob("batches/*.parquet")):
        if path.stem not in known:
            yield Checked(path, "stands in no line of the index", "a command that needs its runs computes them again")


def _study(folder: Path) -> Iterator[Checked]:
    """Look at the folder of a study; one without a manifest is not finished, which is no fault."""
    if not (folder / MANIFEST).exists():
        return
    try:
        manifest = read_manifest(folder)
    except InputError:
        yield Checked(folder / MANIFEST, "is spoilt, or an older version wrote it", WRITTEN_ANEW)
    else:
        yield Checked(folder / MANIFEST)
        yield from _listed(folder, manifest["files"], WRITTEN_ANEW)
        for batch in manifest["batches"]:
            path = batch_path(folder.parent, batch["digest"])
            fault, _ = _against(path, batch["sha256"], "")
            if fault:
                yield Checked(folder / MANIFEST, f"tells of {path.name}, which {fault}", "its runs are computed again")
    if (folder / REPORT).exists():
        yield from _report(folder)


def _report(folder: Path) -> Iterator[Checked]:
    try:
        files = read_json(folder / REPORT)["files"]
        yield from _listed(folder, dict(files), DRAWN_ANEW)
    except (*UNREADABLE, KeyError, TypeError):
        yield Checked(folder / REPORT, "is spoilt", DRAWN_ANEW)
    else:
        yield Checked(folder / REPORT)


def _history(folder: Path) -> Iterator[Checked]:
    """Look at a saved history: what it says of itself, its index, and the state of every run."""
    if not (folder / ABOUT).exists() and not any(folder.glob("*/*.npz")):
        return
    try:
        history = History(folder)
    except InputError:
        yield Checked(folder / ABOUT, "is missing or spoilt, or an older version wrote it", SAVED_ANEW)
        return
    yield Checked(folder / ABOUT)
    cure = "the command with its history.save computes and saves again what it does not tell of"
    yield Checked(folder / INDEX, *(("", "") if saved_runs(folder)[1] else ("is missing or spoilt", cure)))
    known = history.files()
    for path, checksum in known.items():
        yield Checked(path, *_against(path, checksum, SAVED_ANEW))
    for path in sorted(folder.glob("*/*.npz")):
        if path not in known and STATE.fullmatch(path.name):
            yield Checked(path, "stands in no line of the index", SAVED_ANEW)


def _listed(folder: Path, files: Mapping[str, str], cure: str) -> Iterator[Checked]:
    for name, checksum in files.items():
        yield Checked(folder / name, *_against(folder / name, checksum, cure))


def _against(path: Path, checksum: str, cure: str) -> tuple[str, str]:
    """Hold a file against its SHA-256; give what is wrong, and what is done about it."""
    found = sha256(path)
    if found == checksum:
        return "", ""
    return ("is missing" if not path.exists() else "cannot be read" if found is None else "is spoilt"), cure


def told(checked: Iterator[Checked]) -> tuple[list[str], int]:
    """Say what was found.

    Parameters
    ----------
    checked
        As `verify` gives them.

    Returns
    -------
    lines : list of str
        One a spoilt file, and one that counts.
    spoilt : int
        How many are spoilt.
    """
    every = list(checked)
    lines = [f"{each.path} {each.fault}: {each.cure}." for each in every if each.fault]
    files, spoilt = {each.path for each in every}, {each.path for each in every if each.fault}
    lines.append(
        f"{len(spoilt)} of {len(files)} files are spoilt." if spoilt else f"All {len(files)} files are as written."
    )
    return lines, len(spoilt)
