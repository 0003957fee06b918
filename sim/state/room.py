"""From declarations to arrays: which fields there are, whether arrays fit them, room for a state, and its reset."""

from collections.abc import Iterator
from functools import cache
from typing import TypeVar, get_type_hints

import numpy as np

from sim.state.axes import Held, sizes_of
from sim.state.changing import State
from sim.state.inputs import Policy, World

Part = TypeVar("Part", World, Policy, State)
FEWEST_MORE_ROWS = 64


@cache
def declared(kind: type) -> dict[str, Held | type]:
    """Give the declaration of each field of a named tuple: how an array is held, or the type of what is no array."""
    hints = get_type_hints(kind, include_extras=True)
    return {name: getattr(hint, "__metadata__", (hint,))[0] for name, hint in hints.items()}


def arrays_of(part: tuple, prefix: str = "") -> Iterator[tuple[str, Held, np.ndarray]]:
    """List the arrays of nested named tuples.

    Parameters
    ----------
    part
        A named tuple of arrays and of such tuples.
    prefix
        Begins every name.

    Yields
    ------
    name : str
        Path of fields, such as `firms.capacity`.
    held : Held
        Its declaration.
    array : numpy.ndarray
        The array itself.
    """
    for (name, how), value in zip(declared(type(part)).items(), part, strict=True):
        if isinstance(how, Held):
            yield prefix + name, how, value
        elif isinstance(value, tuple):
            yield from arrays_of(value, f"{prefix}{name}.")


def fitted(part: Part, world: World) -> Part:
    """Refuse arrays that are not as they are declared: machine code would read or write past their ends.

    Parameters
    ----------
    part
        A world, a policy or a state.
    world
        Sets the lengths of the axes.

    Returns
    -------
    World or Policy or State
        The part.

    Raises
    ------
    ValueError
        For the first of them; names the field, its declaration and what it is.
    """
    sizes = sizes_of(world)
    for name, held, array in arrays_of(part, f"{type(part).__name__}."):
        if not isinstance(array, np.ndarray) or array.ndim != len(held.names):
            raise ValueError(f"{name}: an array [{held.axes}] is declared, and here it is {np.shape(array)}.")
        for axis, length in zip(held.names, array.shape, strict=True):
            if _length(axis, sizes) is None:
                sizes[axis] = length
            elif _length(axis, sizes) != length:
                raise ValueError(
                    f"{name}: axis {axis} of [{held.axes}] has {_length(axis, sizes)} elements, and here {length}."
                )
        if array.dtype != held.dtype:
            raise ValueError(f"{name}: {np.dtype(held.dtype)} is declared, and here it is {array.dtype}.")
    return part


def _length(axis: str, sizes: dict[str, int]) -> int | None:
    """Length of an axis; None where nothing sets it yet."""
    if axis.isdecimal():
        return int(axis)
    if axis in sizes:
        return sizes[axis]
    before = sizes.get(axis.removesuffix("+1"))
    return before + 1 if before is not None and axis.endswith("+1") else None


def lengths(axes: str, sizes: dict[str, int]) -> tuple[int, ...]:
    """Give the lengths of axes, named as in a declaration.

    Parameters
    ----------
    axes
        Names parted by commas; a number is a length.
    sizes
        As `sizes_of` gives them.

    Raises
    ------
    KeyError
        If nothing sets one of them.

    Examples
    --------
    >>> lengths("2, M", {"M": 3})
    (2, 3)
    """
    found = {axis.strip(): _length(axis.strip(), sizes) for axis in axes.split(",")}
    if None in found.values():
        raise KeyError(f"{axes}: the world sets no length of {next(name for name in found if found[name] is None)}.")
    return tuple(found[axis.strip()] for axis in axes.split(","))


def new_state(world: World) -> State:
    """Make room for one run, at the start values; `sim.kernels.start.begin` does the rest.

    Parameters
    ----------
    world
        Sets the lengths of the axes.

    Raises
    ------
    ValueError
        If an array of the world is not as it is declared.
    """
    fitted(world, world)
    return _new(State, sizes_of(world))


def _new(kind: type, sizes: dict[str, int]) -> tuple:
    """Make a named tuple of arrays and of such tuples."""
    return kind(
        *(
            np.full([_length(axis, sizes) for axis in how.names], _start(how, sizes), how.dtype)
            if isinstance(how, Held)
            else _new(how, sizes)
            for how in declared(kind).values()
        )
    )


def _start(held: Held, sizes: dict[str, int]) -> float | np.ndarray:
    """Start value of an array; of one with a number for each row, a column of them."""
    if isinstance(held.start, tuple):
        return np.reshape(held.start, (-1, *(1 for _ in held.names[1:])))
    return sizes[held.start] if isinstance(held.start, str) else held.start


def more_rows(world: World, state: State) -> State:
    """Give a state half as many rows for firms again, as is done when a firm finds none free."""
    rows = state.firms.active.size
    return with_rows(world, state, rows + max(rows // 2, FEWEST_MORE_ROWS))


def with_rows(world: World, state: State, rows: int) -> State:
    """Give a state more rows for firms; what it holds stays, and the new rows hold the start values.

    Parameters
    ----------
    world
        Of the run.
    state
        Whose arrays without rows for firms go over to the new one.
    rows
        At least as many as there are.

    Returns
    -------
    State
        Which bits a run makes does not depend on how many spare rows there are.
    """
    firms, sizes = state.firms, sizes_of(world) | {"F": rows}
    longer = _new(type(firms), sizes)
    for new, old in zip(longer, firms, strict=True):
        new[..., : old.shape[-1]] = old
    return state._replace(firms=longer)


def lasting(state: State, prefix: str = "") -> Iterator[tuple[str, Held, np.ndarray]]:
    """List the arrays of a state as `arrays_of` does, but for working room, which holds nothing between weeks."""
    return (each for each in arrays_of(state, prefix) if not each[0].startswith(f"{prefix}scratch."))


def limits(held: Held, sizes: dict[str, int]) -> tuple[int, int] | None:
    """Give the least whole number that an array may hold, and what each is below; None where any will do.

    Parameters
    ----------
    held
        Declaration of the array.
    sizes
        As `sizes_of` gives them.
    """
    if held.within is None:
        return (0, 2) if held.unit == "flag" else None
    least, below = held.within
    return least, below if isinstance(below, int) else _length(below, sizes)


def misplaced(state: State, world: World, prefix: str = "") -> str:
    """Find a number of a state that names what there is not: machine code would read or write past the ends of arrays.

    Parameters
    ----------
    state
        Of a run, between two weeks.
    world
        Whose state it is.
    prefix
        Of the names of arrays.

    Returns
    -------
    str
        The first such number with its place, as part of a sentence; empty where all is well.
    """
    sizes = sizes_of(world) | {"F": state.firms.active.size}
    for name, held, array in lasting(state, prefix):
        bounds = limits(held, sizes)
        if bounds is None or not array.size:
            continue
        low, high = int(array.min()), int(array.max())
        if low < bounds[0] or high >= bounds[1]:
            odd = low if low < bounds[0] else high
            return f"{odd} in {name}, where numbers from {bounds[0]} to {bounds[1] - 1} mean something"
    return ""


def reset(world: World, state: State) -> None:
    """Set every array to its start value, but for working room; writes ``state``."""
    sizes = sizes_of(world)
    for _, held, array in lasting(state):
        array[...] = _start(held, sizes)
