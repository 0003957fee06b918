"""The factory of test worlds fills what a test does not name, as the state declares it."""

from typing import Annotated, NamedTuple

import numpy as np
import pytest

from sim.state import Goods, Held, Policy
from tests.worlds import filled


class WithColumn(NamedTuple):
    """A part of a world with a field that no test knows of."""

    tonnes_per_musd: Annotated[np.ndarray, Held(np.float64, "C", "t/musd", "mass of a dollar of base value")]
    shelf_days: Annotated[np.ndarray, Held(np.float32, "C", "days", "days after which the goods are worth nothing")]
    start: Annotated[np.ndarray, Held(np.int32, "C+1", "index", "first of a list")]
    listed: Annotated[np.ndarray, Held(np.int32, "listed", "index", "what a list holds")]


def test_a_field_that_no_test_names_has_its_declared_type_and_length():
    part = filled(WithColumn, tonnes_per_musd=[1, 2, 3])
    assert part.tonnes_per_musd.dtype == np.float64
    assert [(each.dtype, each.shape) for each in part[1:]] == [
        (np.float32, (3,)),
        (np.int32, (4,)),
        (np.int32, (0,)),
    ]
    assert not any(each.any() for each in part[1:])


def test_a_length_may_be_given_or_be_that_of_a_longer_field():
    assert filled(WithColumn, {"C": 2}).start.size == filled(WithColumn, start=[0, 0, 0]).start.size == 3
    with pytest.raises(KeyError, match="C"):
        filled(WithColumn)


def test_what_is_named_is_copied_in_the_declared_type():
    values = np.array([0.1, 0.2])
    goods = filled(Goods, content_share=values)
    assert goods.content_share.dtype == np.float32
    values[0] = 5.0
    assert goods.content_share[0] == np.float32(0.1)


def test_parts_of_parts_are_filled_too():
    policy = filled(Policy, {"G": 2, "T": 3, "J": 0, "D": 1, "B": 12, "roles": 4}, level=[])
    assert policy.schedule.capacity_t.shape == (2, 3)
    assert policy.effects.start.tolist() == [0]


def test_a_name_that_is_no_field_is_refused():
    with pytest.raises(TypeError, match="Goods has no content_shore"):
        filled(Goods, content_shore=[1])
    with pytest.raises(AssertionError, match="content_share"):
        filled(Goods, content_share=[[1]])
