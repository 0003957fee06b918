"""`python -m sim.calibration.publish FOLDER`: puts a good fit of a shipped world where its studies find it."""

from __future__ import annotations

import sys
from pathlib import Path

from sim.ensemble.fitted import FIRST_RULE
from sim.ensemble.plan.posterior import DRAWS_FILE, FIT_FILE, read_posterior
from sim.errors import InputError
from sim.paths import data, shipped
from sim.store.files import write_text
from sim.terminal import say

FILES = (DRAWS_FILE, FIT_FILE, "fitted.csv")
OF_FIRST_RULE = (*FILES, "emulator.json")
"""The checks of a fit ask its emulator; they are made of the usual rule of choice."""


def publish(folder: Path, into: Path | None = None) -> Path:
    """Copy a good fit into the settings that are shipped.

    Parameters
    ----------
    folder : Path
        As `reroute calibrate` wrote it.
    into : Path, optional
        Folder of all fits, by world; by default `conf/calibration`.

    Returns
    -------
    Path
        `WORLD` in it for the usual rule of choice, `WORLD/RULE` for another.

    Raises
    ------
    InputError
        If the fit cannot be read, is of a world that is not shipped, or is not good.
    """
    fit = read_posterior(folder).fit
    world, rule = str(fit["world"]), str(fit["rule"])
    if not data(world).is_dir():
        raise InputError(
            f"{folder} is a fit of {world}, which is no shipped world: name it with design.posterior={folder}."
        )
    if fit.get("good") is not True:
        raise InputError(f"{folder} is not good, as its {FIT_FILE} says, so it is not put in force.")
    place = (into or shipped("conf") / "calibration") / world
    place, files = (place, OF_FIRST_RULE) if rule == FIRST_RULE else (place / rule, FILES)
    place.mkdir(parents=True, exist_ok=True)
    for name in files:
        write_text(place / name, (folder / name).read_text(encoding="utf-8"))
    return place


def main(folders: list[str]) -> int:
    """Publish each folder; say what was done."""
    try:
        for folder in folders:
            say(f"{publish(Path(folder))} holds the fit of {folder} now.")
    except InputError as fault:
        say(str(fault))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
