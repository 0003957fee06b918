"""Emulators on disk: text (JSON) that any program reads, with what is needed to predict and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.emulator.emulator import Emulator
from sim.emulator.inputs import Input
from sim.errors import InputError
from sim.store.files import write_text

FORMAT = "reroute emulator 1"
DECIMALS = 7
"""Of the axes, parts of unit vectors that only the variance needs: with all digits a file is twice as large."""

ARRAYS = ("pairs", "centre", "scale", "constant", "slope", "axes", "strength", "penalty", "noise", "shared")


def write_emulator(emulator: Emulator, path: Path, about: dict[str, str]) -> None:
    """Write an emulator.

    Parameters
    ----------
    emulator : Emulator
    path : Path
        File to be written; one that is there is replaced as a whole.
    about : dict of str
        What it was fitted to, in words and digests: kept with it and not looked at.
    """
    short = replace(emulator, axes=np.round(emulator.axes, DECIMALS))
    arrays = {name: getattr(short, name).tolist() for name in ARRAYS}
    text = {
        "format": FORMAT,
        "about": about,
        "inputs": [each._asdict() for each in emulator.inputs],
        "outcomes": list(emulator.outcomes),
        "runs": emulator.runs,
        "held_out": emulator.held_out.to_dict("list"),
        **arrays,
    }
    write_text(path, json.dumps(text, allow_nan=False))


def read_emulator(path: Path) -> tuple[Emulator, dict[str, str]]:
    """Read an emulator, and what it was fitted to.

    Raises
    ------
    InputError
        If the file is no emulator, or parts of it do not fit together.
    """
    try:
        text = json.loads(path.read_text(encoding="utf-8"))
        emulator = _from_text(text)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise InputError(f"{path} is no emulator that can be read: {fault}.") from fault
    if not _fits(emulator):
        raise InputError(f"{path} is no whole emulator: its parts do not fit together.")
    return emulator, text["about"]


def _from_text(text: dict[str, Any]) -> Emulator:
    """Make an emulator of what the file holds."""
    if text["format"] != FORMAT:
        msg = f"its format is {text['format']!r}, not {FORMAT!r}"
        raise ValueError(msg)
    inputs = tuple(Input(**{**each, "levels": tuple(each["levels"])}) for each in text["inputs"])
    arrays = {name: np.array(text[name], np.int64 if name == "pairs" else np.float64) for name in ARRAYS}
    held_out = pd.DataFrame(text["held_out"], index=pd.Index(text["outcomes"], name="outcome"))
    return Emulator(inputs, tuple(text["outcomes"]), held_out=held_out, runs=int(text["runs"]), **arrays)


def _fits(emulator: Emulator) -> bool:
    """Whether shapes agree and every number is finite."""
    columns, outcomes = sum(each.width for each in emulator.inputs), len(emulator.outcomes)
    terms, axes = columns + len(emulator.pairs), len(emulator.strength)
    shapes = {
        "centre": (terms,),
        "scale": (terms,),
        "constant": (outcomes,),
        "slope": (terms, outcomes),
        "axes": (terms, axes),
        "penalty": (outcomes,),
        "noise": (outcomes,),
        "shared": (outcomes, emulator.shared.shape[-1]),
    }
    whole = all(getattr(emulator, name).shape == shape for name, shape in shapes.items())
    finite = all(np.isfinite(getattr(emulator, name)).all() for name in ARRAYS)
    inside = emulator.pairs.size == 0 or (emulator.pairs.min() >= 0 and emulator.pairs.max() < columns)
    own = whole and bool(((emulator.shared**2).sum(axis=1) < 1).all())
    return own and finite and bool(inside) and emulator.runs > 0 and bool((emulator.scale > 0).all())
