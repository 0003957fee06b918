"""Tables of sources and of published figures."""

from sim.world.tables.schema.kinds import (
    BORDER_DIRECTIONS,
    EVERYTHING,
    TAIL,
    Column,
    Table,
    from_to,
    identifier,
    number,
    word,
)

SOURCES = Table(
    "sources",
    (
        identifier("source", "the source"),
        Column("title", "its title"),
        Column("publisher", "who published it", required=False),
        Column("date", "when, as the source has it", required=False),
        Column("url", "where it was read", required=False),
        Column("licence", "under which its figures are carried over; facts: none is needed"),
        Column("note", "remark", required=False),
    ),
    key=("source",),
    may_grow=True,
)

OBSERVED = Table(
    "observed",
    (
        identifier("observation", "the published figure"),
        identifier("quantity", "what it measures, and in which ledger"),
        identifier("subject", "of whom or of what"),
        word("commodity", "group of goods, or `*` for all", (EVERYTHING,), "commodities", required=False),
        word("direction", "direction of trade", BORDER_DIRECTIONS, required=False),
        *from_to(required=True),
        number("value", "the figure as published", "see unit", -1e15, 1e15),
        Column("unit", "unit as published"),
        number("error_share", "relative error to allow", "share", 0, 1, required=False),
        Column("derived", "yes: arithmetic on published figures", required=False),
        *TAIL,
    ),
    key=("observation",),
    may_be_empty=True,
    may_grow=True,
)
