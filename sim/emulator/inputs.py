"""Inputs of an emulator: numbers in a range, yes or no, and categories; and the columns that stand for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import InputError

NUMBER, FLAG, CATEGORY = "number", "flag", "category"


class Input(NamedTuple):
    """What an input may be.

    Attributes
    ----------
    name : str
        Column of the tables.
    kind : str
        "number", "flag" (yes or no) or "category".
    low, high : float
        Range of a number in the runs that the emulator was fitted to; 0 and 1 otherwise.
    levels : tuple of str
        Values of a category, the first being the one that the others are held against; empty otherwise.
    """

    name: str
    kind: str
    low: float = 0.0
    high: float = 1.0
    levels: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Number of columns that stand for it."""
        return len(self.levels) - 1 if self.kind == CATEGORY else 1


def describe_inputs(table: pd.DataFrame) -> tuple[Input, ...]:
    """Say what each column of a table of inputs is, from its type and its values.

    Parameters
    ----------
    table : pandas.DataFrame
        A row a run. Columns of numbers, of booleans, or of text.

    Returns
    -------
    tuple of Input
        In the order of the columns.

    Raises
    ------
    InputError
        If a column holds one value only, which says nothing, or something missing.
    """
    return tuple(_described(name, table[name]) for name in table.columns)


def _described(name: str, column: pd.Series) -> Input:
    """Say what one column is."""
    if column.isna().any():
        raise InputError(f"Input {name!r} has no value in {int(column.isna().sum())} of {len(column)} rows.")
    if column.nunique() < 2:
        raise InputError(f"Input {name!r} has the same value in all {len(column)} rows: leave it out.")
    if pd.api.types.is_bool_dtype(column):
        return Input(name, FLAG)
    if pd.api.types.is_numeric_dtype(column):
        if not np.isfinite(column).all():
            raise InputError(f"Input {name!r} holds a number that is not finite.")
        return Input(name, NUMBER, float(column.min()), float(column.max()))
    return Input(name, CATEGORY, levels=tuple(sorted(map(str, column.unique()))))


def columns_of(inputs: Sequence[Input], table: pd.DataFrame) -> NDArray[np.float64]:
    """Turn a table into the columns that stand for it.

    Parameters
    ----------
    inputs : sequence of Input
        What the columns are.
    table : pandas.DataFrame
        A row a point. Other columns are left alone.

    Returns
    -------
    array [rows, sum of widths] of float64
        Numbers from -1 at `low` to 1 at `high`, and beyond outside; flags -1 and 1; a category has one column for each
        level but the first, 1 where it holds.

    Raises
    ------
    InputError
        If a column is missing, or a category has a level that no run had.
    """
    missing = [each.name for each in inputs if each.name not in table]
    if missing:
        raise InputError(f"The emulator wants the input {missing[0]!r}, which the table lacks.")
    return np.column_stack([_columns(each, table[each.name]) for each in inputs])


def _columns(each: Input, values: pd.Series) -> NDArray[np.float64]:
    """Turn one input into its columns."""
    if each.kind != CATEGORY:
        numbers = values.to_numpy(np.float64)
        return (2.0 * (numbers - each.low) / (each.high - each.low) - 1.0)[:, None]
    text = values.astype(str).to_numpy()
    strange = sorted(set(text) - set(each.levels))
    if strange:
        raise InputError(f"Input {each.name!r} is {strange[0]!r}; the emulator knows {', '.join(each.levels)}.")
    return np.column_stack([(text == level).astype(np.float64) for level in each.levels[1:]])


def groups_of(inputs: Sequence[Input]) -> NDArray[np.int64]:
    """Say to which input each column belongs; products of columns of one category are always 0 and left out."""
    return np.repeat(np.arange(len(inputs)), [each.width for each in inputs])
