"""The studies that lie in a folder of results, newest first; and the link to the newest page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from sim.errors import InputError, nearest
from sim.listing.lines import indented
from sim.results.manifest import MANIFEST, read_manifest
from sim.results.told import ANSWER, headline, page_of

SIGNATURE_LETTERS = 8
COPY = "answer only"


class Told(NamedTuple):
    """A study as it is listed.

    Attributes
    ----------
    study : str
        Its name: that of its folder.
    written : str
        Day and time, as `2026-11-30T11:52:10+00:00`; `COPY` of an answer without runs; empty if the manifest cannot
        be read.
    regimes : tuple of str
        That are compared.
    runs : int
        Of each regime.
    signature : str
        Of the study.
    headline : str
        Its first finding, or why there is none.
    page : Path or None
        What to read.
    folder : Path or None
        That of the signature, where there are runs.
    """

    study: str
    written: str
    regimes: tuple[str, ...]
    runs: int
    signature: str
    headline: str
    page: Path | None
    folder: Path | None = None


def studies_in(folder: Path) -> list[Told]:
    """List the finished studies of a folder of results.

    Parameters
    ----------
    folder
        `results_dir` of a command, or a study's folder below it.

    Returns
    -------
    list of Told
        Newest first; then those that cannot be read, with the reason as their headline; then answers without runs.

    Raises
    ------
    InputError
        If there is no such folder, or no study in it.
    """
    if not folder.is_dir():
        siblings = [each.name for each in folder.parent.iterdir() if each.is_dir()] if folder.parent.is_dir() else []
        near = nearest(folder.name, siblings, "; did you mean {}?", ".")
        raise InputError(f"results_dir={folder}: there is no such folder{near}")
    places = _folders(folder, ("runs/*", "*/runs/*", "*/*/runs/*"), MANIFEST)
    copies = sorted(_folders(folder, ("*", "*/*"), ANSWER) - places)
    if not places and not copies:
        raise InputError(
            f"results_dir={folder} holds no finished study: `reroute` makes one, and results_dir=PATH looks elsewhere."
        )
    return [*sorted(map(_told, sorted(places)), key=lambda each: each.written, reverse=True), *map(_copied, copies)]


def _folders(folder: Path, depths: Iterable[str], name: str) -> set[Path]:
    return {each.parent for depth in depths for each in folder.glob(f"{depth}/{name}")}


def _copied(folder: Path) -> Told:
    """Tell an answer that lies there without its runs, as the committed ones do."""
    return Told(folder.name, COPY, (), 0, "", headline(folder), page_of(folder))


def _told(folder: Path) -> Told:
    study, page = folder.parent.parent.name, page_of(folder)
    try:
        manifest = read_manifest(folder)
    except InputError as error:
        return Told(study, "", (), 0, folder.name, str(error), page)
    design = manifest["design"]
    runs = design["runs"] if design["paired"] else design["draws"] * design["runs"]
    first = headline(folder) or "No report was written: the command that made the study writes it."
    written = str(manifest.get("written") or "")
    return Told(study, written, tuple(manifest["regimes"]), runs, manifest["signature"], first, page, folder)


def lines_of(studies: Sequence[Told], folder: Path) -> list[str]:
    """Tell listed studies, three lines each: when and what, the headline, where to read on.

    Parameters
    ----------
    studies
        As of `studies_in`.
    folder
        Where they lie.
    """
    noun = "study" if len(studies) == 1 else "studies"
    lines = [f"{len(studies)} {noun} in {folder}, newest first:"]
    for each in studies:
        when = each.written[:16].replace("T", " ") or "unreadable"
        made = f"{each.runs:,} runs each of {', '.join(each.regimes)}" if each.regimes else ""
        named = f"signature {each.signature[:SIGNATURE_LETTERS]}" if each.signature else ""
        parts = [f"{when}  {each.study}", made, named]
        lines += ["", "; ".join(filter(None, parts)), *indented(each.headline), *_where(each)]
    return lines


def _where(study: Told) -> list[str]:
    return [f"    {study.page}"] if study.page else []
