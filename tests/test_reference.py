"""Docs print what the code declares."""

from pathlib import Path

import pytest

from sim.reference import TABLES, printed

CHECKOUT = Path(__file__).parents[1]


@pytest.mark.parametrize("path", printed(CHECKOUT), ids=lambda path: path.name)
def test_pages_are_printed_from_the_declarations(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == printed(CHECKOUT)[path], "print them anew: python -m sim.reference"


@pytest.mark.parametrize("times", [0, 2])
def test_a_page_without_its_marks_or_with_them_twice_is_refused(tmp_path: Path, times: int) -> None:
    for page, mark, _ in TABLES:
        begin, end = f"<!-- {mark}: printed by python -m sim.reference -->", f"<!-- end of {mark} -->"
        (tmp_path / page).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / page).write_text(f"# Page\n{begin}\n{end}\n" * times, encoding="utf-8")
    with pytest.raises(ValueError, match="once"):
        printed(tmp_path)
