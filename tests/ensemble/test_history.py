"""Runs that are saved at a date and continued: from the disk as if they had never stopped, under other regimes too."""

import io
import json
import os
import pickle
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from distributed import LocalCluster
from small import BAN, SETTINGS

from sim.config import load
from sim.ensemble import Study, replay, run_study
from sim.ensemble.compute.calls import Answer, Call, Context, answer
from sim.ensemble.compute.cluster import Dask
from sim.ensemble.compute.executors import Threads
from sim.ensemble.compute.shared_past import Branch
from sim.errors import InputError
from sim.kernels.borders.in_force import NO_BAN
from sim.outcomes.outcomes import new_records
from sim.results.results import Results
from sim.state import MeasuresInForce, lasting, measures, new_state
from sim.store.saved_state import pack, unpack
from sim.store.sealed import sealed
from tests.shared_worlds import study_of

pytestmark = pytest.mark.slow

RUNS = 6
DATE, LAST_MONTHS_APART = "2021-04-14", 3  # months that end before the week of the date does


def study(folder: Path, regimes: str, *words: str, runs: int = RUNS) -> Study:
    settings = [*SETTINGS, f"regimes=[{regimes}]", f"design.runs={runs}", f"results_dir={folder}", *words]
    return study_of(load(settings))


def everything(results: Results) -> dict[str, np.ndarray]:
    columns = results.series["column"].tolist()
    return {regime: results.wide(regime, columns) for regime in results.regimes}


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory) -> dict[str, np.ndarray]:
    """Both regimes from the base to the end."""
    return everything(run_study(study(tmp_path_factory.mktemp("unbroken"), f"none,{BAN}"), progress=False))


def saved(folder: Path, regimes: str, *words: str, runs: int = RUNS) -> Path:
    """Save histories; return their folder."""
    done = study(folder, regimes, f"history.save={DATE}", *words, runs=runs)
    run_study(done, progress=False)
    return done.saving.folder


@pytest.fixture(scope="module")
def both(tmp_path_factory) -> Path:
    return saved(tmp_path_factory.mktemp("both"), f"none,{BAN}")


@pytest.fixture(scope="module")
def of_ban(tmp_path_factory) -> Path:
    return saved(tmp_path_factory.mktemp("ban"), BAN)


@pytest.fixture(scope="module")
def of_none(tmp_path_factory) -> Path:
    return saved(tmp_path_factory.mktemp("none"), "none")


def test_saving_changes_no_result_and_is_named_by_the_week(tmp_path, unbroken):
    saving = study(tmp_path, f"none,{BAN}", f"history.save={DATE}")
    plain = study(tmp_path, f"none,{BAN}")
    assert saving.signature == plain.signature
    found = everything(run_study(saving, progress=False))
    assert all(found[name].tobytes() == unbroken[name].tobytes() for name in unbroken)
    assert saving.saving.folder.name.startswith("2021-04-18_")
    assert len(list(saving.saving.folder.glob("*/*.npz"))) == 2 * RUNS
    same_week = study(tmp_path, f"none,{BAN}", "history.save=2021-04-12")
    assert same_week.saving.folder == saving.saving.folder
    assert study(tmp_path, f"none,{BAN}", "history.save=2021-04-11").saving.folder != saving.saving.folder


def test_continued_runs_have_the_bits_of_unbroken_ones(tmp_path, both, unbroken):
    found = everything(run_study(study(tmp_path, f"none,{BAN}", f"history.load={both}"), progress=False))
    assert found.keys() == unbroken.keys()
    for name, values in unbroken.items():
        assert found[name].tobytes() == values.tobytes()


def test_every_record_continues_with_its_own_bits(both, tmp_path):
    """Not only the series that are kept: the state at the end, too."""
    whole = study(tmp_path, BAN, "history.save=2021-06-30", runs=1)
    parts = study(tmp_path, BAN, "history.save=2021-06-30", f"history.load={both}", runs=1)
    ends = []
    for each in (whole, parts):
        call = each.call(Branch(("ban",)), np.array([0]), np.array([0]), each.design.draws)
        ends += answer(each.context, call).saved[0]
    assert len(ends) == 2
    assert ends[0] == ends[1]


def test_a_history_of_one_regime_is_continued_under_every_regime(tmp_path, of_none, of_ban, unbroken):
    found = everything(run_study(study(tmp_path, f"none,{BAN}", f"history.load={of_none}"), progress=False))
    assert found["none"].tobytes() == unbroken["none"].tobytes()
    branch = found["ban"]
    assert branch[:, :LAST_MONTHS_APART].tobytes() == unbroken["none"][:, :LAST_MONTHS_APART].tobytes()
    assert (branch[:, -1] != unbroken["none"][:, -1]).any()
    assert (branch[:, -1] != unbroken["ban"][:, -1]).any()

    back = everything(run_study(study(tmp_path, f"none,{BAN}", f"history.load={of_ban}"), progress=False))
    assert back["ban"].tobytes() == unbroken["ban"].tobytes()
    assert back["none"][:, :LAST_MONTHS_APART].tobytes() == unbroken["ban"][:, :LAST_MONTHS_APART].tobytes()
    assert (back["none"][:, -1] != unbroken["ban"][:, -1]).any()


def in_force_a_week_later(going_on: Study, week: int | None = None) -> MeasuresInForce:
    """Measures in force in the first continued week of run 0, or in the week after another one."""
    going_on = replace(going_on, save=(going_on.history.week if week is None else week) + 1)
    (regime,) = going_on.scenarios
    call = going_on.call(Branch((regime,)), np.array([0]), np.array([0]), going_on.design.draws)
    ((data,),) = answer(going_on.context, call).saved
    state = new_state(going_on.world)
    unpack(data, going_on.world, state, new_records(going_on.world, 1), np.zeros(4, np.int64))
    return state.in_force


def test_measures_of_the_regime_before_end_in_the_first_week(tmp_path, of_ban):
    """A week of `none` after weeks of a ban: nothing is in force, and all that was banned is news."""
    going_on = study(tmp_path, BAN, f"history.load={of_ban}", runs=1)
    goes_on = in_force_a_week_later(going_on)
    unbroken = in_force_a_week_later(study(tmp_path, BAN, runs=1), going_on.history.week)
    ends = in_force_a_week_later(study(tmp_path, "none", f"history.load={of_ban}", runs=1))
    banned = (goes_on.by_class[measures.BAN] > 0).any(axis=0)
    assert banned.any()
    assert (goes_on.news == unbroken.news).all(), (
        "that importers go on giving up is news, that there was a break is none"
    )
    aside = {"news", "firm_news", "channel", "class_detention", "inspection", "customs_budget"}
    assert (ends.inspection == np.reshape([each.start for each in measures.INSPECTION_COLUMNS], (-1, 1))).all()
    assert (ends.customs_budget == 1).all()
    assert not any(array.any() for name, array in zip(ends._fields, ends, strict=True) if name not in aside)
    assert not np.delete(ends.channel, measures.DETENTION_DAYS, axis=0).any()
    assert (ends.channel[measures.DETENTION_DAYS] == NO_BAN).all()
    assert (ends.class_detention == NO_BAN).all()
    assert (ends.news[:-1].astype(bool) == banned).all()


def test_a_new_ban_is_news_in_the_first_week(tmp_path, of_none):
    in_force = in_force_a_week_later(study(tmp_path, BAN, f"history.load={of_none}", runs=1))
    assert (in_force.by_class[measures.BAN] > 0).any()
    assert (in_force.news[:-1].astype(bool) == (in_force.by_class[measures.BAN] > 0).any(axis=0)).all()


def test_regimes_that_are_saved_together_go_on_by_name(tmp_path, both):
    other = tmp_path / "third.yaml"
    shutil.copy(BAN, other)
    with pytest.raises(InputError, match="holds none, ban and not third"):
        study(tmp_path, f"none,{other}", f"history.load={both}")
    alone = study(tmp_path, BAN, f"history.load={both}")
    assert alone.history.source("ban") == "ban"


def test_a_later_history_of_a_continued_study(tmp_path, of_none, unbroken):
    words = f"history.load={of_none}", "history.save=2021-05-31"
    first = study(tmp_path, "none", *words)
    run_study(first, progress=False)
    second = study(tmp_path, "none", f"history.load={first.saving.folder}")
    assert everything(run_study(second, progress=False))["none"].tobytes() == unbroken["none"].tobytes()
    with pytest.raises(InputError, match=r"history.save lies before 2021-04-18"):
        study(tmp_path, "none", f"history.load={of_none}", f"history.save={DATE}")


def test_threads_and_workers_agree(tmp_path, both, unbroken):
    with LocalCluster(2, threads_per_worker=1, dashboard_address=None) as cluster:
        workers = Dask(cluster.scheduler_address)
        there = study(tmp_path / "workers", f"none,{BAN}", f"history.save={DATE}")
        run_study(there, workers, progress=False)
        for file in sorted(both.glob("*/*.npz")):
            assert (there.saving.folder / file.parent.name / file.name).read_bytes() == file.read_bytes()
        going_on = study(tmp_path / "on", f"none,{BAN}", f"history.load={there.saving.folder}")
        found = everything(run_study(going_on, workers, progress=False))
    assert all(found[name].tobytes() == unbroken[name].tobytes() for name in unbroken)
    for threads in (1, 3):
        alone = study(tmp_path / str(threads), f"none,{BAN}", f"history.load={both}")
        found = everything(run_study(alone, Threads(threads), progress=False))
        assert all(found[name].tobytes() == unbroken[name].tobytes() for name in unbroken)


def test_what_is_missing_is_saved_and_nothing_else(tmp_path, unbroken):
    words = f"history.save={DATE}"
    run_study(study(tmp_path, "none"), progress=False)
    first = study(tmp_path, "none", words)
    run_study(first, progress=False)
    files = {path: path.stat().st_mtime_ns for path in first.saving.folder.rglob("*.npz")}
    batches = {path: path.stat().st_mtime_ns for path in (first.folder / "batches").glob("*.parquet")}
    assert len(files) == RUNS
    run_study(study(tmp_path, "none", words), progress=False)
    assert files == {path: path.stat().st_mtime_ns for path in first.saving.folder.rglob("*.npz")}
    assert batches == {path: path.stat().st_mtime_ns for path in (first.folder / "batches").glob("*.parquet")}

    spoilt = sorted(files)[2]
    whole = spoilt.read_bytes()
    spoilt.write_bytes(whole[:-7])
    (first.saving.folder / "none" / "0-4.npz").unlink()
    with (first.saving.folder / "index.csv").open("a") as file:
        file.write("none,0,5,cut sh")
    found = run_study(study(tmp_path, "none", words), progress=False)
    assert spoilt.read_bytes() == whole
    assert len(list(first.saving.folder.rglob("*.npz"))) == RUNS
    assert everything(found)["none"].tobytes() == unbroken["none"].tobytes()

    more = study(tmp_path, "none", words, runs=RUNS + 2)
    assert more.saving.folder == first.saving.folder
    run_study(more, progress=False)
    assert len(list(first.saving.folder.rglob("*.npz"))) == RUNS + 2


class Interrupted(Threads):
    """One thread that hears Ctrl-C after its third answer."""

    def answers(self, context: Context, calls: Iterable[Call]) -> Iterator[tuple[int, Answer]]:
        yield from islice(super().answers(context, calls), 3)
        raise KeyboardInterrupt


def test_an_interrupted_study_saves_the_rest_when_it_goes_on(tmp_path, both, unbroken):
    saving = study(tmp_path, f"none,{BAN}", f"history.save={DATE}")
    with pytest.raises(KeyboardInterrupt):
        run_study(saving, Interrupted(1), progress=False)
    found = everything(run_study(saving, progress=False))
    assert all(found[name].tobytes() == unbroken[name].tobytes() for name in unbroken)
    for file in sorted(both.glob("*/*.npz")):
        assert (saving.saving.folder / file.parent.name / file.name).read_bytes() == file.read_bytes()

    going_on = study(tmp_path / "on", f"none,{BAN}", f"history.load={both}")
    with pytest.raises(KeyboardInterrupt):
        run_study(going_on, Interrupted(1), progress=False)
    found = everything(run_study(going_on, progress=False))
    assert all(found[name].tobytes() == unbroken[name].tobytes() for name in unbroken)


def test_the_end_of_a_study_says_where_the_history_lies(tmp_path, capsys):
    saving = study(tmp_path, "none", f"history.save={DATE}", runs=1)
    run_study(saving)
    assert f"at the end of 2021-04-18 is saved: history.load={saving.saving.folder}" in capsys.readouterr().err


def test_the_signature_names_the_history(tmp_path, of_none, of_ban, both):
    signatures = {study(tmp_path, BAN, f"history.load={folder}").signature for folder in (of_none, of_ban, both)}
    signatures.add(study(tmp_path, BAN).signature)
    assert len(signatures) == 4
    moved = tmp_path / "moved"
    shutil.copytree(of_ban, moved)
    assert study(tmp_path, BAN, f"history.load={moved}").signature in signatures


def test_a_continued_run_is_done_again(tmp_path, of_none, capsys):
    results = run_study(study(tmp_path, f"none,{BAN}", f"history.load={of_none}"), progress=False)
    replay(load(["command=replay", f"replay.store={results.folder}", "replay.run=ban/0/3"]))
    assert "It equals the stored one, bit for bit." in capsys.readouterr().out


def test_a_run_that_failed_before_stays_failed(tmp_path, of_none):
    going_on = study(tmp_path, "none", f"history.load={of_none}", runs=1)
    call = going_on.call(Branch(("none",)), np.array([0]), np.array([0]), going_on.design.draws)
    stopped = np.array([1, 30, 7, 2])
    past = pack(new_state(going_on.world), new_records(going_on.world, 1), stopped)
    found = answer(going_on.context, call._replace(histories=(past,)))
    assert found.status.tolist() == [[stopped.tolist()]]
    assert not found.values.any()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["firms=61"], "saved with 60 firms"),
        (["end=2021-05-31"], "2021-01 to 2021-06, and this one is of 2021-01 to 2021-05"),
        (["start=2021-01-05"], "another world"),
        (["behaviour.slots=9"], "another world"),
        (["behaviour.lift=3"], "differs in lift"),
        ([f"design.runs={RUNS + 1}"], f"does not hold run {RUNS} of draw 0 under none"),
    ],
)
def test_a_history_that_does_not_fit_is_refused(tmp_path, of_none, words, told):
    kept = [word for word in SETTINGS if word.split("=")[0] not in {each.split("=")[0] for each in words}]
    runs = [] if any(word.startswith("design.runs") for word in words) else [f"design.runs={RUNS}"]
    with pytest.raises(InputError, match=told):
        study_of(load([*kept, *runs, "regimes=[none]", f"results_dir={tmp_path}", f"history.load={of_none}", *words]))


def test_another_seed_is_another_future_of_the_same_past(tmp_path, of_none, unbroken):
    words = f"history.load={of_none}", "design.seed=2"
    found = everything(run_study(study(tmp_path, "none", *words), progress=False))["none"]
    assert found[:, :LAST_MONTHS_APART].tobytes() == unbroken["none"][:, :LAST_MONTHS_APART].tobytes()
    assert (found[:, -1] != unbroken["none"][:, -1]).any()


def change_about(folder: Path, **values: object) -> None:
    path = folder / "history.json"
    told = json.loads(path.read_text()) | values
    del told["seal"]
    path.write_text(sealed(told))


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (shutil.rmtree, "not the folder of a saved history"),
        (lambda folder: (folder / "history.json").write_text("{}"), "not the folder of a saved history"),
        (lambda folder: change_about(folder, format=7, version="7.1"), r"reroute 7.1 \(format 7\)"),
        (lambda folder: change_about(folder, sources="0" * 32), "other rules"),
        (lambda folder: (folder / "index.csv").unlink(), "does not hold run 0 of draw 0"),
    ],
)
def test_a_spoilt_history_is_refused_at_once(tmp_path, of_none, spoil, told):
    folder = tmp_path / "history"
    shutil.copytree(of_none, folder)
    spoil(folder)
    with pytest.raises(InputError, match=told):
        study(tmp_path, "none", f"history.load={folder}")


def test_a_spoilt_state_is_refused(tmp_path, of_none):
    folder = tmp_path / "history"
    shutil.copytree(of_none, folder)
    going_on = study(tmp_path, "none", f"history.load={folder}")
    path = folder / "none" / "0-2.npz"
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(InputError, match=r"0-2.npz is cut short or was changed"):
        run_study(going_on, progress=False)
    path.unlink()
    with pytest.raises(InputError, match=r"0-2.npz cannot be read"):
        run_study(going_on, progress=False)


def test_dates_outside_the_run_are_refused():
    for day in ("2020-12-31", "2021-07-01"):
        with pytest.raises(InputError, match=f"history.save={day} lies outside"):
            load([*SETTINGS, f"history.save={day}"])


def test_no_object_is_ever_unpickled(tmp_path, of_none):
    """A file that would run code when unpickled is refused, and its code is not run."""
    each = study(tmp_path, "none", runs=1)
    state, record, status = new_state(each.world), new_records(each.world, 1), np.zeros(4, np.int64)
    names = ["status", *(name for name, _, _ in lasting(state, "state."))]
    names += [f"record.{name}" for name in record._fields]
    sink = io.BytesIO()
    np.savez(sink, **dict.fromkeys(names, np.array([Trap(tmp_path / "sprung")], object)))
    for data in (sink.getvalue(), pickle.dumps(Trap(tmp_path / "sprung")), b""):
        with pytest.raises(InputError, match="cannot be read|as object"):
            unpack(data, each.world, state, record, status)
    assert not (tmp_path / "sprung").exists()
    with np.load(of_none / "none" / "0-0.npz", allow_pickle=False) as file:
        assert set(file.files) == set(names)
        assert all(file[name].dtype != object for name in file.files)


class Trap:
    """Makes a file when unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple:
        return Path.touch, (self.path,)


def test_states_of_other_shapes_or_names_are_refused(tmp_path):
    each = study(tmp_path, "none", runs=1)
    state, record, status = new_state(each.world), new_records(each.world, 1), np.zeros(4, np.int64)
    data = pack(state, record, status)
    unpack(data, each.world, state, record, status)
    longer = state._replace(ledger=np.zeros(state.ledger.size + 1))
    wider = state._replace(ledger=state.ledger.astype(np.float32))
    for other in (longer, wider):
        with pytest.raises(InputError, match=r"state.ledger as float64 \(\d+,\), and here it is"):
            unpack(data, each.world, other, record, status)
    with pytest.raises(InputError, match="lacks record.another"):
        unpack(data, each.world, state, Another(np.zeros(1)), status)


class Another(tuple):
    """A record with one field that no version has."""

    _fields = ("another",)

    def __new__(cls, array: np.ndarray) -> "Another":
        return super().__new__(cls, (array,))
