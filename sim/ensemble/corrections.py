"""Corrections of the world and of its mechanisms, each of which a study can leave out to see what it does.

A correction stands in a YAML file and says how to undo it: cells of the world's tables put back, measures of regimes or
drivers of their background left out, parameters at the value at which they do nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import yaml

from sim import nodes
from sim.config import Config, check
from sim.errors import InputError, nearest
from sim.nodes import Node
from sim.parameters import BEHAVIOUR, names_of
from sim.policy.language.load import load_regime
from sim.world.tables.parsing import read_text
from sim.world.tables.read import find_world, read_tables
from sim.world.tables.schema import TABLES, Table

KEYS = ("what", "tables", "measures", "parameters")
CHANGES = ("where", "except", "set", "times", "drop")


@dataclass(frozen=True)
class Change:
    """What is done to some rows of a table.

    Attributes
    ----------
    where : mapping of str to tuple of str
        Column to the cells that it may have; no column: every row.
    spared : mapping of str to tuple of str
        Column to the cells that it may not have.
    put : mapping of str to str
        Column to the new cell.
    times : mapping of str to float
        Column to the factor of its numbers.
    drop : bool
        Take the rows out.
    place : Node
        Where it is written, for errors.
    """

    where: Mapping[str, tuple[str, ...]]
    spared: Mapping[str, tuple[str, ...]]
    put: Mapping[str, str]
    times: Mapping[str, float]
    drop: bool
    place: Node


@dataclass(frozen=True)
class Correction:
    """One correction, and how it is left out.

    Attributes
    ----------
    name, what : str
        Its key, and what it corrects, in words.
    tables : mapping of str to sequence of Change
        Table to what puts it back.
    measures : tuple of str
        Measures and drivers of the background that are left out of each regime that has them.
    parameters : mapping of str to float
        Parameter to its neutral value.
    """

    name: str
    what: str
    tables: Mapping[str, Sequence[Change]]
    measures: tuple[str, ...]
    parameters: Mapping[str, float]


def read_corrections(path: Path) -> list[Correction]:
    """Read corrections.

    Parameters
    ----------
    path : Path
        A YAML file: name to `what`, and any of `tables`, `measures` and `parameters`.

    Returns
    -------
    list of Correction
        In the order of the file.

    Raises
    ------
    InputError
        With file and line, if a key or a name is unknown, a value is not what is expected, or nothing is left out.
    """
    tree = nodes.mapping(nodes.read_tree(path, path.name))
    return [_correction(name, node) for name, node in tree.items()]


def _correction(name: str, node: Node) -> Correction:
    keys = nodes.mapping(node, KEYS)
    if "what" not in keys or len(keys) < 2:
        raise node.fault(f"{name!r} needs `what` and one of tables, measures and parameters.")
    parameters = nodes.mapping(keys["parameters"], names_of(BEHAVIOUR)) if "parameters" in keys else {}
    tables = nodes.mapping(keys["tables"], [table.name for table in TABLES]) if "tables" in keys else {}
    return Correction(
        name,
        nodes.text(keys["what"]),
        {table: _changes(table, changes) for table, changes in tables.items()},
        nodes.words(keys["measures"]) if "measures" in keys else (),
        {key: nodes.number(value) for key, value in parameters.items()},
    )


def _changes(table: str, node: Node) -> list[Change]:
    if not isinstance(node.value, tuple):
        raise node.fault("a list of changes is expected here, such as `- {where: {market: NAME}, times: {...}}`.")
    columns = [column.name for each in TABLES if each.name == table for column in each.columns]
    found = []
    for item in node.value:
        keys = nodes.mapping(item, CHANGES)
        parts = {key: nodes.mapping(keys[key], columns) for key in CHANGES[:-1] if key in keys}
        drop = "drop" in keys and nodes.choice(keys["drop"], ("yes", "no")) == "yes"
        if not drop and not parts.get("set") and not parts.get("times"):
            raise item.fault("a change needs one of set, times and drop.")
        found.append(
            Change(
                where={column: _cells(cell) for column, cell in parts.get("where", {}).items()},
                spared={column: _cells(cell) for column, cell in parts.get("except", {}).items()},
                put={column: nodes.text(cell) for column, cell in parts.get("set", {}).items()},
                times={column: nodes.number(cell) for column, cell in parts.get("times", {}).items()},
                drop=drop,
                place=item,
            )
        )
    return found


def _cells(node: Node) -> tuple[str, ...]:
    """Cells of a column: a list, or one that may be empty."""
    return nodes.words(node) or ("",)


def leave_out(correction: Correction, config: Config, folder: Path) -> Config:
    """Write the inputs of a study without one correction, and give its settings.

    Parameters
    ----------
    correction : Correction
        Left out.
    config : Config
        Settings with it.
    folder : Path
        Made, and filled with a world and regimes where those change.

    Returns
    -------
    Config
        Checked; world and regimes keep their names.

    Raises
    ------
    InputError
        If no row of a table is meant, the world would be at fault, no regime has a measure, or a parameter leaves its
        range.
    """
    changed = {}
    if correction.tables:
        world = find_world(config.world)
        copy = folder / world.name
        shutil.copytree(world, copy, copy_function=shutil.copyfile)
        for table, changes in correction.tables.items():
            _put_back(copy, next(each for each in TABLES if each.name == table), changes)
        read_tables(copy)  # tells a fault before anything runs
        changed["world"] = str(copy)
    if correction.measures:
        changed["regimes"] = _without(correction, config, folder)
    if correction.parameters:
        whole = {name: type(getattr(config.behaviour, name))(value) for name, value in correction.parameters.items()}
        changed["behaviour"] = replace(config.behaviour, **whole)
    found = replace(config, **changed)
    check(found)
    return found


def _put_back(folder: Path, table: Table, changes: Sequence[Change]) -> None:
    """Change a table as text, so that all other cells stay as they are written."""
    frame, faults = read_text(folder, table)
    if frame is None:
        raise InputError(faults[0])
    for change in changes:
        meant = pd.Series(True, index=frame.index)
        for column, cells in change.where.items():
            meant &= frame[column].isin(cells)
        for column, cells in change.spared.items():
            meant &= ~frame[column].isin(cells)
        if not meant.any():
            told = ", ".join(f"{column}={'/'.join(cells)}" for column, cells in change.where.items())
            raise change.place.fault(f"{table.file} has no row with {told}.")
        for column, cell in change.put.items():
            frame.loc[meant, column] = cell
        for column, factor in change.times.items():
            filled = meant & frame[column].ne("")
            cells = frame.loc[filled, column]
            frame.loc[filled, column] = [_times(table.file, row, column, cell, factor) for row, cell in cells.items()]
        if change.drop:
            frame = frame[~meant]
    frame.to_csv(folder / table.file, index=False, encoding="utf-8", lineterminator="\n")


def _times(file: str, row: int, column: str, cell: str, factor: float) -> str:
    try:
        return repr(float(cell) * factor)
    except ValueError:
        raise InputError(f"{file} row {row}: {column}={cell!r} is not a number that a factor can change.") from None


def _without(correction: Correction, config: Config, folder: Path) -> list[str]:
    """Write regimes that have some of the measures without them; they keep their names, by which they are judged."""
    names, regimes = config.regimes, (load_regime(name, config.world) for name in config.regimes)
    had = {name: [measure.name for measure in each.measures] for name, each in zip(names, regimes, strict=True)}
    for measure in correction.measures:
        if not any(measure in mine for mine in had.values()):
            known = dict.fromkeys(name for mine in had.values() for name in mine)
            raise InputError(f"{correction.name}: no regime has a measure {measure!r}.{nearest(measure, known)}")
    gone = {name: [measure for measure in correction.measures if measure in mine] for name, mine in had.items()}
    return [_write(name, gone[name], correction, folder / "regimes") if gone[name] else name for name in names]


def _write(name: str, gone: Sequence[str], correction: Correction, folder: Path) -> str:
    if Path(name).suffix:
        raise InputError(f"regimes: {name!r} is a file of its own; measures can be left out of those of the library.")
    folder.mkdir(parents=True, exist_ok=True)
    said = {"purpose": f"{name}, without {correction.name}.", "background": "adds", "include": name}
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(said | {"without": list(gone)}, sort_keys=False), encoding="utf-8")
    return str(path)
