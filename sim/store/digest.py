"""Names for what has been computed: equal inputs give equal digests, and anything that could change a number does not.

The digest of a batch covers one regime, the world, the rows of parameters, the seed, the dates and run numbers, the
series kept, the sources that make numbers, and the version of the stored format. It leaves out all other regimes, how
many runs a study makes and the machine, so that batches are shared by all studies that need them. It also leaves out
the versions of numba and numpy: kernels use only operations whose bits do not depend on them (tests compare processors,
thread counts and plain Python), and arrays that libraries had a part in are hashed themselves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from sim.paths import PACKAGE
from sim.state import Parameters

FORMAT = 1
"""Version of the stored format; a store written by another is refused."""

DIGEST_BYTES = 16
NUMBER_SOURCES = (
    "constants.py",
    "state",
    "kernels",
    "networks",
    "world",
    "policy",
    "outcomes",
    "ensemble/compute/calls.py",
    "ensemble/compute/shared_past.py",
    "store/saved_state.py",
)

Part = bytes | str | int | float | None | np.ndarray | tuple["Part", ...] | list["Part"] | Mapping[str, "Part"]


def digest(*parts: Part) -> str:
    """Hash values with their types and shapes.

    Parameters
    ----------
    *parts
        Bytes, text, numbers, None, arrays, and tuples (named ones too), lists and mappings of them. The order of a
        mapping does not count.

    Returns
    -------
    str
        32 hexadecimal digits (BLAKE2b).

    Raises
    ------
    TypeError
        If a part is of another type, or an array holds objects.

    Examples
    --------
    >>> digest("a", "bc") == digest("ab", "c")
    False
    """
    hashed = hashlib.blake2b(digest_size=DIGEST_BYTES)
    _add(hashed, parts)
    return hashed.hexdigest()


def _add(hashed: hashlib.blake2b, part: Part) -> None:
    """Hash one value: its type and length come first, so that no two values run into each other."""
    if isinstance(part, np.ndarray):
        if part.dtype.hasobject:
            raise TypeError("an array of objects has no digest")
        hashed.update(f"array {part.dtype.str} {part.shape};".encode())
        hashed.update(np.ascontiguousarray(part).data)
    elif isinstance(part, Mapping):
        _add(hashed, sorted(part.items()))
    elif isinstance(part, (tuple, list)):
        hashed.update(f"{len(part)} parts;".encode())
        for each in part:
            _add(hashed, each)
    elif part is None or isinstance(part, (bytes, str, int, float, np.generic)):
        data = part if isinstance(part, bytes) else repr(getattr(part, "item", lambda: part)()).encode()
        hashed.update(f"{type(part).__name__} {len(data)};".encode() + data)
    else:
        raise TypeError(f"{type(part).__name__} has no digest")


def sources(package: Path = PACKAGE) -> str:
    """Digest of the source files that make numbers, and of the names of the parameters, in their order.

    Parameters
    ----------
    package
        Folder of the package.

    Returns
    -------
    str
        Changes with any byte of any of them, with a new file and with a renamed one.

    Raises
    ------
    FileNotFoundError
        If one of them is missing: old results would pass for new ones.
    """
    found = []
    for name in NUMBER_SOURCES:
        path = package / name
        files = [path] if path.is_file() else sorted(path.rglob("*.py"))
        if not files:
            raise FileNotFoundError(f"{name}: no source file is there (sim/store/digest.py lists it).")
        found += files
    texts = ((path.relative_to(package).as_posix(), path.read_bytes()) for path in found)
    return digest(Parameters._fields, *texts)
