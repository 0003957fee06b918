"""All that the page needs, as one text: levers, emulators in whole numbers of two bytes, errors and words."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.explorer.columns import Slot
from sim.explorer.fitting import Fitted, Judged
from sim.explorer.levers import FIRST_YEAR, LEVERS, VERSION
from sim.explorer.shown import Outcome

LARGEST = 32_767
DIGITS = 7
"""Of numbers that are not packed."""


def answer(
    fitted: Sequence[Fitted], judged: Sequence[Judged], names: Mapping[str, str], about: Mapping[str, Any]
) -> dict[str, Any]:
    """Put the page's numbers together.

    Parameters
    ----------
    fitted : sequence of Fitted
        Emulators.
    judged : sequence of Judged
        Their errors at settings held out.
    names : mapping of str to str
        Subject to its name in words.
    about : mapping
        What the page says besides: `command`, `held`, `runs`, `checks`, `signature`, `title`.

    Returns
    -------
    dict
        Of plain numbers, texts and lists, for JSON.
    """
    outcomes = list(dict.fromkeys(each for one in fitted for each in one.outcomes))
    errors = {(each.outcome, each.slot): each for each in judged}
    return {
        "version": VERSION,
        "first_year": FIRST_YEAR,
        "levers": [each._asdict() for each in LEVERS.values()],
        "outcomes": [
            {"view": each.view, "subject": each.subject, "words": names.get(each.subject, _plain(each.subject)),
             "unit": each.unit, "scale": each.scale, "paired": each.paired, "monthly": each.monthly,
             "is_change": each.is_change}
            for each in outcomes
        ],
        "blocks": [_block(one, outcomes, errors) for one in fitted],
        **about,
    }  # fmt: skip


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _block(one: Fitted, outcomes: list[Outcome], errors: Mapping[tuple[Outcome, str], Judged]) -> dict[str, Any]:
    """Pack the emulators of a slot."""
    known = [errors.get((each, one.slot.name)) for each in one.outcomes]
    return {
        "slot": list(one.slot),
        "paired": one.outcomes[0].paired,
        "outcomes": [outcomes.index(each) for each in one.outcomes],
        "columns": list(one.columns),
        "terms": [list(each) for each in one.terms],
        "middle": packed(one.middle),
        "spread": packed(one.spread),
        "spreads": [_rounded(each) for each in one.spreads.T],
        "quantiles": [_rounded(each) for each in one.quantiles.T],
        "offset": [None if np.isnan(each) else float(f"{each:.{DIGITS}g}") for each in one.offset],
        "error": [None if each is None or not each.settings else round(each.error, 3) for each in known],
        "worst": [None if each is None or not each.settings else round(each.worst, 3) for each in known],
        "vouched": [bool(each is not None and each.is_vouched) for each in known],
    }


def _rounded(values: NDArray[np.float64]) -> list[float]:
    return [float(f"{each:.{DIGITS}g}") for each in values]


def packed(values: NDArray[np.float64]) -> dict[str, Any]:
    """Pack a table: every column in whole numbers of two bytes times a scale of its own, but for its first number.

    The first row holds the constants, which are large beside all else: they would make every step coarse.

    Parameters
    ----------
    values : array [rows, columns] of float64

    Returns
    -------
    dict
        `first` and `scale`, a number a column, and `whole`, the other rows: base64 of little-endian int16, column
        after column.
    """
    first, rest = values[0], values[1:]
    scale = np.array(_rounded(np.maximum(np.abs(rest).max(axis=0, initial=0.0), 1e-12) / LARGEST))
    whole = np.clip(np.round(rest / scale), -LARGEST, LARGEST).astype("<i2")
    kept = {"first": _rounded(first), "scale": scale.tolist()}
    return {**kept, "whole": base64.b64encode(np.ascontiguousarray(whole.T).tobytes()).decode("ascii")}


def unpacked(stored: Mapping[str, Any]) -> NDArray[np.float64]:
    """Give the table back: the way back of `packed`."""
    scale = np.array(stored["scale"])
    whole = np.frombuffer(base64.b64decode(stored["whole"]), dtype="<i2")
    return np.vstack([stored["first"], whole.reshape(len(scale), whole.size // len(scale)).T * scale])


def fitted_of(said: Mapping[str, Any]) -> list[Fitted]:
    """Read the emulators out of what the page holds: what its arithmetic is held against."""
    names = ("view", "subject", "unit", "scale", "paired", "monthly")
    outcomes = [Outcome(**{name: each[name] for name in names}) for each in said["outcomes"]]
    return [
        Fitted(
            slot=Slot(*each["slot"]),
            outcomes=tuple(outcomes[number] for number in each["outcomes"]),
            columns=tuple(each["columns"]),
            terms=tuple(map(tuple, each["terms"])),
            middle=unpacked(each["middle"]),
            spread=unpacked(each["spread"]),
            spreads=np.array(each["spreads"]).T,
            quantiles=np.array(each["quantiles"]).T,
            offset=np.array([np.nan if one is None else one for one in each["offset"]]),
            runs=0,
        )
        for each in said["blocks"]
    ]
