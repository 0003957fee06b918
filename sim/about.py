"""What a world says of itself in its `world.yaml`, where worlds lie, and which regimes are theirs.

The words of a world stop here: what its own side is called, which addresses papers may name there, who acts and is no
market, what a study of it compares unless told otherwise. The tables say the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

from sim.errors import InputError, nearest
from sim.nodes import Node, day, identifiers, mapping, number, read_tree, text, words
from sim.paths import data, shipped

WORLD_FILE = "world.yaml"
NEEDED = ("title", "start", "end", "regimes", "home", "origins")
BASE = "base"
KEYS = (*NEEDED, BASE, "region", "base_year", "slots", "senders", "answers", "coalitions", "spelled")
SENDER_KEYS = ("name", "country", "places", "blocs")
MOST_ORIGINS = 2
MOST_SLOTS = 64
EVENTS = "events"
"""Sender of what happens to everybody."""


@dataclass(frozen=True)
class Sender:
    """One who acts and is no market.

    Parameters
    ----------
    name
        For readers.
    country
        Code or name of a country that stands for it; empty: none.
    places
        Places at home whose goods it rules over; empty: all of them.
    blocs
        To which it belongs, as a market may.
    """

    name: str
    country: str = ""
    places: tuple[str, ...] = ()
    blocs: tuple[str, ...] = ()


@dataclass(frozen=True)
class About:
    """What a world says of itself.

    Parameters
    ----------
    title, region
        Of its pages, and what readers call the region.
    base_year
        Year whose trade the table of demand holds, and whose flows a run begins with; the year before `start` unless
        told.
    start, end
        First and last day of a study that names none.
    regimes
        Compared by a study that names none; the others are held against the first.
    home
        One word for all that lies at home: as a declared origin it stands for each of `origins`.
    origins
        Addresses at home that papers may name, with their names for readers: that of the region, which customs
        presume to tell where goods were made, and the one that all other ways name.
    slots
        Channels that a firm keeps in mind where settings do not say it; None: as many as the table of parameters has.
    senders
        Who acts and is no market.
    answers
        Senders, markets too, whose measures answer those of others.
    coalitions
        Further names of blocs.
    spelled
        Words of the names of measures that have capitals, as readers spell them.
    """

    title: str
    start: date
    end: date
    regimes: tuple[str, ...]
    home: str
    origins: Mapping[str, str]
    base_year: int
    region: str = "the region"
    slots: int | None = None
    senders: Mapping[str, Sender] = field(default_factory=dict)
    answers: frozenset[str] = frozenset()
    coalitions: Mapping[str, str] = field(default_factory=dict)
    spelled: tuple[str, ...] = ()

    def in_words(self, name: str) -> str:
        """Spell an id: blanks for `_`, and capitals where readers expect them."""
        capitals = {word.lower(): word for word in self.spelled}
        return " ".join(capitals.get(word, word) for word in name.split("_"))

    @property
    def base_day(self) -> date:
        """Last day of the base year: what is open then is open at base."""
        return date(self.base_year, 12, 31)

    @property
    def address(self) -> str:
        """Origin that the papers of goods name that are sent directly."""
        return next(iter(self.origins))

    @property
    def elsewhere(self) -> str:
        """Origin that the papers of other ways name, unless it is a hub."""
        return list(self.origins)[-1]

    @property
    def wide(self) -> frozenset[str]:
        """Names that stand for several, so that two of them may overlap."""
        return frozenset((self.home, *self.coalitions, *self.coalitions.values()))


def find_world(name_or_path: str | Path) -> Path:
    """Folder of a world, by the name of a shipped one or by its path.

    Parameters
    ----------
    name_or_path
        The name of a shipped world, or the path of a folder with the same tables. A shipped name wins over a folder
        of that name.

    Returns
    -------
    pathlib.Path
        Absolute path of the folder.

    Raises
    ------
    InputError
        When there is neither, naming the nearest shipped world.
    """
    names, word = shipped_worlds(), str(name_or_path)
    if word in names:
        return data(word)
    path = Path(word).expanduser()
    if word and path.is_dir():
        return path.resolve()
    hint = nearest(word, names, "; the nearest is '{}'")
    raise InputError(f"world '{word}' is neither a shipped world nor a folder{hint}.")


def shipped_worlds() -> list[str]:
    """Names of the worlds that come with the program."""
    return sorted(folder.name for folder in data().iterdir() if (folder / "places.csv").is_file())


@lru_cache(maxsize=1)
def first_world() -> str:
    """Name of the world of a run that names none, whose regimes are those of `conf/regime`."""
    return yaml.safe_load((shipped("conf") / "config.yaml").read_text(encoding="utf-8"))["world"]


def own_file(world: Path, name: str) -> Path:
    """Find a file or folder that belongs to a world's regimes.

    Parameters
    ----------
    world
        Folder of the world.
    name
        `regime`, `drivers.yaml`, `corrections.yaml`.

    Returns
    -------
    pathlib.Path
        In the world's folder where it has regimes of its own, else that of `conf`.
    """
    try:
        folders = (world, *bases_of(world))
    except InputError:  # told when the world is read
        folders = (world,)
    return next((folder for folder in folders if (folder / "regime").is_dir()), shipped("conf")) / name


def bases_of(world: Path) -> tuple[Path, ...]:
    """Find the worlds that a world stands on.

    Parameters
    ----------
    world
        Its folder.

    Returns
    -------
    tuple of pathlib.Path
        Folders: the one that its `world.yaml` names as `base`, then the base of that; none for a world of its own.

    Raises
    ------
    InputError
        If a base is not there, or they stand on each other in a circle.
    """
    found: list[Path] = []
    while (node := _keys(world).get(BASE)) is not None:
        world = _base(world, node)
        if world in found:
            raise node.fault(f"base '{text(node)}': these worlds stand on each other in a circle.")
        found.append(world)
    return tuple(found)


def _base(world: Path, node: Node) -> Path:
    """Find a base by the name of a shipped world, or by a path from the folder of the world that names it."""
    name = text(node)
    try:
        return find_world(name if name in shipped_worlds() else world / Path(name).expanduser())
    except InputError:
        hint = nearest(name, shipped_worlds(), "; the nearest is '{}'")
        raise node.fault(f"base '{name}' is neither a shipped world nor a folder beside this one{hint}.") from None


def _keys(world: Path) -> Mapping[str, Node]:
    """Read the keys that a world's own file has; none where there is no file."""
    path = world / WORLD_FILE
    return mapping(read_tree(path, WORLD_FILE), KEYS) if path.exists() else {}


def read_about(world: Path) -> About:
    """Read the `world.yaml` of a world.

    Parameters
    ----------
    world
        Its folder.

    Returns
    -------
    About
        What the file says; names in it are not yet held against the tables.

    Raises
    ------
    InputError
        With file and line of the first fault.
    """
    if not (world / WORLD_FILE).exists():
        raise InputError(f"{WORLD_FILE} is missing.")
    root = read_tree(world / WORLD_FILE, WORLD_FILE)
    keys: dict[str, Node] = {}
    for each in reversed((world, *bases_of(world))):
        keys |= _keys(each)
    for key in NEEDED:
        if key not in keys or not keys[key].value:
            raise root.fault(f"the key {key!r} is missing.")
    start, end = day(keys["start"]), day(keys["end"], last=True)
    if start is None or end is None or end < start:
        raise keys["end"].fault("the last day lies before the first.")
    about = About(
        title=text(keys["title"]),
        start=start,
        end=end,
        regimes=words(keys["regimes"]),
        home=_name(keys["home"]),
        origins=_names(keys["origins"]),
        base_year=int(number(keys["base_year"], 1900, 2199)) if "base_year" in keys else start.year - 1,
        **({"region": text(keys["region"])} if "region" in keys else {}),
        slots=int(number(keys["slots"], 1, MOST_SLOTS)) if "slots" in keys else None,
        senders={name: _sender(node) for name, node in _below(keys, "senders")},
        answers=frozenset(identifiers(keys["answers"]) if "answers" in keys else ()),
        coalitions=_names(keys["coalitions"]) if "coalitions" in keys else {},
        spelled=words(keys["spelled"]) if "spelled" in keys else (),
    )
    if len(about.origins) > MOST_ORIGINS:
        raise keys["origins"].fault(f"papers name at most {MOST_ORIGINS} addresses at home.")
    _check_apart(about, keys)
    return about


def _name(node: Node) -> str:
    (name,) = identifiers(node) or ("",)
    return name


def _below(keys: Mapping[str, Node], key: str) -> Iterator[tuple[str, Node]]:
    return iter(mapping(keys[key]).items() if key in keys else ())


def _names(node: Node) -> dict[str, str]:
    return {name: text(child) for name, child in mapping(node).items()}


def _sender(node: Node) -> Sender:
    keys = mapping(node, SENDER_KEYS)
    if "name" not in keys:
        raise node.fault("the key 'name' is missing.")
    lists = {key: identifiers(keys[key]) for key in ("places", "blocs") if key in keys}
    return Sender(text(keys["name"]), text(keys["country"]) if "country" in keys else "", **lists)


def _check_apart(about: About, keys: Mapping[str, Node]) -> None:
    """Refuse a name that stands for two things; home may be a sender of the same name."""
    for key, others in (
        ("home", {*about.origins, *about.coalitions, EVENTS}),
        ("origins", {*about.senders, *about.coalitions, EVENTS}),
        ("senders", {*about.coalitions, EVENTS}),
    ):
        mine = {about.home} if key == "home" else set(getattr(about, key))
        if twice := sorted(mine & others):
            raise keys[key].fault(f"{twice[0]!r} stands for something else in this file.")
