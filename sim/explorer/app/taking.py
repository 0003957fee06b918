"""What of a stored study can be taken away: page, workbook, tables and figures, and the command that makes it again."""

from __future__ import annotations

import zipfile
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from sim.ensemble import world_of
from sim.ensemble.replay import stored_settings
from sim.errors import InputError
from sim.notebook import Study
from sim.policy.language.load import load_regimes
from sim.report.studies import DEFAULT
from sim.results.told import ANSWER, PAGE
from sim.results.workbook import WORKBOOK


class Taken(NamedTuple):
    """A file that is taken away.

    Attributes
    ----------
    words : str
        What it is.
    name, mime : str
        Of the file.
    content : bytes
        All of it.
    """

    words: str
    name: str
    mime: str
    content: bytes


def has_report(study: Study) -> bool:
    """Tell whether the page of a study, or its answer, was written."""
    return any((study.folder / name).is_file() for name in (PAGE, ANSWER))


def write_report(study: Study) -> None:
    """Write page, tables, figures and workbook of a study that the app ran.

    Parameters
    ----------
    study : Study
        Opened.

    Raises
    ------
    InputError
        If the study is one whose report runs more than it, or the world or a regime of it is no longer there.
    """
    config = stored_settings(study)
    if config.slug != DEFAULT:
        raise InputError(f"The report of {config.slug} is written by its own command: {study.plot.facts['command']}")
    regimes = load_regimes(config.regimes, config.world)
    ordered = [regimes[name] for name in study.regimes]
    import_module(f"sim.experiments.{DEFAULT}").REPORT(study, world_of(config), ordered, config)
    study.to_excel()


def files_of(study: Study) -> list[Taken]:
    """Collect what lies in the folder of a study: its page or answer, its workbook, its tables and figures as archives.

    Parameters
    ----------
    study : Study
        Opened.

    Returns
    -------
    list of Taken
        What is there; nothing is drawn or computed.
    """
    folder, short = study.folder, study.signature[:8]
    single = (
        ("The page", PAGE, "text/html"),
        ("The answer in words", ANSWER, "text/markdown"),
        ("Tables as a workbook", WORKBOOK, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )
    found = [
        Taken(words, f"{short}_{name}", mime, (folder / name).read_bytes())
        for words, name, mime in single
        if (folder / name).is_file()
    ]
    for words, inside, pattern in (("Tables as CSV", "tables", "*.csv"), ("Figures", "figures", "*")):
        paths = sorted(path for path in (folder / inside).glob(pattern) if path.is_file())
        if paths:
            found.append(Taken(words, f"{short}_{inside}.zip", "application/zip", _archive(paths)))
    return found


def _archive(paths: list[Path]) -> bytes:
    """Put files into one archive, the same bytes for the same files."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            archive.writestr(zipfile.ZipInfo(path.name), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return file.getvalue()
