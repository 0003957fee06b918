"""What a person at a terminal reads: text from files cannot move the cursor, colour the screen or turn lines round."""

import os
import sys
from typing import TextIO
from unicodedata import category

KEPT = "\n\t"
UNSEEN = ("Cc", "Cf", "Zl", "Zp")  # control, formatting such as right-to-left marks, separators of lines


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


def say(text: str) -> None:
    """Write an answer to the standard output, where there is one."""
    _write(sys.stdout, f"{shown(text)}\n")


def tell(text: str) -> None:
    """Write a remark or a fault to the standard error, under the program's name, where there is one."""
    _write(sys.stderr, f"reroute: {shown(text)}\n")


def leave_quietly() -> None:
    """Let nothing more be written to a reader that has gone, as `head` does when it has seen enough."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None:  # closed by whoever started the program
        return
    stream.write(text)
    stream.flush()
