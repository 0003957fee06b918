"""The inspection game of two classes of goods, solved in closed form: what a search for good targeting must find.

A smuggler sends one hidden consignment in class 1 or 2, where it is worth v_i if it passes. Customs have B inspections
for n_1 and n_2 consignments and find what is hidden in one that they open with chance f. With chances p_i of being
opened, n_1 p_1 + n_2 p_2 = B, the smuggler expects v_i (1 - f p_i), and customs make that as small as they can. Where
both classes are worth a look, they make the smuggler indifferent:

    g = (n_1 + n_2 - f B) / (n_1 / v_1 + n_2 / v_2),    p_i = (1 - g / v_i) / f

else they look at the dearer class alone. Who looks at one class for all to see lets the smuggler take the other.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Solution(NamedTuple):
    """Of the game.

    Attributes
    ----------
    share : float
        Of the inspections that go to class 1.
    passes : float
        What the smuggler expects, in the unit of the values.
    in_first : float
        Chance that the smuggler takes class 1.
    predictable : float
        What the smuggler expects of the best that customs can do by looking at one class alone.
    """

    share: float
    passes: float
    in_first: float
    predictable: float

    @property
    def price_of_predictability(self) -> float:
        """What being predictable lets pass besides."""
        return self.predictable - self.passes


def expected(share: NDArray[np.float64], values: NDArray[np.float64], goods: NDArray[np.float64], **how: float):
    """Give what a smuggler expects in either class.

    Parameters
    ----------
    share : array [...]
        Of the inspections that go to class 1.
    values, goods : arrays [2]
        Worth of what is hidden, and consignments.
    **how : float
        `budget`, inspections, and `found`, chance that an inspection finds what is hidden.

    Returns
    -------
    array [..., 2] of float64
    """
    split = np.stack([np.asarray(share), 1.0 - np.asarray(share)], axis=-1)
    looked_at = np.minimum(split * how["budget"] / goods, 1.0)
    return values * (1.0 - how["found"] * looked_at)


def solve(values: NDArray[np.float64], goods: NDArray[np.float64], *, budget: float, found: float) -> Solution:
    """Solve the game for a budget that is too small to open either class whole.

    Parameters
    ----------
    values, goods : arrays [2]
        Worth of what is hidden, and consignments.
    budget : float
        Inspections, at most the consignments of the smaller class.
    found : float
        Chance that an inspection finds what is hidden, above 0.

    Returns
    -------
    Solution

    Raises
    ------
    ValueError
        If the budget opens a class whole.

    Examples
    --------
    >>> solve(np.array([2.0, 1.0]), np.array([10.0, 10.0]), budget=8.0, found=1.0)
    Solution(share=0.75, passes=0.8, in_first=0.3333333333333333, predictable=1.0)
    """
    values, goods = np.asarray(values, np.float64), np.asarray(goods, np.float64)
    if budget > goods.min():
        message = f"A budget of {budget:g} inspections opens a class of {goods.min():g} consignments whole."
        raise ValueError(message)
    weight = goods / values
    both = (goods.sum() - found * budget) / weight.sum()
    dearer = int(values.argmax())
    alone = expected(np.array([1.0, 0.0]), values, goods, budget=budget, found=found).max(axis=1)
    if both >= values.min():
        passes = float(values[dearer] * (1.0 - found * budget / goods[dearer]))
        return Solution(float(dearer == 0), passes, float(dearer == 0), float(alone.min()))
    share = goods[0] * (1.0 - both / values[0]) / found / budget
    return Solution(float(share), float(both), float(weight[0] / weight.sum()), float(alone.min()))
