"""What reaches a terminal: no letter that acts on it; and how a program ends when nobody reads or it is told to."""

import os
import shlex
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sim.config import load
from sim.terminal import setting, shown, told_if_slow

pytestmark = pytest.mark.slow

TINY = Path(__file__).parents[1] / "world" / "tiny"
REGIME = """purpose: "A ban\\e[31m of\\u202E goods\\0."
background: replaces
measures:
  ban: {sender: overseas, instrument: import_ban, start: 2021-03-01, scope: {true_origin: region}, source: assumed}
"""


def reroute(*words: str, cwd: Path, **how: object) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-m", "sim", *words], cwd=cwd, text=True, **how)


@pytest.mark.parametrize("letter", ["\x1b", "\x00", "\u202e", "\u2028", "\x9b", "\u200f", "\r"])
def test_letters_that_act_are_written_as_what_they_are(letter: str) -> None:
    assert shown(f"a{letter}b") == f"a{ascii(letter)[1:-1]}b"
    assert shown("Türkiye, 新疆, a\nb\tc") == "Türkiye, 新疆, a\nb\tc"


def test_the_words_of_a_regime_cannot_act_on_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(REGIME, encoding="utf-8")
    process = reroute(
        "show", f"world={TINY}", "regimes=[own.yaml]", cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert "A ban\\x1b[31m of\\u202e goods\\x00." in out
    assert not {"\x1b", "\u202e", "\x00"} & set(out + err)


def test_a_reader_that_has_seen_enough(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = reroute("show", f"world={TINY}", "regimes=[none]", cwd=tmp_path, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert process.communicate()[1] == ""
    assert process.returncode == 0


@pytest.mark.parametrize("words", [f"check world={TINY}", "--help", "--cfg job"])
@pytest.mark.parametrize("output", [">&-", "| true"])
def test_no_standard_output_at_all(words: str, output: str, tmp_path: Path) -> None:
    command = f"{sys.executable} -m sim {words} {output}"
    ended = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("words", ["rum", "--version", f"check world={TINY}"])
def test_a_disk_that_is_full(words: str, tmp_path: Path) -> None:
    output = "2>/dev/full" if words == "rum" else ">/dev/full"
    command = f"{sys.executable} -m sim {words} {output}"
    ended = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == (words != "rum")
    assert "Traceback" not in ended.stderr


AWKWARD = ["my world", "dünya", "a(1)", "a,b", "it's", "a=b", "[x]", "{y}", "a\\b", 'say "hi"', "$HOME", "a;b & c"]


@pytest.mark.parametrize("name", AWKWARD)
def test_commands_that_messages_print_can_be_typed(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).mkdir()
    for value in (name, str(tmp_path / name)):
        assert load(shlex.split(setting("world", value))).world == value
    assert load(shlex.split(setting("regimes", ["none", f"{name}.yaml"]))).regimes == ["none", f"{name}.yaml"]
    assert load([f"world={tmp_path / name}"]).world == str(tmp_path / name)  # as it stands, if it exists


@pytest.mark.parametrize(
    ("how", "told", "code"), [(signal.SIGTERM, "asked to end", 143), (signal.SIGINT, "stopped", 130)]
)
def test_a_process_that_is_asked_to_end_says_so(tmp_path: Path, how: signal.Signals, told: str, code: int) -> None:
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # children hear Ctrl-C also where a shell runs the tests aside
    words = (f"world={TINY}", "regimes=[none]", "design.runs=100000", f"results_dir={tmp_path}", "observe=totals")
    process = reroute(*words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=1)
    assert process.stderr is not None
    process.stderr.readline()  # it has begun to tell how far it is
    process.send_signal(how)
    last = process.communicate()[1]
    assert told in last
    assert "Traceback" not in last
    assert process.returncode == code


def test_what_takes_long_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    with told_if_slow("building ...", patience_s=0.01):
        told = ""
        while not told:
            told = capsys.readouterr().err
    assert told == "reroute: building ...\n"
    assert capsys.readouterr().err == ""


def test_what_is_quick_is_done_in_silence(capsys: pytest.CaptureFixture[str]) -> None:
    before = set(threading.enumerate())
    with told_if_slow("building ...", patience_s=60.0):
        (timer,) = set(threading.enumerate()) - before
    timer.join()  # it has been called off: it would hang a minute
    assert capsys.readouterr().err == ""
