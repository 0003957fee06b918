"""What a world folder holds: every table, its columns, their types, ranges and references.

The schema is data: `sim.world.tables.read` reads by it and `sim.world.tables.faults` judges by it, so that a
rule is written once. What a column means stands in the README.md of a world folder.
"""

from dataclasses import dataclass
from enum import Enum

from sim.state import DIRECTIONS, KINDS, OWNERSHIPS
from sim.units import TONNES_PER_WEEK

Words = tuple[str, ...]


class Kind(Enum):
    """Type of a column's cells; the comment is the type in the DataFrame."""

    TEXT = "text"  # str
    IDENTIFIER = "identifier"  # str
    COUNTRY = "country"  # str, ISO 3166 code of two letters
    WORD = "word"  # str, one of allowed words or ids of another table
    WORDS = "words"  # str, blank-separated
    NUMBER = "number"  # float64, NaN where empty
    INTEGER = "integer"  # Int64, NA where empty
    FIRST_DAY = "first_day"  # datetime.date, sim.units.FIRST_DAY where empty
    LAST_DAY = "last_day"  # datetime.date, sim.units.LAST_DAY where empty
    DAY = "day"  # datetime.date, None where empty
    SEASON_DAY = "season_day"  # str MM-DD
    WEEKDAYS = "weekdays"  # str, see sim.world.network.calendars


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    name: str
    kind: Kind = Kind.TEXT
    required: bool = True
    lowest: float | None = None
    highest: float | None = None
    positive: bool = False
    words: Words = ()
    refers_to: str = ""


@dataclass(frozen=True)
class Table:
    """One table: file name without its ending, columns, columns that tell rows apart, and ordered columns."""

    name: str
    columns: tuple[Column, ...]
    key: Words = ()
    ranges: tuple[tuple[str, str, str], ...] = ()
    may_be_empty: bool = False

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

CAPACITY = "capacity"
CROSSING_UNITS = {
    CAPACITY: tuple(TONNES_PER_WEEK),
    "hours": ("h/day",),
    "nominal_hours": ("h/day",),
    "border_hours": ("h",),
    "handling_cost": ("usd/t",),
    "handling_days": ("days",),
    "base_fee": ("usd/t",),
}
"""Quantities of crossings.csv and the units of each."""

CROSSING_RANGES = {"hours": (0.0, 24.0), "nominal_hours": (1.0, 24.0)}
"""Lowest and highest value where a quantity of crossings.csv has a bound above that of its column."""

COMMODITY_RANGES = {
    "value_usd_per_t": (1.0, 1e7),
    "time_value_per_day": (0.0, 1.0),
    "spoilage_per_day": (0.0, 1.0),
    "consignment_value_usd": (1.0, 1e9),
    "elasticity": (0.05, 100.0),
    "made_here_share": (0.0, 1.0),
    "content_share": (0.001, 1.0),
}
"""Quantities of commodity_figures.csv, each needed once a commodity, with lowest and highest value."""


def _number(name: str, lowest: float | None = 0.0, highest: float | None = None, *, required: bool = True) -> Column:
    return Column(name, Kind.NUMBER, required, lowest, highest)


def _triple(
    name: str, low: str = "low", high: str = "high", lowest: float | None = 0.0, highest: float | None = None
) -> tuple[Column, ...]:
    """Value, which must be there, and its low and high, which may be missing."""
    ends = (_number(end, lowest, highest, required=False) for end in (low, high))
    return (_number(name, lowest, highest), *ends)


def _word(name: str, words: Words = (), refers_to: str = "", *, required: bool = True) -> Column:
    return Column(name, Kind.WORD, required, words=words, refers_to=refers_to)


def _from_to(*, required: bool = False) -> tuple[Column, Column]:
    return Column("from_date", Kind.FIRST_DAY, required), Column("to_date", Kind.LAST_DAY, required)


_ID = Kind.IDENTIFIER
_CAUSE = (Column("cause", _ID, required=False), Column("announced", Kind.DAY, required=False))
_TAIL = (
    Column("source", Kind.WORDS, words=(ASSUMED,), refers_to="sources"),
    _word("confidence", CONFIDENCES),
    Column("note", required=False),
)
_VALUE_RANGE = (("low", "value", "high"),)

TABLES: tuple[Table, ...] = (
    Table(
        "sources",
        (
            Column("source", _ID),
            Column("title"),
            Column("publisher", required=False),
            Column("date", required=False),
            Column("url", required=False),
            Column("note", required=False),
        ),
        key=("source",),
    ),
    Table(
        "places",
        (
            Column("place", _ID),
            Column("name"),
            Column("country", Kind.COUNTRY),
            Column("kinds", Kind.WORDS, words=PLACE_KINDS),
            _number("lat", -90, 90),
            _number("lon", -180, 180),
            *_TAIL,
        ),
        key=("place",),
    ),
    Table(
        "legs",
        (
            Column("leg", _ID),
            _word("from_place", refers_to="places"),
            _word("to_place", refers_to="places"),
            _word("mode", MODES),
            _number("distance_km"),
            *_triple("days", "days_low", "days_high"),
            *_triple("cost_usd_per_t", "cost_low", "cost_high"),
            Column("opens", Kind.DAY, required=False),
            _word("both_ways", YES_NO),
            *_TAIL,
        ),
        key=("leg",),
        ranges=(("days_low", "days", "days_high"), ("cost_low", "cost_usd_per_t", "cost_high")),
    ),
    Table(
        "crossings",
        (
            _word("crossing", refers_to="places"),
            _word("side", SIDES),
            _word("direction", BORDER_DIRECTIONS),
            _word("quantity", tuple(CROSSING_UNITS)),
            *_from_to(),
            *_triple("value"),
            Column("unit"),
            *_CAUSE,
            *_TAIL,
        ),
        ranges=_VALUE_RANGE,
    ),
    Table(
        "calendars",
        (
            _word("crossing", refers_to="places"),
            _word("side", SIDES),
            _word("direction", BORDER_DIRECTIONS),
            *_from_to(),
            Column("season_from", Kind.SEASON_DAY, required=False),
            Column("season_to", Kind.SEASON_DAY, required=False),
            Column("weekdays", Kind.WEEKDAYS),
            _number("open_share", 0, 1),
            *_CAUSE,
            *_TAIL,
        ),
        may_be_empty=True,
    ),
    Table(
        "background",
        (
            _word("crossing", refers_to="places"),
            _word("direction", BORDER_DIRECTIONS),
            Column("year", Kind.INTEGER, lowest=1900, highest=2199),
            *_triple("tonnes_per_week"),
            _number("share_of_capacity", 0, 1),
            *_TAIL,
        ),
        key=("crossing", "direction", "year"),
        ranges=(("low", "tonnes_per_week", "high"),),
        may_be_empty=True,
    ),
    Table(
        "commodities",
        (Column("commodity", _ID), Column("name"), _word("priority_sector", YES_NO), *_TAIL),
        key=("commodity",),
    ),
    Table(
        "commodity_figures",
        (
            _word("commodity", refers_to="commodities"),
            _word("quantity", tuple(COMMODITY_RANGES)),
            *_triple("value"),
            Column("unit"),
            *_TAIL,
        ),
        key=("commodity", "quantity"),
        ranges=_VALUE_RANGE,
    ),
    Table(
        "seasons",
        (
            _word("commodity", refers_to="commodities"),
            Column("month", Kind.INTEGER, lowest=1, highest=12),
            _number("factor"),
            *_TAIL,
        ),
        key=("commodity", "month"),
        may_be_empty=True,
    ),
    Table(
        "markets",
        (
            Column("market", _ID),
            Column("name"),
            _word("place", refers_to="places"),
            Column("country", Kind.COUNTRY),
            Column("blocs", Kind.TEXT, required=False),
            _number("base_tariff"),
            *_TAIL,
        ),
        key=("market",),
    ),
    Table(
        "demand",
        (
            _word("market", refers_to="markets"),
            _word("commodity", refers_to="commodities"),
            _word("direction", DIRECTIONS),
            *_triple("value_musd"),
            *_triple("trend_per_year", "trend_low", "trend_high", lowest=-1, highest=3),
            *_TAIL,
        ),
        key=("market", "commodity", "direction"),
        ranges=(("low", "value_musd", "high"), ("trend_low", "trend_per_year", "trend_high")),
    ),
    Table(
        "hubs",
        (
            _word("hub", refers_to="markets", required=False),
            _word("market", refers_to="markets"),
            _word("kind", KINDS[1:]),
            _word("commodity", (EVERYTHING,), "commodities"),
            *_triple("markup", "markup_low", "markup_high", highest=5),
            *_triple("base_share", "base_share_low", "base_share_high", highest=1),
            *_triple("lost_in_transit", "lost_low", "lost_high", highest=1),
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
            _word("sender", refers_to="markets"),
            _word("declared_origin", ("region", "other_china"), "markets"),
            _word("commodity", refers_to="commodities"),
            *_triple("legitimate_consignments_per_week"),
            *_TAIL,
        ),
        key=("sender", "declared_origin", "commodity"),
        ranges=(("low", "legitimate_consignments_per_week", "high"),),
        may_be_empty=True,
    ),
    Table(
        "firms",
        (
            _word("place", refers_to="places"),
            _word("ownership", OWNERSHIPS),
            _word("zone", YES_NO),
            Column("firms", Kind.INTEGER, lowest=0),
            _number("trade_share", 0, 1),
            Column("size_tail", Kind.NUMBER, positive=True),
            Column("base_year", Kind.INTEGER, lowest=1900, highest=2199),
            *_TAIL,
        ),
        key=("place", "ownership", "zone"),
    ),
    Table(
        "observed",
        (
            Column("observation", _ID),
            Column("quantity", _ID),
            Column("subject", _ID),
            _word("commodity", (EVERYTHING,), "commodities", required=False),
            _word("direction", BORDER_DIRECTIONS, required=False),
            *_from_to(required=True),
            _number("value", lowest=None),
            Column("unit"),
            _number("error_share", required=False),
            Column("derived", Kind.TEXT, required=False),
            *_TAIL,
        ),
        key=("observation",),
        may_be_empty=True,
    ),
)
"""Every table of a world, those first that others refer to."""
