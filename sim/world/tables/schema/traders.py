"""Tables of who trades: firms, what places are large in and with whom they trade, and visitors who come to shop."""

from sim.state import DIRECTIONS, FIRM_KINDS, OWNERSHIPS
from sim.world.tables.schema.kinds import COMMODITY, TAIL, YES_NO, Column, Kind, Table, from_to, number, triple, word

TRADERS = (
    Table(
        "firms",
        (
            word("place", "where they are", refers_to="places"),
            word("ownership", "who owns them", OWNERSHIPS),
            word("zone", "whether they are in the area of a zone; with no such firm a place is all of it", YES_NO),
            word("kind", "whether they make what they sell, or trade what others make", FIRM_KINDS),
            Column("firms", "how many", Kind.INTEGER, "firms", lowest=0, highest=1e7),
            number("trade_share", "their part of the region's trade", "share", 0, 1),
            number("size_tail", "exponent of the Pareto distribution of their sizes", "1", 0.1, 100),
            Column("base_year", "year of the count", Kind.INTEGER, "year", lowest=1900, highest=2199),
            *TAIL,
        ),
        key=("place", "ownership", "zone", "kind"),
    ),
    Table(
        "supply",
        (
            word("place", "where the goods come from, or where they go to", refers_to="places"),
            COMMODITY,
            word("direction", "export: bought from the place; import: sold to it", DIRECTIONS),
            *triple(
                number("share", "its part of all trade in these goods; other places share what is left", "share", 0, 1)
            ),
            *TAIL,
        ),
        key=("place", "commodity", "direction"),
        ranges=(("low", "share", "high"),),
        may_be_empty=True,
        may_be_missing=True,
    ),
    Table(
        "bilateral",
        (
            word("place", "where the goods come from, or where they go to", refers_to="places"),
            word("market", "partner that the papers name", refers_to="markets"),
            word("direction", "export: bought from the place; import: sold to it", DIRECTIONS),
            *triple(number("value_musd", "trade of the two in the base year, all goods", "million USD/year", 0, 1e6)),
            *TAIL,
        ),
        key=("place", "market", "direction"),
        ranges=(("low", "value_musd", "high"),),
        may_be_empty=True,
        may_be_missing=True,
    ),
    Table(
        "visits",
        (
            word("place", "place whose shops they come to", refers_to="places"),
            *from_to(),
            *triple(number("visitors_per_day", "who come on a day on which they can cross", "visitors/day", 0, 1e7)),
            *TAIL,
        ),
        key=("place", "from_date"),
        ranges=(("low", "visitors_per_day", "high"),),
        may_be_empty=True,
        may_be_missing=True,
    ),
)
