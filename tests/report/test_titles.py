"""Regimes are called by their titles wherever a reader meets them, and by their names where there is no title."""

from types import SimpleNamespace

import pytest

from sim.analysis.compared import Comparison
from sim.errors import InputError
from sim.policy.language.load import LONGEST_TITLE, library, load_regime


@pytest.fixture
def write(tmp_path):
    def write_file(*lines):
        path = tmp_path / "mine.yaml"
        path.write_text("\n".join(("purpose: A test.", "background: replaces", *lines)) + "\n", encoding="utf-8")
        return path

    return write_file


def test_every_regime_of_the_library_has_a_title_of_its_own():
    titles = {name: load_regime(name).title for name in library() if "/" not in name}
    assert [name for name, title in titles.items() if title == name] == []
    assert len(set(titles.values())) == len(titles)


def test_a_regime_without_a_title_is_called_by_its_name(write):
    assert load_regime(write()).title == "mine"
    assert load_regime(write("include: uflpa")).title == "mine"


def test_a_title_is_one_line_of_few_letters(write):
    assert load_regime(write("title: >", "  Ban of", "  Japan (2027)")).title == "Ban of Japan (2027)"
    with pytest.raises(InputError, match=rf"mine.yaml, line 3: the title has at most {LONGEST_TITLE} letters"):
        load_regime(write(f"title: {'x' * (LONGEST_TITLE + 1)}"))
    with pytest.raises(InputError, match=r"line 3: the title is a few words"):
        load_regime(write("title:"))
    with pytest.raises(InputError, match=r"line 3: one value is expected"):
        load_regime(write("title: [a, b]"))


def test_a_title_is_no_part_of_what_results_are_named_by(write):
    plain, titled = load_regime(write()), load_regime(write("title: A ban"))
    assert repr(plain) == repr(titled)
    assert plain == titled


def test_two_regimes_of_one_title_are_told_apart_by_their_names():
    laws = {name: SimpleNamespace(title=title) for name, title in [("a", "A ban"), ("b", "A ban"), ("c", "Another")]}
    results = SimpleNamespace(regimes=("a", "b", "c", "d"))
    study = Comparison(results, "c", world=None, dates=None, scopes={}, laws=laws)
    assert study.titles == {"a": "A ban (a)", "b": "A ban (b)", "c": "Another", "d": "d"}


@pytest.mark.slow
def test_page_and_answer_name_regimes_by_title_alone(page):
    for file in (page, page.parent / "answer.md"):
        told = file.read_text(encoding="utf-8").partition("Do it again</h2>" if file == page else "## Do it again")[0]
        assert "Import ban of the United States (2022)" in told
        for name in ("uflpa", "us_eu", "none"):
            assert f"\u201c{name}\u201d" not in told
            assert f">{name}<" not in told
