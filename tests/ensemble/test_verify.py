"""`reroute verify`: every kind of stored file is held against its checksum; what it says will happen, happens."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from small import SETTINGS

from sim.config import load
from sim.ensemble import Study, run_study
from sim.errors import InputError
from sim.report.page.swap import STAMP, replace_files, stamped
from sim.results.verify import REPORT, stores_in, told, verify
from tests.shared_worlds import study_of

RUNS = 3


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> Study:
    """A finished study with a saved history and a report, which tests only read."""
    words = ["regimes=[none]", f"design.runs={RUNS}", "history.save=2021-04-14"]
    study = study_of(load([*SETTINGS, *words, f"results_dir={tmp_path_factory.mktemp('done')}"]))
    run_study(study, progress=False)
    files = {"tables/one.csv": b"a,b\n1,2\n", "figures/one.png": b"png", "page.html": b"<html>"}
    replace_files(study.folder / study.signature, stamped(files, "key"))
    return study


@pytest.fixture
def store(done, tmp_path) -> Path:
    shutil.copytree(done.folder, tmp_path / "runs")
    return tmp_path / "runs"


def spoilt(store: Path) -> set[str]:
    return {each.path.relative_to(store).as_posix() for each in verify(store) if each.fault}


def every_file(store: Path) -> list[Path]:
    return sorted(path for path in store.rglob("*") if path.is_file() and path.name != ".lock")


def test_all_that_a_study_wrote_is_looked_at_and_whole(done):
    assert {each.path for each in verify(done.folder)} == set(every_file(done.folder))
    lines, count = told(verify(done.folder))
    assert count == 0
    assert lines == [f"All {len(every_file(done.folder))} files are as written."]
    assert REPORT == STAMP


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "a bit": flip,
    "cut": lambda path: os.truncate(path, path.stat().st_size // 2),
    "empty": lambda path: os.truncate(path, 0),
    "gone": Path.unlink,
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_each_spoilt_file_is_named(done, tmp_path, damage):
    for number, original in enumerate(every_file(done.folder)):
        name = original.relative_to(done.folder)
        if (damage is Path.unlink and name.name in ("manifest.json", REPORT)) or (
            name.name == "store.json" and damage is flip
        ):
            continue  # an unfinished study, one without a report, and another format are no faults of a file
        copy = tmp_path / str(number) / "runs"
        shutil.copytree(done.folder, copy)
        damage(copy / name)
        named = spoilt(copy)
        assert name.as_posix() in named or (name.name in (REPORT, "index.csv") and named), name  # or what it tells of


def test_what_is_spoilt_is_mended_by_the_same_command(done, store):
    for name in ("store.json", "batches/index.csv", f"{done.signature}/draws.csv"):
        DAMAGE["cut"](store / name)
    for pattern in ("batches/*.parquet", "histories/*/none/0-1.npz", f"{done.signature}/outcomes.parquet"):
        (path,) = store.glob(pattern)
        flip(path)
    assert len(spoilt(store)) >= 6
    run_study(replace(done, folder=store), progress=False)
    assert spoilt(store) == set()
    for path in store.glob("batches/*.parquet"):
        assert path.read_bytes() == (done.folder / "batches" / path.name).read_bytes()


def test_an_unfinished_study_and_half_written_files_are_no_faults(done, store):
    (store / done.signature / "manifest.json").unlink()
    (store / "batches" / "x.parquet.partial").write_bytes(b"half")
    assert spoilt(store) == set()


@pytest.mark.parametrize("part", ["runs", "", f"runs{os.sep}SIGNATURE", "runs/SIGNATU"])
def test_a_store_is_found_from_where_one_stands(done, store, part):
    named = part.replace("SIGNATURE", done.signature).replace("SIGNATU", done.signature[:7])
    assert stores_in(store.parent / named) == [store]


def test_a_folder_without_runs_is_told(tmp_path):
    with pytest.raises(InputError, match="holds no stored runs"):
        stores_in(tmp_path)


def test_the_command_ends_with_one_where_something_is_spoilt(done, store, monkeypatch, capsys):
    from sim import __main__ as command_line

    def ended(*words: str) -> int:
        monkeypatch.setattr("sys.argv", ["reroute", "verify", *words])
        try:
            command_line.main()
        except SystemExit as left:
            return int(left.code or 0)
        return 0

    assert ended(f"verify.store={store}") == 0
    assert "files are as written." in capsys.readouterr().out
    flip(store / done.signature / "series.csv")
    assert ended(f"verify.store={store}") == 1
    out = capsys.readouterr().out
    assert f"{done.signature}/series.csv is spoilt: the command that made the study writes it anew" in out
    assert "1 of " in out
