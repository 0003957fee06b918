"""Finding a stored study by its folder, or by the first letters of its signature."""

from __future__ import annotations

from glob import escape
from pathlib import Path

from sim.errors import InputError, nearest
from sim.results.manifest import MANIFEST
from sim.results.results import Results


def open_results(path: str | Path) -> Results:
    """Open the results of a study, which `find_study` finds."""
    return Results(find_study(path))


def find_study(path: str | Path) -> Path:
    """Find the folder of a study.

    Parameters
    ----------
    path
        Folder of a signature, which holds `manifest.json`; the first letters of its name are enough. Or its parent, if
        that holds a single one.

    Returns
    -------
    Path
        That of the signature.

    Raises
    ------
    InputError
        If there is no study, or there are several.
    """
    path = Path(path)
    try:
        here = [path] if (path / MANIFEST).exists() else []
        found = here or _studies(path, "*") or _studies(path.parent, f"{escape(path.name)}*")
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be looked at ({getattr(error, 'strerror', None) or error}).") from None
    if not found:
        near = nearest(path.name, (each.name for each in _studies(path.parent, "*")), "{}")
        hint = f"did you mean {path.parent / near}?" if near else f"the folder of a study has a file {MANIFEST}."
        raise InputError(f"{path} holds no finished study: {hint}")
    if len(found) > 1:
        names = ", ".join(each.name for each in found)
        raise InputError(f"{path} holds several studies: name one of its folders {names}.")
    return found[0]


def _studies(folder: Path, names: str) -> list[Path]:
    return sorted(each.parent for each in folder.glob(f"{names}/{MANIFEST}"))
