"""How an array is declared, and what its axes count.

A field of `World`, `Policy` and `State` carries a `Held`. Its axes are named as in the docstrings of the kernels: a
letter or a word of `AXES`, with `+1` where one more element stands at the end, or a plain number. A name that is not in
`AXES` stands for a length that the world does not set, such as that of a list; within one tuple it is the same
everywhere.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from sim.constants import DAYS_PER_WEEK
from sim.state.codes import ACCOUNTS, ACCOUNTS_AT, FIRM_CLASSES, OWNERSHIPS
from sim.state.measures import CHANNEL_COLUMNS, CLASS_COLUMNS, INSPECTION_COLUMNS, ROLES, WEIGHED

BLOCK = 512
"""Firms that are worked through at a time."""

PARTS = 32
"""Partial sums kept side by side where one sum, a chain of additions, would keep a loop from being vectorised."""

TALLIES = 4
"""Counts kept side by side for the same reason."""

ROWS_OF_A_HUB_POOL = 12
"""Rows for intermediaries of a hub pool; when all are taken nobody enters."""

YEARS_OF_PLANS = 5
"""Plans of a port that may be open at a time."""


class Held(NamedTuple):
    """How an array is held.

    Attributes
    ----------
    dtype
        Type of an element.
    axes
        Names, parted by commas.
    unit
        Of an element.
    meaning
        In words.
    start
        What every element is when a run begins, a number for each row, or the name of the axis that is as long; 0
        unless said otherwise.
    finite
        Process that is named when an element is no longer finite; empty where that is not looked at.
    within
        Of whole numbers: the least, and what each is below: a number, or the axis whose places it names. Flags are
        within 0 and 2 unless said otherwise.
    """

    dtype: type
    axes: str
    unit: str
    meaning: str
    start: float | tuple[float, ...] | str = 0
    finite: str = ""
    within: tuple[int, int | str] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the axes.

        Examples
        --------
        >>> Held(float, "Q, K+1", "", "").names
        ('Q', 'K+1')
        """
        return tuple(name.strip() for name in self.axes.split(","))


class Axis(NamedTuple):
    """What an axis counts, and how a world says how long it is."""

    plain: str
    size: Callable[[NamedTuple], int]


def ring(whole_weeks: np.ndarray) -> int:
    """Count the rows of a delay line that holds these waits: no more, since goods under way fill the cache."""
    return int(whole_weeks.max(initial=0)) + 2


def slots(world: NamedTuple) -> int:
    """Count the slots that hold the routes of the channel with the most routes."""
    return int(world.passages.place.max(initial=0)) // max(world.channels.market.size, 1) + 1


AXES = {
    "T": Axis("weeks, of the spin-up and of the run", lambda world: world.sizes.weeks),
    "C": Axis("commodities", lambda world: world.sizes.commodities),
    "G": Axis("gates: a crossing in one direction", lambda world: world.gates.border_days.size),
    "A": Axis("approaches: a gate after a travel time", lambda world: world.gates.approach_gate.size),
    "R": Axis("routes", lambda world: world.routes.channel.size),
    "S": Axis("stops: a route's passage of a gate", lambda world: world.routes.stop_gate.size),
    "R+S": Axis("routes and stops", lambda world: world.routes.channel.size + world.routes.stop_gate.size),
    "L": Axis("sections: stops alike, see `Passages`", lambda world: world.passages.section_gate.size),
    "Y": Axis("landings: stops before a market alike, see `Passages`", lambda world: world.passages.landing_gate.size),
    "K": Axis("channels", lambda world: world.channels.market.size),
    "Z": Axis("slot places: slots of routes times K", lambda world: slots(world) * world.channels.market.size),
    "W": Axis("watched channels: those into a sender's market", lambda world: world.channels.watched_channel.size),
    "N": Axis("price cells: market x commodity; imports by commodity", lambda world: world.cells.commodity.size),
    "M": Axis("markets", lambda world: world.sizes.markets),
    "O": Axis("places of firms", lambda world: world.sizes.places),
    "D": Axis("customs authorities of senders", lambda world: world.authorities.market.size),
    "H": Axis("inspection classes", lambda world: world.authorities.class_commodity.size),
    "E": Axis("hub pools", lambda world: world.hub_pools.hub.size),
    "I": Axis("rows for intermediaries", lambda world: ROWS_OF_A_HUB_POOL * world.hub_pools.hub.size),
    "P": Axis("firms at the start", lambda world: world.population.place.size),
    "F": Axis("rows for firms", lambda world: world.sizes.rows),
    "Q": Axis("slots of a firm", lambda world: world.sizes.slots),
    "B": Axis("classes of firms, see `sim.kernels.rules.firm_class`", lambda _: FIRM_CLASSES),
    "groups": Axis("origin x commodity x direction", lambda world: world.channels.group_start.size - 1),
    "unlisted classes": Axis("classes of firms that nobody lists", lambda _: FIRM_CLASSES // 2),
    "ring": Axis("weeks until a case is decided", lambda world: world.sizes.ring_weeks),
    "gate ring": Axis("weeks of travel to a gate", lambda world: ring(world.routes.stop_whole_weeks)),
    "market ring": Axis("weeks of travel to a market", lambda world: ring(world.routes.last_whole_weeks)),
    "stop ring": Axis("stops times weeks", lambda world: int((world.routes.stop_whole_weeks + 1).sum())),
    "horizon": Axis(
        "weeks ahead of which waits are published",
        lambda world: int(world.gates.approach_days.max(initial=0)) // DAYS_PER_WEEK + 2,
    ),
    "plans": Axis("years of a port's plans", lambda _: YEARS_OF_PLANS),
    "accounts by market": Axis("those of them that are kept by market", lambda _: len(ACCOUNTS_AT)),
    "accounts": Axis("accounts of who gains and who pays", lambda _: len(ACCOUNTS)),
    "block": Axis("firms of a block", lambda _: BLOCK),
    "parts": Axis("partial sums", lambda _: PARTS),
    "tallies": Axis("partial counts", lambda _: TALLIES),
    "owners": Axis("ownerships", lambda _: len(OWNERSHIPS)),
    "owned places": Axis("places x ownerships", lambda world: world.sizes.places * len(OWNERSHIPS)),
    "account": Axis("channels and nowhere, twice", lambda world: 2 * (world.channels.market.size + 1)),
    "channel columns": Axis("what measures do on a channel", lambda _: len(CHANNEL_COLUMNS)),
    "class columns": Axis("what measures do on a channel by class of firms", lambda _: len(CLASS_COLUMNS)),
    "inspection columns": Axis("what measures do on an inspection class", lambda _: len(INSPECTION_COLUMNS)),
    "stated years": Axis(
        "years with numbers of honest consignments of their own", lambda world: world.authorities.legitimate.shape[0]
    ),
    "weighed columns": Axis(
        "columns of measures that firms weigh, those by class for each class",
        lambda _: len(CHANNEL_COLUMNS) + WEIGHED * FIRM_CLASSES,
    ),
    "roles": Axis("roles of a measure", lambda _: len(ROLES)),
}
"""Every axis whose length a world sets. `J` are measures; other names stand for lengths of lists."""


def sizes_of(world: NamedTuple) -> dict[str, int]:
    """Give the length of every axis."""
    return {name: axis.size(world) for name, axis in AXES.items()}
