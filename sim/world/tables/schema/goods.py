"""Tables of goods and of who takes them: commodities, markets, demand, hubs and the classes that customs inspect."""

from sim.state import DIRECTIONS, KINDS
from sim.world.tables.schema.kinds import (
    COMMODITY,
    EVERYTHING,
    TAIL,
    UNIT,
    VALUE,
    VALUE_RANGE,
    Column,
    Kind,
    Quantity,
    Table,
    identifier,
    number,
    quantity,
    triple,
    word,
)

MONTHS = 12

COMMODITY_FIGURES = (
    Quantity("value_usd_per_t", "value of a tonne", ("usd/t",), 1.0, 1e7),
    Quantity("time_value_per_day", "cost of a day on the way, share of the value", ("share/day",), 0.0, 0.3),
    Quantity("spoilage_per_day", "share of what waits that spoils in a day", ("share/day",), 0.0, 0.5),
    Quantity("consignment_value_usd", "value of a consignment", ("usd",), 1.0, 1e9),
    Quantity("elasticity", "price elasticity of demand", ("1",), 0.05, 100.0),
    Quantity(
        "substitution",
        "elasticity of substitution between goods of different origins; no row: they are the same to buyers",
        ("1",),
        1.0,
        100.0,
    ),
    Quantity("made_here_share", "share of what makers export that is made in the region", ("share",), 0.0, 1.0),
    Quantity("made_here_by_traders", "share of what traders export that is made in the region", ("share",), 0.0, 1.0),
    Quantity("content_share", "share of sanctioned content in goods that embody it", ("share",), 0.001, 1.0),
)
"""Quantities of commodity_figures.csv, each needed once a commodity; `substitution` of all commodities or of none."""


GOODS = (
    Table(
        "commodities",
        (
            identifier("commodity", "the group of goods"),
            Column("name", "its name for readers"),
            Column(
                "centre",
                "group of goods whose customs centre reviews it too; empty: a centre of its own",
                Kind.WORD,
                required=False,
                refers_to="commodities",
            ),
            *TAIL,
        ),
        key=("commodity",),
    ),
    Table(
        "commodity_figures",
        (COMMODITY, quantity(COMMODITY_FIGURES), *triple(VALUE), UNIT, *TAIL),
        key=("commodity", "quantity"),
        ranges=VALUE_RANGE,
        quantities=COMMODITY_FIGURES,
    ),
    Table(
        "seasons",
        (
            COMMODITY,
            Column("month", "month of the year", Kind.INTEGER, "month", lowest=1, highest=12),
            number("factor", "trade of the month over the mean of the year", "factor", 0, MONTHS),
            *TAIL,
        ),
        key=("commodity", "month"),
        may_be_empty=True,
    ),
    Table(
        "markets",
        (
            identifier("market", "the market"),
            Column("name", "its name for readers"),
            word("place", "where goods for it arrive", refers_to="places"),
            Column("country", "its country", Kind.COUNTRY),
            Column(
                "blocs",
                "blocs to which it belongs, divided by blanks; traders know the markets of `border_trade`",
                required=False,
            ),
            number("base_tariff", "ordinary tariff on goods of the region", "share of the value", 0, 1.5),
            number(
                "inland_share",
                "part of what inland firms export, who bring these buyers when they register; empty: none",
                "share",
                0,
                1,
                required=False,
            ),
            *TAIL,
        ),
        key=("market",),
    ),
    Table(
        "demand",
        (
            word("market", "the market", refers_to="markets"),
            COMMODITY,
            word("direction", "export: bought from the region; import: sold to it", DIRECTIONS),
            *triple(number("value_musd", "trade of the base year", "million USD/year", 0, 1e6)),
            *triple(number("trend_per_year", "growth of demand", "share/year", -0.9, 1), "trend_low", "trend_high"),
            *TAIL,
        ),
        key=("market", "commodity", "direction"),
        ranges=(("low", "value_musd", "high"), ("trend_low", "trend_per_year", "trend_high")),
    ),
    Table(
        "hubs",
        (
            word(
                "hub", "market through which goods go; empty where none is needed", refers_to="markets", required=False
            ),
            word("market", "market that the goods are bound for", refers_to="markets"),
            word("kind", "how the goods are declared", KINDS[1:]),
            word("commodity", "group of goods, or `*` for all", (EVERYTHING,), "commodities"),
            *triple(
                number("markup", "what the hub takes of the landed price", "share", 0, 5),
                "markup_low",
                "markup_high",
            ),
            *triple(
                number("base_share", "part of the market's demand that came this way in the base year", "share", 0, 1),
                "base_share_low",
                "base_share_high",
            ),
            *triple(
                number("lost_in_transit", "part that the hub's own books never see", "share", 0, 1),
                "lost_low",
                "lost_high",
            ),
            *TAIL,
        ),
        key=("hub", "market", "kind", "commodity"),
        ranges=(
            ("markup_low", "markup", "markup_high"),
            ("base_share_low", "base_share", "base_share_high"),
            ("lost_low", "lost_in_transit", "lost_high"),
        ),
        may_be_empty=True,
    ),
    Table(
        "inspection_classes",
        (
            word("sender", "market whose customs inspect", refers_to="markets"),
            Column(
                "declared_origin",
                "origin that the papers name: an address at home, or a market through which goods go",
                Kind.WORD,
                refers_to="markets",
                declared="origins",
            ),
            COMMODITY,
            Column(
                "year",
                "year from which the numbers hold, until the next one named; empty: the years before",
                Kind.INTEGER,
                "year",
                required=False,
                lowest=1900,
                highest=2199,
            ),
            *triple(
                number(
                    "legitimate_consignments_per_week",
                    "consignments without sanctioned goods",
                    "consignments/week",
                    0,
                    1e8,
                )
            ),
            number(
                "prior_hit",
                "what customs expect to refuse before they decided anything; empty: the parameter `prior_hit`",
                "share",
                0,
                1,
                required=False,
            ),
            *TAIL,
        ),
        key=("sender", "declared_origin", "commodity", "year"),
        ranges=(("low", "legitimate_consignments_per_week", "high"),),
        may_be_empty=True,
    ),
)
