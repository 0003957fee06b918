"""Regimes as text that a user edits: where it comes from, whether it can be used, what it says, where it is kept."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import NamedTuple

from sim.errors import InputError
from sim.explorer.levers import Setting
from sim.explorer.regimes import base_regime, regime_of
from sim.policy.describe import describe
from sim.policy.language.load import library, load_regime
from sim.policy.language.measures import Regime
from sim.store.files import plain_faults, write_text

MINE, BASE = "mine", "without"
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


def library_text(name: str) -> str:
    """Read a regime of the library as its file has it."""
    return library()[name].read_text(encoding="utf-8")


def check(text: str, name: str = MINE) -> Checked:
    """Hold a text against the language of regimes.

    Parameters
    ----------
    text
        YAML.
    name
        The file stem that it would have.
    """
    if len(text) > MOST_LETTERS:
        return Checked(None, f"The text has {len(text):,} letters, and {MOST_LETTERS:,} are the most.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.yaml"
        path.write_text(text, encoding="utf-8", errors="replace")
        try:
            regime = load_regime(str(path))
        except InputError as fault:
            return Checked(None, str(fault).replace(f"{folder}/", ""))
    return Checked(regime, describe(regime).replace(f"{folder}/", ""))


def save(text: str, name: str, folder: Path) -> Path:
    """Keep a text as a file that the command line runs.

    Parameters
    ----------
    text
        YAML of a regime that was checked.
    name
        File stem.
    folder
        Made if it is missing.

    Raises
    ------
    InputError
        If the name is none, or that of a regime of the library, or the file cannot be written.
    """
    if not NAME.fullmatch(name):
        raise InputError(f"“{name}” is no name of a regime: small letters, digits and _, a letter first, at most 40.")
    if name in library():
        raise InputError(f"“{name}” is a regime of the library: take another name.")
    path = folder / f"{name}.yaml"
    with plain_faults(path):
        folder.mkdir(parents=True, exist_ok=True)
    write_text(path, text)
    return path
