"""The instruments of the language: one row each, which says all that is asked of it and all that it does.

What a row can say is in `Rule` and `Effect`. Reading, checking and compiling a regime, the week's kernels and the table
of `docs/regimes.md` follow from the rows. An instrument whose effect is new needs a column or a role of
`sim.state.measures` as well, and a reader of it in the kernels.
"""

from dataclasses import dataclass
from enum import Enum

from sim.constants import PAYMENT_COST_PER_DAY, SHUT
from sim.state import DIRECT, DIRECTIONS, KINDS, PARCEL
from sim.state.measures import (
    ADD,
    BANS,
    BARS,
    COMBINATIONS,
    INDEPENDENT,
    LISTS,
    MULTIPLY,
    NAMES,
    REFUSALS,
    SELLS,
    STRONGEST,
    THREATENS,
)

FIRM_AXES = ("true_origin", "ownership", "listed")
"""Axes of a scope on which firms differ; all others are of channels, routes, markets or places."""
"""Cost, share of value, at which nobody sends anything."""

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


_TURNED_AWAY = Effect("turned_away", INDEPENDENT)
_PAYMENT_FRICTION = (
    Effect("payment", fades=True, firms="all"),
    Effect("burden", fades=True, firms="some"),
)


class InstrumentTable(Enum):
    """A table of instruments: words, each with its rule."""

    @property
    def rule(self) -> Rule:
        """All that is asked of it and all that it does."""
        return self.value

    @property
    def number(self) -> int:
        """Number in `Policy.instrument`: its place in the table."""
        return list(type(self)).index(self)


class Instrument(InstrumentTable):
    """What a measure does: the words of the language, each with its rule."""

    import_ban = Rule(
        plain="bans imports unless the importer rebuts the presumption",
        market=OWN_MARKET,
        directions=(EXPORTS,),
        by_customs=True,
        firm_axes=FIRM_AXES,
        keys=("enforcement",),
        effects=(
            Effect("ban", INDEPENDENT),
            Effect("believed", INDEPENDENT, announced=True),
            Effect("sensitivity", STRONGEST, full="sensitivity", idle=None),
            Effect("detention_days", STRONGEST, full="detention_days", idle=None),
        ),
        roles=(BANS, NAMES, REFUSALS),
        together="chances are independent: 1 - (1-a)(1-b); budget, sensitivity, detention: the strongest, the longest",
    )
    entity_listing = Rule(
        plain="lists entities by a dated schedule",
        level=Level("exporters of the region", "share of the listed"),
        market=OWN_MARKET,
        directions=(EXPORTS,),
        by_customs=True,
        firm_axes=("true_origin", "ownership"),
        needs=("schedule",),
        keys=("schedule",),
        exempts=False,
        roles=(NAMES, REFUSALS, LISTS),
        together="one list a sender: two at a time are a contradiction",
        one_per="sender",
    )
    listing_hazard = Rule(
        plain="lists firms after detections",
        level=Level("chance of being listed", "per detained consignment"),
        market=OWN_MARKET,
        directions=(EXPORTS,),
        by_customs=True,
        firm_axes=FIRM_AXES,
        effects=(Effect("hazard", INDEPENDENT),),
        roles=(NAMES, REFUSALS),
    )
    tariff = Rule(
        plain="adds a tariff",
        level=Level("ad valorem rate", "share of the customs value", highest=10),
        market=OWN_MARKET,
        directions=(EXPORTS,),
        effects=(Effect("tariff"),),
        stacks=True,
    )
    due_diligence = Rule(
        plain="obliges buyers to due diligence",
        level=Level("buyers that refuse goods in scope", "share of demand"),
        market=OWN_MARKET,
        directions=(EXPORTS,),
        firm_axes=("true_origin", "ownership"),
        effects=(Effect("compliant", STRONGEST, announced=True),),
        roles=(REFUSALS,),
    )
    withdrawal = Rule(
        plain="makes importers give up goods in scope",
        level=Level("importers that give up", "share of those who ever do under a ban", default=1),
        market=OWN_MARKET,
        directions=(EXPORTS,),
        firm_axes=FIRM_AXES,
        effects=(Effect("withdrawal", STRONGEST, announced=True),),
        roles=(REFUSALS,),
    )
    secondary = Rule(
        plain="threatens intermediaries and banks of third countries",
        level=Level("payment friction added", "share of value"),
        firm_axes=FIRM_AXES,
        effects=_PAYMENT_FRICTION,
        roles=(THREATENS,),
        together="frictions add; listing of intermediaries in reach: the strongest",
        stacks=True,
    )
    export_control = Rule(
        plain="controls its exports to the region",
        level=Level("trade that is refused a licence", "share", default=1),
        market=OWN_MARKET,
        directions=(IMPORTS,),
        effects=(Effect("closed", STRONGEST, factor=SHUT),),
    )
    export_licence = Rule(
        plain="licenses what leaves it",
        level=Level("goods that are refused a licence", "share", default=1),
        market=OWN_PLACES,
        directions=(EXPORTS,),
        kinds=OPENLY,
        effects=(_TURNED_AWAY,),
        roles=(REFUSALS,),
    )
    transit_control = Rule(
        plain="controls goods that pass through it",
        level=Level("goods that are turned away", "share", default=1),
        market=OWN_HUB_UNLESS_CROSSINGS,
        effects=(_TURNED_AWAY,),
        roles=(REFUSALS,),
    )
    payment_refusal = Rule(
        plain="has banks that refuse payments",
        level=Level("goods whose payment is refused", "share"),
        market=OWN_MARKET_UNLESS_HUBS,
        effects=(_TURNED_AWAY,),
        roles=(REFUSALS,),
    )
    payment_delay = Rule(
        plain="has banks that look into payments",
        level=Level("days by which payment comes later", "days", highest=364),
        market=OWN_MARKET_UNLESS_HUBS,
        effects=(Effect("friction", factor=PAYMENT_COST_PER_DAY),),
        stacks=True,
    )
    transit_ban = Rule(
        plain="closes crossings to goods in scope",
        reach="routes",
        needs=("crossings",),
        roles=(BARS,),
        together="closed is closed",
    )
    financial = Rule(
        plain="restricts payments",
        level=Level("payment friction added", "share of value"),
        market=OWN_MARKET_UNLESS_HUBS,
        firm_axes=FIRM_AXES,
        effects=_PAYMENT_FRICTION,
        stacks=True,
        against=(("friction_relief", "one sender both hinders and eases payments"),),
    )
    tracing = Rule(
        plain="traces origin",
        level=Level("chance that an inspection finds hidden goods", "multiple", 1, 100),
        market=OWN_MARKET,
        directions=(EXPORTS,),
        by_customs=True,
        firm_axes=("true_origin",),
        effects=(Effect("sensitivity", STRONGEST, idle=1.0),),
    )
    inspection_priority = Rule(
        plain="announces priority sectors, at which its customs look first",
        reach="classes",
        market=OWN_MARKET,
        directions=(EXPORTS,),
        by_customs=True,
        exempts=False,
        effects=(Effect("priority", STRONGEST),),
    )
    customs_budget = Rule(
        plain="sets what its customs can inspect",
        reach="customs",
        level=Level("inspections a week", "multiple of the budget", highest=100),
        market=OWN_MARKET,
        directions=(EXPORTS,),
        by_customs=True,
        exempts=False,
        effects=(Effect("customs_budget", MULTIPLY, idle=1.0),),
        stacks=True,
    )
    release = Rule(
        plain="sets how readily its customs release what they detained",
        reach="classes",
        level=Level("odds of release", "multiple", highest=100),
        market=OWN_MARKET,
        directions=(EXPORTS,),
        by_customs=True,
        exempts=False,
        effects=(Effect("release_odds", MULTIPLY, idle=1.0),),
        stacks=True,
    )
    demand = Rule(
        plain="shifts demand",
        reach="cells",
        level=Level("factor on demand", "logarithm", -3, 3),
        directions=(EXPORTS,),
        needs=("markets",),
        effects=(Effect("driver"),),
        together="add (factors multiply)",
        stacks=True,
    )
    security = Rule(
        plain="makes roads unsafe or safer",
        reach="routes",
        level=Level("loss added to the cost of a passage", "share of value", -0.5, 0.5),
        effects=(Effect("passage"),),
        stacks=True,
    )
    transport_cost = Rule(
        plain="makes transport dearer",
        reach="routes",
        level=Level("cost added", "share of value", -0.5, 2),
        effects=(Effect("passage"),),
        stacks=True,
    )
    zone = Rule(
        plain="runs a free-trade zone",
        reach="places",
        level=Level("subsidy", "share of value"),
        needs=("places",),
        effects=(Effect("subsidy", STRONGEST),),
        together="two on one place are a contradiction",
        one_per="places",
    )
    allowance = Rule(
        plain="lets shoppers buy duty-free",
        reach="places",
        level=Level("duty-free purchases", "dollars a visitor and day", highest=1e5),
        needs=("places",),
        roles=(SELLS,),
        together="two on one place are a contradiction",
        one_per="places",
    )
    friction_relief = Rule(
        plain="settles in its own currency",
        level=Level("payment friction taken away", "share of value"),
        effects=(Effect("friction", factor=-1.0),),
    )
    clearing_relief = Rule(
        plain="clears goods for less than where they go on to",
        level=Level("duties and taxes that clearing at a hub saves", "share of value"),
        needs=("hubs",),
        directions=(EXPORTS,),
        effects=(Effect("saved"),),
    )
    de_minimis = Rule(
        plain="exempts small parcels from bans and tariffs",
        market=OWN_MARKET,
        directions=(EXPORTS,),
        spares=("import_ban", "tariff"),
        together="what one spares is spared",
    )
    crossing_capacity = Rule(
        plain="changes capacity of crossings",
        reach="gates",
        level=Level("a week's capacity", "factor", highest=10),
        needs=("crossings",),
        together="strongest narrowing, else strongest widening",
        stacks=True,
        one_way="crossings",
    )
    world_change = Rule(
        plain="changes crossings as dated in the world's tables",
        reach="gates",
        needs=("cause",),
        keys=("cause", "end_known"),
        dated_by_tables=True,
        together="each cause once",
        one_per="cause",
    )
