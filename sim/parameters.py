"""The table of parameters, `sim/data/parameters.csv`: the one place that declares a parameter.

Settings, their ranges and defaults, the numbers that kernels take, and what is drawn all follow from its rows. A row
has one of three roles:

- `behaviour`: a number of a run. It may be drawn, and reaches the kernels as a field of `sim.state.Parameters`.
- `structure`: shapes the arrays of the world, so all runs of a study share it.
- `base`: belongs to the fitting of the base year, so all runs of a study share it, too.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from sim.errors import InputError, nearest, unknown
from sim.paths import data

BEHAVIOUR, STRUCTURE, BASE = ROLES = ("behaviour", "structure", "base")
TYPES: dict[str, Callable[[str], float]] = {"float": float, "int": int}


class Parameter(NamedTuple):
    """A row of the table: a number may lie from `low` to `high`, or be one of `also_allowed` (ends of a mechanism)."""

    parameter: str
    default: float
    low: float
    high: float
    also_allowed: tuple[float, ...]
    unit: str
    role: str
    type: type
    subject: str
    meaning: str
    source: str
    confidence: str
    note: str

    def holds(self, value: float) -> bool:
        """Tell whether `value` is allowed; never true of not-a-number."""
        return self.low <= value <= self.high or value in self.also_allowed

    @property
    def allowed(self) -> str:
        """What is allowed, in words.

        Examples
        --------
        >>> TABLE["attention_price"].allowed
        '0.02 to 0.5 or 1'
        """
        return " or ".join([f"{self.low:g} to {self.high:g}", *(f"{value:g}" for value in self.also_allowed)])


def read(path: Path) -> dict[str, Parameter]:
    """Read a table of parameters.

    Parameters
    ----------
    path
        A CSV file with the columns of `Parameter`.

    Returns
    -------
    dict of str to Parameter
        In the file's order.

    Raises
    ------
    InputError
        If a column is missing, a cell cannot be read or a name stands twice; names file, row and cell.
    """
    found: dict[str, Parameter] = {}
    with path.open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file)
        if missing := [name for name in Parameter._fields if name not in (table.fieldnames or ())]:
            raise InputError(f"{path}: the column {missing[0]!r} is missing.")
        for number, cells in enumerate(table, start=2):
            each = _parameter(cells, f"{path}, row {number}")
            if each.parameter in found:
                raise InputError(f"{path}, row {number}: the parameter {each.parameter!r} stands there twice.")
            found[each.parameter] = each
    return found


def _parameter(cells: dict[str, str], where: str) -> Parameter:
    """Read a row."""
    for key, names in (("role", ROLES), ("type", tuple(TYPES))):
        if cells[key] not in names:
            near = nearest(cells[key], names, "{}", names[0])
            raise InputError(f"{where}, {key}={cells[key]!r}: is not known, did you mean {near!r}?")
    kind = TYPES[cells["type"]]
    numbers = {key: _numbers(cells[key], kind, f"{where}, {key}") for key in ("default", "low", "high")}
    for key, values in numbers.items():
        if len(values) != 1:
            raise InputError(f"{where}, {key}={cells[key]!r}: give one number.")
    one = {key: values[0] for key, values in numbers.items()}
    also = _numbers(cells["also_allowed"], kind, f"{where}, also_allowed")
    words = {name: cells[name] for name in Parameter._fields}
    each = Parameter(**(words | one | {"also_allowed": also, "type": kind}))
    if not each.holds(each.default):
        raise InputError(f"{where}, default={each.default:g}: outside its range {each.allowed}.")
    return each


def _numbers(text: str, kind: Callable[[str], float], where: str) -> tuple[float, ...]:
    """Read numbers that spaces part."""
    try:
        return tuple(kind(word) for word in text.split())
    except ValueError:
        raise InputError(f"{where}={text!r}: not a {'whole ' if kind is int else ''}number.") from None


TABLE = read(data("parameters.csv"))
"""Every parameter by its name, in the order of the file."""


LEVEL = "level."
"""Before the name of a measure: the factor that is its level, in the unit of its instrument."""

EACH_LEVEL = {"each_driver_level": "driver_levels", "each_measure_level": "measure_levels"}
"""Words for the levels of all drivers and of all other measures, and what moves together those without a factor."""


def names_of(role: str) -> tuple[str, ...]:
    """Names of the parameters of a role, in the order of the table."""
    return tuple(name for name, each in TABLE.items() if each.role == role)


def out_of_range(key: str, value: float, parameter: Parameter) -> InputError:
    """Say that a number lies outside the range of its parameter.

    Examples
    --------
    >>> str(out_of_range("behaviour.lift", 99, TABLE["lift"]))
    'behaviour.lift=99: outside its range 1 to 30 (sim/data/parameters.csv).'
    """
    return InputError(f"{key}={value:g}: outside its range {parameter.allowed} (sim/data/parameters.csv).")


def not_drawn(key: str, name: str) -> InputError:
    """Say why a name is none of a parameter that can be drawn, with what to do instead or the nearest that can.

    Examples
    --------
    >>> str(not_drawn("design.uncertain", "lifft"))
    "design.uncertain=lifft is not known: did you mean 'lift'?"
    """
    if name in TABLE:
        return InputError(
            f"{key}={name}: its role is {TABLE[name].role} (sim/data/parameters.csv), so all runs of a study share it; "
            f"compare values with --multirun behaviour.{name}=..."
        )
    return unknown(key, name, (*names_of(BEHAVIOUR), *EACH_LEVEL))
