"""The behavioural numbers of one run, as kernels take them."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable

import numpy as np

from sim.errors import InputError
from sim.parameters import BEHAVIOUR, TABLE, names_of, out_of_range

Parameters = namedtuple("Parameters", names_of(BEHAVIOUR), module=__name__)
Parameters.__doc__ = "Behaviour, one float32 each; `sim/data/parameters.csv` declares name, meaning, unit and source."


def single(numbers: Iterable[float]) -> Parameters:
    """Make the parameters of a run from numbers of any precision.

    Parameters
    ----------
    numbers
        One for each field, in their order: a row of a design, or `config.behaviour.values()`.
    """
    return Parameters._make(np.float32(number) for number in numbers)


def check_rows(rows: np.ndarray, where: Callable[[int], str]) -> None:
    """Refuse parameters of runs that are out of their range, or are no numbers.

    Parameters
    ----------
    rows
        [draws, P]: a row of numbers a draw, in the order of `Parameters`.
    where
        Names the place of a row by its index, such as `draws.csv, row 2`.

    Raises
    ------
    InputError
        For the first number that is not allowed, with its place, name and range; or if rows have another length.

    Examples
    --------
    >>> row = [TABLE[name].default for name in Parameters._fields]
    >>> check_rows(np.array([row]), "draw {}".format)
    """
    names, rows = Parameters._fields, np.asarray(rows, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[1] != len(names):
        raise InputError(f"{where(0)}: {len(names)} parameters are expected; the array has shape {rows.shape}.")
    low, high = (np.array([getattr(TABLE[name], end) for name in names]) for end in ("low", "high"))
    allowed = (low <= rows) & (rows <= high)
    for column, name in enumerate(names):
        allowed[:, column] |= np.isin(rows[:, column], TABLE[name].also_allowed)
    if not allowed.all():
        row, column = np.argwhere(~allowed)[0]
        raise out_of_range(f"{where(int(row))}, {names[column]}", rows[row, column], TABLE[names[column]])
