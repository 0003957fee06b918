"""Write the answer of a policy study: sentences, figures with captions, limits, tables, and how to do it again.

A study computes an `Answer`, with words made from its numbers; what every answer needs beside it is added here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic

import pandas as pd

from sim.analysis import reading
from sim.config import Config
from sim.report.figures import picture
from sim.report.figures.picture import Drawn, Picture, Subject
from sim.report.findings import too_few
from sim.report.page import facts, lost, signature, swap
from sim.report.page.answer import escape
from sim.report.page.csv import table_files
from sim.report.page.writing import StoredResults, WorldWithTables
from sim.report.words import counted, sentence
from sim.results.labels import words_for
from sim.terminal import tell

ANSWER = "answer.md"


@dataclass(frozen=True)
class Answer(Generic[Subject]):
    """What a policy study found.

    Attributes
    ----------
    title : str
        Heading of `answer.md`.
    sentences : tuple of str
        Three or four, generated from results, with numbers and intervals; the headline is the first, up to a semicolon.
    limits : tuple of str
        What it cannot say, besides the limits of every study.
    tables : mapping of str to DataFrame
        File stem to what is written under `tables`, besides the tables of the pictures; empty ones make no file.
    pictures : sequence of Picture
        In the order of the answer; those without rows are left out.
    subject : object
        What the pictures are of.
    further : tuple of str
        Signatures of further runs that the study made.
    titles : mapping of str to str
        Regime to what it is called: words that stand beside its code in tables.
    """

    title: str
    sentences: tuple[str, ...]
    limits: tuple[str, ...]
    tables: Mapping[str, pd.DataFrame]
    pictures: Sequence[Picture[Subject]]
    subject: Subject
    further: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)


def write_answer(results: StoredResults, built_world: WorldWithTables, config: Config, answer: Answer[Subject]) -> Path:
    """Write `tables/*.csv`, `figures/*.png` and `answer.md` into the folder of a study.

    Where they lie there already, made from the same results by the same code, nothing is drawn.

    Parameters
    ----------
    results : Results
        Stored study.
    built_world : World
        With its tables.
    config : Config
        All settings, as the user gave them: for the command that does the study again.
    answer : Answer
        What was found.

    Returns
    -------
    Path
        Of `answer.md`.

    Raises
    ------
    InputError
        If a file cannot be written; the earlier answer then stays whole.
    """
    world = built_world.tables
    told = facts.collect(results.manifest, tuple(results.months), world, config)
    told["lost"] = lost.sentences(results, built_world)
    runs, path = reading.number_of_runs(results), results.folder / ANSWER
    said = [answer.title, *answer.sentences, *answer.limits, *answer.further]
    key = signature.of_report(results, world, said, told, [each.name for each in answer.pictures])
    if swap.is_drawn(results.folder, key):
        return path
    tell("drawing the figures ...")
    source = picture.source_line(world.folder.name, runs, told["draws"], told["short_signature"])
    figures = picture.draw_all(answer.pictures, answer.subject, source, config.figures)
    tables = {**answer.tables, **picture.tables(answer.pictures, answer.subject)}
    files = table_files(tables, words_for(answer.titles, world)) | picture.files(figures)
    files[ANSWER] = markdown(answer, figures, told, runs).encode()
    swap.replace_files(results.folder, swap.stamped(files, key), swap.OUTDATED)
    return path


def markdown(answer: Answer[Subject], figures: Sequence[Drawn], told: Mapping[str, object], runs: int) -> str:
    """Print an answer.

    Parameters
    ----------
    answer : Answer
        What was found.
    figures : sequence of Drawn
        Those drawn.
    told : mapping
        From `facts.collect`, and `lost`.
    runs : int
        Of each regime.

    Returns
    -------
    str
        Markdown.
    """
    blocks = (answer.sentences, told["basis"], [*told["lost"], *filter(None, [too_few(runs)])])
    sentences = "\n\n".join("\n".join(map(escape, block)) for block in blocks if block)
    limits = "\n".join(f"- {escape(limit)}" for limit in (*answer.limits, *told["limits"]))
    drawn = "\n\n".join(
        f"![{each.name.replace('_', ' ')}](figures/{each.name}.png)\n\n"
        f"{escape(sentence(each.title))} {escape(each.caption)}"
        for each in figures
    )
    further = ", ".join(map(facts.short, answer.further))
    signatures = f"Signature {told['short_signature']}{f', further runs {further}' if further else ''}."
    parts = [
        f"# {escape(answer.title)}",
        sentences,
        f"{counted(runs, 'run')} a regime{told['draws']}, {told['first_month']} to {told['last_month']}.",
        f"## What it cannot say\n\n{limits}",
        *([f"## Figures\n\n{drawn}"] if figures else []),
        f"## Do it again\n\n    {told['command']}\n\n{signatures}",
    ]
    return "\n\n".join(parts) + "\n"
