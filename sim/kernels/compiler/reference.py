"""Tuples of arrays by reference: world, policy, state and records reach the machine code as one address each.

numba passes a named tuple by value: the three hundred arrays of a week are two thousand numbers, which every function
that hands them on would take apart and put together again. Compiling that took longer than all else. A reference holds
the address of a table of the same numbers; an attribute is read from it where it is named, and is then an ordinary
array, number or, for a tuple within the tuple, a reference to that part of the table; so the source of a kernel does
not know the difference. The table never changes while a reference lives, which the compiler is told.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator

import numba
import numpy as np
from llvmlite import ir
from numba.core import types
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.extending import NativeValue, lower_getattr_generic, models, register_model, unbox

WORD = ir.IntType(64)
WORDS_OF_ARRAY = 5  # reference count, owner, elements, size of one, address; then shape and strides


class Reference:
    """Address of a named tuple of arrays, of numbers (int, float32) and of such tuples, as it lies in memory.

    Parameters
    ----------
    held : NamedTuple
        Kept alive as long as the reference is.
    """

    def __init__(self, held: tuple) -> None:
        self.held = held
        self._words = np.array(list(_words_of(held)), np.int64)
        self.address = self._words.ctypes.data
        layout = _layout(held)
        if layout not in _types:  # numba takes milliseconds to find it
            _types[layout] = ReferenceType(numba.typeof(held))
        self._numba_type_ = _types[layout]

    def __reduce__(self) -> tuple:
        """Let a copy refer to a copy."""
        return Reference, (self.held,)


def by_reference(argument: object) -> object:
    """Give a reference to a tuple of arrays, of float32 numbers or of such tuples; anything else stays what it is."""
    if isinstance(argument, tuple) and isinstance(argument[0], np.ndarray | np.float32 | tuple):
        return argument if numba.config.DISABLE_JIT else Reference(argument)
    return argument


def _layout(held: tuple) -> tuple:
    """Give all that the type of a tuple depends on."""
    return (
        type(held),
        *(
            (member.dtype, member.ndim, member.flags.num)
            if isinstance(member, np.ndarray)
            else _layout(member)
            if isinstance(member, tuple)
            else type(member)
            for member in held
        ),
    )


def _words_of(held: tuple) -> Iterator[int]:
    """Give the numbers by which machine code knows the members of a tuple, in the order of numba's structures."""
    for member in held:
        if isinstance(member, tuple):
            yield from _words_of(member)
        elif isinstance(member, np.ndarray):
            yield from (0, 0, member.size, member.itemsize, member.ctypes.data, *member.shape, *member.strides)
        elif isinstance(member, np.float32):
            yield int(member.view(np.uint32))
        else:
            yield member


class ReferenceType(types.Type):
    """Type of a reference to a tuple of the type held; named by a digest, for its full name has 10,000 letters."""

    def __init__(self, held: types.BaseTuple) -> None:
        self.held = held
        digest = hashlib.blake2b(str(held).encode(), digest_size=10).hexdigest()
        super().__init__(f"reference({held.instance_class.__name__}, {digest})")


@functools.cache
def _type_of_part(held: types.BaseTuple) -> ReferenceType:
    """Type of a reference to a tuple within a tuple; kept, for its name takes long."""
    return ReferenceType(held)


register_model(ReferenceType)(models.OpaqueModel)
_types: dict[tuple, ReferenceType] = {}


@infer_getattr
class ReferenceAttributes(AttributeTemplate):
    """Attributes of a reference are those of the tuple it refers to."""

    key = ReferenceType

    def generic_resolve(self, reference: ReferenceType, name: str) -> types.Type | None:
        """Type of an attribute; a tuple within the tuple is a reference to it."""
        member = dict(zip(reference.held.fields, reference.held.types, strict=True)).get(name)
        return _type_of_part(member) if isinstance(member, types.BaseTuple) else member


@lower_getattr_generic(ReferenceType)
def _read_member(context, builder, reference, address, name):
    """Read a member from memory, where numba's arrays are words without gaps; to a part, only point."""
    place = reference.held.fields.index(name)
    member = reference.held.types[place]
    before = sum(_words_in(each) for each in reference.held.types[:place])
    words = builder.bitcast(address, WORD.as_pointer())
    start = builder.gep(words, [WORD(before)])
    if isinstance(member, types.BaseTuple):
        return builder.bitcast(start, address.type)
    value = builder.load(builder.bitcast(start, context.get_value_type(member).as_pointer()))
    value.set_metadata("invariant.load", builder.module.add_metadata([]))
    return value


def _words_in(member: types.Type) -> int:
    """Words of an array, a number or a tuple of them."""
    if isinstance(member, types.BaseTuple):
        return sum(_words_in(each) for each in member.types)
    return WORDS_OF_ARRAY + 2 * member.ndim if isinstance(member, types.Array) else 1


@unbox(ReferenceType)
def _take_address(reference, given, context):
    """Take the address from a `Reference`."""
    number = context.pyapi.object_getattr_string(given, "address")
    address = context.pyapi.long_as_voidptr(number)
    context.pyapi.decref(number)
    return NativeValue(address)
