"""What docs print from declarations: `python -m sim.reference` writes it, in the checkout at hand or the one given.

Whole pages are printed from the state and the parameters; tables within a page stand between two marks.
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path

from sim.handbook import BOOK, with_next
from sim.outcomes.outcomes import outcomes_table
from sim.policy.describe import instruments_table
from sim.report.fit.validation import numbers
from sim.state.pages import PAGES
from sim.world.tables.readme import columns_tables

TABLES: tuple[tuple[str, str, Callable[[], str]], ...] = (
    ("docs/regimes.md", "instruments", instruments_table),
    ("docs/outcomes.md", "outcomes", outcomes_table),
    ("docs/tables.md", "columns", columns_tables),
    ("docs/validation.md", "validation", numbers),
)
"""Page, mark, and what prints the table."""


def printed(folder: Path) -> dict[Path, str]:
    """Give every page of a checkout that holds something printed, as it should be.

    Parameters
    ----------
    folder
        Of the checkout: holds the pages of `TABLES`, with their marks.

    Returns
    -------
    dict
        Path to text.

    Raises
    ------
    ValueError
        If a page lacks a mark, or has it twice.
    """
    pages = {folder / "docs" / page: with_next(page, text()) for page, text in (PAGES | BOOK).items()}
    for page, mark, table in TABLES:
        path = folder / page
        begin, end = f"<!-- {mark}: printed by python -m sim.reference -->", f"<!-- end of {mark} -->"
        text = pages.get(path) or path.read_text(encoding="utf-8")
        found = re.findall(f"{re.escape(begin)}.*?{re.escape(end)}", text, re.DOTALL)
        if len(found) != 1:
            raise ValueError(f"{path} should have {begin} and {end} once.")
        pages[path] = text.replace(found[0], f"{begin}\n\n{table()}\n\n{end}")
    return pages


if __name__ == "__main__":
    for path, text in printed(Path(*sys.argv[1:])).items():
        path.write_text(text, encoding="utf-8")
