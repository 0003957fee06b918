"""Errors that the user can mend, and the hints that they end with."""

from collections.abc import Iterable
from difflib import get_close_matches

NEAR = 0.6
"""Least likeness of a name that is told as the nearest."""


class InputError(Exception):
    """Bad input, told in one plain sentence; the command ends with exit code 2."""


def nearest(
    word: str, known: Iterable[str], told: str = " The nearest is {!r}.", otherwise: str = "", near: float = NEAR
) -> str:
    """Tell the name that is most like a wrong one.

    Parameters
    ----------
    word
        The wrong one.
    known
        Valid names, in any order.
    told
        Words with braces where the name goes.
    otherwise
        Words when no name is near.
    near
        Least likeness, from 0 to 1.

    Examples
    --------
    >>> nearest("urumki", ["kashgar", "urumqi"], "; the nearest is {!r}")
    "; the nearest is 'urumqi'"
    >>> nearest("paris", ["kashgar", "urumqi"], "; the nearest is {!r}")
    ''
    """
    close = get_close_matches(word, list(known), 1, near)
    return told.format(close[0]) if close else otherwise


def unknown(key: str, value: object, names: Iterable[str]) -> InputError:
    """Say that `value` is none of `names`, with the nearest of them.

    Examples
    --------
    >>> str(unknown("observe", "totls", ["totals", "default", "full"]))
    "observe=totls is not known: did you mean 'totals'?"
    """
    names = [str(name) for name in names]
    hint = nearest(str(value), names, "did you mean {!r}?", f"choose from {', '.join(names)}.")
    return InputError(f"{key}={value} is not known: {hint}")
