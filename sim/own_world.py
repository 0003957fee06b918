"""A small world of one's own to begin with: a copy of the made-up one that comes with the program."""

import shutil
from pathlib import Path

from sim.about import shipped_worlds
from sim.errors import InputError
from sim.paths import data
from sim.store.files import plain_faults

TEMPLATE = data("template") / "valley"


def start_world(place: str | Path) -> Path:
    """Write a small world that runs, checks and draws.

    Parameters
    ----------
    place
        Its folder, which must not be there yet.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        If something is there, if it has the name of a shipped world, or if it cannot be written.
    """
    folder = Path(place).expanduser()
    if str(place) in shipped_worlds():
        raise InputError(f"world={place} is a shipped world: give yours another name, such as world=my_{place}.")
    if folder.exists():
        raise InputError(f"world={place} is there already: give yours another name.")
    with plain_faults(folder):
        shutil.copytree(TEMPLATE, folder, copy_function=shutil.copyfile)
    return folder
