"""The answer in a few sentences, as Markdown, and the copy of a study that is committed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from sim.report.page.facts import short
from sim.report.page.headline import answer, asides, of_ranges
from sim.report.page.swap import OUTDATED, replace_files
from sim.report.shown import Shown
from sim.report.words import counted

# Escaped is only what Markdown or HTML would read as markup, so that the file reads well as it stands.
_INSIDE = r"[\\`*\[]|(?<!\w)_|_(?!\w)|<(?=[A-Za-z/!?])|&(?=#?\w+;)|~(?=~)"  # code, emphasis, links, tags, strikes
_AT_START = r"^(?:#|>|[-+](?=\s))"  # headings, quotations, lists
_MARKUP = re.compile(f"{_INSIDE}|{_AT_START}", re.MULTILINE)
MOST_TABLE_BYTES = 200_000


class Folder(Protocol):
    """A stored study: its folder and signature."""

    folder: Path
    signature: str


def escape(text: str) -> str:
    r"""Escape what Markdown or HTML would read as markup.

    Parameters
    ----------
    text : str
        Any text.

    Examples
    --------
    >>> print(escape("<b>us_eu</b>"))
    \<b>us_eu\</b>
    """
    return _MARKUP.sub(r"\\\g<0>", text)


def markdown(study: Shown, facts: Mapping[str, object], figures: Sequence[str]) -> str:
    """Write the answer of a study.

    Parameters
    ----------
    study : Shown
        What is compared.
    facts : mapping
        From `facts.collect`.
    figures : sequence of str
        File stems.

    Returns
    -------
    str
        Markdown.
    """
    blocks = (answer(study), facts["basis"], [*asides(study), *facts["lost"]])
    sentences = "\n\n".join("\n".join(escape(each) for each in block) for block in blocks if block)
    limits = "\n".join(f"- {escape(limit)}" for limit in facts["limits"])
    pictures = "\n\n".join(
        [f"![{name.replace('_', ' ')}](figures/{name}.png)" for name in figures]
        + [f"Not drawn: {escape(each)}." for each in facts["absent"]]
    )
    return (
        f"# {escape(str(facts['title']))}\n\n{sentences}\n\n"
        f"Compared over {study.windows}, {counted(study.runs, 'run')} a regime{facts['draws']}. {of_ranges(study)} "
        "In scope are the goods made in the region that the measures by which the regimes differ name, by commodity, "
        "way and day.\n\n"
        f"## What it cannot say\n\n{limits}\n\n## Figures\n\n{pictures}\n\n## Do it again\n\n"
        f"    {facts['command']}\n\nSignature {facts['short_signature']}.\n"
    )


def write_committed(results: Folder, folder: Path) -> list[Path]:
    """Copy answer, figures and small tables of a study to the folder that is committed.

    Each table ends with a line that names the signature; figures and the answer carry it already. Tables and figures
    of an earlier copy that this study does not have are deleted.

    Parameters
    ----------
    results : Results
        Stored, with its report written.
    folder : Path
        `results/<slug>`; made if missing.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    InputError
        If one cannot be written; the earlier copy then stays whole.
    """
    files = {}
    for source in (*results.folder.glob("tables/*.csv"), *results.folder.glob("figures/*.png")):
        place = source.relative_to(results.folder).as_posix()
        if source.suffix == ".png":
            files[place] = source.read_bytes()
        elif source.stat().st_size <= MOST_TABLE_BYTES:
            files[place] = source.read_bytes() + f"# signature {short(results.signature)}\n".encode()
    answered = {"answer.md": (results.folder / "answer.md").read_bytes()}
    return replace_files(folder, dict(sorted(files.items())) | answered, OUTDATED)
