"""What a world folder holds: every table and its columns, each with its kind, range, unit and meaning.

The schema is data: `sim.world.tables.read` reads by it, `sim.world.tables.faults` judges by it, and the README.md of
the shipped world prints it, so that a rule is written once. A new column is a row here, its cells in the tables, and
what reads it, by name.
"""

from dataclasses import dataclass, replace
from enum import Enum

from sim.constants import HOURS_PER_DAY
from sim.state import DIRECTIONS, FIRM_KINDS, KINDS, OWNERSHIPS
from sim.units import TONNES_PER_WEEK

Words = tuple[str, ...]


class Kind(Enum):
    """Type of a column's cells, in words; the comment is the type in the DataFrame."""

    TEXT = "text"  # str
    IDENTIFIER = "name"  # str
    COUNTRY = "country"  # str, ISO 3166 code of two letters; a cell may hold another code or a name
    WORD = "word"  # str, one of allowed words or ids of another table
    WORDS = "words"  # str, blank-separated
    NUMBER = "number"  # float64, NaN where empty
    INTEGER = "whole number"  # Int64, NA where empty
    FIRST_DAY = "first day"  # datetime.date, sim.units.FIRST_DAY where empty
    LAST_DAY = "last day"  # datetime.date, sim.units.LAST_DAY where empty
    DAY = "day"  # datetime.date, None where empty
    SEASON_DAY = "day of the year"  # str MM-DD
    WEEKDAYS = "weekdays"  # str, see sim.world.network.calendars


NUMBERS = frozenset({Kind.NUMBER, Kind.INTEGER})


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name, meaning
        In the header, and in words.
    kind
        Type of its cells.
    unit
        Of numbers; empty where a word says it.
    required
        Whether no cell may be empty.
    lowest, highest
        Bounds of numbers: every number has an upper one, some ten times the largest that is meant.
    words, refers_to
        Words that a cell may hold, and the table whose ids it may hold.
    """

    name: str
    meaning: str
    kind: Kind = Kind.TEXT
    unit: str = ""
    required: bool = True
    lowest: float | None = None
    highest: float | None = None
    words: Words = ()
    refers_to: str = ""


@dataclass(frozen=True)
class Quantity:
    """What a row of a table of figures may measure.

    Attributes
    ----------
    name, meaning
        In the column `quantity`, and in words.
    units
        In which it may be given.
    lowest, highest
        Bounds of value, low and high, in the first unit.
    sizes
        Of the units, in the first one; without, all are of one size.
    """

    name: str
    meaning: str
    units: Words
    lowest: float
    highest: float
    sizes: tuple[float, ...] = ()

    def bounds(self, unit: str) -> tuple[float, float]:
        """Give the bounds in one of the units."""
        size = self.sizes[self.units.index(unit)] if self.sizes else 1.0
        return self.lowest / size, self.highest / size


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes
    ----------
    name
        Of the file, without its ending.
    columns
        In any order in the file.
    key
        Columns that tell rows apart.
    ranges
        Columns that must be in order: low, value, high.
    may_be_empty
        Whether a header alone is a table.
    may_be_missing
        Whether a world may do without the file: it then has no row.
    quantities
        What the column `quantity` may hold.
    """

    name: str
    columns: tuple[Column, ...]
    key: Words = ()
    ranges: tuple[tuple[str, str, str], ...] = ()
    may_be_empty: bool = False
    may_be_missing: bool = False
    quantities: tuple[Quantity, ...] = ()

    @property
    def file(self) -> str:
        """Name of the table's file."""
        return f"{self.name}.csv"


PLACE_KINDS = ("origin", "inland_origin", "hub", "crossing", "seaport", "airport", "market", "transit")
MODES = ("road", "rail", "sea", "air", "ferry", "transfer")
BORDER_DIRECTIONS = (*DIRECTIONS, "both")
SIDES = ("cn", "other", "both")
CONFIDENCES = ("high", "medium", "low", "memory", "assumed")
YES_NO = ("yes", "no")
EVERYTHING = "*"
ASSUMED = "assumed"
ORIGINS_IN_CHINA = ("region", "other_china")
CAPACITY = "capacity"
MONTHS = 12

LARGEST_T_PER_WEEK = 2.5e7
"""Of a gate, one way: more than the largest seaport on earth handles."""

CROSSING_FIGURES = (
    Quantity(
        CAPACITY,
        "what the gate can pass in a week of seven days at its nominal hours",
        tuple(TONNES_PER_WEEK),
        0.0,
        LARGEST_T_PER_WEEK,
        tuple(TONNES_PER_WEEK.values()),
    ),
    Quantity("hours", "hours worked a day", ("h/day",), 0.0, HOURS_PER_DAY),
    Quantity("nominal_hours", "hours a day for which the capacity is stated", ("h/day",), 1.0, HOURS_PER_DAY),
    Quantity("border_hours", "time at the border when nobody waits", ("h",), 0.0, 2000.0),
    Quantity("handling_cost", "cost of handling or change of gauge", ("usd/t",), 0.0, 2000.0),
    Quantity("handling_days", "time of handling or change of gauge", ("days",), 0.0, 60.0),
    Quantity("base_fee", "fee of every passage", ("usd/t",), 0.0, 2000.0),
)
"""Quantities of crossings.csv; bounds are some ten times the largest figure that is meant, as everywhere here."""

COMMODITY_FIGURES = (
    Quantity("value_usd_per_t", "value of a tonne", ("usd/t",), 1.0, 1e7),
    Quantity("time_value_per_day", "cost of a day on the way, share of the value", ("share/day",), 0.0, 0.3),
    Quantity("spoilage_per_day", "share of what waits that spoils in a day", ("share/day",), 0.0, 0.5),
    Quantity("consignment_value_usd", "value of a consignment", ("usd",), 1.0, 1e9),
    Quantity("elasticity", "price elasticity of demand", ("1",), 0.05, 100.0),
    Quantity("made_here_share", "share of what makers export that is made in the region", ("share",), 0.0, 1.0),
    Quantity("made_here_by_traders", "share of what traders export that is made in the region", ("share",), 0.0, 1.0),
    Quantity("content_share", "share of sanctioned content in goods that embody it", ("share",), 0.001, 1.0),
)
"""Quantities of commodity_figures.csv, each needed once a commodity."""


def _number(name: str, meaning: str, unit: str, lowest: float, highest: float, *, required: bool = True) -> Column:
    return Column(name, meaning, Kind.NUMBER, unit, required, lowest, highest)


def _triple(value: Column, low: str = "low", high: str = "high") -> tuple[Column, ...]:
    """Value, which must be there, and its low and high, which may be missing."""
    ends = (
        replace(value, name=end, meaning=f"{words} value of `{value.name}`", required=False)
        for end, words in ((low, "lowest"), (high, "highest"))
    )
    return (value, *ends)


def _word(name: str, meaning: str, words: Words = (), refers_to: str = "", *, required: bool = True) -> Column:
    return Column(name, meaning, Kind.WORD, required=required, words=words, refers_to=refers_to)


def _quantity(quantities: tuple[Quantity, ...]) -> Column:
    return _word("quantity", "what the row measures", tuple(each.name for each in quantities))


def _id(name: str, meaning: str, *, required: bool = True) -> Column:
    return Column(name, meaning, Kind.IDENTIFIER, required=required)


def _from_to(*, required: bool = False) -> tuple[Column, Column]:
    """First and last day of a row."""
    return (
        Column("from_date", "first day on which the row holds", Kind.FIRST_DAY, required=required),
        Column("to_date", "last day on which the row holds", Kind.LAST_DAY, required=required),
    )


_VALUE = _number("value", "the figure", "see unit", 0, 1e12)
_UNIT = Column("unit", "unit of the figure")
_CAUSE = (
    _id("cause", "cause without which the row does not hold; empty: it always holds", required=False),
    Column("announced", "day on which it became known; empty: its first day", Kind.DAY, required=False),
)
_TAIL = (
    Column("source", "what the row rests on", Kind.WORDS, words=(ASSUMED,), refers_to="sources"),
    _word("confidence", "how well it is known", CONFIDENCES),
    Column("note", "remark", required=False),
)
_VALUE_RANGE = (("low", "value", "high"),)
_CROSSING = _word("crossing", "the gate", refers_to="places")
_SIDE = _word("side", "side of the border to which the row applies", SIDES)
_BORDER_DIRECTION = _word("direction", "direction of trade to which the row applies", BORDER_DIRECTIONS)
_COMMODITY = _word("commodity", "group of goods", refers_to="commodities")

TABLES: tuple[Table, ...] = (
    Table(
        "sources",
        (
            _id("source", "the source"),
            Column("title", "its title"),
            Column("publisher", "who published it", required=False),
            Column("date", "when, as the source has it", required=False),
            Column("url", "where it was read", required=False),
            Column("licence", "under which its figures are carried over; facts: none is needed"),
            Column("note", "remark", required=False),
        ),
        key=("source",),
    ),
    Table(
        "places",
        (
            _id("place", "the place"),
            Column("name", "its name for readers"),
            Column("country", "its country", Kind.COUNTRY),
            Column("kinds", "what it is", Kind.WORDS, words=PLACE_KINDS),
            _number("lat", "latitude, north above 0", "degrees", -90, 90),
            _number("lon", "longitude, east above 0", "degrees", -180, 180),
            *_TAIL,
        ),
        key=("place",),
    ),
    Table(
        "legs",
        (
            _id("leg", "the leg"),
            _word("from_place", "where it begins", refers_to="places"),
            _word("to_place", "where it ends", refers_to="places"),
            _word("mode", "means of transport", MODES),
            _number("distance_km", "length", "km", 0, 250_000),
            *_triple(_number("days", "travel", "days", 0, 600), "days_low", "days_high"),
            *_triple(_number("cost_usd_per_t", "freight", "USD/t", 0, 120_000), "cost_low", "cost_high"),
            Column("opens", "first day of a planned leg; empty: open", Kind.DAY, required=False),
            _word("both_ways", "whether it can be travelled back as well", YES_NO),
            *_TAIL,
        ),
        key=("leg",),
        ranges=(("days_low", "days", "days_high"), ("cost_low", "cost_usd_per_t", "cost_high")),
    ),
    Table(
        "crossings",
        (
            _CROSSING,
            _SIDE,
            _BORDER_DIRECTION,
            _quantity(CROSSING_FIGURES),
            *_from_to(),
            *_triple(_VALUE),
            _UNIT,
            *_CAUSE,
            *_TAIL,
        ),
        ranges=_VALUE_RANGE,
        quantities=CROSSING_FIGURES,
    ),
    Table(
        "calendars",
        (
            _CROSSING,
            _SIDE,
            _BORDER_DIRECTION,
            *_from_to(),
            Column("season_from", "first day of a season that returns every year", Kind.SEASON_DAY, required=False),
            Column("season_to", "last day of that season", Kind.SEASON_DAY, required=False),
            Column("weekdays", "days of the week on which the row holds", Kind.WEEKDAYS),
            _number("open_share", "part of the day that is open", "share", 0, 1),
            *_CAUSE,
            *_TAIL,
        ),
        may_be_empty=True,
    ),
    Table(
        "background",
        (
            _CROSSING,
            _BORDER_DIRECTION,
            Column("year", "year of the figure", Kind.INTEGER, "year", lowest=1900, highest=2199),
            *_triple(
                _number(
                    "tonnes_per_week", "load of other provinces, which passes first", "t/week", 0, LARGEST_T_PER_WEEK
                )
            ),
            _number("share_of_capacity", "largest part of the capacity that it takes", "share", 0, 1),
            *_TAIL,
        ),
        key=("crossing", "direction", "year"),
        ranges=(("low", "tonnes_per_week", "high"),),
        may_be_empty=True,
    ),
    Table(
        "commodities",
        (
            _id("commodity", "the group of goods"),
            Column("name", "its name for readers"),
            Column(
                "centre",
                "group of goods whose customs centre reviews it too; empty: a centre of its own",
                Kind.WORD,
                required=False,
                refers_to="commodities",
            ),
            *_TAIL,
        ),
        key=("commodity",),
    ),
    Table(
        "commodity_figures",
        (_COMMODITY, _quantity(COMMODITY_FIGURES), *_triple(_VALUE), _UNIT, *_TAIL),
        key=("commodity", "quantity"),
        ranges=_VALUE_RANGE,
        quantities=COMMODITY_FIGURES,
    ),
    Table(
        "seasons",
        (
            _COMMODITY,
            Column("month", "month of the year", Kind.INTEGER, "month", lowest=1, highest=12),
            _number("factor", "trade of the month over the mean of the year", "factor", 0, MONTHS),
            *_TAIL,
        ),
        key=("commodity", "month"),
        may_be_empty=True,
    ),
    Table(
        "markets",
        (
            _id("market", "the market"),
            Column("name", "its name for readers"),
            _word("place", "where goods for it arrive", refers_to="places"),
            Column("country", "its country", Kind.COUNTRY),
            Column(
                "blocs",
                "blocs to which it belongs, divided by blanks; traders know the markets of `border_trade`",
                required=False,
            ),
            _number("base_tariff", "ordinary tariff on goods of the region", "share of the value", 0, 1.5),
            _number(
                "inland_share",
                "part of what inland firms export, who bring these buyers when they register; empty: none",
                "share",
                0,
                1,
                required=False,
            ),
            *_TAIL,
        ),
        key=("market",),
    ),
    Table(
        "demand",
        (
            _word("market", "the market", refers_to="markets"),
            _COMMODITY,
            _word("direction", "export: bought from the region; import: sold to it", DIRECTIONS),
            *_triple(_number("value_musd", "trade of the base year", "million USD/year", 0, 1e6)),
            *_triple(_number("trend_per_year", "growth of demand", "share/year", -0.9, 1), "trend_low", "trend_high"),
            *_TAIL,
        ),
        key=("market", "commodity", "direction"),
        ranges=(("low", "value_musd", "high"), ("trend_low", "trend_per_year", "trend_high")),
    ),
    Table(
        "hubs",
        (
            _word(
                "hub", "market through which goods go; empty where none is needed", refers_to="markets", required=False
            ),
            _word("market", "market that the goods are bound for", refers_to="markets"),
            _word("kind", "how the goods are declared", KINDS[1:]),
            _word("commodity", "group of goods, or `*` for all", (EVERYTHING,), "commodities"),
            *_triple(
                _number("markup", "what the hub takes of the landed price", "share", 0, 5),
                "markup_low",
                "markup_high",
            ),
            *_triple(
                _number("base_share", "part of the market's demand that came this way in the base year", "share", 0, 1),
                "base_share_low",
                "base_share_high",
            ),
            *_triple(
                _number("lost_in_transit", "part that the hub's own books never see", "share", 0, 1),
                "lost_low",
                "lost_high",
            ),
            *_TAIL,
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
            _word("sender", "market whose customs inspect", refers_to="markets"),
            _word("declared_origin", "origin that the papers name", ORIGINS_IN_CHINA, "markets"),
            _COMMODITY,
            Column(
                "year",
                "year from which the numbers hold, until the next one named; empty: the years before",
                Kind.INTEGER,
                "year",
                required=False,
                lowest=1900,
                highest=2199,
            ),
            *_triple(
                _number(
                    "legitimate_consignments_per_week",
                    "consignments without sanctioned goods",
                    "consignments/week",
                    0,
                    1e8,
                )
            ),
            _number(
                "prior_hit",
                "what customs expect to refuse before they decided anything; empty: the parameter `prior_hit`",
                "share",
                0,
                1,
                required=False,
            ),
            *_TAIL,
        ),
        key=("sender", "declared_origin", "commodity", "year"),
        ranges=(("low", "legitimate_consignments_per_week", "high"),),
        may_be_empty=True,
    ),
    Table(
        "firms",
        (
            _word("place", "where they are", refers_to="places"),
            _word("ownership", "who owns them", OWNERSHIPS),
            _word("zone", "whether they are in the area of a zone; with no such firm a place is all of it", YES_NO),
            _word("kind", "whether they make what they sell, or trade what others make", FIRM_KINDS),
            Column("firms", "how many", Kind.INTEGER, "firms", lowest=0, highest=1e7),
            _number("trade_share", "their part of the region's trade", "share", 0, 1),
            _number("size_tail", "exponent of the Pareto distribution of their sizes", "1", 0.1, 100),
            Column("base_year", "year of the count", Kind.INTEGER, "year", lowest=1900, highest=2199),
            *_TAIL,
        ),
        key=("place", "ownership", "zone", "kind"),
    ),
    Table(
        "visits",
        (
            _word("place", "place whose shops they come to", refers_to="places"),
            *_from_to(),
            *_triple(_number("visitors_per_day", "who come on a day on which they can cross", "visitors/day", 0, 1e7)),
            *_TAIL,
        ),
        key=("place", "from_date"),
        ranges=(("low", "visitors_per_day", "high"),),
        may_be_empty=True,
        may_be_missing=True,
    ),
    Table(
        "observed",
        (
            _id("observation", "the published figure"),
            _id("quantity", "what it measures, and in which ledger"),
            _id("subject", "of whom or of what"),
            _word("commodity", "group of goods, or `*` for all", (EVERYTHING,), "commodities", required=False),
            _word("direction", "direction of trade", BORDER_DIRECTIONS, required=False),
            *_from_to(required=True),
            _number("value", "the figure as published", "see unit", -1e15, 1e15),
            Column("unit", "unit as published"),
            _number("error_share", "relative error to allow", "share", 0, 1, required=False),
            Column("derived", "yes: arithmetic on published figures", required=False),
            *_TAIL,
        ),
        key=("observation",),
        may_be_empty=True,
    ),
)
"""Every table of a world, those first that others refer to."""


def plain(number: float) -> str:
    """Write a bound: whole with all its figures, else with four."""
    if number != int(number):
        return f"{number:.4g}"
    return f"{int(number):,}" if abs(number) >= 10_000 else f"{int(number)}"


def quantities_of(table: str) -> tuple[Quantity, ...]:
    """Give what a table of figures may measure."""
    return next(each.quantities for each in TABLES if each.name == table)
