"""What is kept of the resolution of operators is what numba finds."""

import operator
from itertools import product

import pytest
from numba.core import types, typing
from numba.core.registry import cpu_target

from sim.kernels.compiler.versions import PLAIN

pytestmark = pytest.mark.skipif(PLAIN, reason="the long way leaves numba's contexts alone")

TYPES = (
    types.float32,
    types.float64,
    types.int32,
    types.int64,
    types.uint32,
    types.uint64,
    types.uint8,
    types.boolean,
    types.literal(2),
)
OPERATORS = (operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, operator.lt)
ARRAY = types.Array(types.float32, 1, "C")


@pytest.mark.parametrize("function", OPERATORS, ids=lambda each: each.__name__)
def test_operators_are_resolved_as_numba_does(function: object) -> None:
    fresh, ours = typing.Context(), cpu_target.typing_context
    fresh.refresh()
    ours.refresh()
    assert "resolve_function_type" in vars(ours)
    assert "resolve_function_type" not in vars(fresh)
    for pair in product(TYPES, TYPES):
        expected = fresh.resolve_function_type(function, pair, {})
        for _ in range(2):  # the second time it is known
            assert ours.resolve_function_type(function, pair, {}) == expected, pair


def test_so_are_elements_of_arrays() -> None:
    fresh, ours = typing.Context(), cpu_target.typing_context
    fresh.refresh()
    ours.refresh()
    for index in (types.int64, types.uint64, types.uint32, types.slice2_type):
        expected = fresh.resolve_function_type(operator.getitem, (ARRAY, index), {})
        assert all(ours.resolve_function_type(operator.getitem, (ARRAY, index), {}) == expected for _ in range(2))
