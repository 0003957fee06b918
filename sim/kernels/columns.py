"""Small things that are done to whole columns.

Plain loops, compiled once a type: an assignment to a slice would be compiled anew at every place where it stands.
"""

import numpy as np

from sim.kernels.jit import process

f8 = np.float64


@process
def fill(column, value):
    """Set every element; writes ``column``."""
    for i in range(column.size):
        column[i] = value


@process
def fill_rows(table, value):
    """Set every element; writes ``table`` [rows, columns]."""
    for row in range(table.shape[0]):
        fill(table[row], value)


@process
def copy(source, column):
    """Copy a column to the first elements of another one, at least as long; writes ``column``."""
    for i in range(source.size):
        column[i] = source[i]


@process
def add_up(amount, index, total):
    """Add up the amounts by index; writes all of ``total``, float64."""
    fill(total, f8(0.0))
    for k in range(amount.size):
        total[index[k]] += amount[k]


@process
def added(total, amounts):
    """Total with the amounts added one by one."""
    for i in range(amounts.size):
        total += amounts[i]
    return total


@process
def is_any(values):
    """Whether any value differs from 0."""
    for i in range(values.size):
        if values[i] != 0:
            return True
    return False
