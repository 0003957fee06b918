"""What is declared with a field holds for its array: type, lengths, start value, who is named when it is not finite."""

from collections import Counter

import numpy as np
import pytest

from sim.kernels.start import begin
from sim.kernels.week import PROCESSES, check_finite
from sim.state import AXES, Policy, State, World, arrays_of, fitted, lasting, new_state, reset
from tests.kernels.worlds import Small, small


@pytest.fixture(scope="module")
def case() -> Small:
    return small(5)


def with_array(part: tuple, path: list[str], array: np.ndarray) -> tuple:
    """The same named tuple, with another array in it."""
    name, *rest = path
    return part._replace(**{name: with_array(getattr(part, name), rest, array) if rest else array})


def lengths_that_tell(part: World | Policy | State) -> set[str]:
    """Axes whose length more than one array has, or the world sets: a wrong one shows."""
    count = Counter(name for _, held, _ in arrays_of(part) for name in held.names)
    told = {name for name in count if count[name] > 1 or name.endswith("+1") or name.isdecimal()}
    return told if isinstance(part, World) else told | set(AXES)


@pytest.mark.parametrize("which", ["world", "policy", "state"])
def test_arrays_that_do_not_fit_are_refused(case: Small, which: str) -> None:
    part = case.new_state() if which == "state" else getattr(case, which)
    assert fitted(part, case.world) is part
    telling = lengths_that_tell(part)
    for name, held, array in list(arrays_of(part)):
        wrong = [array.astype(np.float32 if array.dtype == np.float64 else np.float64), array[np.newaxis]]
        if telling & set(held.names) and name != "instrument":  # whose length is the number of measures
            wrong.append(np.zeros_like(array, shape=tuple(length + 1 for length in array.shape)))
        for other in wrong:
            changed = with_array(part, name.split("."), other)
            with pytest.raises(ValueError, match=r"declared|elements"):
                fitted(changed, changed if which == "world" else case.world)


def test_no_state_is_made_of_a_world_that_does_not_fit(case: Small) -> None:
    channels = case.world.channels
    short = case.world._replace(channels=channels._replace(kind=channels.kind[:-1]))
    with pytest.raises(ValueError, match=r"World\.channels\.kind: axis K .* has 16 elements, and here 15"):
        new_state(short)


def test_axes_of_a_state_are_all_set_by_the_world(case: Small) -> None:
    names = {name for _, held, _ in arrays_of(case.new_state()) for name in held.names}
    assert {name for name in names if name.removesuffix("+1") not in AXES and not name.isdecimal()} == set()


def test_a_reset_state_is_a_new_one(case: Small) -> None:
    state = case.new_state()
    for _, _, array in arrays_of(state):
        array[...] = np.array(3).astype(array.dtype)
    reset(case.world, state)
    for (name, _, array), (_, _, fresh) in zip(lasting(state), lasting(case.new_state()), strict=True):
        assert (array == fresh).all(), name
    assert (state.scratch.value == 3).all()


def test_a_number_that_is_not_finite_is_told_where_that_is_declared_and_nowhere_else(case: Small) -> None:
    state = case.new_state()
    begin(case.world, case.parameters, state)
    for name, held, array in arrays_of(state):
        if array.dtype.kind != "f" or not array.size:
            continue
        kept, status = array.copy(), np.zeros(4, np.int64)
        array[..., 0] = np.nan
        fine = check_finite(3, state, status)
        assert fine == (not held.finite), name
        assert PROCESSES[status[2]] == held.finite, name
        array[...] = kept
