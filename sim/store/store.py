"""The folder of a study's results: batches that all its signatures share, and one folder a signature.

    store.json                    version of the format
    batches/<digest>.parquet      runs of one regime; see `sim.store.batch`
    batches/index.csv             a line a batch: digest, family, first place, end, SHA-256, check of the line itself
    <signature>/                  what one study is made of: see `sim.ensemble.study_folder`

One process writes at a time, held by a lock that the system releases when the process dies. A batch exists once its
line stands in the index: the file is written, synced and renamed first, so a killed process leaves a whole batch or
none. A batch whose bytes differ from the index is computed again.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple, Self

from filelock import FileLock, Timeout

from sim.errors import InputError
from sim.store.digest import FORMAT
from sim.store.files import PARTIAL, plain_faults, sha256, write_bytes, write_text
from sim.store.index import add_lines, read_index, write_index
from sim.store.provenance import version
from sim.store.sealed import UNREADABLE, fits, read_json, unsealed


class Entry(NamedTuple):
    """A stored batch: places `first` to `stop` (not included) of the block that `family` names."""

    digest: str
    family: str
    first: int
    stop: int
    sha256: str


class Store:
    """A folder of batches, open for writing: use it in a `with` statement.

    Parameters
    ----------
    folder
        Made if missing.

    Raises
    ------
    InputError
        On entering: if it cannot be written, another process is writing to it, or another version wrote it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.batches = folder / "batches"
        self._lock = FileLock(folder / ".lock")
        self._entries: dict[str, list[Entry]] = defaultdict(list)
        self._held: set[Entry] = set()  # whose bytes were held against the index

    def __enter__(self) -> Self:
        with plain_faults(self.folder):
            self.batches.mkdir(parents=True, exist_ok=True)
            self._acquire()
        try:
            self._check_format()
            self._clear_partial_files()
            self._read_index()
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def entries(self, family: str) -> list[Entry]:
        """Return the batches of a block that the index knows.

        Parameters
        ----------
        family
            Digest of the block.

        Returns
        -------
        list of Entry
            Not yet held against their files: see `intact`.
        """
        return self._entries[family]

    def path(self, digest: str) -> Path:
        """Return the file of a batch.

        Parameters
        ----------
        digest
            Its digest.
        """
        return batch_path(self.folder, digest)

    def intact(self, entry: Entry) -> bool:
        """Hold a batch's bytes against the index.

        Parameters
        ----------
        entry
            The batch.

        Returns
        -------
        bool
            False if the file is missing, cut short or changed. Each is read once.
        """
        if entry not in self._held and sha256(self.path(entry.digest)) == entry.sha256:
            self._held.add(entry)
        return entry in self._held

    def write(self, digest: str, family: str, first: int, stop: int, data: bytes) -> Entry:
        """Store a batch.

        Parameters
        ----------
        digest, family
            Its names.
        first, stop
            Places of the block that it holds.
        data
            The file.

        Returns
        -------
        Entry
            As it now stands in the index.

        Raises
        ------
        InputError
            If the disk is full or cannot be written; what was stored before is kept.
        """
        entry = Entry(digest, family, first, stop, write_bytes(self.path(digest), data))
        add_lines(self._index, [entry])
        self._keep(entry)
        self._held.add(entry)
        return entry

    @property
    def _index(self) -> Path:
        return self.batches / "index.csv"

    def _acquire(self) -> None:
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise InputError(
                f"Another process is writing to {self.folder}: wait until it has finished, or choose results_dir=PATH."
            ) from None

    def _check_format(self) -> None:
        """Refuse another format; a file that nobody can read is written anew, since batches name their format too."""
        path = self.folder / "store.json"
        if not is_spoilt(path):
            check_format(path)
        else:
            write_text(path, json.dumps({"format": FORMAT, "version": version()}) + "\n")

    def _clear_partial_files(self) -> None:
        with plain_faults(self.folder):
            for path in self.folder.rglob(f"*{PARTIAL}"):
                path.unlink()

    def _read_index(self) -> None:
        """Read the index; of a line that was cut short or spoilt, a finished study may know what it told."""
        self._entries.clear()
        self._held.clear()
        entries, is_whole = stored_batches(self.folder)
        if not is_whole:
            known = {entry.digest for entry in entries}
            entries += [entry for entry in told_by_manifests(self.folder) if entry.digest not in known]
            write_index(self._index, Entry._fields, entries)
        for entry in entries:
            self._keep(entry)

    def _keep(self, entry: Entry) -> None:
        """Remember a batch; one that was done again replaces the spoilt one."""
        kept = [each for each in self._entries[entry.family] if each.digest != entry.digest]
        self._entries[entry.family] = [*kept, entry]


def batch_path(folder: Path, digest: str) -> Path:
    """Return the file of a batch.

    Parameters
    ----------
    folder
        Folder of the store.
    digest
        Digest of the batch.
    """
    return folder / "batches" / f"{digest}.parquet"


def stored_batches(folder: Path) -> tuple[list[Entry], bool]:
    """Read which batches a store knows.

    Parameters
    ----------
    folder
        Folder of the store.

    Returns
    -------
    entries : list of Entry
        Of every line of the index that can be one, in order.
    is_whole : bool
        False if a line is left out, or the heading or the file is missing.
    """
    return read_index(folder / "batches" / "index.csv", Entry._fields, _entry)


def _entry(cells: list[str]) -> Entry | None:
    """Read a line of the index; None if it is none."""
    if not _LINE.fullmatch(",".join(cells)):
        return None
    digest, family, first, stop, checksum = cells
    return Entry(digest, family, int(first), int(stop), checksum)


STORED = {"digest": str, "family": str, "places": (int, int), "sha256": str}
"""What a manifest tells of a batch that an index tells as well, and of which types."""

_LINE = re.compile(r"\w+,\w+,\d{1,9},\d{1,9},[0-9a-f]{64}", re.ASCII)


def told_by_manifests(folder: Path) -> list[Entry]:
    """Read which batches the finished studies of a store are made of.

    Parameters
    ----------
    folder
        Folder of the store.

    Returns
    -------
    list of Entry
        Each once; manifests that are spoilt tell nothing.
    """
    found: dict[Entry, None] = {}
    for path in sorted(folder.glob("*/manifest.json")):
        try:
            manifest = unsealed(read_json(path))
        except UNREADABLE:
            continue
        for each in manifest["batches"] if fits(manifest, {"batches": [STORED]}) else ():
            entry = _entry([each["digest"], each["family"], *map(str, each["places"]), each["sha256"]])
            if entry:
                found[entry] = None
    return list(found)


def is_spoilt(path: Path) -> bool:
    """Tell whether a JSON file is missing, or holds nothing that tells its format.

    Parameters
    ----------
    path
        `store.json`.
    """
    try:
        told = read_json(path)
    except UNREADABLE:
        return True
    return not {"format", "version"} <= told.keys()


def check_format(path: Path) -> dict:
    """Read a JSON file of a store and refuse it if another version of the format wrote it.

    Parameters
    ----------
    path
        `store.json` or `manifest.json`.

    Returns
    -------
    dict
        Its content.

    Raises
    ------
    InputError
        If it cannot be read or names another format.
    """
    try:
        told = read_json(path)
        written = told["format"], told["version"]
    except (*UNREADABLE, KeyError):
        raise InputError(f"{path} cannot be read: it is not a file of a reroute store, or it is spoilt.") from None
    if written[0] != FORMAT:
        raise InputError(
            f"{path.parent} was written by reroute {written[1]} (format {written[0]}), and this is reroute {version()} "
            f"(format {FORMAT}): choose another folder with results_dir=PATH, or use that version."
        )
    return told
