"""Stored files damaged at random, from fixed seeds: readers answer as before or refuse in a sentence, nothing hangs.

`REROUTE_FUZZ` says how many cases. Case `i` is always the same damage of the same file. Now and then the command that
made the study mends what was damaged, to the same bits.
"""

import copy
import hashlib
import io
import json
import os
import random
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.config import load
from sim.ensemble import Study, run_study
from sim.errors import InputError
from sim.kernels.week import FINE, simulate
from sim.outcomes.outcomes import new_records
from sim.results.results import Results
from sim.results.verify import verify
from sim.state import new_state, single
from sim.store.history import History
from sim.store.saved_state import unpack
from sim.store.sealed import SEAL, sealed
from sim.store.store import Store
from tests.ensemble.small import BAN, SETTINGS
from tests.shared_worlds import study_of

pytestmark = pytest.mark.slow

CASES = int(os.environ.get("REROUTE_FUZZ", "300"))
MENDED_EVERY = 250
LONGEST_SENTENCE = 2000


class Stored:
    """A finished study with a saved history, what readers answer from it, and the bytes of every file."""

    def __init__(self, study: Study, going_on: Study) -> None:
        self.study, self.going_on, self.store = study, going_on, study.folder
        self.folder, self.history = study.folder / study.signature, study.saving.folder
        self.files = {path: path.read_bytes() for path in study.folder.rglob("*") if path.is_file()}
        self.files.pop(study.folder / ".lock", None)
        self.answers = answers(self.folder)

    def restore(self, path: Path) -> None:
        for each in {path, self.store / "store.json", self.store / "batches" / "index.csv"}:
            if each.is_dir():
                each.rmdir()
            each.write_bytes(self.files[each])


@pytest.fixture(scope="module")
def stored(tmp_path_factory) -> Stored:
    folder = tmp_path_factory.mktemp("stored")
    words = [*SETTINGS, "observe=totals", "design.runs=3", f"results_dir={folder}"]
    study = study_of(load([*words, f"regimes=[none,{BAN}]", "history.save=2021-04-14"]))
    run_study(study, progress=False)
    going_on = study_of(load([*words, f"regimes=[none,{BAN}]", f"history.load={study.saving.folder}"]))
    return Stored(study, going_on)


def answers(folder: Path) -> bytes:
    """All that is read of a study; who seals a manifest again may put its regimes in another order."""
    results: Results = sim.open_results(folder)
    columns = results.series["column"].tolist()
    values = b"".join(results.wide(regime, columns).tobytes() for regime in sorted(results.regimes))
    frames = results.series, results.draws, results.runs, results.failures
    names = repr([(list(each.columns), list(each.index), each.to_numpy().tolist()) for each in frames])
    return values + names.encode() + repr((sorted(results.regimes), results.months, results.against)).encode()


# Damage of bytes: each takes a generator and the bytes, and gives other bytes.


def flip(draw: random.Random, data: bytes) -> bytes:
    spoilt = bytearray(data)
    for _ in range(draw.choice([1, 1, 1, 2, 8])):
        spoilt[draw.randrange(len(spoilt))] ^= 1 << draw.randrange(8)
    return bytes(spoilt)


def cut(draw: random.Random, data: bytes) -> bytes:
    return data[: draw.randrange(len(data))]


def behead(draw: random.Random, data: bytes) -> bytes:
    return data[draw.randrange(1, len(data)) :]


def blank(draw: random.Random, data: bytes) -> bytes:
    first = draw.randrange(len(data))
    length = min(draw.choice([1, 16, 512, 4096]), len(data) - first)
    return data[:first] + bytes(length) + data[first + length :]


def noise(draw: random.Random, data: bytes) -> bytes:
    return draw.randbytes(draw.choice([0, 1, 10, 1000, len(data)]))


def insert(draw: random.Random, data: bytes) -> bytes:
    place = draw.randrange(len(data))
    return data[:place] + draw.choice([b"\n", b",", b"\x00", b"\xff\xfe", draw.randbytes(20)]) + data[place:]


def other_digit(draw: random.Random, data: bytes) -> bytes:
    places = [place for place, each in enumerate(data) if chr(each).isdigit()]
    if not places:
        return data + b"1"
    place = draw.choice(places)
    return data[:place] + draw.choice(b"0123456789").to_bytes(1, "big") + data[place + 1 :]


def without_a_line(draw: random.Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    del lines[draw.randrange(len(lines))]
    return b"".join(lines)


def swapped_lines(draw: random.Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    one, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


BYTES = (flip, flip, flip, cut, behead, blank, noise, insert, other_digit, without_a_line, swapped_lines)
VALUES = (None, True, 0, -1, 1, 7, 10**9, 10**40, 0.5, float("nan"), "", "none", "../x", "9" * 50, [], {}, [[]], [None])


def edited(draw: random.Random, data: bytes) -> bytes:
    """Edit a JSON file somewhere; half of the time seal it again, as somebody who knows how would."""
    told = json.loads(data)
    seal = told.pop(SEAL, None)
    within, key = draw.choice(list(places(told)))
    how = draw.randrange(4)
    if how == 0:
        del within[key]
    elif how == 1 and isinstance(within, list) and len(within) > 1:
        draw.shuffle(within)
    elif how == 2 and isinstance(within[key], int):
        within[key] += draw.choice([-1, 1, 2, 50])
    else:
        within[key] = copy.deepcopy(draw.choice(VALUES))
    if seal is None:
        return json.dumps(told).encode()
    return (sealed(told) if draw.random() < 0.5 else json.dumps({**told, SEAL: seal})).encode()


def places(told: object) -> Iterator[tuple[dict | list, object]]:
    inside = told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ()
    for key, value in list(inside):
        yield told, key
        yield from places(value)


def damage(draw: random.Random, path: Path, stored: Stored) -> str:
    """Damage a file; say how."""
    data = stored.files[path]
    kind = draw.random()
    if kind < 0.03:
        path.unlink()
        return "gone"
    if kind < 0.05:
        path.unlink()
        path.mkdir()
        return "a folder"
    if kind < 0.12:
        path.write_bytes(stored.files[draw.choice(sorted(stored.files))])
        return "the bytes of another file"
    how = edited if path.suffix == ".json" and kind < 0.6 else draw.choice(BYTES)
    path.write_bytes(how(draw, data))
    return how.__name__


def read_history(stored: Stored) -> bytes:
    """Read the saved state of a run as a study does that continues it."""
    history, world = History(stored.history), stored.going_on.world
    history.check(stored.going_on)
    state, record, status = new_state(world), new_records(world, 1), np.zeros(4, np.int64)
    unpack(history.read("none", 0, 1), world, state, record, status)
    return state.firms.share.tobytes()


def open_store(stored: Stored) -> None:
    with Store(stored.store) as store:
        assert all(store.intact(entry) or True for family in list(store._entries) for entry in store.entries(family))


def refused(do: Callable[[], object]) -> tuple[object, bool]:
    """What is answered, or None and that it was refused in one plain sentence."""
    try:
        return do(), False
    except InputError as error:
        sentence = str(error)
        assert sentence
        assert "\n" not in sentence
        assert "Traceback" not in sentence
        assert len(sentence) < LONGEST_SENTENCE
        return None, True


def look(stored: Stored, path: Path, how: str, expected_state: bytes) -> None:
    """Let every reader of a damaged file answer as before, or refuse; what is refused is known to `verify`."""
    found, is_refused = refused(lambda: answers(stored.folder))
    assert is_refused or found == stored.answers
    if is_refused and how not in ("gone", "edited"):  # no manifest is no fault; what is sealed again is as written
        faults, _ = refused(lambda: [each for each in verify(stored.store) if each.fault])
        assert faults is None or faults
    if stored.history in path.parents:
        found, is_refused = refused(lambda: read_history(stored))
        assert is_refused or found == expected_state
    if path.name in ("store.json", "index.csv"):
        refused(lambda: open_store(stored))


def case(draw: random.Random) -> int:
    """A damage, by the seed of all that is drawn for it."""
    return draw.randrange(10**9)


def test_damaged_files_are_answered_as_before_or_refused(stored, tmp_path, hold):
    names, expected_state = sorted(stored.files), read_history(stored)

    def take(seed: int) -> None:
        draw = random.Random(seed)
        path = draw.choice(names)
        how = damage(draw, path, stored)
        try:
            look(stored, path, how, expected_state)
            if seed % MENDED_EVERY == 0 and how not in ("a folder", "edited"):
                mends(stored, tmp_path / str(seed))
        except Exception as error:
            error.add_note(f"{path.relative_to(stored.store)}, {how}")
            raise
        finally:
            stored.restore(path)

    hold(case, take)


def mends(stored: Stored, folder: Path) -> None:
    """Give the command again in a copy."""
    shutil.copytree(stored.store, folder)
    with suppress(InputError):  # another format
        run_study(replace(stored.study, folder=folder), progress=False)
        assert answers(folder / stored.study.signature) == stored.answers
        assert [each for each in verify(folder) if each.fault] == []
    shutil.rmtree(folder)


def changed_state(draw: random.Random, data: bytes) -> bytes:
    """A saved state in which some whole numbers of an array are others."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as new:
        chosen = draw.sample(old.namelist(), 3)
        for name in old.namelist():
            array = np.load(io.BytesIO(old.read(name)), allow_pickle=False)
            if name in chosen and array.dtype.kind in "iu" and array.size:
                limits = np.iinfo(array.dtype)
                for _ in range(draw.choice([1, 1, 5, array.size])):
                    value = draw.choice([0, 1, 2, draw.randrange(0, 300), limits.max, limits.min, -1])
                    array.flat[draw.randrange(array.size)] = max(limits.min, min(limits.max, value))
            one = io.BytesIO()
            np.lib.format.write_array(one, array, allow_pickle=False)
            new.writestr(name, one.getvalue())
    return sink.getvalue()


def test_a_state_of_any_numbers_is_refused_or_goes_on_within_its_arrays(stored):
    """What passes the checks is simulated: an index past the end would end this process."""
    world, policy = stored.going_on.world, stored.going_on.scenarios["ban"].policy
    data, begin = stored.files[stored.history / "ban" / "0-0.npz"], stored.study.save
    numbers = single(stored.going_on.design.draws[0])
    passed = 0
    for number in range(max(20, CASES // 25)):
        state, record, status = new_state(world), new_records(world, 1), np.zeros(4, np.int64)
        unpacked = partial(unpack, changed_state(random.Random(number), data), world, state, record, status)
        _, is_refused = refused(unpacked)
        if is_refused or status[0] != FINE:
            continue
        key = np.array([1, number], np.uint64)
        simulate(world, policy, numbers, key, np.array([begin, begin + 6]), state, record, status)
        passed += 1
    assert passed > 5


def test_the_digest_of_a_case_does_not_depend_on_how_many_there_are(stored):
    path = stored.folder / "manifest.json"
    one, other = (flip(random.Random(7), stored.files[path]) for _ in range(2))
    assert hashlib.sha256(one).digest() == hashlib.sha256(other).digest()
