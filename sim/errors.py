"""Errors that the user can mend, and the hints that they end with."""

from collections.abc import Iterable
from difflib import get_close_matches

NEAR = 0.6
"""Least likeness of a name that is told as the nearest."""

MOST_NAMED = 24
"""Most names that a sentence lists."""

LONGEST_NAME = 200
"""Letters of a wrong name that are held against the valid ones: to compare longer ones would take long."""


LONGEST_LINE = 1_500
"""Letters of a line of an error; of a longer one the beginning and the end are told."""


class InputError(Exception):
    """Bad input, told in one plain sentence; the command ends with exit code 2.

    Parameters
    ----------
    sentence
        A line that a long word of the user makes long is cut in its middle: it still says what was given and is wrong.
    """

    def __init__(self, sentence: str = "") -> None:
        super().__init__("\n".join(map(_shortened, sentence.split("\n"))))

    def _render_traceback_(self) -> list[str]:
        """Show a notebook the sentence alone, without the way through the code."""
        return [f"{type(self).__name__}: {self}"]


def _shortened(line: str) -> str:
    half = LONGEST_LINE // 2
    return line if len(line) <= LONGEST_LINE else f"{line[:half]} ... {line[-half:]}"


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
    ids = {as_id(name): name for name in reversed(list(known))}
    close = get_close_matches(as_id(word[:LONGEST_NAME]), list(reversed(ids)), 1, near)
    return told.format(ids[close[0]]) if close else otherwise


def as_id(word: str) -> str:
    """Write a word as ids are written: in small letters, with _ for blanks and hyphens.

    Two words are the same name if they have one id; messages tell the word as it was typed.

    Examples
    --------
    >>> as_id("United States"), as_id(" Far-Land")
    ('united_states', 'far_land')
    """
    return word.strip().casefold().replace(" ", "_").replace("-", "_")


def folded(word: str, known: Iterable[str]) -> str:
    """Give the valid name that differs from a word by capital letters, blanks or hyphens alone, or the word as it is.

    Examples
    --------
    >>> folded("UFLPA", ["none", "uflpa"]), folded("United States", ["united_states"]), folded("x", ["y"])
    ('uflpa', 'united_states', 'x')
    """
    names = list(known)
    if word in names:
        return word
    meant = as_id(word)
    return next((name for name in names if name.casefold() == meant), word)


def unknown(key: str, value: object, names: Iterable[str]) -> InputError:
    """Say that `value` is none of `names`, with the nearest of them.

    Examples
    --------
    >>> str(unknown("observe", "totls", ["totals", "default", "full"]))
    "observe=totls is not known: did you mean 'totals'?"
    >>> str(unknown("commodity", "cotton", ["all"]))
    "commodity=cotton is not known: there is only 'all'."
    """
    names = [str(name) for name in names]
    listed = ", ".join(names[:MOST_NAMED]) + (f" and {len(names) - MOST_NAMED} more" * (len(names) > MOST_NAMED))
    choices = (
        f"choose from {listed}." if len(names) > 1 else f"there is only {listed!r}." if names else "there is none."
    )
    hint = nearest(str(value), names, "did you mean {!r}?", choices)
    return InputError(f"{key}={value} is not known: {hint}")
