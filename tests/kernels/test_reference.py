"""Tuples of arrays by reference: the machine code finds in memory what Python sees."""

import copy
import pickle
from typing import NamedTuple

import numba
import numpy as np
import pytest

from sim.kernels.compiler.jit import kernel
from sim.kernels.compiler.reference import Reference, ReferenceType, by_reference
from sim.world.frozen import frozen


class Inner(NamedTuple):
    plain: np.ndarray
    table: np.ndarray
    cube: np.ndarray


class Outer(NamedTuple):
    count: int
    first: Inner
    flags: np.ndarray
    second: Inner


def inner(start: float) -> Inner:
    return Inner(
        np.arange(3, dtype=np.float32) + np.float32(start),
        np.arange(20, dtype=np.int64).reshape(4, 5)[:, 1::2],  # rows that do not follow one another in memory
        np.full((2, 3, 4), start),
    )


@pytest.fixture
def outer() -> Outer:
    return Outer(7, inner(10.0), np.array([1, 0], np.uint8), frozen(inner(20.0)))


@kernel
def read(outer, found):
    """Read something of every member."""
    found[0] = outer.count
    found[1] = outer.first.plain[2]
    found[2] = outer.first.table[3, 1]
    found[3] = outer.first.cube.size
    found[4] = outer.flags[0]
    found[5] = outer.second.plain[0]
    found[6] = outer.second.table.shape[0]


@kernel
def raise_plain(inner):
    """Write an array of the tuple."""
    inner.plain[0] = np.float32(5.0)


def test_every_member_is_found(outer):
    found = np.zeros(7)
    read(outer, found)
    assert found.tolist() == [7, 12, 18, 24, 1, 20, 4]


def test_what_is_written_is_written_in_place(outer):
    raise_plain(outer.first)
    assert outer.first.plain[0] == 5.0


def test_a_frozen_array_cannot_be_written(outer):
    with pytest.raises((numba.TypingError, ValueError)):
        raise_plain(outer.second)


@pytest.mark.parametrize("again", [copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_a_copy_refers_to_a_copy(again):
    original = Reference(Inner(np.zeros(1), np.zeros((1, 1)), np.zeros((1, 1, 1))))
    copied = again(original)
    assert copied.address != original.address
    raise_to_five(copied)
    assert copied.held.plain[0] == 5.0
    assert original.held.plain[0] == 0.0


@numba.njit
def raise_to_five(inner):
    """Write an array of the tuple."""
    inner.plain[0] = 5.0


def test_tuples_without_arrays_are_passed_by_value():
    assert by_reference((1.0, 2.0)) == (1.0, 2.0)
    assert by_reference(3) == 3


class Numbers(NamedTuple):
    half: np.float32
    third: np.float32


@kernel
def read_part(part, numbers, found):
    """Read by a reference to a part, and numbers by reference."""
    found[0] = part.plain[1]
    found[1] = part.cube.size
    found[2] = numbers.third


@kernel
def hand_on(outer, numbers, found):
    """Hand a part on."""
    read_part(outer.second, numbers, found)


def test_a_part_is_handed_on_as_a_reference(outer):
    found, numbers = np.zeros(3), Numbers(np.float32(0.5), np.float32(-1 / 3))
    hand_on(Reference(outer), numbers, found)
    assert found.tolist() == [21.0, 24.0, float(np.float32(-1 / 3))]
    assert {type(each) for each in hand_on.signatures[0][:2]} == {ReferenceType}
