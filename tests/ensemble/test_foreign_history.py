"""Saved histories from somebody else: looked at before a kernel sees them, refused in a sentence, never trusted."""

import io
import json
import re
import shutil
import tracemalloc
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from small import SETTINGS

from sim.config import load
from sim.ensemble import Study, run_study
from sim.ensemble.compute.calls import _look_at
from sim.errors import InputError
from sim.kernels.week import FINE, ODD_SERIES, ODD_START
from sim.outcomes.outcomes import new_records
from sim.state import lasting, limits, new_state
from sim.state.axes import sizes_of
from sim.stops import why_stopped
from sim.store.files import sha256_of
from sim.store.history import History
from sim.store.history_files import ABOUT, INDEX, INDEX_COLUMNS, Number, rows
from sim.store.index import write_index
from sim.store.saved_state import _check_room, pack, part_name, unpack
from sim.store.sealed import read_json, sealed, unsealed
from tests.shared_worlds import study_of


def study(folder: Path, *words: str) -> Study:
    return study_of(load([*SETTINGS, "regimes=[none]", "design.runs=2", f"results_dir={folder}", *words]))


@pytest.fixture(scope="module")
def history(tmp_path_factory) -> Path:
    done = study(tmp_path_factory.mktemp("history"), "history.save=2021-04-14")
    run_study(done, progress=False)
    return done.saving.folder


@pytest.fixture(scope="module")
def going_on(tmp_path_factory, history) -> Study:
    return study(tmp_path_factory.mktemp("on"), f"history.load={history}")


def room(of: Study) -> tuple:
    return new_state(of.world), new_records(of.world, 1), np.zeros(4, np.int64)


def changed(of: Study, change: Callable) -> bytes:
    """The saved state of run 0 after a change of its arrays."""
    state, record, status = room(of)
    unpack(of.history.read("none", 0, 0), of.world, state, record, status)
    state.rows_used[0] = state.firms.active.size  # so that every row is saved
    change({name: array for name, _, array in lasting(state)})
    return pack(state, record, status)


@pytest.mark.slow
def test_every_number_that_is_a_place_is_looked_at(going_on):
    state, sizes = new_state(going_on.world), sizes_of(going_on.world)
    bounded = {name: limits(held, sizes) for name, held, _ in lasting(state) if limits(held, sizes)}
    whole = {
        name for name, held, array in lasting(state) if array.dtype.kind in "iu" and held.unit in ("index", "code")
    }
    assert whole <= bounded.keys()
    assert {"firms.channel", "firms.group", "census.leader", "rows_used"} <= bounded.keys()
    for name, held, array in lasting(state):
        if name not in bounded or not array.size:
            continue
        (low, high), most = bounded[name], np.iinfo(held.dtype)
        for value in {value for value in (low - 1, high, most.max) if value >= most.min}:
            data = changed(going_on, partial(put, name, value))
            with pytest.raises(InputError, match=rf"holds {value} in state\.{re.escape(name)}, where .* from {low}"):
                unpack(data, going_on.world, *room(going_on))


def put(name: str, value: int, arrays: dict[str, np.ndarray]) -> None:
    arrays[name].flat[-1] = value


def rewritten(data: bytes, change: Callable[[str, bytes], bytes], **of_all: int) -> bytes:
    """The same zip file with other entries."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, **of_all) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return sink.getvalue()


def test_a_file_that_unfolds_to_more_than_a_state_is_refused_unread(going_on):
    bomb = bytes(64 * 2**20)
    good = going_on.history.read("none", 0, 0)
    data = rewritten(good, lambda name, old: bomb if name == "state.firms.share.npy" else old)
    assert len(data) < 2**20
    to = room(going_on)
    tracemalloc.start()
    with pytest.raises(InputError, match=r"state\.firms\.share\.npy of 67108864 bytes"):
        unpack(data, going_on.world, *to)
    assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    tracemalloc.stop()


def header(shape: tuple, dtype: str = "<f4") -> bytes:
    sink = io.BytesIO()
    np.lib.format.write_array_header_1_0(sink, {"descr": dtype, "fortran_order": False, "shape": shape})
    return sink.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x93NUMPY",
        b"\x93NUMPY\x09\x09" + b"x" * 90,
        header((2**40,)),
        header((3, 4), "|O"),
        header((1,)),
        header(()),
        b"\x93NUMPY\x01\x00\x10\x00" + b"[" * 16,
    ],
    ids=lambda data: repr(data[:8]) + str(len(data)),
)
def test_an_array_that_is_none_is_refused(going_on, data):
    good = going_on.history.read("none", 0, 0)
    other = rewritten(good, lambda name, old: data if name == "state.firms.share.npy" else old)
    with pytest.raises(InputError, match="A saved state"):
        unpack(other, going_on.world, *room(going_on))


def test_a_declared_size_that_is_not_true_is_refused(going_on):
    good = going_on.history.read("none", 0, 0)
    data = rewritten(good, lambda name, old: old + bytes(10**6) if name == "status.npy" else old)
    true, told = (10**6 + 160).to_bytes(4, "little"), (160).to_bytes(4, "little")
    assert true in data
    with pytest.raises(InputError, match="A saved state cannot be read"):
        unpack(data.replace(true, told), going_on.world, *room(going_on))


def test_an_array_that_stands_twice_is_refused(going_on):
    sink = io.BytesIO(going_on.history.read("none", 0, 0))
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(sink, "a") as file:
        file.writestr("status.npy", b"")
    with pytest.raises(InputError, match="twice"):
        unpack(sink.getvalue(), going_on.world, *room(going_on))


def write_index_of(folder: Path) -> None:
    """As whoever saved it would: of the two runs as they now are."""
    states = {Number("none", 0, run): (folder / "none" / f"0-{run}.npz").read_bytes() for run in (0, 1)}
    write_index(folder / INDEX, INDEX_COLUMNS, rows({run: sha256_of(data) for run, data in states.items()}))


def save_as(history: Path, folder: Path, data: bytes) -> None:
    """A copy of a history in which run 0 has another state, every checksum right."""
    (folder / "none").mkdir(parents=True)
    for name in ("0-0.npz", "0-1.npz"):
        (folder / "none" / name).write_bytes(data if name == "0-0.npz" else (history / "none" / name).read_bytes())
    write_index_of(folder)
    (folder / "history.json").write_bytes((history / "history.json").read_bytes())


@pytest.mark.slow
@pytest.mark.parametrize("name", ["lanes.asc", "customs.legitimate_due"])
@pytest.mark.parametrize("value", [np.nan, -np.inf])
def test_a_run_that_begins_with_a_number_that_is_not_finite_is_listed_as_failed(
    tmp_path, history, going_on, name, value, capsys
):
    save_as(history, tmp_path / "h", changed(going_on, lambda arrays: arrays[name].flat.__setitem__(0, value)))
    done = study(tmp_path, f"history.load={tmp_path / 'h'}")
    results = run_study(done)
    assert results.failures[["draw", "run", "code"]].to_numpy().tolist() == [[0, 0, ODD_START]]
    assert results.runs["run"].tolist() == [1]
    told = " ".join(capsys.readouterr().err.split())
    assert f"In the first its saved state holds a number that is not finite (state.{name})" in told


def test_a_study_whose_runs_all_failed_is_stored_and_answers_in_a_sentence(tmp_path, history, going_on):
    data = changed(going_on, lambda arrays: arrays["lanes.asc"].fill(np.nan))
    save_as(history, tmp_path / "h", data)
    (tmp_path / "h" / "none" / "0-1.npz").write_bytes(data)
    write_index_of(tmp_path / "h")
    results = run_study(study(tmp_path, f"history.load={tmp_path / 'h'}"), progress=False)
    assert len(results.failures) == 2
    assert results.tidy("registered_trade").empty
    for ask in (lambda: results.quantiles("registered_trade"), lambda: results.to_csv(tmp_path / "csv")):
        with pytest.raises(InputError, match=r"no run ended well under every regime"):
            ask()


def test_a_state_out_of_range_stops_the_study_and_names_the_file(tmp_path, history, going_on):
    data = changed(going_on, lambda arrays: arrays["firms.channel"].fill(2**32 - 1))
    save_as(history, tmp_path / "h", data)
    with pytest.raises(InputError, match=r"none/0-0\.npz: A saved state holds 4294967295 in state\.firms\.channel"):
        run_study(study(tmp_path, f"history.load={tmp_path / 'h'}"), progress=False)


def test_a_state_larger_than_any_of_this_world_is_not_read(tmp_path, history, going_on):
    save_as(history, tmp_path / "h", going_on.history.read("none", 0, 0))
    done = study(tmp_path, f"history.load={tmp_path / 'h'}")
    with (tmp_path / "h" / "none" / "0-0.npz").open("r+b") as file:
        file.truncate(2**33)  # without blocks on the disk
    with pytest.raises(InputError, match=r"0-0\.npz cannot be read \(larger than any"):
        run_study(done, progress=False)


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        {"week": 10**6},
        {"week": "3"},
        {"last_day": "yesterday"},
        {"regimes": {"../none": "x"}},
        {"regimes": {}},
        {"draws": []},
        {"draws": {"0": [1.0]}},
        {"months": None},
    ],
    ids=repr,
)
def test_what_a_history_says_of_itself_is_looked_at(tmp_path, history, change):
    save_as(history, tmp_path / "h", (history / "none" / "0-0.npz").read_bytes())
    told = json.loads((history / "history.json").read_text())
    del told["seal"]
    (tmp_path / "h" / "history.json").write_text(sealed(told | change))
    with pytest.raises(InputError, match=r"history\.load="):
        study(tmp_path, f"history.load={tmp_path / 'h'}")


def test_series_that_are_not_finite_are_runs_that_failed(going_on):
    records = new_records(going_on.world, 3)
    for field in records:
        field[...] = 1.0
    records[0][1] = 1e300  # finite, but too large for a series
    values, status = going_on.observation.of(records), np.zeros((3, 4), np.int64)
    status[2] = 1, 7, 2, 0  # failed before
    values[2] = np.nan
    _look_at(values[np.newaxis], status[np.newaxis])
    assert status[:, 0].tolist() == [FINE, ODD_SERIES, 1]
    columns = going_on.observation.series["column"].tolist()
    told = why_stopped(status[1], going_on.first_monday, going_on.world, going_on.labels, columns)
    assert told == f"{columns[status[1, 3]]} is not finite in month 1"
    assert not np.isfinite(values[1, 0, status[1, 3]])


def test_parts_are_named(going_on):
    assert part_name(going_on.world, 0) == "state.firms.active"


@pytest.mark.parametrize(
    ("key", "value"),
    [("draws", {"0": None}), ("draws", {"0": ["a"]}), ("regimes", {"none": 3}), ("parameters", None), ("week", "3")],
)
def test_what_a_history_tells_of_itself_has_the_types_that_it_needs_whoever_sealed_it(tmp_path, history, key, value):
    folder = Path(shutil.copytree(history, tmp_path / "h"))
    told = unsealed(read_json(folder / ABOUT))
    (folder / ABOUT).write_text(sealed({**told, key: value}))
    with pytest.raises(InputError, match=r"is not the folder of a saved history, or it is spoilt"):
        History(folder)


def test_more_rows_for_firms_than_there_is_memory_for_are_refused_before_they_are_made(going_on):
    with pytest.raises(InputError, match=r"^A saved state with 1,000,000,000,000 rows of firms asks for .* GB free"):
        _check_room(going_on.world, 10**12)
