"""Regimes as text that a user edits: where it comes from, whether it can be used, what it says, where it is kept."""

from __future__ import annotations

import re
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from sim.errors import InputError
from sim.explorer.levers import Setting
from sim.explorer.regimes import base_regime, regime_of
from sim.policy.compile.regime import check_regime
from sim.policy.describe import describe
from sim.policy.language.load import library, load_regime
from sim.policy.language.measures import Regime
from sim.policy.language.names import Names, names_in
from sim.report.page.facts import short
from sim.store.digest import digest
from sim.store.files import plain_faults, write_text
from sim.world.tables.read import find_world, read_tables

MINE, BASE = "mine", "without"
KEPT, KEY = "regimes", re.compile(r"[0-9a-f]{8}", re.ASCII)
"""Folder of texts that were edited, and what the name of one looks like."""

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
MOST_LETTERS = 100_000
LEVERS, EDITED = SOURCES = ("the levers", "the text below")
"""Whose regime is asked about."""


class Checked(NamedTuple):
    """A text, held against the language of regimes.

    Attributes
    ----------
    regime : Regime or None
        None if the text is at fault.
    told : str
        What the regime does in plain words; or the sentence that says what is wrong.
    """

    regime: Regime | None
    told: str


def text_of(setting: Setting) -> str:
    """Write the regime of a setting of the levers."""
    return regime_of(setting, MINE).text


def base_text(setting: Setting) -> str:
    """Write what a setting is held against."""
    return base_regime(setting, BASE).text


def library_of(world: str) -> list[str]:
    """Name the regimes that a world's library offers: those on which no others merely stand."""
    return [name for name in library(world) if "/" not in name]


def library_text(name: str, world: str) -> str:
    """Read a regime of the library of a world as its file has it."""
    return library(world)[name].read_text(encoding="utf-8")


def check(text: str, world: str, name: str = MINE) -> Checked:
    """Hold a text against the language of regimes, and against the names of a world.

    Parameters
    ----------
    text
        YAML.
    world
        Name or folder.
    name
        The file stem that it would have.
    """
    if len(text) > MOST_LETTERS:
        return Checked(None, f"The text has {len(text):,} letters, and {MOST_LETTERS:,} are the most.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.yaml"
        path.write_text(text, encoding="utf-8", errors="replace")
        try:
            regime = load_regime(str(path), world)
            check_regime(regime, _names(world))
        except InputError as fault:
            return Checked(None, str(fault).replace(f"{folder}/", ""))
    return Checked(regime, describe(regime).replace(f"{folder}/", ""))


@lru_cache(maxsize=4)
def _names(world: str) -> Names:
    """Names of a world, read once."""
    return names_in(read_tables(find_world(world)))


def check_name(name: str, world: str) -> None:
    """Refuse a name under which no regime is kept.

    Parameters
    ----------
    name
        File stem.
    world
        Whose library has names that are taken.

    Raises
    ------
    InputError
        If the name is none, or that of a regime of the library.
    """
    if not NAME.fullmatch(name):
        raise InputError(f"“{name}” is no name of a regime: small letters, digits and _, a letter first, at most 40.")
    if name in library(world):
        raise InputError(f"“{name}” is a regime of the library: take another name.")


def save(text: str, name: str, folder: Path, world: str) -> Path:
    """Keep a text as a file that the command line runs.

    Parameters
    ----------
    text
        YAML of a regime that was checked.
    name, world
        As of `check_name`.
    folder
        Made if it is missing.

    Raises
    ------
    InputError
        If the name cannot be taken, or the file cannot be written.
    """
    check_name(name, world)
    path = folder / f"{name}.yaml"
    with plain_faults(path):
        folder.mkdir(parents=True, exist_ok=True)
    write_text(path, text)
    return path


def keep(text: str, base: str, folder: Path) -> Path:
    """Keep a text as it stands, right or wrong, so that a link and a reload find it again.

    Parameters
    ----------
    text
        That is edited.
    base
        What it is held against.
    folder
        Of the explorer.

    Returns
    -------
    Path
        Of the file; the name of its folder is the key by which `kept` finds it.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    path = folder / KEPT / short(digest(text, base)) / f"{MINE}.yaml"
    with plain_faults(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, text)
    return path


def kept(key: str, folder: Path) -> str:
    """Read a text that was kept.

    Parameters
    ----------
    key
        Of a link.
    folder
        Of the explorer.

    Raises
    ------
    InputError
        If there is none, or it cannot be read.
    """
    path = folder / KEPT / key / f"{MINE}.yaml"
    if not KEY.fullmatch(key) or not path.is_file():
        raise InputError(f"The link names the text “{key[:20]}”, which is not kept here: the levers are asked about.")
    with plain_faults(path):
        return path.read_text(encoding="utf-8", errors="replace")
