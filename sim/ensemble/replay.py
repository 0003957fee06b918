"""Doing one run of a stored study again, for example one that failed."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import get_type_hints

import numpy as np
import pandas as pd
import yaml

from sim.config import Config, load
from sim.ensemble.assemble import study_of
from sim.ensemble.compute.calls import answer
from sim.ensemble.plan.design import Design
from sim.ensemble.study import Study
from sim.errors import InputError
from sim.parameters import LEVEL
from sim.results.opening import open_results
from sim.results.results import Results
from sim.stops import why_stopped
from sim.store.files import write_text
from sim.store.history_files import Number
from sim.terminal import say


def replay(config: Config) -> None:
    """Do one run again, say how it ended, and write its series as a table beside the study.

    Parameters
    ----------
    config
        With `replay.store` (folder of a signature) and `replay.run` (`regime/draw/run`).

    Raises
    ------
    InputError
        If there is no such study or run, or its settings cannot be read.
    """
    results = open_results(Path(config.replay.store))
    number = parse(config.replay.run, results)
    study = study_of(stored_settings(results))
    study = replace(study, design=stored_draw(results, number.draw))
    study.check_draws(lambda draw: f"{results.folder / 'draws.csv'}, draw {draw}")
    branch = study.branch([number.regime])
    call = study.call(branch, np.array([number.draw]), np.array([number.run]), study.design.draws)
    found = answer(study.context._replace(save=0), call)
    values, status = found.values[0, 0], found.status[0, 0]
    table = pd.DataFrame(values, columns=study.observation.series["column"])
    table.insert(0, "month", study.months)
    path = results.folder / f"replay_{number.regime}_{number.draw}_{number.run}.csv"
    write_text(path, table.to_csv(index=False))
    say(f"{ending(study, status)} {likeness(study, results, number, values)} Its series: {path}")


def stored_draw(results: Results, draw: int) -> Design:
    """Read one draw of a study: its parameters, and the levels that it gives to measures.

    Parameters
    ----------
    results
        The study.
    draw
        Number of the draw.
    """
    row = results.draws.loc[[draw]]
    levels = tuple(name for name in row.columns if name.startswith(LEVEL))
    return Design(row.to_numpy(np.float64), draw, results.manifest["design"]["runs"], levels)


def parse(text: str, results: Results) -> Number:
    """Read `regime/draw/run` and hold it against a study.

    Parameters
    ----------
    text
        Such as `uflpa/0/3`.
    results
        The study.

    Returns
    -------
    Number
        A run of the study.

    Raises
    ------
    InputError
        If the study has no such run.
    """
    regime, _, rest = text.partition("/")
    draw, _, run = rest.partition("/")
    design = results.manifest["design"]
    draws = range(design["first_draw"], design["first_draw"] + design["draws"])
    if regime not in results.regimes or not (draw.isdecimal() and run.isdecimal()):
        raise InputError(f"replay.run={text}: give regime/draw/run, with a regime of {', '.join(results.regimes)}.")
    if int(draw) not in draws or int(run) >= design["runs"]:
        raise InputError(
            f"replay.run={text}: the study has draws {draws[0]} to {draws[-1]} and runs 0 to {design['runs'] - 1}."
        )
    if design["paired"] and int(draw) - design["first_draw"] != int(run):
        own = int(run) + design["first_draw"]
        raise InputError(f"replay.run={text}: run {run} has a draw of its own, as in {regime}/{own}/{run}.")
    return Number(regime, int(draw), int(run))


def stored_settings(results: Results) -> Config:
    """Read the settings of a stored study.

    Parameters
    ----------
    results
        The study.

    Returns
    -------
    Config
        As they were.

    Raises
    ------
    InputError
        If `config.yaml` was changed, or has keys that this version does not know.
    """
    try:
        return _filled(Config, yaml.safe_load(results.file("config.yaml").decode()), load())
    except (UnicodeDecodeError, yaml.YAMLError, TypeError, AttributeError) as error:
        path = results.folder / "config.yaml"
        raise InputError(f"{path} cannot be read as settings of this version: {error}.") from None


def _filled(kind: type, values: dict, usual: object) -> object:
    """Make a dataclass, and those inside it, from a mapping; what an older version did not know is as usual."""
    hints = get_type_hints(kind)
    known = {each.name: getattr(usual, each.name) for each in fields(kind)}
    inside = {name for name in known if is_dataclass(hints[name])}
    given = {
        name: _filled(hints[name], value, known[name]) if name in inside else value for name, value in values.items()
    }
    return kind(**{**known, **given})


def ending(study: Study, status: np.ndarray) -> str:
    """Say how a run ended.

    Parameters
    ----------
    study
        Whose run it is.
    status
        [4] int64: code, week, process, entity.

    Returns
    -------
    str
        One sentence.
    """
    if status[0] == 0:
        return "The run ended well."
    columns = study.observation.series["column"].tolist()
    return f"The run failed: {why_stopped(status, study.first_monday, study.world, study.labels, columns)}."


def likeness(study: Study, results: Results, number: Number, values: np.ndarray) -> str:
    """Say whether a run came out as it was stored.

    Parameters
    ----------
    study
        Assembled anew.
    results
        As stored.
    number
        Which run.
    values
        [months, series] float32, done again.

    Returns
    -------
    str
        One sentence.
    """
    if study.keys[number.regime] != results.manifest["digests"]["regimes"][number.regime]:
        return "The world, the regime or the program has changed since it was stored, so numbers may differ."
    place = results.runs.index[(results.runs["draw"] == number.draw) & (results.runs["run"] == number.run)]
    if place.empty:
        return "Stored results leave it out."
    stored = results.wide(number.regime, results.series["column"].tolist())[place[0]]
    return (
        "It equals the stored one, bit for bit."
        if stored.tobytes() == values.tobytes()
        else "It DIFFERS from the stored one."
    )
