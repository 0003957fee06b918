"""A report is whole or the old one: its files are written beside their places, then all of them take their places.

New files lie in `report.new` and copies of the old ones in `report.old` until the last has its place; what fails before
puts the old ones back. A process that is killed in between leaves `report.old`, which the next report puts back first.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from sim.errors import InputError
from sim.store.files import plain_faults, sha256, sha256_of

NEW, OLD = "report.new", "report.old"
STAMP = "report.json"
"""What a report was drawn from, and the digests of its files."""

OUTDATED = ("tables/*.csv", "figures/*.png", "figures/*.svg", "figures/*.pdf")
"""Files of a report that go when a later one does not have them."""


def replace_files(folder: Path, files: Mapping[str, bytes], outdated: Iterable[str] = ()) -> list[Path]:
    """Give files their places in a folder, all of them or none.

    Parameters
    ----------
    folder : Path
        Made if missing.
    files : mapping of str to bytes
        Place below the folder, such as `tables/summary.csv`, to content.
    outdated : iterable of str
        Patterns, such as `tables/*.csv`: files that match and are not among `files` are deleted.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    InputError
        If the disk is full, a file cannot be written, or a folder lies where a file belongs; everything is then as it
        was.
    """
    with plain_faults(folder):
        folder.mkdir(parents=True, exist_ok=True)
        _put_back(folder)
        _check_places(folder, files)
        gone = {path for pattern in outdated for path in folder.glob(pattern) if path.is_file()}
        gone -= {folder / name for name in files}
        try:
            _write_all(folder / NEW, files)
            _copy_all(folder, [*(folder / name for name in files), *gone])
            _take_places(folder, files, gone)
        except BaseException:
            _put_back(folder, [folder / name for name in files if not (folder / NEW / name).exists()])
            raise
        finally:
            shutil.rmtree(folder / NEW, ignore_errors=True)
        shutil.rmtree(folder / OLD, ignore_errors=True)
    return [folder / name for name in files]


def stamped(files: Mapping[str, bytes], key: str) -> dict[str, bytes]:
    """Add the file that tells what a report was drawn from.

    Parameters
    ----------
    files : mapping of str to bytes
        Of the report.
    key : str
        Digest of all that the report follows from.

    Returns
    -------
    dict of str to bytes
    """
    told = {"drawn_from": key, "files": {name: sha256_of(data) for name, data in files.items()}}
    return {**files, STAMP: f"{json.dumps(told, indent=1)}\n".encode()}


def is_drawn(folder: Path, key: str) -> bool:
    """Say whether a folder holds the report of a key, every file as it was written.

    Parameters
    ----------
    folder : Path
        Of the study.
    key : str
        Digest of all that the report follows from.
    """
    try:
        told = json.loads((folder / STAMP).read_text("utf-8"))
        files = dict(told["files"])
        if told["drawn_from"] != key or not files or (folder / OLD).exists():
            return False
        return all(sha256(folder / name) == digest for name, digest in files.items())
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _check_places(folder: Path, files: Iterable[str]) -> None:
    for name in files:
        if (folder / name).is_dir():
            raise InputError(f"{folder / name} is a folder where a file of the report belongs: move it away.")
        for parent in Path(name).parents:
            if (folder / parent).exists() and not (folder / parent).is_dir():
                raise InputError(f"{folder / parent} is a file where a folder of the report belongs: move it away.")


def _write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        with (folder / name).open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


def _copy_all(folder: Path, places: Iterable[Path]) -> None:
    """Copy what lies at some places to `report.old`, which is there only once it is complete."""
    copies = folder / NEW / OLD
    copies.mkdir(parents=True, exist_ok=True)
    for place in (place for place in places if place.exists()):
        copy = copies / place.relative_to(folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(place, copy)
    copies.rename(folder / OLD)


def _take_places(folder: Path, files: Iterable[str], gone: Iterable[Path]) -> None:
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / NEW / name).replace(folder / name)
    for path in gone:
        path.unlink()


def _put_back(folder: Path, placed: Iterable[Path] = ()) -> None:
    """Put back what `report.old` holds, and delete those that were placed where nothing had been."""
    old = folder / OLD
    if not old.exists():
        return
    for path in placed:
        if not (old / path.relative_to(folder)).exists():
            path.unlink(missing_ok=True)
    for copy in sorted(path for path in old.rglob("*") if path.is_file()):
        copy.replace(folder / copy.relative_to(old))
    shutil.rmtree(old, ignore_errors=True)
