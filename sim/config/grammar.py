"""The words of a command line by Hydra's grammar: what is put in quotes first, and why a word cannot be read."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException

from sim.config.faults import in_one_sentence
from sim.config.schema import is_list
from sim.errors import InputError
from sim.terminal import for_shell, in_quotes, unseen

PATHS = (
    "world",
    "regimes",
    "results_dir",
    "design.sampler",
    "design.posterior",
    "history.load",
    "replay.store",
    "verify.store",
    "calibrate.targets",
    "export.store",
    "export.to",
    "convert.file",
    "convert.to",
    "convert.codes",
    "convert.trips",
    "convert.flows",
)
"""Settings that may be paths."""

NEVER_NUMBERS = ("reproduce.signature", "convert.program")
"""Settings whose letters and digits are text, also where they could be read as a number, as 68200e12 could."""

MOST_WORDS, LONGEST_WORD, LONGEST_TOLD = 1_000, 20_000, 60
MEANS_SOMETHING = re.compile(r"[=,\[\]{}()'\"\\$]")  # to the grammar of the command line
FUNCTION = re.compile(r"\w\(.*\)")  # of the grammar of the command line


def quoted(words: Iterable[str]) -> list[str]:
    """Put quotes round values with letters that the grammar of the command line does not know, such as those of a path.

    Parameters
    ----------
    words
        `key=value`; what means something to the grammar (lists, quotes, commas) is left to it, unless it is the path of
        something that exists.

    Returns
    -------
    list of str

    Examples
    --------
    >>> quoted(["world=dünya", "world=a;b", "regimes=[none,dünya.yaml]", "design.runs=5"])
    ["world='dünya'", "world='a;b'", "regimes=[none,'dünya.yaml']", 'design.runs=5']
    """
    return [_quoted(word) for word in words]


def _quoted(word: str) -> str:
    key, equals, value = word.partition("=")
    if key in NEVER_NUMBERS and value.isalnum():
        return f"{key}={in_quotes(value)}"
    if not equals or len(word) > LONGEST_WORD or unseen(word) or not (_is_path(key, value) or not _is_read(word)):
        return word
    if is_list(key) and value.startswith("[") and value.endswith("]"):
        parts = [part.strip() for part in value[1:-1].split(",")]
        return f"{key}=[{','.join(_in_quotes(key, part) for part in parts)}]"
    return f"{key}={_in_quotes(key, value)}"


def _in_quotes(key: str, value: str) -> str:
    """Quote a value that cannot be read as it is, unless it means something to the grammar and is no path."""
    is_path = _is_path(key, value)
    if not is_path and (MEANS_SOMETHING.search(value) or _is_read(f"{key}={value}")):
        return value
    return in_quotes(value)


def _is_path(key: str, value: str) -> bool:
    """Tell whether a value with letters of the grammar is the path of something that exists."""
    try:
        return key in PATHS and bool(MEANS_SOMETHING.search(value)) and Path(value).exists()
    except (OSError, ValueError):
        return False


def _is_read(word: str) -> bool:
    try:
        parsed([word])
    except InputError:
        return False
    return True


def parsed(words: Sequence[str]) -> list[Override]:
    """Read words by Hydra's grammar.

    Raises
    ------
    InputError
        If one cannot be read; the grammar's own functions, and lists in lists without end, fail in many ways.
    """
    return [_read(word) for word in words]


@lru_cache(maxsize=4 * MOST_WORDS)
def _read(word: str) -> Override:
    """Read one word; a command line is looked at several times before it is composed, and read once."""
    try:
        return OverridesParser.create().parse_override(word)
    except RecursionError as error:
        raise InputError(f"{word[:LONGEST_TOLD]}...: lists within lists go too deep to be read.") from error
    except (HydraException, ValueError, TypeError, ArithmeticError, AttributeError) as error:
        raise InputError(_unread(word, error)) from error


def _unread(word: str, error: Exception) -> str:
    """Say why a word cannot be read, and of a path how it can be typed."""
    key, _, value = word.partition("=")
    if key in PATHS and not is_list(key):
        so = f", as in {for_shell(f'{key}={in_quotes(value)}')}" if len(value) <= LONGEST_TOLD else ""
        return f"{word}: cannot be read; put quotes round a value that holds one of = , [ ] {{ }} ( ) ~{so}."
    if not FUNCTION.search(value):
        return f"{word}: cannot be read; close every bracket, quote a value that holds one of = , [ {{ ~."
    return f"{word}: {in_one_sentence(error)}"
