"""The instruments of the language: one row each, which says all that is asked of it and all that it does.

What a row can say is in `sim.policy.rules`. Reading, checking and compiling a regime, the week's kernels and the table
of `docs/regimes.md` follow from the rows. An instrument whose effect is new needs a column or a role of
`sim.state.measures` as well, and a reader of it in the kernels.
"""

from enum import Enum

from sim.constants import PAYMENT_COST_PER_DAY, SHUT
from sim.policy.rules import (
    EXPORTS,
    FIRM_AXES,
    IMPORTS,
    OPENLY,
    OWN_HUB_UNLESS_CROSSINGS,
    OWN_MARKET,
    OWN_MARKET_UNLESS_HUBS,
    OWN_PLACES,
    Effect,
    Level,
    Rule,
)
from sim.state.measures import (
    BANS,
    BARS,
    INDEPENDENT,
    LISTS,
    MULTIPLY,
    NAMES,
    REFUSALS,
    SELLS,
    STRONGEST,
    THREATENS,
)

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
