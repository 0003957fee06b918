"""Small things that are done to whole columns.

Plain loops, compiled once a type: an assignment to a slice would be compiled anew at every place where it stands.
"""

import numpy as np

from sim.kernels.compiler.jit import process
from sim.state import PARTS

f8 = np.float64
i8 = np.int64
u8 = np.uint64


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
        total[u8(index[k])] += amount[k]  # without a sign, which would be checked


@process
def added(total, amounts):
    """Total with the amounts added one by one."""
    for i in range(amounts.size):
        total += amounts[i]
    return total


@process
def add_parts(parts, count):
    """Sum of the partial sums that ``count`` addends filled."""
    return added(f8(0.0), parts[: min(count, PARTS)])


@process
def count_outside(values, low, high):
    """Count the values that do not lie between two bounds."""
    count = 0
    for i in range(values.size):
        count += (values[i] < low) | (values[i] > high)
    return count


@process
def is_any(values):
    """Whether any value differs from 0."""
    count = 0
    for i in range(values.size):  # counted without a way out, so that many are looked at at once
        count += values[i] != 0
    return count > 0


@process
def list_set(flag, picked):
    """List the places where a flag is set, in order.

    Counted without a branch, which would be mispredicted, and without a sign, which would be checked.

    Writes ``picked``, uint32, at least as long as ``flag``; returns how many it lists.
    """
    count = u8(0)
    for i in range(flag.size):
        picked[count] = i
        count += u8(flag[i] != 0)
    return i8(count)


@process
def fill_where(flag, when, number, other, column):
    """Give every element one number where its flag is ``when``, and another one elsewhere; writes ``column``."""
    for i in range(flag.size):
        column[i] = number if flag[i] == when else other


@process
def list_below_each(values, limits, picked):
    """List the places of values that lie below a limit of their own, as `list_set` does."""
    count = u8(0)
    for i in range(values.size):
        picked[count] = i
        count += u8(values[i] < limits[i])
    return i8(count)


@process
def list_below(values, limit, picked):
    """List the places of values below a limit, as `list_set` does."""
    count = u8(0)
    for i in range(values.size):
        picked[count] = i
        count += u8(values[i] < limit)
    return i8(count)
