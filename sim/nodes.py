"""Reads YAML as text with line numbers, and turns text into typed values.

YAML is used for its form only. Every scalar stays the text that was typed (`NO` is the country code, not False);
duplicate keys, anchors, aliases and tags are refused, so that a file can neither run code nor grow while it is read;
`${...}` means nothing here. The tree is built from the parser's events, one at a time, with a limit on depth.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

from sim.dates import first_day, last_day
from sim.errors import InputError, as_id, folded, nearest
from sim.plain_files import NotPlain, TooLarge, plain_bytes
from sim.terminal import shown

LARGEST_BYTES = 200_000
LARGEST_DEPTH = 12
LONGEST_TOLD, LONGEST_NAME, LONGEST_SENTENCE = 60, 200, 1_000
QUOTES = (
    "a text that holds a colon, or begins with a quote or one of [ ] { } & * ! | > % @ - ? #, goes in quotes as a "
    'whole, as in purpose: "The ban: from 2025"'
)
_CODE = re.compile(r"(?!EU$)[A-Z]{2,3}")  # of a country, which the Union is not
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?")


@dataclass(frozen=True)
class Node:
    """A value of the file and the place where it stands (for a value of a mapping: the line of its key)."""

    value: "str | Mapping[str, Node] | tuple[Node, ...]"
    line: int
    file: str

    def fault(self, sentence: str) -> InputError:
        """Error that names file and line of this value and then says `sentence`."""
        told = sentence if len(sentence) <= LONGEST_SENTENCE else f"{sentence[:LONGEST_SENTENCE]}..."
        return InputError(f"{self.file}, line {self.line}: {told}")


def read_tree(path: Path, label: str) -> Node:
    """Tree of a file.

    Parameters
    ----------
    path
        A UTF-8 file of at most 200,000 bytes that holds one YAML mapping.
    label
        Name of the file as errors print it.

    Returns
    -------
    Node
        The mapping, every scalar as text.

    Raises
    ------
    InputError
        If the file cannot be read, is too large, or is not such a mapping; with the line where there is one.
    """
    try:
        raw = plain_bytes(path, LARGEST_BYTES)
    except (FileNotFoundError, NotPlain):
        raise InputError(f"{label}: there is no such file.") from None
    except TooLarge:
        raise InputError(f"{label}: the file has at most {LARGEST_BYTES:,} bytes; this one has more.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error  # the rest of an OSError says the name again
        raise InputError(f"{label}: the file cannot be read ({reason}).") from error
    try:
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(f"{label}, line {line}: the text is not UTF-8.") from error
    return parse(content, label)


@lru_cache(maxsize=256)
def parse(content: str, file: str) -> Node:
    """Tree of a text; `file` is the name that errors print.

    Raises
    ------
    InputError
        If the text is broken YAML, holds what the language refuses, or is not one mapping.
    """
    try:
        events = iter(list(_checked(yaml.parse(content, Loader=yaml.SafeLoader), file)))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be parsed"
        raise InputError(f"{file}{where}: the YAML is broken: {problem}{_hint(problem)}.") from error
    first = next(events, None)
    tree = _build(first, events, file) if first is not None else Node({}, 1, file)
    if not isinstance(tree.value, Mapping):
        raise tree.fault("the file is a list of keys with values, such as `title: ...`.")
    return tree


def _hint(problem: str) -> str:
    """Say what mends a break that the YAML reader found."""
    if "'\\t'" in problem:
        return " (indent with blanks, not with tabs)"
    if "special characters" in problem:
        return " (take out letters that are not seen)"
    return f" ({QUOTES})"


def _checked(events: Iterable[yaml.Event], file: str) -> Iterator[yaml.Event]:
    """Pass on the events of nodes, as long as they are plain and not too deep."""
    depth = documents = 0
    for event in events:
        place = Node("", event.start_mark.line + 1, file)
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise place.fault("the file holds one document; take out the second `---`.")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise place.fault("anchors (&) and aliases (*) are not part of the language; write the value out.")
        if getattr(event, "tag", None):
            raise place.fault(f"tags such as {event.tag!r} are not part of the language; write plain text.")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > LARGEST_DEPTH:
            raise place.fault(f"values are nested more than {LARGEST_DEPTH} deep.")
        if isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
            yield event


def _build(event: yaml.Event, events: Iterator[yaml.Event], file: str, key_line: int | None = None) -> Node:
    line = key_line or event.start_mark.line + 1
    if isinstance(event, yaml.ScalarEvent):
        return Node(event.value, line, file)
    if isinstance(event, yaml.SequenceStartEvent):
        items = []
        while not isinstance(item := next(events), yaml.SequenceEndEvent):
            items.append(_build(item, events, file))
        return Node(tuple(items), line, file)
    return Node(_build_mapping(events, file), line, file)


def _build_mapping(events: Iterator[yaml.Event], file: str) -> dict[str, Node]:
    values: dict[str, Node] = {}
    while not isinstance(key := next(events), yaml.MappingEndEvent):
        here = Node("", key.start_mark.line + 1, file)
        if not isinstance(key, yaml.ScalarEvent):
            raise here.fault("a key is a plain word.")
        if key.value in values:
            raise here.fault(f"the key {key.value!r} stands twice (first on line {values[key.value].line}).")
        values[key.value] = _build(next(events), events, file, here.line)
    return values


def mapping(node: Node, known: Iterable[str] | None = None) -> Mapping[str, Node]:
    """Keys and values of a mapping; an empty value counts as none.

    Raises
    ------
    InputError
        If the value is no mapping, or has a key that is none of `known`.
    """
    if node.value == "":
        return {}
    if not isinstance(node.value, Mapping):
        raise node.fault("keys with values are expected here, such as `start: 2022-06-21`.")
    names = list(node.value if known is None else known)
    for key, child in node.value.items():
        if key not in names:
            raise child.fault(f"unknown key {key!r}.{nearest(key, names)}")
    return node.value


def text(node: Node) -> str:
    """Text of a scalar, blanks at its ends and line breaks taken out; what is not seen is written as what it is."""
    if not isinstance(node.value, str):
        raise node.fault("one value is expected here, not a list or keys.")
    return shown(" ".join(node.value.split()))


def words(node: Node) -> tuple[str, ...]:
    """Names of a list; a single name counts as a list of one, an empty value as an empty list."""
    if isinstance(node.value, str):
        names = (text(node),) if text(node) else ()
    elif isinstance(node.value, Mapping):
        raise node.fault("a list of names is expected here, such as [one, two].")
    else:
        names = tuple(text(item) for item in node.value)
    if len(set(names)) < len(names) or "" in names:
        raise node.fault("a name of the list is empty or stands twice.")
    if any(len(name) > LONGEST_NAME for name in names):
        raise node.fault(f"a name has at most {LONGEST_NAME} letters.")
    return names


def choice(node: Node, known: Iterable[str]) -> str:
    """One of the words `known`; capital letters, blanks and hyphens do not matter."""
    names = list(known)
    word = folded(text(node), names)
    if word not in names:
        raise node.fault(f"{_cut(word)!r} is none of {', '.join(names)}.{nearest(word, names)}")
    return word


def yes(node: Node) -> bool:
    """Tell whether `yes` (or `true`) stands there, and not `no` (or `false`)."""
    return choice(node, ("yes", "no", "true", "false")) in {"yes", "true"}


def identifiers(node: Node) -> tuple[str, ...]:
    """Names of a list as ids are written, in small letters, with _ for blanks and hyphens; but codes of countries."""
    names = tuple(map(_identifier, words(node)))
    if len(set(names)) < len(names):
        raise node.fault("a name of the list stands twice.")
    return names


def _identifier(word: str) -> str:
    return word if _CODE.fullmatch(word) else as_id(word)


def as_typed(node: Node) -> dict[str, str]:
    """Every word below a node as it was typed, by the name that `identifiers` reads it as."""
    if isinstance(node.value, str):
        return {_identifier(word): word} if (word := text(node)) else {}
    below = node.value.values() if isinstance(node.value, Mapping) else node.value
    return {name: word for child in below for name, word in as_typed(child).items()}


def _cut(word: str) -> str:
    return word if len(word) <= LONGEST_TOLD else f"{word[:LONGEST_TOLD]}..."


def number(node: Node, lowest: float = -math.inf, highest: float = math.inf) -> float:
    """Read a decimal number between two bounds."""
    word = text(node)
    if not _NUMBER.fullmatch(word) or not math.isfinite(value := float(word)):
        raise node.fault(f"{_cut(word)!r} is not a number such as 0.25.")
    if not lowest <= value <= highest:
        raise node.fault(f"{word} lies outside {lowest:g} to {highest:g}.")
    return value


def day(node: Node, last: bool = False) -> date | None:
    """Read a date; of a month or year the first day, or with `last` the last one. An empty value is None."""
    word = text(node)
    if not word:
        return None
    try:
        return last_day(word) if last else first_day(word)
    except ValueError:
        raise node.fault(f"{_cut(word)!r} is not a date such as 2022-06-21, 2022-06 or 2022.") from None
