"""What a regime holds once it is read: measures with their scope, dates and enforcement, as frozen records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date

from sim.about import EVENTS
from sim.policy.instruments import Instrument
from sim.state import DIRECTIONS, KINDS, OWNERSHIPS

SHAPES = ("step", "linear", "s_curve")
ORIGINS = ("region", "any")

REMARKS = ("name", "source", "note", "low", "high")
"""Keys of a measure that do not say what it does; the range of its level counts only where levels are drawn."""


@dataclass(frozen=True)
class PhaseIn:
    """How a measure grows from nothing to full strength, and how many weeks that takes (0 for a step)."""

    shape: str = "step"
    weeks: float = 0.0


@dataclass(frozen=True)
class Scope:
    """Goods, firms and ways that a measure reaches; an empty tuple leaves that axis open.

    Parameters
    ----------
    true_origin
        "region": only what is made in the region, whatever the papers say; "any": all.
    declared_origin
        Origins in the papers: an address at home, the word for all of them, or hubs.
    commodities, kinds, directions, ownership, hubs, markets, crossings, places
        Names; markets and hubs may be coalitions.
    content
        Embodied goods are in scope from this share of content on.
    listed
        Only goods of listed firms.
    """

    true_origin: str = "any"
    declared_origin: tuple[str, ...] = ()
    commodities: tuple[str, ...] = ()
    content: float = 0.0
    kinds: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    ownership: tuple[str, ...] = ()
    listed: bool = False
    hubs: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    crossings: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exemption:
    """Part of a measure's scope that it spares between two days (None: always)."""

    scope: Scope
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class Enforcement:
    """How hard a ban is enforced, in multiples of the behaviour parameters; tracing raises sensitivity.

    Importers who ever give up under a ban do so over `withdrawal_weeks`; `withdrawal` is their share, in 0 to 1.
    """

    budget: float = 1.0
    sensitivity: float = 1.0
    detention_days: float = 1.0
    tracing: float = 1.0
    withdrawal: float = 1.0
    withdrawal_weeks: float = 26.0


@dataclass(frozen=True)
class Measure:
    """One measure: who does what, from when to when, to whom and how strongly.

    Parameters
    ----------
    name
        Its key in the file.
    sender
        Markets, coalitions, those whom `world.yaml` declares, or `events` for shocks that nobody decides.
    instrument
        What it does.
    start, end
        First and last day in force; None for no end, and for a `world_change` that the world's tables date.
    announced
        Day from which it is known; the first day unless the file says otherwise.
    level, low, high
        Strength in the unit of the instrument, and the range in which it is uncertain (None: none is given).
    schedule
        First days and numbers of listed entities from then on.
    cause
        Id in the column `cause` of the world's tables, for `world_change`.
    end_known
        Whether the end of such a change is known from its announcement on.
    source, note
        Where dates and figures come from, and remarks, as printed.
    typed
        Names of sender and scope as they were typed, by the names that they are read as.
    answers
        Whether its sender answers what others do, as its world says.
    file, line
        Where it is written. These, `typed` and `answers` are part neither of what two measures are compared by nor of
        the text by which results are named.
    """

    name: str
    sender: tuple[str, ...]
    instrument: Instrument
    source: str
    start: date | None = None
    end: date | None = None
    announced: date | None = None
    phase_in: PhaseIn = PhaseIn()
    scope: Scope = Scope()
    exemptions: tuple[Exemption, ...] = ()
    level: float = 1.0
    low: float | None = None
    high: float | None = None
    enforcement: Enforcement = Enforcement()
    schedule: tuple[tuple[date, float], ...] = ()
    cause: str = ""
    end_known: bool = True
    note: str = ""
    typed: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    answers: bool = field(default=False, compare=False, repr=False)
    file: str = field(default="", compare=False, repr=False)
    line: int = field(default=0, compare=False, repr=False)

    @property
    def ends(self) -> tuple[float, float]:
        """Low and high end of the level; an end that is not given is the level itself."""
        low, high = (self.level if end is None else end for end in (self.low, self.high))
        return low, high

    @property
    def has_range(self) -> bool:
        """Whether the level can lie elsewhere than where it is."""
        return self.ends != (self.level, self.level)


@dataclass(frozen=True)
class Regime:
    """A regime: measures of senders and the background on which they act.

    Parameters
    ----------
    name
        Name in the library, or the stem of an own file.
    purpose
        One sentence for legends and pages.
    background
        "adds" when it stands on the observed background, "replaces" when it brings its own.
    include
        Names of the regimes from which it is built.
    measures
        All measures in force, those of the background among them, ordered by name.
    warnings
        Sentences about what looks unintended.
    file
        Path of its file.
    title
        A few words in place of the name; like `file` no part of what results are named by.
    observed
        Names of the measures of the observed background of its world, whatever it stands on itself.
    """

    name: str
    purpose: str
    background: str
    include: tuple[str, ...]
    measures: tuple[Measure, ...]
    warnings: tuple[str, ...] = ()
    file: str = ""
    title: str = field(default="", compare=False, repr=False)
    observed: frozenset[str] = field(default=frozenset(), compare=False, repr=False)


def role(measure: Measure) -> str:
    """Kind of a measure for pictures and words: `shock`, `counter-measure` or `measure`."""
    if measure.sender == (EVENTS,):
        return "shock"
    return "counter-measure" if measure.answers else "measure"


def alike(one: Measure, other: Measure, but: Sequence[str] = ()) -> bool:
    """Tell whether two measures do the same, whatever their names and remarks; keys of `but` do not count either."""
    names = (each.name for each in fields(Measure) if each.compare and each.name not in (*REMARKS, *but))
    return all(getattr(one, name) == getattr(other, name) for name in names)


def differing(mine: Iterable[Measure], others: Iterable[Measure]) -> dict[str, tuple[Measure | None, Measure | None]]:
    """Pair measures by name and leave out the pairs that do the same.

    Parameters
    ----------
    mine, others
        Measures of two regimes.

    Returns
    -------
    dict of str to (Measure or None, Measure or None)
        In the order of names: mine and the other; None where only one of the two regimes has the measure.
    """
    here, there = ({each.name: each for each in measures} for measures in (mine, others))
    pairs = {name: (here.get(name), there.get(name)) for name in sorted(here.keys() | there.keys())}
    return {name: pair for name, pair in pairs.items() if None in pair or not alike(*pair)}


__all__ = [
    "DIRECTIONS",
    "EVENTS",
    "KINDS",
    "ORIGINS",
    "OWNERSHIPS",
    "SHAPES",
    "Enforcement",
    "Exemption",
    "Measure",
    "PhaseIn",
    "Regime",
    "Scope",
    "alike",
    "differing",
    "role",
]
