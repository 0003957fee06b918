"""The reader: text stays text, lines are kept, and nothing in a file can do anything."""

import os

import pytest

from sim.errors import InputError
from sim.nodes import Node, day, number, parse, read_tree, words
from sim.policy.language.load import load_regime


def test_scalars_stay_text_and_lines_are_kept():
    tree = parse("country: NO\nwhen: 2022-06-21\nlist: [yes, 0x10, ~]\n", "f.yaml")
    assert tree.value["country"] == Node("NO", 1, "f.yaml")
    assert tree.value["when"].value == "2022-06-21"
    assert words(tree.value["list"]) == ("yes", "0x10", "~")
    assert tree.value["list"].line == 3


@pytest.mark.parametrize(
    ("content", "line", "words_of_error"),
    [
        ("a: 1\na: 2\n", 2, "stands twice"),
        ("a: &x 1\n", 1, "anchors"),
        ("a: 1\nb: *x\n", 2, "aliases"),
        ("a: !!python/object/apply:os.system [ls]\n", 1, "tags"),
        ("a: !include /etc/passwd\n", 1, "tags"),
        ("!!set {a, b}\n", 1, "tags"),
        ("a: 1\n---\nb: 1\n", 2, "one document"),
        ("a: [1, 2\n", 2, "broken"),
        ("a: The ban: from 2025\n", 1, "goes in quotes"),
        ("a:\n\t- 1\n", 2, "broken"),
        ("? [a, b]\n: 1\n", 1, "a key is a plain word"),
        ("- a\n", 1, "list of keys"),
        ("[" * 5000, 1, "nested"),
        ("{a: " * 5000, 1, "nested"),
        ("a: \x07\n", None, "broken"),
    ],
)
def test_what_the_language_refuses(content, line, words_of_error):
    where = f"line {line}: " if line else ""
    with pytest.raises(InputError, match=rf"f\.yaml(, )?{where}.*{words_of_error}"):
        parse(content, "f.yaml")


def test_a_bomb_of_aliases_is_refused_at_its_first_anchor():
    lines = ["a: &a [x, x]"]
    lines += [f"{new}: &{new} [*{old}, *{old}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)]
    with pytest.raises(InputError, match="line 1: anchors"):
        parse("\n".join(lines), "f.yaml")


def test_a_large_file_is_refused_before_it_is_parsed(tmp_path):
    path = tmp_path / "large.yaml"
    path.write_text("a: " + "x" * 300_000, encoding="utf-8")
    with pytest.raises(InputError, match="at most 200,000 bytes"):
        read_tree(path, "large.yaml")


def test_bytes_that_are_not_text_are_refused(tmp_path):
    path = tmp_path / "bytes.yaml"
    path.write_bytes(b"a: 1\nb: \xff\xfe\n")
    with pytest.raises(InputError, match="line 2: the text is not UTF-8"):
        read_tree(path, "bytes.yaml")


def test_a_folder_or_a_pipe_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "folder.yaml").mkdir()
    for name in ("pipe.yaml", "folder.yaml", "missing.yaml"):
        with pytest.raises(InputError, match="there is no such file"):
            read_tree(tmp_path / name, name)


@pytest.mark.parametrize("word", ["nan", "inf", "1e999", "0x10", "1_000", "", "one", "${oc.env:HOME}", "1e9999"])
def test_what_is_no_number(word):
    with pytest.raises(InputError, match=r"f, line 7: .*not a number"):
        number(Node(word, 7, "f"))


@pytest.mark.parametrize("word", ["2022-13", "22-01-01", "2022-02-30", "today", "2022/01/01"])
def test_what_is_no_date(word):
    with pytest.raises(InputError, match=r"f, line 7: .*not a date"):
        day(Node(word, 7, "f"))


def test_interpolation_and_targets_are_plain_words(tmp_path, monkeypatch):
    """Nothing of the environment reaches a regime, and no key names something to call."""
    monkeypatch.setenv("SECRET", "the-secret")
    path = tmp_path / "own.yaml"
    path.write_text("purpose: ${oc.env:SECRET} ${SECRET} $SECRET\nbackground: replaces\n", encoding="utf-8")
    assert load_regime(path).purpose == "${oc.env:SECRET} ${SECRET} $SECRET"
    path.write_text("purpose: x\nbackground: replaces\n_target_: os.system\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 3: unknown key '_target_'"):
        load_regime(path)
