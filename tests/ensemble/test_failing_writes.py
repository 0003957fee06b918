"""Every write fails once, in turn: the file system says no at the n-th call, and nothing that was stored is lost.

`make test` takes every fifth call, `make thorough` each.
"""

import errno
import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from small import BAN, SETTINGS

import sim
from sim.config import load
from sim.ensemble import Study, run_study
from sim.ensemble.compute.executors import Threads
from sim.errors import InputError
from sim.results.results import Results
from sim.results.verify import verify
from tests.shared_worlds import study_of

pytestmark = pytest.mark.slow

FAULTS = (errno.ENOSPC, errno.EIO, errno.EACCES)
WRITES = frozenset("wxa+")
STEP = 1 if int(os.environ.get("REROUTE_FUZZ", "500")) >= 2000 else 5


class Disk:
    """Counts what changes files below a folder, and lets the n-th such call fail; all others are done as always."""

    def __init__(self, folder: Path, fails_at: int | None = None) -> None:
        self.folder, self.fails_at, self.calls = str(folder), fails_at, 0

    def __call__(self, path: object) -> None:
        if isinstance(path, int) or str(path).startswith(self.folder):
            self.calls += 1
            if self.calls == self.fails_at:
                fault = FAULTS[self.calls % len(FAULTS)]
                raise OSError(fault, os.strerror(fault), str(path))


class Raw(io.FileIO):
    """A real file whose writes are counted."""

    def __init__(self, path: str, mode: str, disk: Disk) -> None:
        super().__init__(path, mode)
        self._disk = disk

    def write(self, data: bytes) -> int:
        self._disk(self.name)
        return super().write(data)


@contextmanager
def watched(disk: Disk) -> Iterator[None]:
    """Let all openings for writing, writes, syncs, renamings and new folders pass by a disk."""
    opened, sync, move, make = io.open, os.fsync, os.replace, os.mkdir

    def opens(path: object, mode: str = "r", *words: object, **options: object) -> object:
        if isinstance(path, int) or not WRITES & set(mode) or not str(path).startswith(disk.folder):
            return opened(path, mode, *words, **options)
        disk(path)
        raw = io.BufferedWriter(Raw(str(path), mode.replace("b", ""), disk))
        return raw if "b" in mode else io.TextIOWrapper(raw, encoding="utf-8", newline=options.get("newline"))

    def counted(do: Callable) -> Callable:
        def does(path: object, *words: object, **options: object) -> object:
            disk(path)
            return do(path, *words, **options)

        return does

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(io, "open", opens)
        patch.setattr(os, "fsync", counted(sync))
        patch.setattr(os, "replace", counted(move))
        patch.setattr(os, "mkdir", counted(make))
        yield


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Study:
    """A study that saves a history, too."""
    words = [
        "observe=totals",
        "design.runs=2",
        "history.save=2021-04-14",
        f"results_dir={tmp_path_factory.mktemp('b')}",
    ]
    return study_of(load([*SETTINGS, *words, f"regimes=[none,{BAN}]"]))


def everything(results: Results) -> bytes:
    columns = results.series["column"].tolist()
    return b"".join(results.wide(regime, columns).tobytes() for regime in results.regimes)


def in_folder(study: Study, folder: Path) -> Study:
    return replace(study, folder=folder)


def kept(folder: Path) -> dict[str, bytes]:
    """Finished batches and states, by name."""
    found = [*folder.glob("batches/*.parquet"), *folder.glob("histories/*/*/*.npz")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def sentence_of(study: Study) -> str:
    try:
        run_study(study, Threads(1), progress=False)
    except InputError as error:
        return str(error)
    return ""


@pytest.mark.slow
def test_every_write_of_a_study_fails_once_and_nothing_is_lost(base, tmp_path):
    disk = Disk(tmp_path / "whole")
    with watched(disk):
        whole = run_study(in_folder(base, tmp_path / "whole"), Threads(1), progress=False)
    expected, names = everything(whole), kept(tmp_path / "whole")
    assert disk.calls > 60
    for number in range(1, disk.calls + 1, STEP):
        folder = tmp_path / str(number)
        study, failing = in_folder(base, folder), Disk(folder, number)
        with watched(failing):
            told = sentence_of(study)
        assert "\n" not in told, number
        assert not told or str(folder) in told, number
        assert failing.calls >= number
        assert not list(folder.rglob("*.partial")), number
        before = kept(folder)
        assert all(names[name] == data for name, data in before.items() if name in names), number  # others are parts
        times = {name: (folder / name).stat().st_mtime_ns for name in before}
        assert everything(run_study(study, Threads(1), progress=False)) == expected, number
        assert not [each for each in verify(folder) if each.fault], number
        again = [name for name, written in times.items() if (folder / name).stat().st_mtime_ns != written]
        assert len(again) <= 3, number  # a file that had its place, and not yet its line in the index
        shutil.rmtree(folder)


def test_every_write_of_an_export_fails_once_and_leaves_no_half_export(base, tmp_path):
    results = run_study(in_folder(base, tmp_path / "runs"), progress=False)

    def export(folder: Path, disk: Disk) -> list[Path]:
        with watched(disk):
            return results.to_csv(folder, "registered_trade", subject="total")

    disk = Disk(tmp_path / "whole")
    expected = {path.name: path.read_bytes() for path in export(tmp_path / "whole", disk)}
    assert disk.calls > 10
    for number in range(1, disk.calls + 1, STEP):
        folder = tmp_path / f"export{number}"
        with pytest.raises(InputError, match=r"disk is full|cannot be written") as told:
            export(folder, Disk(folder, number))
        assert "\n" not in str(told.value)
        assert not folder.exists() or not list(folder.iterdir())
        assert {path.name: path.read_bytes() for path in export(folder, Disk(folder))} == expected
    assert everything(sim.open_results(tmp_path / "runs")) == everything(results)
