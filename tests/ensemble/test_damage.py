"""Stored studies that somebody edited or a disk spoilt: readers answer as before or refuse, the same command mends."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from small import small_study

import sim
from sim.ensemble import Study, run_study
from sim.errors import InputError
from sim.results.manifest import read_manifest
from sim.results.results import Results
from sim.store.sealed import sealed

RUNS = 4


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> Study:
    """A finished study that tests only read."""
    study = small_study(tmp_path_factory.mktemp("done"), RUNS)
    run_study(study, progress=False)
    return study


@pytest.fixture
def folder(done, tmp_path) -> Path:
    """A copy of the study's folder, beside its batches."""
    shutil.copytree(done.folder, tmp_path / "runs")
    return tmp_path / "runs" / done.signature


def everything(results: Results) -> bytes:
    columns = results.series["column"].tolist()
    values = b"".join(results.wide(regime, columns).tobytes() for regime in results.regimes)
    return values + results.draws.to_csv().encode() + results.runs.to_csv().encode()


def raise_runs(told: dict) -> None:
    told["design"]["runs"] += 2


def leave_out(told: dict) -> None:
    del told["batches"][0]


def swap(told: dict) -> None:
    first, second = told["batches"]
    first["regime"], second["regime"] = second["regime"], first["regime"]


def rename_a_month(told: dict) -> None:
    told["months"][0] = "2020-12"


def other_runs(told: dict) -> None:
    for batch in told["batches"]:
        batch["runs"] = [1, RUNS + 1]
    told["design"]["runs"] = RUNS


def fail_a_run(told: dict) -> None:
    told["batches"][0]["failures"] = [["none", 0, 1, 1, 1, 1, 1]]


def another_name(told: dict) -> None:
    told["signature"] = "0" * 32


EDITS = (raise_runs, leave_out, swap, rename_a_month, other_runs, fail_a_run, another_name)


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("is_sealed_again", [False, True])
def test_an_edited_manifest_is_refused_also_where_somebody_seals_it_again(folder, edit, is_sealed_again):
    path = folder / "manifest.json"
    told = json.loads(path.read_text())
    seal = told.pop("seal")
    edit(told)
    path.write_text(sealed(told) if is_sealed_again else json.dumps({**told, "seal": seal}))
    with pytest.raises(InputError, match=r"manifest\.json|\.parquet is missing or spoilt"):
        everything(sim.open_results(folder))


def test_another_layout_of_the_same_manifest_is_the_same(folder, done):
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()), indent=3))
    assert read_manifest(folder) == read_manifest(done.folder / done.signature)


TYPES = (None, 7, -1, 1e400, "words", [], {}, [[]], True, 10**30)


@pytest.mark.parametrize("value", TYPES, ids=repr)
def test_a_manifest_of_other_types_is_refused_in_a_sentence(folder, value):
    path = folder / "manifest.json"
    whole = json.loads(path.read_text())
    del whole["seal"]
    for key in ("regimes", "months", "design", "batches", "files", "failures", "against", "signature"):
        if whole[key] == value:
            continue
        path.write_text(sealed({**whole, key: value}))
        with pytest.raises(InputError, match=r"manifest\.json|series\.csv|\.parquet"):
            everything(sim.open_results(folder))


def flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


SPOILT: dict[str, Callable[[Path], object]] = {
    "missing": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: os.truncate(path, path.stat().st_size // 2),
    "a bit": lambda path: flip(path, path.stat().st_size // 2),
    "other letters": lambda path: path.write_bytes(b"\xff\xfe\x00"),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
@pytest.mark.parametrize("name", ["manifest.json", "series.csv", "draws.csv"])
def test_a_spoilt_file_is_refused_by_name(folder, name, spoil):
    spoil(folder / name)
    is_gone = name == "manifest.json" and spoil is Path.unlink
    with pytest.raises(InputError, match="holds no finished study" if is_gone else name):
        everything(sim.open_results(folder))


MENDED = ("missing", "empty", "a bit", "other letters")


@pytest.mark.parametrize("spoil", ["cut", *(pytest.param(how, marks=pytest.mark.slow) for how in MENDED)])
@pytest.mark.parametrize("name", ["manifest.json", "draws.csv", "config.yaml", "../store.json", "../batches/index.csv"])
def test_the_same_command_mends_what_is_spoilt(done, folder, name, spoil):
    expected = everything(sim.open_results(folder))
    kept = {path: path.stat().st_mtime_ns for path in folder.parent.glob("batches/*.parquet")}
    SPOILT[spoil](folder / name)
    results = run_study(replace(done, folder=folder.parent), progress=False)
    assert everything(results) == expected
    assert kept == {path: path.stat().st_mtime_ns for path in folder.parent.glob("batches/*.parquet")}
    assert everything(sim.open_results(folder)) == expected


def test_runs_that_no_batch_holds_are_not_done(done):
    manifest = read_manifest(done.folder / done.signature)
    more = {**manifest, "design": {**manifest["design"], "runs": RUNS + 2}}
    results = Results(done.folder / done.signature, more)
    assert results.runs["run"].tolist() == list(range(RUNS))
    columns = results.series["column"].tolist()
    whole = sim.open_results(done.folder)
    assert results.wide("ban", columns).tobytes() == whole.wide("ban", columns).tobytes()


def test_a_batch_that_changes_after_it_was_read_is_not_read_again(folder):
    results = sim.open_results(folder)
    results._kept = {}
    columns = results.series["column"].tolist()[:1]
    results._stored.read("none", columns)
    for path in folder.parent.glob("batches/*.parquet"):
        data = path.read_bytes()
        path.write_bytes(data[:-9] + b"x" + data[-8:])
    with pytest.raises(InputError, match="missing or spoilt"):
        results._stored.read("none", columns)


def test_folders_named_like_columns_are_no_columns(tmp_path, done):
    shutil.copytree(done.folder, tmp_path / "run=7" / "regime=x" / "runs")
    results = sim.open_results(tmp_path / "run=7" / "regime=x" / "runs")
    assert everything(results) == everything(sim.open_results(done.folder))


@pytest.mark.parametrize("path", ["x" * 5000, "a/" * 3000, "\0"], ids=["long", "deep", "nothing"])
def test_a_path_that_nobody_can_open_is_told(path):
    with pytest.raises(InputError, match="cannot be looked at|holds no finished study"):
        sim.open_results(path)
