"""The door for notebooks and scripts: run a comparison, open what was run, draw it, take it to a spreadsheet.

Reading needs neither engine nor Hydra; what runs or draws is imported when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import InputError, nearest
from sim.results.opening import find_study
from sim.results.results import Results
from sim.terminal import as_word

if TYPE_CHECKING:
    from sim.report.plots import Plots

SHORT = {"runs": "design.runs", "seed": "design.seed", "experiment": "experiment"}
"""Settings that have a short name here; all others go by their own."""

NEAR_SHORT = 0.75
"""Likeness from which on a wrong name is taken for a short one."""

NESTED = "__"
"""Stands for the dot in the name of a setting, which a keyword cannot hold: `design__sampler="sobol"`."""


class Study(Results):
    """Stored results that can be drawn.

    Parameters
    ----------
    folder, manifest
        As of `Results`.
    """

    @cached_property
    def plot(self) -> Plots:
        """The figures of the page: `plot.trade()`, `.difference()`, `.map()`, `.crossings()`, `.diverted()`, ..."""
        return import_module("sim.report.plots").Plots(self)


def open_results(path: str | Path) -> Study:
    """Open the results of a study.

    Parameters
    ----------
    path
        Folder of a signature, which holds `manifest.json`; the first letters of its name are enough. Or its parent, if
        that holds a single one.

    Returns
    -------
    Study
        Nothing but the manifest is read yet.

    Raises
    ------
    InputError
        If there is no study, its manifest was changed or spoilt, or another version of the format wrote it.
    """
    return Study(find_study(path))


def compare(regimes: Iterable[str] = (), runs: int | None = None, **settings: object) -> Study:
    """Compare regimes, or what is left of it: the same runs, page and files as `reroute 'regimes=[...]'`.

    Parameters
    ----------
    regimes
        Names of the library (`reroute list`), or paths of own files; none: those of the study's settings.
    runs
        Of each regime; those that are stored are not done again.
    **settings
        Any setting by its name, with `__` for a dot: `end="2032-12-31"`, `design__sampler="sobol"`, `seed=2`,
        `debug="fast"`, `results_dir="..."`.

    Returns
    -------
    Study
        Stored results, opened; progress goes to the standard error.

    Raises
    ------
    InputError
        In one sentence, if a name, a type or a value is wrong; nothing was computed then.
    KeyboardInterrupt
        After an interruption; what was computed is stored, and the same call goes on from there.
    """
    words = words_of([regimes] if isinstance(regimes, str) else list(regimes), runs, settings)
    config = import_module("sim.config").load(words)
    if config.command != "run":
        raise InputError(f"command={config.command}: compare runs a study; other commands belong to the command line.")
    study = import_module(f"sim.experiments.{config.slug}")
    done = import_module("sim.report.studies").run(config, study.REPORT)
    return Study(done.folder)


def words_of(regimes: list[str], runs: int | None, settings: dict[str, object]) -> list[str]:
    """Write settings as the words of a command line.

    Parameters
    ----------
    regimes, runs, settings
        As of `compare`.

    Returns
    -------
    list of str
        `key=value`, quoted where the grammar of the command line needs it.

    Raises
    ------
    InputError
        If regimes or runs are given twice, or a short name is misspelt.

    Examples
    --------
    >>> words_of(["none", "us_eu"], 20, {"design__sampler": None, "trace": True})
    ['regimes=[none,us_eu]', 'design.runs=20', 'design.sampler=null', 'trace=true']
    """
    for name, value in settings.items():
        if name not in SHORT and (near := nearest(name, SHORT, "{!r}", near=NEAR_SHORT)):
            raise InputError(f"{name}={value} is no setting: did you mean {near}?")
    given = {SHORT.get(name, name.replace(NESTED, ".")): value for name, value in settings.items()}
    for key, value, name in (("design.runs", runs, "runs"), ("regimes", regimes or None, "regimes")):
        if value is None:
            continue
        if key in given:
            raise InputError(f"{key} is given twice, as {name} and by its own name: give it once.")
        given = {key: value, **given}
    return [as_word(key, value) for key, value in given.items()]
