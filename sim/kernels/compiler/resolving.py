"""What an operator or a built-in function gives for arguments of some types is found out once, not at every call.

numba tries a hundred templates at each `+`: those of strings, lists, sets and dates before those of numbers. Only the
answers of templates that stand for the operator itself are kept; one that compiles a function of its own, under the
switches of its caller, is asked anew.
"""

from __future__ import annotations

from numba.core import types
from numba.core.typing.context import BaseContext


def remember(context: BaseContext) -> None:
    """Let a typing context keep what it resolves."""
    resolve, known = context.resolve_function_type, {}

    def remembered(function: object, arguments: tuple, named: dict) -> object:
        """Resolve a call as the context does."""
        kind = function if isinstance(function, types.Type) else context._lookup_global(function)
        if named or type(kind) is not types.Function:
            return resolve(function, arguments, named)
        key = id(kind), tuple(arguments)
        if key not in known:
            signature = resolve(function, arguments, named)
            if signature is None or kind._impl_keys.get(signature.args) is not kind.typing_key:
                return signature
            known[key] = kind, signature  # the type is kept, so that no other one gets its number
        return known[key][1]

    context.resolve_function_type = remembered
