"""What measures write: the columns of `MeasuresInForce`, how measures that overlap combine, and roles beside them.

A row of `sim.policy.instruments` names columns, ways to combine and roles from here; a regime is compiled to their
numbers (`Effects`, `Policy.role`); the kernels that work out and read `MeasuresInForce` use the same names.
"""

from typing import NamedTuple


class Column(NamedTuple):
    """A column: name, unit, what it is, and what it is without a measure."""

    name: str
    unit: str
    meaning: str
    start: float = 0.0


CHANNEL_COLUMNS = (
    Column("sensitivity", "factor", "multiple of the chance that an inspection finds hidden goods"),
    Column("detention_days", "factor", "days of detention, relative to the parameter; below 0 without a ban", -1.0),
    Column("tariff", "share", "ad valorem, beside that at base"),
    Column("friction", "share", "cost of payment that lasts"),
    Column("payment", "share", "friction that payment agents wear away, as it would have been in week 0"),
    Column("closed", "share", "cost that shuts a channel"),
    Column("saved", "share", "duties and taxes that clearing at a hub saves, of base value"),
    Column("turned_away", "share", "goods that may not go this way at all: no licence, no transit, no payment"),
)
"""Columns of `MeasuresInForce.channel`."""
SENSITIVITY, DETENTION_DAYS, TARIFF, FRICTION, PAYMENT, CLOSED, SAVED, TURNED_AWAY = range(len(CHANNEL_COLUMNS))

CLASS_COLUMNS = (
    Column("ban", "share", "intensity of import bans"),
    Column("believed", "share", "the same as firms see it, part of it from the announcement"),
    Column("burden", "share", "`payment` of measures that name some firms only"),
    Column("hazard", "probability", "chance of being listed for a detained consignment"),
    Column("compliant", "share", "share of buyers that refuse the goods"),
    Column("withdrawal", "share", "importers under a ban that gave the goods up, of those who ever do"),
)
"""Columns of `MeasuresInForce.by_class`."""
BAN, BELIEVED, BURDEN, HAZARD, COMPLIANT, WITHDRAWAL = range(len(CLASS_COLUMNS))
WEIGHED = BURDEN + 1
"""The first so many columns by class are what firms weigh: a change of one is news."""

INSPECTION_COLUMNS = (
    Column("priority", "share", "how far the class is a priority sector that its sender has announced"),
    Column("release_odds", "factor", "multiple of the odds that detained goods are released", 1.0),
)
"""Columns of `MeasuresInForce.inspection`, by inspection class."""
PRIORITY, RELEASE_ODDS = range(len(INSPECTION_COLUMNS))

TABLES = {
    "channel": tuple(column.name for column in CHANNEL_COLUMNS),
    "by_class": tuple(column.name for column in CLASS_COLUMNS),
    "passage": ("passage",),
    "driver": ("driver",),
    "subsidy": ("subsidy",),
    "inspection": tuple(column.name for column in INSPECTION_COLUMNS),
    "customs_budget": ("customs_budget",),
}
"""Fields of `MeasuresInForce` that effects write, and their columns.

They are on channels, classes of firms, routes, cells, places, inspection classes and authorities.
"""
CHANNELS, CLASSES, ROUTES, CELLS, PLACES, INSPECTIONS, AUTHORITIES = range(len(TABLES))
COLUMNS = {name: (table, place) for table, names in enumerate(TABLES.values()) for place, name in enumerate(names)}
"""Table and place of every column, by name."""

COMBINATIONS = ("add", "the strongest holds", "chances are independent: 1 - (1-a)(1-b)", "factors multiply")
"""What two measures on one channel, route, cell, place, inspection class or authority come to."""
ADD, STRONGEST, INDEPENDENT, MULTIPLY = range(len(COMBINATIONS))

ROLES = {
    "bans": "customs of the sender inspect goods in its reach; firms that comply shun the sender's market",
    "names": "buyers shun listed firms on the channels in its reach",
    "refusals": "when it changes, firms look anew at what they refuse, and at who refuses them",
    "lists": "names firms, as many as its level and intensity say",
    "threatens": "intermediaries in its reach may be listed",
    "sells": "visitors of its places buy without duty",
    "bars": "goods in its reach may not pass its crossings",
}
"""What a measure is to those who do not read a column: rows of `Policy.role`."""
BANS, NAMES, REFUSALS, LISTS, THREATENS, SELLS, BARS = range(len(ROLES))

UNKNOWN, KNOWN, BELIEVED_ONLY = range(3)
"""Codes of `Policy.announced`: all hear of what is known; only believers, of what exemptions leave before it starts."""
