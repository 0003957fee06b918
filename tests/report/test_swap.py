"""A report is whole or the old one, whichever of its writes fails, and is not drawn twice."""

import errno
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from sim.errors import InputError
from sim.report.figures import FIGURES
from sim.report.page import swap
from sim.report.page.swap import NEW, OLD, OUTDATED, is_drawn, replace_files, stamped
from sim.report.page.writing import write_report
from tests.report.conftest import MONTHS, study_values
from tests.small_results import SmallResults

BEFORE = {"page.html": b"old page", "tables/a.csv": b"old a", "tables/gone.csv": b"gone", "figures/a.png": b"old"}
AFTER = {"page.html": b"new page", "tables/a.csv": b"new a", "tables/b.csv": b"new b", "figures/a.png": b"new"}


def content(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def folder(tmp_path):
    replace_files(tmp_path, BEFORE)
    (tmp_path / "tables" / "notes.txt").write_bytes(b"a reader's own")
    return tmp_path


def failing(monkeypatch, number, code=errno.ENOSPC):
    """Let the call of this number, counted over all that write, end as on a full disk; say how many there were."""
    calls = []

    def guarded(real):
        def call(*arguments, **named):
            if real is not OPEN or any(mode in str(arguments[1:]) + str(named) for mode in ("w", "a")):
                calls.append(real)
                if len(calls) == number:
                    raise OSError(code, os.strerror(code))
            return real(*arguments, **named)

        return call

    for name in ("open", "replace", "rename", "mkdir", "unlink"):
        monkeypatch.setattr(Path, name, guarded(getattr(Path, name)))
    monkeypatch.setattr(os, "fsync", guarded(os.fsync))
    monkeypatch.setattr(shutil, "copy2", guarded(shutil.copy2))
    return calls


OPEN = Path.open


def words_of_a_swap(folder):
    try:
        replace_files(folder, AFTER, OUTDATED)
    except InputError as error:
        return str(error)
    return ""


def test_every_write_fails_once_and_the_old_files_stay(folder, monkeypatch):
    old, number = content(folder), 0
    while True:
        number += 1
        with monkeypatch.context() as patched:
            calls = failing(patched, number)
            told = words_of_a_swap(folder)
        if not told:
            assert len(calls) < number
            break
        assert "disk is full" in told
        assert content(folder) == old, f"call {number} of the system"
    assert number > 20
    assert content(folder) == AFTER | {"tables/notes.txt": b"a reader's own"}


def test_a_swap_that_was_killed_is_undone_by_the_next(folder):
    kept = content(folder)
    for name, data in kept.items():
        (folder / OLD / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / OLD / name).write_bytes(data)
    (folder / "page.html").write_bytes(b"new page, old tables")
    with pytest.raises(InputError):
        replace_files(folder, {"tables": b"lies where a folder is"})
    assert content(folder) == kept
    assert not (folder / OLD).exists()


@pytest.mark.parametrize(
    ("name", "told"), [("tables", "is a folder where a file"), ("page.html/a.csv", "is a file where a folder")]
)
def test_what_lies_in_the_way_is_named_and_left_alone(folder, name, told):
    old = content(folder)
    with pytest.raises(InputError, match=told):
        replace_files(folder, {**AFTER, name: b""})
    assert content(folder) == old


def test_a_report_is_known_again_until_one_of_its_files_changes(folder):
    assert not is_drawn(folder, "key")
    replace_files(folder, stamped(AFTER, "key"), OUTDATED)
    assert is_drawn(folder, "key")
    assert not is_drawn(folder, "other")
    (folder / "figures" / "a.png").write_bytes(b"spoilt")
    assert not is_drawn(folder, "key")
    (folder / swap.STAMP).write_text("[1, 2]")
    assert not is_drawn(folder, "key")


@pytest.fixture
def small(tables, regimes, config, tmp_path):
    def write(level=1.0):
        values = study_values(tables, ("none", "uflpa"), 3)
        scaled = {key: {name: level * each for name, each in found.items()} for key, found in values.items()}
        results = SmallResults(MONTHS, "none", scaled, folder=tmp_path)
        results.signature = results.manifest["signature"] = f"{level:.1f}".ljust(16, "0")
        return write_report(results, SimpleNamespace(tables=tables), regimes[:2], config, FIGURES[1:2])

    return write


@pytest.mark.slow
@pytest.mark.usefixtures("coarse")
def test_the_same_page_is_not_drawn_again_and_another_is(small, capsys):
    page = small()
    assert "drawing the page" in capsys.readouterr().err
    when = page.stat().st_mtime_ns
    small()
    assert "drawing" not in capsys.readouterr().err
    assert page.stat().st_mtime_ns == when
    small(2.0)
    assert "drawing the page" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.usefixtures("coarse")
def test_a_report_on_a_full_disk_keeps_the_old_one(small, tmp_path, monkeypatch):
    small()
    old = content(tmp_path)
    for number in np.unique(np.geomspace(1, 60, 3).astype(int)):
        with monkeypatch.context() as patched:
            failing(patched, number)
            with pytest.raises(InputError, match="disk is full"):
                small(2.0)
        assert content(tmp_path) == old
    assert not (tmp_path / NEW).exists()
