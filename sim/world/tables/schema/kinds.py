"""What a table, a column and a quantity are, and how columns that many tables have are declared."""

from dataclasses import dataclass, replace
from enum import Enum

from sim.state import DIRECTIONS

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
    FIRST_DAY = "first day"  # datetime.date, sim.dates.FIRST_DAY where empty
    LAST_DAY = "last day"  # datetime.date, sim.dates.LAST_DAY where empty
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
    words, refers_to, declared
        Words that a cell may hold, the table whose ids it may hold, and the key of world.yaml whose ids it may hold.
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
    declared: str = ""


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
        Columns that tell rows apart: no two rows are the same in all of them.
    found_by
        Columns by which a world that stands on another one finds a row of it, where there is no such key.
    ranges
        Columns that must be in order: low, value, high.
    may_be_empty
        Whether a header alone is a table.
    may_be_missing
        Whether a world may do without the file: it then has no row.
    may_grow
        Whether a world that stands on another one may add rows.
    quantities
        What the column `quantity` may hold.
    """

    name: str
    columns: tuple[Column, ...]
    key: Words = ()
    found_by: Words = ()
    ranges: tuple[tuple[str, str, str], ...] = ()
    may_be_empty: bool = False
    may_be_missing: bool = False
    may_grow: bool = False
    quantities: tuple[Quantity, ...] = ()

    @property
    def file(self) -> str:
        """Name of the table's file."""
        return f"{self.name}.csv"

    @property
    def told_apart(self) -> Words:
        """Columns by which a row is found."""
        return self.key or self.found_by


BORDER_DIRECTIONS = (*DIRECTIONS, "both")
CONFIDENCES = ("high", "medium", "low", "memory", "assumed")
EVERYTHING = "*"
YES_NO = ("yes", "no")
ASSUMED = "assumed"


def number(name: str, meaning: str, unit: str, lowest: float, highest: float, *, required: bool = True) -> Column:
    """Declare a column of numbers within bounds."""
    return Column(name, meaning, Kind.NUMBER, unit, required, lowest, highest)


def triple(value: Column, low: str = "low", high: str = "high") -> tuple[Column, ...]:
    """Declare a value, which must be there, and its low and high, which may be missing."""
    ends = (
        replace(value, name=end, meaning=f"{words} value of `{value.name}`", required=False)
        for end, words in ((low, "lowest"), (high, "highest"))
    )
    return (value, *ends)


def word(name: str, meaning: str, words: Words = (), refers_to: str = "", *, required: bool = True) -> Column:
    """Declare a column whose cells hold one of some words, or an id of another table."""
    return Column(name, meaning, Kind.WORD, required=required, words=words, refers_to=refers_to)


def quantity(quantities: tuple[Quantity, ...]) -> Column:
    """Declare the column that says what a row of figures measures."""
    return word("quantity", "what the row measures", tuple(each.name for each in quantities))


def identifier(name: str, meaning: str, *, required: bool = True) -> Column:
    """Declare a column of names that other tables may refer to."""
    return Column(name, meaning, Kind.IDENTIFIER, required=required)


def from_to(*, required: bool = False) -> tuple[Column, Column]:
    """Declare the first and the last day of a row."""
    return (
        Column("from_date", "first day on which the row holds", Kind.FIRST_DAY, required=required),
        Column("to_date", "last day on which the row holds", Kind.LAST_DAY, required=required),
    )


VALUE = number("value", "the figure", "see unit", 0, 1e12)
UNIT = Column("unit", "unit of the figure")
CAUSE = (
    identifier("cause", "cause without which the row does not hold; empty: it always holds", required=False),
    Column("announced", "day on which it became known; empty: its first day", Kind.DAY, required=False),
)
TAIL = (
    Column("source", "what the row rests on", Kind.WORDS, words=(ASSUMED,), refers_to="sources"),
    word("confidence", "how well it is known", CONFIDENCES),
    Column("note", "remark", required=False),
)
VALUE_RANGE = (("low", "value", "high"),)
BORDER_DIRECTION = word("direction", "direction of trade to which the row applies", BORDER_DIRECTIONS)
COMMODITY = word("commodity", "group of goods", refers_to="commodities")
