"""Lines of a list on a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

WIDTH, INDENT = 110, "    "


def indented(text: str) -> list[str]:
    """Break a text into indented lines; words such as paths stay whole.

    Parameters
    ----------
    text
        A sentence.

    Examples
    --------
    >>> indented("one two")
    ['    one two']
    """
    return textwrap.wrap(
        text, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT, break_long_words=False, break_on_hyphens=False
    )


def columns(names: Mapping[str, str]) -> list[str]:
    """Set names in two columns.

    Parameters
    ----------
    names
        Code to words.

    Examples
    --------
    >>> columns({"a": "one", "bcd": "two"})
    ['    a    one', '    bcd  two']
    """
    width = max(map(len, names), default=0)
    found = []
    for code, words in names.items():
        first, *rest = textwrap.wrap(words, WIDTH - width - len(INDENT)) or [""]
        found += [f"{INDENT}{code:<{width}}  {first}", *(f"{INDENT}{'':<{width}}  {line}" for line in rest)]
    return found
