"""What a row of the table of instruments can say: what its level means, what it reaches, what it writes, and how."""

from dataclasses import dataclass

from sim.state import DIRECT, DIRECTIONS, KINDS, PARCEL
from sim.state.measures import ADD, COMBINATIONS, LISTS

FIRM_AXES = ("true_origin", "ownership", "listed")
"""Axes of a scope on which firms differ; all others are of channels, routes, markets or places."""

REACH_AXES = {"classes": ("commodities", "declared_origin"), "customs": ()}
"""Axes that a scope may name, by what an instrument acts on: customs know papers and goods, and nothing else."""

ANY_MARKET = None
OWN_MARKET = ("markets",)
OWN_MARKET_UNLESS_HUBS = ("markets", "hubs")
OWN_PLACES = ("places",)
OWN_HUB_UNLESS_CROSSINGS = ("hubs", "crossings")
EXPORTS, IMPORTS = DIRECTIONS
OPENLY = (KINDS[DIRECT], KINDS[PARCEL])
"""Ways on which the papers name the market for which the goods are bound."""


@dataclass(frozen=True)
class Level:
    """What `level` means.

    Parameters
    ----------
    meaning, unit
        In words; together they follow "the key 'level' is".
    lowest, highest
        Bounds.
    default
        Level when the file gives none; None: it must.
    """

    meaning: str
    unit: str
    lowest: float = 0.0
    highest: float = 1.0
    default: float | None = None

    @property
    def words(self) -> str:
        """Meaning and unit."""
        return f"{self.meaning}, {self.unit}"


@dataclass(frozen=True)
class Effect:
    """What an instrument writes to one column of the measures in force.

    At intensity x the amount is ``(idle + x * (full - idle)) * factor``.

    Parameters
    ----------
    column
        Name, of `sim.state.measures.COLUMNS`.
    combine
        What it does to what stands there: ADD, STRONGEST, INDEPENDENT or MULTIPLY.
    full
        Where the amount at full intensity stands: `level`, or a key of `enforcement`.
    idle
        Amount at no intensity; None: as at full intensity, from the announcement on.
    factor
        Of the amount; -1 takes away.
    announced
        Whether firms reckon with a part of it from the announcement on.
    fades
        Whether payment agents wear it away from the measure's start on.
    firms
        Measures that have it: of `all` firms, of `some` only, or `any`.
    """

    column: str
    combine: int = ADD
    full: str = "level"
    idle: float | None = 0.0
    factor: float = 1.0
    announced: bool = False
    fades: bool = False
    firms: str = "any"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """All that the language asks of an instrument, and all that it does.

    Parameters
    ----------
    plain
        What it does, in words that follow the sender's name.
    reach
        What it acts on: channels, routes, cells, places, classes (of inspection), customs (as a whole) or gates (which
        are compiled into the gates' weeks). Where `REACH_AXES` names it, its scope knows no other axes.
    level
        None when it has none.
    market
        Axes of a scope of which none is named when it acts on what is the sender's own; `ANY_MARKET`: it never does.
        The first is the axis that the sender then stands for: its market, its places at home, or the hub that it is.
    directions, kinds
        Directions of trade, and ways to declare goods, that it reaches unless the scope names some; no kinds: all.
    by_customs
        Whether the customs of the sender enforce it.
    firm_axes
        Of `FIRM_AXES`, those on which it can tell firms apart.
    needs
        Keys of the measure, or axes of its scope, without which it means nothing.
    keys
        Keys of the measure that belong to it alone.
    dated_by_tables
        Whether the world's tables date it and hold its figures; it then takes only its own keys, `start` and `end`.
    exempts
        Whether it may have exemptions.
    spares
        Instruments of its sender that do not reach what it reaches while it lasts.
    effects
        What it writes to the measures in force.
    roles
        Of `sim.state.measures.ROLES`.
    together
        How two that overlap combine, where the effects do not say it.
    stacks
        True when two of the same kind, by one sender on one scope, are no mistake.
    one_per
        Two at a time contradict each other where they share this: `sender`, `places` or `cause`.
    one_way
        Axis of the scope on which two contradict each other where one's level is above 1 and the other's below.
    against
        Instruments of its sender that contradict it at the same time, each with the reason.
    """

    plain: str
    reach: str = "channels"
    level: Level | None = None
    market: tuple[str, ...] | None = ANY_MARKET
    directions: tuple[str, ...] = DIRECTIONS
    kinds: tuple[str, ...] = ()
    by_customs: bool = False
    firm_axes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    dated_by_tables: bool = False
    exempts: bool = True
    spares: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    roles: tuple[int, ...] = ()
    together: str = ""
    stacks: bool = False
    one_per: str = ""
    one_way: str = ""
    against: tuple[tuple[str, str], ...] = ()

    @property
    def writes(self) -> tuple[str, ...]:
        """Names of the columns that it writes."""
        return tuple(dict.fromkeys(effect.column for effect in self.effects))

    @property
    def lists_firms(self) -> bool:
        """Whether firms come on its sender's list by it."""
        return LISTS in self.roles or "hazard" in self.writes

    @property
    def combined(self) -> str:
        """How two that overlap combine, in words."""
        return self.together or "; ".join(dict.fromkeys(COMBINATIONS[effect.combine] for effect in self.effects))
