"""The instruments of the language: their words, what their level means, and what they may reach."""

from dataclasses import dataclass
from enum import IntEnum

from sim.kernels.borders import instruments as numbers


class Instrument(IntEnum):
    """What a measure does; the words are those of the language, the numbers those of the kernels."""

    import_ban = numbers.IMPORT_BAN
    entity_listing = numbers.ENTITY_LISTING
    listing_hazard = numbers.LISTING_HAZARD
    tariff = numbers.TARIFF
    due_diligence = numbers.DUE_DILIGENCE
    secondary = numbers.SECONDARY
    export_control = numbers.EXPORT_CONTROL
    transit_ban = numbers.TRANSIT_BAN
    financial = numbers.FINANCIAL
    tracing = numbers.TRACING
    demand = numbers.DEMAND
    security = numbers.SECURITY
    transport_cost = numbers.TRANSPORT_COST
    zone = numbers.ZONE
    allowance = numbers.ALLOWANCE
    friction_relief = numbers.FRICTION_RELIEF
    de_minimis = numbers.DE_MINIMIS
    crossing_capacity = numbers.CROSSING_CAPACITY
    world_change = numbers.WORLD_CHANGE


@dataclass(frozen=True)
class Rule:
    """What the language asks of an instrument.

    Parameters
    ----------
    plain
        What it does, in words that follow the sender's name.
    level
        Meaning and unit of `level`; empty when the instrument has none.
    default, lowest, highest
        Level when the file gives none (None: it must), and its bounds.
    reach
        What it acts on: channels, routes, cells, places or gates.
    stacks
        True when two of the same kind, by one sender on one scope, are no mistake.
    """

    plain: str
    level: str
    default: float | None
    lowest: float
    highest: float
    reach: str
    stacks: bool = False


_SHARE = (0.0, 1.0)

RULES = {
    Instrument.import_ban: Rule("bans imports unless the importer rebuts the presumption", "", 1, 1, 1, "channels"),
    Instrument.entity_listing: Rule(
        "lists entities by a dated schedule",
        "share of the listed that are exporters of the region",
        None,
        *_SHARE,
        "channels",
    ),
    Instrument.listing_hazard: Rule(
        "lists firms after detections", "chance of being listed per detained consignment", None, *_SHARE, "channels"
    ),
    Instrument.tariff: Rule(
        "adds a tariff", "ad valorem rate, share of the landed duty-paid price", None, 0, 10, "channels", stacks=True
    ),
    Instrument.due_diligence: Rule(
        "obliges buyers to due diligence", "share of demand that refuses goods in scope", None, *_SHARE, "channels"
    ),
    Instrument.secondary: Rule(
        "threatens intermediaries and banks of third countries",
        "payment friction added, share of value",
        None,
        *_SHARE,
        "channels",
        stacks=True,
    ),
    Instrument.export_control: Rule(
        "controls its exports to the region", "share of the trade that is refused a licence", 1, *_SHARE, "channels"
    ),
    Instrument.transit_ban: Rule("closes crossings to goods in scope", "", 1, 1, 1, "routes"),
    Instrument.financial: Rule(
        "restricts payments", "payment friction added, share of value", None, *_SHARE, "channels", stacks=True
    ),
    Instrument.tracing: Rule(
        "traces origin", "multiple of the chance that an inspection finds hidden goods", None, 1, 100, "channels"
    ),
    Instrument.demand: Rule("shifts demand", "log of the factor on demand", None, -3, 3, "cells", stacks=True),
    Instrument.security: Rule(
        "makes roads unsafe or safer",
        "loss added to the cost of a passage, share of value",
        None,
        -0.5,
        0.5,
        "routes",
        stacks=True,
    ),
    Instrument.transport_cost: Rule(
        "makes transport dearer", "cost added, share of value", None, -0.5, 2, "routes", stacks=True
    ),
    Instrument.zone: Rule("runs a free-trade zone", "subsidy, share of value", None, *_SHARE, "places"),
    Instrument.allowance: Rule("lets shoppers buy duty-free", "dollars a visitor and day", None, 0, 1e5, "places"),
    Instrument.friction_relief: Rule(
        "settles in its own currency", "payment friction taken away, share of value", None, *_SHARE, "channels"
    ),
    Instrument.de_minimis: Rule("exempts small parcels from bans and tariffs", "", 1, 1, 1, "channels"),
    Instrument.crossing_capacity: Rule(
        "changes capacity of crossings", "factor on capacity", None, 0, 10, "gates", stacks=True
    ),
    Instrument.world_change: Rule("changes crossings as dated in the world's tables", "", 1, 1, 1, "gates"),
}
"""The rule of every instrument."""
