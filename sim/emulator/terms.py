"""Terms of a quadratic: the constant, each column, each square and each product of two columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.emulator.inputs import NUMBER, Input, groups_of


def quadratic_pairs(inputs: Sequence[Input]) -> NDArray[np.int64]:
    """List the products: two columns of different inputs, and a number with itself.

    The square of a flag is 1, that of a level is the level, and two levels of one category never hold at once: these
    say nothing new and are left out.

    Returns
    -------
    array [products, 2] of int64
        Numbers of columns, the smaller first.
    """
    groups, kinds = groups_of(inputs), [each.kind for each in inputs]
    first, second = np.triu_indices(groups.size)
    of_one = groups[first] == groups[second]
    square = (first == second) & np.array([kinds[each] == NUMBER for each in groups[first]], dtype=bool)
    wanted = ~of_one | square
    return np.column_stack([first[wanted], second[wanted]]).astype(np.int64)


def terms_of(columns: NDArray[np.float64], pairs: NDArray[np.int64]) -> NDArray[np.float64]:
    """Work out the terms but for the constant.

    Parameters
    ----------
    columns : array [rows, columns] of float64
    pairs : array [products, 2] of int64

    Returns
    -------
    array [rows, columns + products] of float64
        The columns, then the products.
    """
    return np.hstack([columns, columns[:, pairs[:, 0]] * columns[:, pairs[:, 1]]])
