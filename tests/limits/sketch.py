"""A small world in words: lanes with their routes, goods, firms, and who inspects."""

from dataclasses import dataclass, field
from typing import NamedTuple

from sim.constants import USD_PER_MUSD
from sim.state import DIRECT, EXPORT, LOGIT, MAKER, NAMED, WAIT_QUEUE


class Way(NamedTuple):
    """A route: its gates with the days of travel to each, the days after the last, and what it costs."""

    gates: tuple[int, ...] = (0,)
    days: tuple[float, ...] = (0.0,)
    last_days: float = 0.0
    cost_usd_per_t: float = 0.0
    path_size: float = 1.0


class Lane(NamedTuple):
    """A channel with its routes and its flow at base; `base_value` is its base utility, by default log flow."""

    ways: tuple[Way, ...] = (Way(),)
    market: int = 0
    flow_musd: float = 1.0
    base_value: float | None = None
    origin: int = 0
    commodity: int = 0
    direction: int = EXPORT
    kind: int = DIRECT
    hub: int = -1
    tariff: float = 0.0
    markup: float = 0.0
    lost: float = 0.0


class Good(NamedTuple):
    """A commodity; a musd weighs `USD_PER_MUSD / value_usd_per_t` tonnes."""

    value_usd_per_t: float = 1000.0
    time_value_per_day: float = 0.01
    spoilage_per_week: float = 0.0
    consignment_musd: float = 0.05
    content_share: float = 0.25
    elasticity: float = 3.0


class Firm(NamedTuple):
    """A firm of a group (origin, commodity, direction), with its part of the group's flow."""

    origin: int = 0
    commodity: int = 0
    direction: int = EXPORT
    weight: float = 1.0
    made_rank: float = 0.5
    comply_rank: float = 1.0
    ownership: int = 0
    kind: int = MAKER
    in_area: int = 1
    goods_rank: float = 1.0


@dataclass(frozen=True)
class Sketch:
    """A world in words.

    Lanes of a group (origin, commodity, direction) stand together, and every firm of the group knows all of them.
    Without `firms` each group has one. A sender inspects a class for every commodity and declared origin: the region,
    then each market as a hub.
    """

    lanes: tuple[Lane, ...]
    goods: tuple[Good, ...] = (Good(),)
    border_days: tuple[float, ...] = (0.0,)
    weeks: int = 100
    firms: tuple[Firm, ...] = ()
    demand_musd: dict[int, float] = field(default_factory=dict)
    senders: tuple[int, ...] = ()
    legitimate: float = 100.0
    priority: int = NAMED
    wait_rule: int = WAIT_QUEUE
    choice_rule: int = LOGIT
    rows_factor: int = 1
    spin_up_weeks: int = 0
    visitors_per_day: float = 0.0

    @property
    def markets(self) -> int:
        """Number of markets, hubs among them."""
        return 1 + max(max(lane.market, lane.hub) for lane in self.lanes)


def tonnes_of(value_musd: float, good: Good) -> float:
    """Tonnes of goods worth so much."""
    return value_musd * USD_PER_MUSD / good.value_usd_per_t
