"""What is observed of a run: every outcome, declared once.

An outcome's arrays, its series, its unit and its words on the page and in the docs all follow from its row in
`OUTCOMES`. A new one is a row here and a line in `sim.kernels.observe` that adds up its array.

An outcome is either a **flow** (dollars, tonnes: months add up) or a **level** (days, prices, firms: months are
averaged).
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from sim.outcomes import cells as of
from sim.outcomes.cells import EXPORT, IMPORT, OutcomeCells
from sim.state import World
from sim.state.axes import sizes_of

RESOLUTIONS = ("totals", "default", "full")
"""What a study keeps; each holds all series of the one before."""


class View(NamedTuple):
    """One set of series of an outcome: grouped by columns of its cells; what is not named is added up."""

    subject: tuple[str, ...] = ()
    commodity: bool = False
    direction: bool = False
    only: str = ""  # cells of this direction alone


class Outcome(NamedTuple):
    """An outcome that is observed every month.

    Attributes
    ----------
    name
        As in the record and in the stored series.
    title
        Plain words for tables and pictures.
    unit
        Unit of a month's value.
    is_flow
        True if months add up to years; False if they are averaged.
    cells
        What its array holds.
    definition
        One sentence for the page.
    mean
        True if cells are averaged by their weight; False if they are added up.
    totals, default, full
        Views that are kept from this resolution on.
    """

    name: str
    title: str
    unit: str
    is_flow: bool
    cells: OutcomeCells
    definition: str
    mean: bool = False
    totals: tuple[View, ...] = (View(),)
    default: tuple[View, ...] = ()
    full: tuple[View, ...] = ()

    @property
    def unit_of_period(self) -> str:
        """Unit of a period's average: a year's for flows."""
        return f"{self.unit} a year" if self.is_flow else self.unit


BY_MARKET, BY_CROSSING, BY_PLACE, BY_BLOC = ("market",), ("crossing",), ("place",), ("bloc",)
BY_SENDER, BY_KIND, BY_ORIGIN, BY_OWNER = ("sender",), ("kind",), ("declared_origin",), ("ownership",)
BY_CLASS = (View(BY_SENDER + BY_ORIGIN, commodity=True),)
BY_DIRECTION = View(direction=True)
LEAVING, ENTERING = (View(BY_CROSSING, only=EXPORT),), (View(BY_CROSSING, only=IMPORT),)

OUTCOMES: Mapping[str, Outcome] = {
    outcome.name: outcome
    for outcome in (
        Outcome("registered_trade", "Registered trade", "musd", True, of.REGISTERED_TRADE,
                "Exports and imports in the region's own books, by place of registration and declared partner.",
                totals=(View(), BY_DIRECTION, View(BY_BLOC)),
                default=(View(BY_MARKET), View(BY_MARKET, only=EXPORT), View(commodity=True, direction=True),
                         View(("sending",), commodity=True, only=EXPORT)),
                full=(View(BY_MARKET, only=IMPORT), View(BY_BLOC, direction=True),
                      View(("sending",), commodity=True, only=IMPORT),
                      View(("other",), commodity=True, direction=True))),
        Outcome("registered_at", "Registered trade by place", "musd", True, of.REGISTERED_AT,
                "Exports and imports in the region's own books, by the place where the firm is registered.",
                default=(View(BY_PLACE),), full=(View(BY_PLACE, direction=True),)),
        Outcome("true_trade", "Trade by true market", "musd", True, of.TRUE_TRADE,
                "Base value of the goods released in the market where they end up, whatever partner was declared.",
                totals=(View(), BY_DIRECTION),
                full=(View(BY_MARKET), View(commodity=True, direction=True),
                      View(BY_MARKET, commodity=True, direction=True))),
        Outcome("port_trade", "Trade through a crossing", "musd", True, of.GATES,
                "Goods of the region's firms cleared at the crossing.",
                default=(View(BY_CROSSING),), full=(View(BY_CROSSING, direction=True),)),
        Outcome("throughput", "Throughput", "t", True, of.GATES,
                "Tonnes of the region's goods that passed the crossing; those of others are in `background`.",
                totals=(View(), BY_DIRECTION), default=(View(BY_CROSSING), *LEAVING), full=ENTERING),
        Outcome("background", "Goods of others", "t", True, of.GATES,
                "Tonnes of goods of others that passed, outside the modelled trade.", default=LEAVING, full=ENTERING),
        Outcome("capacity", "Capacity", "t", True, of.GATES,
                "Tonnes that could pass in the open hours of both sides.", default=LEAVING, full=ENTERING),
        Outcome("wait", "Published wait", "days", False, of.GATES,
                "Days from arrival at the crossing to clearance, as published.",
                mean=True, default=LEAVING, full=ENTERING),
        Outcome("queue", "Queue at a crossing", "t", False, of.GATES,
                "Tonnes of the region's goods that have arrived at the crossing and wait for clearance.",
                full=(View(BY_CROSSING, direction=True),)),
        Outcome("detained", "Detained goods", "musd", True, of.CLASSES,
                "Value of whole consignments stopped at a sender's border, by declared origin.",
                default=(View(BY_ORIGIN), View(commodity=True)), full=BY_CLASS),
        Outcome("detained_count", "Detained consignments", "consignments", True, of.CLASSES,
                "Consignments stopped at a sender's border, with hidden origin or without, by declared origin.",
                default=(View(BY_ORIGIN), View(commodity=True)), full=BY_CLASS),
        Outcome("denied", "Denied goods", "musd", True, of.CLASSES,
                "Value of detained consignments that the sender's customs refuse to release, when they decide.",
                full=(View(BY_ORIGIN), *BY_CLASS)),
        Outcome("decided_count", "Decided consignments", "consignments", True, of.CLASSES,
                "Detained consignments on which the sender's customs decide in the month: released or denied.",
                totals=(), default=(View(),), full=(View(BY_ORIGIN),)),
        Outcome("denied_count", "Denied consignments", "consignments", True, of.CLASSES,
                "Those of the decided consignments that the sender's customs refuse to release.",
                totals=(), default=(View(),), full=(View(BY_ORIGIN),)),
        Outcome("via_hub", "Trade by way of hubs", "musd", True, of.HUBS,
                "Value that reached its market booked to, relabelled in or processed in a third country.",
                default=(View(BY_MARKET),)),
        Outcome("hub_markup", "Mark-up of the hubs", "share", False, of.HUB_POOLS,
                "Share of the landed price that the intermediaries of a hub take, weighted by their clients' goods.",
                mean=True, default=(View(BY_MARKET),)),
        Outcome("intermediaries", "Intermediaries at work", "intermediaries", False, of.HUB_POOLS,
                "Intermediaries of a hub that are neither listed nor gone.", default=(View(BY_MARKET),)),
        Outcome("sanctioned_trade", "Goods in scope that still enter", "musd", True, of.WATCHED,
                "Base value of goods made in the region that are released in a sender's market, by any kind; a "
                "comparison counts those in the scope of the measures by which the regimes differ.",
                totals=(View(), View(BY_KIND)),
                default=(View(BY_SENDER), View(BY_SENDER + BY_KIND), View(BY_SENDER + BY_KIND, commodity=True)),
                full=(View(BY_SENDER, commodity=True),)),
        Outcome("price", "Price", "index", False, of.PRICES, "Price of the goods relative to the base year.",
                mean=True, default=(View(BY_BLOC),),
                full=(View(BY_MARKET), View(BY_MARKET, commodity=True, direction=True))),
        Outcome("active_firms", "Active firms", "firms", False, of.PLACES, "Firms of the region that trade.",
                full=(View(BY_PLACE),)),
        Outcome("listed_firms", "Listed firms", "firms", False, of.LISTED,
                "Active firms of the region that stand on the list of at least one sender."),
        Outcome("dispatched", "Dispatched goods", "musd", True, of.WAYS,
                "Base value of the goods that firms send off in the month, wherever and whenever they arrive."),
        Outcome("owned_trade", "Dispatched goods by owner", "musd", True, of.OWNERS,
                "Base value of the goods that firms send off, by who owns the firm.", default=(View(BY_OWNER),)),
        Outcome("owned_firms", "Active firms by owner", "firms", False, of.OWNERS,
                "Firms of the region that trade, by who owns them.", default=(View(BY_OWNER),)),
        Outcome("partner_imports", "Imports in a partner's own books", "musd", True, of.PARTNERS,
                "Goods of the region that the declared partner's customs book as imports; transit is lost.",
                default=(View(("hub",)),), full=(View(("other",)),)),
        Outcome("sender_imports", "Imports in the senders' books", "musd", True, of.CLASSES,
                "Landed value of the region's goods at release, by the origin declared.",
                default=(View(BY_SENDER),), full=(View(BY_SENDER + BY_ORIGIN), *BY_CLASS)),
        Outcome("incidence", "Who gains and who pays", "musd", True, of.ACCOUNTED,
                "Accounts of a week's trade: what buyers pay, and who ends up with it.",
                totals=(),  # accounts of both signs: their sum says nothing
                default=(View(("account",)),), full=(View(("account",), direction=True),)),
        Outcome("incidence_at", "Who gains and who pays, by market", "musd", True, of.ACCOUNTED_AT,
                "Surplus of buyers, duties, hubs' income, losses at the border and sales of suppliers, by market.",
                totals=(), default=(View(("sender", "account")), View(("account", "market")))),
        Outcome("retail", "Sales to visitors", "musd", True, of.RETAIL,
                "Goods that visitors carry home duty-free; in no book of registered trade.", full=(View(BY_PLACE),)),
    )
}  # fmt: skip
"""Name to outcome, in the order of the record."""


def record_of(outcomes: Iterable[str]) -> type[tuple]:
    """Make the named tuple that holds an array for each outcome.

    Parameters
    ----------
    outcomes
        Names.
    """
    return namedtuple("Record", outcomes, module=__name__)


Record = record_of(OUTCOMES)
Record.__doc__ = "What is observed, by month: of each outcome an array [runs, months, cells] or a row of it, float64."


def new_records(world: World, runs: int, outcomes: Mapping[str, Outcome] = OUTCOMES) -> Record:
    """Make room for the records of some runs, all zero.

    Parameters
    ----------
    world
        Sets the lengths of the axes.
    runs
        How many.
    outcomes
        Those to be observed.

    Returns
    -------
    Record
        Arrays [runs, months, cells of the outcome] float64.
    """
    sizes = sizes_of(world)
    kind = Record if outcomes is OUTCOMES else record_of(outcomes)
    return kind(*(np.zeros((runs, world.sizes.months, each.cells.count(sizes))) for each in outcomes.values()))


def outcomes_table() -> str:
    """Print the outcomes as a table in Markdown, for the docs."""
    lines = ["| outcome | title | unit | months | cells | what it is |", "|---|---|---|---|---|---|"]
    lines += [
        f"| `{each.name}` | {each.title} | {each.unit} | {'add up' if each.is_flow else 'averaged'} | "
        f"{'averaged' if each.mean else 'add up'} over [{each.cells.axes}] | {each.definition} |"
        for each in OUTCOMES.values()
    ]
    return "\n".join(lines)
