import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.store.digest import FORMAT
from sim.store.sealed import sealed
from sim.store.store import Store, check_format, stored_batches

DATA = bytes(range(256)) * 100


def start(code: str, *words: str) -> subprocess.Popen:
    """Run code in another process; it tells a line when it is ready."""
    return subprocess.Popen([sys.executable, "-c", textwrap.dedent(code), *words], stdout=subprocess.PIPE, text=True)


def entries(folder: Path, family: str = "family"):
    with Store(folder) as store:
        return [(entry.digest, store.intact(entry)) for entry in store.entries(family)]


def test_a_batch_is_found_again(tmp_path):
    with Store(tmp_path / "runs") as store:
        entry = store.write("digest", "family", 0, 50, DATA)
        assert store.entries("family") == [entry]
    with Store(tmp_path / "runs") as store:
        assert store.entries("family") == [entry]
        assert store.entries("another") == []
        assert store.path("digest").read_bytes() == DATA
    assert (tmp_path / "runs" / "batches" / "index.csv").read_text().splitlines()[
        0
    ] == "digest,family,first,stop,sha256,check"


@pytest.mark.parametrize("spoil", ["cut", "flip", "remove"])
def test_a_spoilt_batch_is_known(tmp_path, spoil):
    with Store(tmp_path) as store:
        store.write("digest", "family", 0, 50, DATA)
        path = store.path("digest")
    if spoil == "cut":
        os.truncate(path, len(DATA) // 2)
    elif spoil == "flip":
        path.write_bytes(DATA[:-1] + bytes([DATA[-1] ^ 1]))
    else:
        path.unlink()
    assert entries(tmp_path) == [("digest", False)]


def test_a_batch_done_again_replaces_the_spoilt_one(tmp_path):
    with Store(tmp_path) as store:
        store.write("digest", "family", 0, 50, DATA[:100])
        store.write("digest", "family", 0, 50, DATA)
    assert entries(tmp_path) == [("digest", True)]


def test_a_torn_last_line_of_the_index_loses_only_that_batch(tmp_path):
    with Store(tmp_path) as store:
        for name in ("one", "two"):
            store.write(name, "family", 0, 50, DATA)
    index = tmp_path / "batches" / "index.csv"
    os.truncate(index, index.stat().st_size - 20)
    assert entries(tmp_path) == [("one", True)]
    with Store(tmp_path) as store:
        store.write("three", "family", 0, 50, DATA)
    assert entries(tmp_path) == [("one", True), ("three", True)]


@pytest.mark.parametrize("place", range(0, 160, 7))
def test_a_flipped_bit_of_the_index_loses_only_that_batch(tmp_path, place):
    with Store(tmp_path) as store:
        for name in ("one", "two"):
            store.write(name, "family", 0, 50, DATA)
    index = tmp_path / "batches" / "index.csv"
    heading, *lines = index.read_bytes().splitlines(keepends=True)
    spoilt = bytearray(lines[0])
    spoilt[place % (len(spoilt) - 1)] ^= 1
    index.write_bytes(heading + spoilt + lines[1])
    assert entries(tmp_path) == [("two", True)]


def test_an_index_of_an_older_version_is_read_and_checked_from_then_on(tmp_path):
    with Store(tmp_path) as store:
        store.write("one", "family", 0, 50, DATA)
    index = tmp_path / "batches" / "index.csv"
    text = index.read_text()
    index.write_text("\n".join(line.rpartition(",")[0] for line in text.splitlines()) + "\n")
    assert entries(tmp_path) == [("one", True)]
    assert index.read_text() == text


def test_partial_files_of_a_dead_process_are_cleared(tmp_path):
    with Store(tmp_path):
        pass
    left = tmp_path / "batches" / "digest.parquet.partial"
    left.write_bytes(b"half")
    with Store(tmp_path):
        assert not left.exists()


def test_another_format_is_refused_and_left_alone(tmp_path):
    told = json.dumps({"format": FORMAT + 1, "version": "9.8.7"})
    (tmp_path / "store.json").write_text(told)
    with (
        pytest.raises(InputError, match=rf"reroute 9\.8\.7 \(format {FORMAT + 1}\), and this is .*\(format {FORMAT}\)"),
        Store(tmp_path),
    ):
        pass
    assert (tmp_path / "store.json").read_text() == told
    (tmp_path / "store.json").write_text(json.dumps({"format": FORMAT, "version": "9.8.7"}))
    with Store(tmp_path):  # the lock was given back
        pass


@pytest.mark.parametrize("text", ["", "[]", "{}", "\x00", "{"])
def test_a_spoilt_format_file_is_refused(tmp_path, text):
    (tmp_path / "store.json").write_text(text)
    with pytest.raises(InputError, match="cannot be read"):
        check_format(tmp_path / "store.json")


def test_a_second_process_is_refused_and_a_dead_one_is_not_in_the_way(tmp_path):
    code = """
        import sys, time
        from pathlib import Path
        from sim.store.store import Store
        with Store(Path(sys.argv[1])):
            print("ready", flush=True)
            time.sleep(60)
    """
    with start(code, str(tmp_path)) as process:
        assert process.stdout.readline() == "ready\n"
        with pytest.raises(InputError, match="Another process is writing"), Store(tmp_path):
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
        with Store(tmp_path) as store:
            store.write("digest", "family", 0, 50, DATA)
    assert entries(tmp_path) == [("digest", True)]


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(InputError, match=r"file/runs cannot be written \(.*\): choose another place"),
        Store(tmp_path / "file" / "runs"),
    ):
        pass


def test_killed_while_writing_leaves_whole_batches(tmp_path):
    code = """
        import sys
        from pathlib import Path
        from sim.store.store import Store
        with Store(Path(sys.argv[1])) as store:
            for number in range(100_000):
                store.write(f"digest{number}", "family", number, number + 1, bytes([number % 256]) * 300_000)
                print("written", flush=True)
    """
    with start(code, str(tmp_path)) as process:
        for _ in range(20):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    found = entries(tmp_path)
    assert len(found) >= 20
    assert all(intact for _, intact in found)
    assert not list(tmp_path.rglob("*.partial"))


def test_a_full_disk_is_told_in_a_sentence_and_loses_nothing(tmp_path):
    code = """
        import resource, sys
        from pathlib import Path
        from sim.store.store import Store
        from sim.errors import InputError
        with Store(Path(sys.argv[1])) as store:
            store.write("small", "family", 0, 1, b"a" * 10_000)
            resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
            try:
                store.write("large", "family", 1, 2, b"b" * 100_000)
            except InputError as error:
                print(error)
    """
    with start(code, str(tmp_path)) as process:
        told = process.stdout.read()
    assert told.startswith("The disk is full")
    assert told.count("\n") == 1
    assert entries(tmp_path) == [("small", True)]
    assert not list(tmp_path.rglob("*large*"))


@pytest.mark.parametrize(
    "batches",
    [None, 3, [None], [{}], [{"digest": "a", "family": "b", "places": [0], "sha256": "c"}],
     [{"digest": "../a", "family": "b", "places": [0, 5], "sha256": 64 * "0"}]],
)  # fmt: skip
def test_a_manifest_that_tells_no_batches_fills_no_index(tmp_path, batches):
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "manifest.json").write_text(sealed({"batches": batches}))
    with Store(tmp_path) as store:
        assert not store.entries("b")
    assert stored_batches(tmp_path) == ([], True)
