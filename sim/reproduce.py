"""`reroute reproduce`: do a committed result again, from the command that stands in it, and compare every number.

A committed result is a folder with `answer.md`, which ends with its command and signature, and with `tables/`. Runs go
into a folder of their own, so that none that was stored with the result is taken for them.
"""

from __future__ import annotations

import csv
import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from sim.config import Config, load
from sim.errors import InputError, nearest
from sim.report import studies
from sim.terminal import say

AGAIN = re.compile(r"^## Do it again\n\n    reroute (.+)\n\nSignature ([0-9a-f]+)", re.MULTILINE)
FOLDER = "reproduced"
"""Under results_dir: where a result is done again."""

DIFFERENT = 1
"""Exit code when a number differs."""

FIRST_ROW = 2


class Committed(NamedTuple):
    """A committed result: its folder, the letters of its signature, the words of its command, its text before them."""

    folder: Path
    signature: str
    words: tuple[str, ...]
    text: str


class Compared(NamedTuple):
    """A table that was done again: what is said of it, and whether every cell is the same."""

    line: str
    same: bool


def run(config: Config) -> int:
    """Do a result again, and say which of its numbers are the same.

    Parameters
    ----------
    config
        With `reproduce.signature`; committed results are looked for under `results_dir`.

    Returns
    -------
    int
        Exit code: 0 if every number is the same.

    Raises
    ------
    InputError
        If there is no such result, or its command no longer runs.
    """
    committed = find(Path(config.results_dir), str(config.reproduce.signature))
    say(f"{committed.folder}: reroute {' '.join(committed.words)}")
    place = str(Path(config.results_dir) / FOLDER)
    again = replace(load(committed.words), results_dir=place, machine=config.machine, trace=config.trace)
    results = studies.run(again, import_module(f"sim.experiments.{again.slug}").REPORT)
    compared = list(compare(committed, results.folder))
    same = all(each.same for each in compared)
    lines = [each.line for each in compared]
    if not results.signature.startswith(committed.signature):
        lines.append(
            f"Its signature is {results.signature[: len(committed.signature)]} now: the program, the world or a regime "
            "was changed since it was written."
        )
    lines.append("Reproduced: every number is the same." if same else "NOT reproduced: some numbers differ.")
    say("\n".join(lines))
    return 0 if same else DIFFERENT


def find(folder: Path, signature: str) -> Committed:
    """Find a committed result by the first letters of its signature.

    Parameters
    ----------
    folder
        That holds committed results.
    signature
        As it stands below the figures.

    Raises
    ------
    InputError
        If there is none, or several.
    """
    every = list(_committed(folder))
    found = [each for each in every if each.signature.startswith(signature) or signature.startswith(each.signature)]
    if len(found) == 1:
        return found[0]
    if not every:
        raise InputError(f"reproduce.signature={signature}: {folder} holds no result; name another results_dir=.")
    known = ", ".join(f"{each.signature} ({each.folder.name})" for each in found or every)
    hint = nearest(signature, [each.signature for each in every], " The nearest is {!r}.") if not found else ""
    of = f"that of {len(found)} results" if found else "that of no result"
    raise InputError(f"reproduce.signature={signature} is {of}: there are {known}.{hint}")


def compare(committed: Committed, folder: Path) -> Iterator[Compared]:
    """Hold tables and words of a committed result against those of a folder.

    Parameters
    ----------
    committed
        From `find`.
    folder
        Of the study that was done again.

    Yields
    ------
    Compared
        Of each table, and of the answer; where its words differ but no number does, it still counts as the same.
    """
    for path in sorted(committed.folder.glob("tables/*.csv")):
        again = folder / "tables" / path.name
        if not again.is_file():
            yield Compared(f"{path.name}: it is written no more.", False)
        else:
            yield _compared(path.name, _cells(path), _cells(again))
    answer = folder / "answer.md"
    now = answer.read_text(encoding="utf-8").partition("## Do it again")[0] if answer.is_file() else ""
    told = "the words are the same" if now == committed.text else "some words are others"
    yield Compared(f"answer.md: {told}.", True)


def _committed(folder: Path) -> Iterator[Committed]:
    for path in sorted([*folder.glob("*/answer.md"), *folder.glob("*/*/answer.md")]):
        text = path.read_text(encoding="utf-8")
        if found := AGAIN.search(text):
            yield Committed(path.parent, found[2], tuple(shlex.split(found[1])), text[: found.start()])


def _cells(path: Path) -> list[list[str]]:
    """Read the rows of a table, without the line that names its signature."""
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.reader(file) if row and not row[0].startswith("#")]


def _compared(name: str, before: list[list[str]], now: list[list[str]]) -> Compared:
    if before[:1] != now[:1]:
        return Compared(f"{name}: it has other columns now.", False)
    if len(before) != len(now):
        return Compared(f"{name}: it has {len(now) - 1:,} rows now, not {len(before) - 1:,}.", False)
    numbers, different, worst = 0, 0, (-1.0, "")
    for row, (old, new) in enumerate(zip(before[1:], now[1:], strict=True), start=FIRST_ROW):
        for column, was, is_now in zip_longest(before[0], old, new, fillvalue=""):
            numbers += 1
            if (size := _apart(was, is_now)) > 0:
                different += 1
                worst = max(worst, (size, f"row {row}, {column}: '{was}' before, '{is_now}' now"))
    if not different:
        return Compared(f"{name}: all {numbers:,} cells are the same.", True)
    size = "" if worst[0] == float("inf") else f", most by {100 * worst[0]:.3g} %"
    return Compared(f"{name}: {different:,} of {numbers:,} cells differ{size} ({worst[1]}).", False)


def _apart(was: str, is_now: str) -> float:
    """Tell how far two cells are apart, as a share of the larger; infinite where one is no number."""
    if was == is_now:
        return 0.0
    try:
        old, new = float(was), float(is_now)
    except ValueError:
        return float("inf")
    return abs(old - new) / max(abs(old), abs(new)) if old != new else 0.0
