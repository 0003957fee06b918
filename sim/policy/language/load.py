"""Finds regimes, puts them together from the files that they include, and checks what the whole says.

A regime is a name of the library of its world or the path of a file. The library lies in the folder `regime` of the
world, or in `conf/regime` where it has none. An `include` names regimes of the library, or
files of the including file's own folder; nothing else is ever opened.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from sim.about import find_world, first_world, own_file, read_about
from sim.constants import DAYS_PER_WEEK
from sim.errors import InputError, folded, nearest
from sim.nodes import Node, choice, day, mapping, read_tree, text, words
from sim.policy.language.checks import contradiction, warnings_of
from sim.policy.language.measures import Regime
from sim.policy.language.read import MEASURE_KEYS, read_measure

HAPPENED = "observed"
"""The regime of what senders of sanctions did: what published figures are of, and fits are made to."""

BACKGROUND = "background/observed"
FILE_KEYS = ("title", "purpose", "background", "include", "without", "change", "shift_start", "measures")
MOST_FILES, MOST_MEASURES = 64, 2_000
LONGEST_TITLE, LONGEST_PURPOSE = 60, 1_000
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,79}")
LENGTHS = frozenset({"weeks", "days"})
_FILE_NAME = re.compile(r"[\w.-]+\.ya?ml")
_SHIFT = re.compile(r"([-+]?\d{1,5}) (day|week|month|year)s?")

Edit = tuple[str, str, Node]
"""What is done (`without`, `change`, `shift_start`), to which measure, and the value that says how."""


@dataclass(frozen=True)
class _Draft:
    """A file with its includes put together: measures as nodes, and edits that wait for the background."""

    keys: dict[str, Node]
    measures: dict[str, Node]
    edits: tuple[Edit, ...]


@dataclass
class _Reader:
    """Opens the files of one regime, each once."""

    library: dict[str, Path]
    folder: str
    drafts: dict[Path, _Draft] = field(default_factory=dict)

    def draft(self, path: Path, chain: tuple[Path, ...] = ()) -> _Draft:
        """Draft of a file; `chain` holds the files that are including it."""
        label = self.label(path)
        if path in chain:
            names = " includes ".join(self.label(file) for file in (*chain[chain.index(path) :], path))
            raise InputError(f"{label}: the includes run in a circle: {names}.")
        if path not in self.drafts:
            if len(self.drafts) + len(chain) >= MOST_FILES:
                raise InputError(f"{label}: a regime is put together from at most {MOST_FILES} files.")
            self.drafts[path] = self._read(path, label, chain)
        return self.drafts[path]

    def label(self, path: Path) -> str:
        """Name of a file in errors: short where it is shipped or lies under the current folder."""
        for name, file in self.library.items():
            if file == path:
                return f"{self.folder}/{name}.yaml"
        here = Path.cwd()
        return str(path.relative_to(here) if path.is_relative_to(here) else path)

    def _read(self, path: Path, label: str, chain: tuple[Path, ...]) -> _Draft:
        root = read_tree(path, label)
        keys = dict(mapping(root, FILE_KEYS))
        for key in ("purpose", "background"):
            if key not in keys:
                raise root.fault(f"the key {key!r} is missing.")
        measures: dict[str, Node] = {}
        waiting: tuple[Edit, ...] = ()
        for name in words(keys["include"]) if "include" in keys else ():
            included = self.draft(self._included(name, keys["include"], path), (*chain, path))
            measures = _united(measures, included.measures)
            waiting += tuple(edit for edit in included.edits if edit not in waiting)
        for edit in _edits(keys):
            if edit[1] in measures:
                measures = _edited(measures, edit)
            else:
                waiting += (edit,)
        return _Draft(keys, _united(measures, _own_measures(keys)), waiting)

    def _included(self, name: str, node: Node, path: Path) -> Path:
        if (named := folded(name, self.library)) in self.library:
            return self.library[named]
        own = _resolved(path.parent / name) if _FILE_NAME.fullmatch(name) else None
        if own is not None and own.parent == path.parent and own.is_file():
            return own
        raise node.fault(
            f"{name!r} is neither a regime of the library nor a file of this folder (name.yaml)."
            f"{nearest(name, self.library)}"
        )


def library(world: str | Path | None = None) -> dict[str, Path]:
    """Names of the regimes of a world and their files; the parts of the background are named `background/...`.

    Parameters
    ----------
    world
        Name or folder; None: the first world, whose regimes are those of `conf/regime`.
    """
    folder = _folder(world)
    return {path.relative_to(folder).with_suffix("").as_posix(): path for path in sorted(folder.rglob("*.yaml"))}


def _folder(world: str | Path | None) -> Path:
    return own_file(find_world(world or first_world()), "regime").resolve()


def load_regime(name_or_path: str | Path, world: str | Path | None = None) -> Regime:
    """Regime of the library, or of a file.

    Parameters
    ----------
    name_or_path
        A name such as `none`, or a path that ends in `.yaml` or `.yml`.
    world
        Name or folder of the world whose library it is; None: the first world.

    Returns
    -------
    Regime
        With its background, includes resolved, measures ordered by name.

    Raises
    ------
    InputError
        With file and line, if there is no such regime, its file is at fault, or two measures contradict each other.
    """
    about, folder = read_about(find_world(world or first_world())), _folder(world)
    reader = _Reader(library(world), f"{folder.parent.name}/{folder.name}")
    word = folded(str(name_or_path), reader.library)
    path = _find(word, reader.library)
    draft = reader.draft(path)
    background = choice(draft.keys["background"], ("adds", "replaces"))
    observed = reader.draft(_needed(BACKGROUND, reader)).measures
    nodes = _on_background(draft, observed if background == "adds" else {})
    if len(nodes) > MOST_MEASURES:
        raise InputError(f"{reader.label(path)}: a regime has at most {MOST_MEASURES:,} measures; here {len(nodes):,}.")
    read = (read_measure(name, nodes[name]) for name in sorted(nodes))
    measures = tuple(replace(each, answers=not about.answers.isdisjoint(each.sender)) for each in read)
    if sentence := contradiction(measures):
        raise InputError(sentence)
    purpose = text(draft.keys["purpose"])
    if not purpose:
        raise draft.keys["purpose"].fault("the purpose is one sentence; legends and pages print it.")
    if len(purpose) > LONGEST_PURPOSE:
        raise draft.keys["purpose"].fault(f"the purpose has at most {LONGEST_PURPOSE:,} letters; a note has more room.")
    name = word if word in reader.library else path.stem
    return Regime(
        name=name,
        title=_title(draft.keys["title"]) if "title" in draft.keys else name,
        purpose=purpose,
        background=background,
        include=words(draft.keys["include"]) if "include" in draft.keys else (),
        measures=measures,
        warnings=warnings_of(measures, about.wide),
        observed=frozenset(observed),
        file=reader.label(path),
    )


def _needed(name: str, reader: _Reader) -> Path:
    if name not in reader.library:
        raise InputError(f"{reader.folder}: the regimes of a world hold {name}.yaml, on which others stand.")
    return reader.library[name]


def _title(node: Node) -> str:
    """Words in place of the name."""
    if not (title := text(node)):
        raise node.fault("the title is a few words, such as `title: The import ban (2027)`.")
    if len(title) > LONGEST_TITLE:
        raise node.fault(f"the title has at most {LONGEST_TITLE} letters, and this one {len(title)}.")
    return title


def load_regimes(names: Iterable[str], world: str | Path | None = None) -> dict[str, Regime]:
    """Load several regimes of a world, by their names in the order given.

    Raises
    ------
    InputError
        As of `load_regime`, or where two have one name, under which results and pictures are kept.
    """
    found: dict[str, Regime] = {}
    for word in (words := list(names)):
        regime = load_regime(word, world)
        if regime.name in found:
            raise InputError(f"regimes={words}: two of them are named {regime.name!r}; rename a file.")
        found[regime.name] = regime
    return found


def _find(word: str, known: dict[str, Path]) -> Path:
    if word in known:
        return known[word]
    if word.endswith((".yaml", ".yml")):
        if (path := _resolved(Path(word))) is None:
            raise InputError(f"{word!r} is not the path of a file.")
        if not path.name.removesuffix(".yaml").removesuffix(".yml").strip("."):
            raise InputError(f"{word!r}: the file needs a name before .yaml, which becomes that of the regime.")
        return path
    shown = ", ".join(name for name in known if "/" not in name)
    raise InputError(
        f"There is no regime {word!r} in the library ({shown}).{nearest(word, known)} An own file ends in .yaml."
    )


def _resolved(path: Path) -> Path | None:
    """Absolute path without links, or None where there cannot be one (a circle of links, a forbidden letter)."""
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):
        return None


def _on_background(draft: _Draft, base: dict[str, Node]) -> dict[str, Node]:
    """Measures of a draft and of the background, after the edits that waited for it."""
    own_file = draft.keys["purpose"].file
    missing = []
    for edit in draft.edits:
        if edit[1] in base:
            base = _edited(base, edit)
        elif edit[2].file == own_file:
            missing.append(edit)
    nodes = _united(base, draft.measures)
    for what, name, node in missing:
        raise node.fault(f"{what!r} names the measure {name!r}, which is not included.{nearest(name, nodes)}")
    return nodes


def _own_measures(keys: dict[str, Node]) -> dict[str, Node]:
    measures = dict(mapping(keys["measures"])) if "measures" in keys else {}
    for name, node in measures.items():
        if not _IDENTIFIER.fullmatch(name):
            raise node.fault(f"the name of a measure has at most 80 small letters, digits and _, not {name!r}.")
        mapping(node, MEASURE_KEYS)
    return measures


def _edits(keys: dict[str, Node]) -> list[Edit]:
    edits: list[Edit] = []
    if "without" in keys:
        edits += [("without", name, keys["without"]) for name in words(keys["without"])]
    for what in ("change", "shift_start"):
        if what in keys:
            edits += [(what, name, node) for name, node in mapping(keys[what]).items()]
    return edits


def _united(first: dict[str, Node], second: dict[str, Node]) -> dict[str, Node]:
    """Measures of both; one that came twice by two includes counts once, two of one name are a fault."""
    for name, node in second.items():
        if name in first and first[name] != node:
            other = first[name]
            raise node.fault(
                f"the measure {name!r} contradicts the one of {other.file}, line {other.line}: "
                "two of one name. Leave one out with `without`, or alter it with `change`."
            )
    return first | second


def _edited(measures: dict[str, Node], edit: Edit) -> dict[str, Node]:
    what, name, node = edit
    if what == "without":
        return {key: value for key, value in measures.items() if key != name}
    changed = _merged(measures[name], node) if what == "change" else _shifted(measures[name], node)
    return measures | {name: changed}


def _merged(old: Node, new: Node) -> Node:
    """Keys of the new mapping over those of the old one, also inside `scope`, `enforcement` and the like."""
    values = dict(mapping(old, MEASURE_KEYS))
    for key, node in mapping(new, MEASURE_KEYS).items():
        both = isinstance(node.value, dict) and key in values and isinstance(values[key].value, dict)
        values[key] = Node(_over(values[key].value, node.value), node.line, node.file) if both else node
    return Node(values, new.line, new.file)


def _over(old: Mapping[str, Node], new: Mapping[str, Node]) -> dict[str, Node]:
    """Keys of the new mapping over those of the old; a length in days takes the place of one in weeks."""
    gone = LENGTHS if LENGTHS & new.keys() else frozenset()
    return {key: value for key, value in old.items() if key not in gone} | dict(new)


def _shifted(old: Node, by: Node) -> Node:
    """Measure whose start and announcement are moved by a number of days, weeks, months or years."""
    values = dict(mapping(old, MEASURE_KEYS))
    match = _SHIFT.fullmatch(text(by))
    if match is None:
        raise by.fault(f"{text(by)!r} is not a shift such as -26 weeks or 1 year.")
    if "start" not in values:
        raise by.fault("the world's tables date this measure; a shift cannot move it.")
    for key in ("start", "announced"):
        moment = day(values[key]) if key in values else None
        if moment is not None:
            values[key] = Node(_moved(moment, int(match[1]), match[2], by).isoformat(), by.line, by.file)
    return Node(values, by.line, by.file)


def _moved(moment: date, count: int, unit: str, by: Node) -> date:
    try:
        if unit in {"day", "week"}:
            return moment + timedelta(days=count * (DAYS_PER_WEEK if unit == "week" else 1))
        months = moment.year * 12 + moment.month - 1 + count * (12 if unit == "year" else 1)
        year, month = divmod(months, 12)
        return date(year, month + 1, min(moment.day, monthrange(year, month + 1)[1]))
    except (ValueError, OverflowError):
        raise by.fault(f"the shift {text(by)!r} leads out of the calendar.") from None
