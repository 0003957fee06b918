"""The headline of a stored answer is its first clause, whole."""

import pytest

from sim.results.told import ANSWER, headline


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("It falls by 3 %.", "It falls by 3 %."),
        ("It falls by 3 %; other ways gain.", "It falls by 3 %"),
        ("It falls (2021 to 2028; 9 in 10 runs: 2 to 4 %); more.", "It falls (2021 to 2028; 9 in 10 runs: 2 to 4 %)"),
        ("Under “a; b (c” it falls; more.", "Under “a; b (c” it falls"),
        ("It falls (by (a; b) 3 %; c); more.", "It falls (by (a; b) 3 %; c)"),
        ("It falls (by 3 %; more.", "It falls (by 3 %"),
        (r"It falls \<by\> 3 %; more.", "It falls <by> 3 %"),
        ("", ""),
    ],
)
def test_a_semicolon_in_brackets_or_in_a_name_ends_no_clause(tmp_path, line, first) -> None:
    (tmp_path / ANSWER).write_text(f"# A question\n\n{line}\nMore.\n" if line else "# A question\n", encoding="utf-8")
    assert headline(tmp_path) == first


@pytest.mark.parametrize("part", ["(", "“", "()", ")(", "; (", "“(”"])
def test_a_line_made_to_be_slow_is_read_at_once(tmp_path, part) -> None:
    (tmp_path / ANSWER).write_text("a" + part * 300_000, encoding="utf-8")
    assert headline(tmp_path).startswith("a")
