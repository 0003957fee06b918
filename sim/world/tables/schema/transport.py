"""Tables of places, of the legs between them, and of crossings: what they pass, when they are open, who else goes."""

from sim.constants import HOURS_PER_DAY
from sim.units import TONNES_PER_WEEK
from sim.world.graph import SIDES_OF_THE_BORDER
from sim.world.tables.schema.kinds import (
    BORDER_DIRECTION,
    CAUSE,
    TAIL,
    UNIT,
    VALUE,
    VALUE_RANGE,
    YES_NO,
    Column,
    Kind,
    Quantity,
    Table,
    from_to,
    identifier,
    number,
    quantity,
    triple,
    word,
)

PLACE_KINDS = ("origin", "inland_origin", "hub", "crossing", "seaport", "airport", "market", "transit")
MODES = ("road", "rail", "sea", "air", "ferry", "transfer")
SIDES_OF_A_GATE = ("near", "far")
CAPACITY = "capacity"

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

CROSSING = word("crossing", "the gate", refers_to="places")
SIDE = word("side", "side of the gate: near faces home, far faces away from it", (*SIDES_OF_A_GATE, "both"))

TRANSPORT = (
    Table(
        "places",
        (
            identifier("place", "the place"),
            Column("name", "its name for readers"),
            Column("country", "its country", Kind.COUNTRY),
            word("side", "whether it lies at home, where trade starts or ends, or abroad", SIDES_OF_THE_BORDER),
            Column("kinds", "what it is", Kind.WORDS, words=PLACE_KINDS),
            number("lat", "latitude, north above 0", "degrees", -90, 90),
            number("lon", "longitude, east above 0", "degrees", -180, 180),
            *TAIL,
        ),
        key=("place",),
    ),
    Table(
        "legs",
        (
            identifier("leg", "the leg"),
            word("from_place", "where it begins", refers_to="places"),
            word("to_place", "where it ends", refers_to="places"),
            word("mode", "means of transport", MODES),
            number("distance_km", "length", "km", 0, 250_000),
            *triple(number("days", "travel", "days", 0, 600), "days_low", "days_high"),
            *triple(number("cost_usd_per_t", "freight", "USD/t", 0, 120_000), "cost_low", "cost_high"),
            Column("opens", "first day of a planned leg; empty: open", Kind.DAY, required=False),
            word("both_ways", "whether it can be travelled back as well", YES_NO),
            *TAIL,
        ),
        key=("leg",),
        ranges=(("days_low", "days", "days_high"), ("cost_low", "cost_usd_per_t", "cost_high")),
    ),
    Table(
        "crossings",
        (
            CROSSING,
            SIDE,
            BORDER_DIRECTION,
            quantity(CROSSING_FIGURES),
            *from_to(),
            *triple(VALUE),
            UNIT,
            *CAUSE,
            *TAIL,
        ),
        found_by=("crossing", "side", "direction", "quantity", "from_date", "cause"),
        ranges=VALUE_RANGE,
        quantities=CROSSING_FIGURES,
    ),
    Table(
        "calendars",
        (
            CROSSING,
            SIDE,
            BORDER_DIRECTION,
            *from_to(),
            Column("season_from", "first day of a season that returns every year", Kind.SEASON_DAY, required=False),
            Column("season_to", "last day of that season", Kind.SEASON_DAY, required=False),
            Column("weekdays", "days of the week on which the row holds", Kind.WEEKDAYS),
            number("open_share", "part of the day that is open", "share", 0, 1),
            *CAUSE,
            *TAIL,
        ),
        found_by=("crossing", "side", "direction", "from_date", "season_from", "cause"),
        may_be_empty=True,
    ),
    Table(
        "background",
        (
            CROSSING,
            BORDER_DIRECTION,
            Column("year", "year of the figure", Kind.INTEGER, "year", lowest=1900, highest=2199),
            *triple(
                number(
                    "tonnes_per_week",
                    "load of goods outside the model, which passes first",
                    "t/week",
                    0,
                    LARGEST_T_PER_WEEK,
                )
            ),
            number("share_of_capacity", "largest part of the capacity that it takes", "share", 0, 1),
            *TAIL,
        ),
        key=("crossing", "direction", "year"),
        ranges=(("low", "tonnes_per_week", "high"),),
        may_be_empty=True,
    ),
)
