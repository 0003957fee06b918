"""JSON files that carry a seal: the SHA-256 of all else that they say, by which an edited or spoilt one is known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from sim.plain_files import plain_bytes
from sim.store.files import sha256_of

SEAL = "seal"
LARGEST = 256 * 2**20
"""Bytes of a JSON file; a manifest of a million batches has fewer."""

UNREADABLE = (OSError, ValueError, RecursionError)
"""What reading a JSON file that is none may raise."""


def sealed(content: Mapping[str, object]) -> str:
    """Write a JSON file with its seal.

    Parameters
    ----------
    content
        What it says.

    Returns
    -------
    str
        The text of the file.
    """
    return json.dumps({**content, SEAL: _seal(content)}, indent=1) + "\n"


def read_json(path: Path) -> dict:
    """Read a JSON file that holds an object.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    dict
        As it stands there, its seal included.

    Raises
    ------
    OSError, ValueError, RecursionError
        If it cannot be read, or is something else: `UNREADABLE`.
    """
    told = json.loads(plain_bytes(path, LARGEST).decode("utf-8"))
    if not isinstance(told, dict):
        raise ValueError("not an object")
    return told


def unsealed(told: Mapping[str, object]) -> dict | None:
    """Hold what a file says against its seal.

    Parameters
    ----------
    told
        All that the file says.

    Returns
    -------
    dict or None
        Without the seal; None if the seal is missing or of another text.
    """
    content = {key: value for key, value in told.items() if key != SEAL}
    return content if told.get(SEAL) == _seal(content) else None


def fits(value: object, shape: object) -> bool:
    """Tell whether a value is of the types that a shape names.

    Parameters
    ----------
    value
        From a JSON file.
    shape
        A type, a list with the shape of every element, a tuple with those of each, a mapping of keys that must be
        there to their shapes, or of `str` to the shape of every value, whatever the keys. A whole number is a float.

    Examples
    --------
    >>> fits({"runs": [0, 3], "more": None}, {"runs": [int]})
    True
    >>> fits({"runs": [0, "3"]}, {"runs": [int]})
    False
    >>> fits({"0": [1, 0.5]}, {str: [float]}), fits({"0": None}, {str: [float]})
    (True, False)
    >>> fits({"paired": True}, {"paired": bool}), fits({"runs": True}, {"runs": int})
    (True, False)
    """
    if isinstance(shape, dict) and str in shape:
        return isinstance(value, dict) and all(fits(each, shape[str]) for each in value.values())
    if isinstance(shape, dict):
        return isinstance(value, dict) and all(
            name in value and fits(value[name], each) for name, each in shape.items()
        )
    if isinstance(shape, tuple):
        return isinstance(value, list) and len(value) == len(shape) and all(map(fits, value, shape))
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(each, shape[0]) for each in value)
    return isinstance(value, int | float if shape is float else shape) and isinstance(value, bool) == (shape is bool)


def _seal(content: Mapping[str, object]) -> str:
    return sha256_of(json.dumps(content).encode())
