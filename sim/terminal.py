"""What a person at a terminal reads: text from files cannot move the cursor, colour the screen or turn lines round."""

import os
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import TextIO
from unicodedata import category

KEPT = "\n\t"
_READ_IN_DOUBLE_QUOTES = '"$`\\!'
_MEANS_SOMETHING = re.compile(r"[=,\[\]{}()'\"]")  # to the grammar of the command line
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")  # control, formatting such as right-to-left marks, halves of letters, lines

PATIENCE_S = 3.0
"""Seconds that pass in silence before a person is told what takes so long."""

JOINERS = "\u200c\u200d"
"""Unseen letters that words of some languages need."""


def shown(text: str) -> str:
    r"""Write letters that are not seen as what they are.

    Parameters
    ----------
    text
        From a file or a command line.

    Returns
    -------
    str
        Line breaks and tabs stay.

    Examples
    --------
    >>> print(shown("a ban\x1b[31m of\u202e goods"))
    a ban\x1b[31m of\u202e goods
    """
    return "".join(each if each in KEPT or category(each) not in UNSEEN else ascii(each)[1:-1] for each in text)


def unseen(text: str) -> str:
    r"""Find the first letter that is not seen, or turns a line round; those that words of some languages need pass.

    Examples
    --------
    >>> unseen("plain"), unseen("a\x1b[31m")
    ('', '\x1b')
    """
    return next((each for each in text if category(each) in UNSEEN and each not in JOINERS), "")


def setting(key: str, value: object) -> str:
    """Write a setting as it can be typed into a shell, whatever letters its value has.

    Parameters
    ----------
    key
        Name of the setting.
    value
        A path or another text, or a list of them.

    Examples
    --------
    >>> print(setting("world", "my world"), setting("design.runs", 5), setting("world", "a(1)"))
    'world=my world' design.runs=5 "world='a(1)'"
    >>> print(setting("regimes", ["none", "a,b.yaml"]))
    "regimes=[none,'a,b.yaml']"
    """
    return for_shell(as_word(key, value))


def as_word(key: str, value: object) -> str:
    """Write a setting of Python as a word of the command line, which its grammar reads back as the same value.

    Parameters
    ----------
    key
        Name of the setting.
    value
        A text, number, flag, nothing, or a list or tuple of texts.

    Examples
    --------
    >>> print(as_word("world", "a(1)"), as_word("design.held", ["lift"]), as_word("against", None))
    world='a(1)' design.held=[lift] against=null
    >>> print(as_word("trace", True), as_word("design.runs", 5))
    trace=true design.runs=5
    """
    if value is None or isinstance(value, bool):
        return f"{key}={'null' if value is None else str(value).lower()}"
    every = [in_quotes(text) if _MEANS_SOMETHING.search(text) else text for text in map(str, _listed(value))]
    return f"{key}=[{','.join(every)}]" if isinstance(value, list | tuple) else f"{key}={every[0]}"


def _listed(value: object) -> list:
    return list(value) if isinstance(value, list | tuple) else [value]


def for_shell(word: str) -> str:
    """Put a word into quotes for a shell, if it needs any.

    Examples
    --------
    >>> print(for_shell("a=b"), for_shell("a='b'"), for_shell("a b"))
    a=b "a='b'" 'a b'
    """
    plain = "'" not in word or any(each in word for each in _READ_IN_DOUBLE_QUOTES)
    return shlex.quote(word) if plain else f'"{word}"'


def in_quotes(value: str) -> str:
    """Put quotes round a value for the grammar of the command line, which then reads every letter as it is.

    Examples
    --------
    >>> print(in_quotes("a,b"), in_quotes("it's"))
    'a,b' "it's"
    """
    mark = '"' if "'" in value and '"' not in value else "'"
    return mark + re.sub(rf"(\\*)({mark}|$)", lambda found: found[1] * 2 + (found[2] and f"\\{found[2]}"), value) + mark


def say(text: str) -> None:
    """Write an answer to the standard output, where there is one."""
    _write(sys.stdout, f"{shown(text)}\n")


def tell(text: str) -> None:
    """Write a remark or a fault to the standard error, under the program's name, where there is one that takes it."""
    with suppress(OSError):
        _write(sys.stderr, f"reroute: {shown(text)}\n")


@contextmanager
def told_if_slow(text: str, patience_s: float = PATIENCE_S) -> Iterator[None]:
    """Tell what is being done, once, where it is not done after some seconds.

    Parameters
    ----------
    text
        A remark, as `tell` writes it.
    patience_s
        Seconds of silence.
    """
    timer = Timer(patience_s, tell, [text])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def leave_quietly() -> None:
    """Let nothing more be written to a reader that has gone, as `head` does when it has seen enough."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def open_streams() -> None:
    """Give the program somewhere to write to where whoever started it has closed its output."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None:  # closed by whoever started the program
        return
    stream.write(text)
    stream.flush()
