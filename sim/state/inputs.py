"""What no run changes: the world, and a regime compiled against it.

Each array is declared once: its dtype, its axes (`sim.state.axes`), its unit and its meaning.
"""

from typing import Annotated, NamedTuple

from numpy import float32 as f4
from numpy import float64 as f8
from numpy import int32 as i4
from numpy import int64 as i8
from numpy import ndarray
from numpy import uint8 as u1
from numpy import uint32 as u4

from sim.state.axes import Held


class Clock(NamedTuple):
    """Weeks of a run and how they fall into months and years."""

    month: Annotated[ndarray, Held(i4, "T, 2", "index", "the one or two months a week touches; -1 outside the run")]
    flow_weight: Annotated[ndarray, Held(f8, "T, 2", "share", "share of the week's days in that month")]
    mean_weight: Annotated[
        ndarray, Held(f8, "T, 2", "share", "those days over the days of the month that are observed")
    ]
    years: Annotated[ndarray, Held(f8, "T", "years", "years since the middle of the base year, never below 0")]
    season: Annotated[ndarray, Held(f4, "T, C", "factor", "mean 1 over a year")]
    spin_up_weeks: Annotated[ndarray, Held(i8, "1", "weeks", "weeks before the first observed one")]


class Goods(NamedTuple):
    """Commodities, all [C]."""

    tonnes_per_musd: Annotated[ndarray, Held(f8, "C", "t/musd", "mass of a dollar of base value")]
    time_value_per_day: Annotated[ndarray, Held(f4, "C", "share/day", "of the value")]
    spoilage_per_week: Annotated[ndarray, Held(f8, "C", "share/week", "share of what waits")]
    consignment_musd: Annotated[ndarray, Held(f4, "C", "musd", "value of a consignment")]
    content_share: Annotated[ndarray, Held(f4, "C", "share", "sanctioned content in an embodied good")]
    made_here_share: Annotated[ndarray, Held(f4, "2, C", "share", "of what makers and traders export: `FIRM_KINDS`")]
    centre: Annotated[ndarray, Held(i4, "C", "index", "commodity whose customs centre reviews it too")]


class Gates(NamedTuple):
    """Crossings in one direction, [G], and the approaches to them, [A]."""

    border_days: Annotated[ndarray, Held(f8, "G", "days", "free-flow time at the border")]
    base_fee_usd_per_t: Annotated[ndarray, Held(f8, "G", "USD/t", "fee of a passage")]
    border: Annotated[ndarray, Held(u1, "G", "flag", "at the border of home, where the book of trade is kept")]
    approach_gate: Annotated[
        ndarray,
        Held(i4, "A", "index", "the gate that an approach leads to; -1: the last approach, which stands for none"),
    ]
    approach_days: Annotated[ndarray, Held(f8, "A", "days", "travel from dispatch to the gate")]


class Shoppers(NamedTuple):
    """Visitors who come to shop, by place [O]."""

    gate: Annotated[
        ndarray, Held(i4, "O", "index", "gate by which a place's visitors come: the nearest with a road out")
    ]
    per_day: Annotated[ndarray, Held(f8, "O, T", "visitors/day", "who come on a day on which they can cross")]


class Routes(NamedTuple):
    """Routes [R] of the channels, and their stops [S], in the order of travel."""

    static_usd_per_t: Annotated[ndarray, Held(f4, "R", "USD/t", "transport and handling")]
    static_days: Annotated[ndarray, Held(f4, "R", "days", "travel and handling")]
    gate_usd_per_t: Annotated[ndarray, Held(f4, "R", "USD/t", "base fees of its gates")]
    gate_days: Annotated[ndarray, Held(f4, "R", "days", "free-flow border time of its gates")]
    path_size: Annotated[ndarray, Held(f4, "R", "factor", "path-size factor: below 1 where routes share costs")]
    opens_week: Annotated[ndarray, Held(i4, "R", "weeks", "shut before this week (planned legs)")]
    stop_start: Annotated[ndarray, Held(i4, "R+1", "index", "first stop of each route")]
    stop_gate: Annotated[ndarray, Held(i4, "S", "index", "gate of a stop")]
    stop_channel: Annotated[ndarray, Held(i4, "S", "index", "channel of a stop")]
    stop_next: Annotated[ndarray, Held(i4, "S", "index", "the stop after this one, or -1: the market")]
    stop_whole_weeks: Annotated[ndarray, Held(i4, "S", "weeks", "travel to this stop, whole weeks")]
    stop_part_week: Annotated[ndarray, Held(f8, "S", "weeks", "and the share of mass that takes a week more")]
    last_whole_weeks: Annotated[ndarray, Held(i4, "R", "weeks", "from the last gate to the market")]
    last_part_week: Annotated[ndarray, Held(f8, "R", "weeks", "share of mass that takes a week more")]
    stop_route: Annotated[ndarray, Held(i4, "S", "index", "route of a stop")]
    stop_tonnes: Annotated[ndarray, Held(f8, "S", "t/musd", "mass of the goods on it")]
    approach: Annotated[
        ndarray, Held(i4, "3, R", "index", "approaches of the route's gates; the last approach stands for none")
    ]
    channel: Annotated[ndarray, Held(i4, "R", "index", "channel of a route")]


class Passages(NamedTuple):
    """Routes and stops once more, in the order in which a week works through them, and what it needs of them.

    The routes of a channel stand one in each slot, the slots one after the other: `place` is slot times K plus channel.
    So whole slots are worked through without a list. Places without a route weigh nothing.

    The stops, [S], are sorted by gate; at a gate those before a market precede those before another gate; then first
    stops of a route precede later ones, short ways long ones. A run of stops alike in all of this is a section, [L]. In
    a section those near their markets precede those far from them: a run of stops before a market that are alike in
    this, too, is a landing, [Y].
    """

    place: Annotated[ndarray, Held(u4, "R", "index", "slot of the route times K plus its channel")]
    gate: Annotated[ndarray, Held(i4, "S", "index", "gate of a stop")]
    channel: Annotated[ndarray, Held(u4, "S", "index", "channel of a stop")]
    route: Annotated[ndarray, Held(i4, "S", "index", "its route")]
    route_place: Annotated[ndarray, Held(u4, "S", "index", "slot place of its route")]
    of_stop: Annotated[ndarray, Held(i4, "S", "index", "place here of each stop of `Routes`")]
    soonest_weeks: Annotated[ndarray, Held(i4, "S", "weeks", "from dispatch, when nothing waits: what sets out first")]
    latest_weeks: Annotated[ndarray, Held(i4, "S", "weeks", "the same of what sets out last in a week")]
    source: Annotated[
        ndarray, Held(u4, "S", "index", "where its goods come from: the route's slot place, or the stop before")
    ]
    section: Annotated[ndarray, Held(i4, "S", "index", "section of a stop")]
    part_week: Annotated[
        ndarray, Held(f8, "S", "weeks", "share of mass that takes a week more than the section's whole weeks")
    ]
    tonnes: Annotated[ndarray, Held(f8, "S", "t/musd", "mass of its goods")]
    next_stop: Annotated[ndarray, Held(i4, "S", "index", "place of the route's next stop, -1: the market")]
    last_weeks: Annotated[ndarray, Held(u4, "S", "weeks", "before a market: whole weeks to it")]
    last_part_week: Annotated[ndarray, Held(f8, "S", "weeks", "share of mass that takes a week more to the market")]
    gate_start: Annotated[ndarray, Held(i4, "G+1", "index", "first stop of each gate")]
    gate_onward: Annotated[ndarray, Held(i4, "G", "index", "the first of the gate's stops that another gate follows")]
    section_start: Annotated[ndarray, Held(i4, "L+1", "index", "first stop of each section")]
    section_gate: Annotated[ndarray, Held(i4, "L", "index", "its gate")]
    section_weeks: Annotated[ndarray, Held(i4, "L", "weeks", "whole weeks of travel to it")]
    section_later: Annotated[ndarray, Held(i4, "L", "flag", "not the first stops of their routes")]
    section_line: Annotated[ndarray, Held(i8, "L", "index", "where its rows of goods on the way begin")]
    landing_start: Annotated[ndarray, Held(u4, "Y", "index", "first stop of a landing")]
    landing_end: Annotated[ndarray, Held(u4, "Y", "index", "and the one after its last")]
    landing_gate: Annotated[ndarray, Held(i4, "Y", "index", "its gate")]
    landing_weeks: Annotated[ndarray, Held(i4, "Y", "weeks", "whole weeks to the market")]
    approach_start: Annotated[
        ndarray,
        Held(i4, "A", "index", "where each approach, but the one that stands for none, begins in `approach_route`"),
    ]
    approach_route: Annotated[ndarray, Held(u4, "S", "index", "routes by approach")]
    planned_route: Annotated[ndarray, Held(u4, "planned", "index", "routes over planned legs")]


class Channels(NamedTuple):
    """A lane (origin, commodity, direction, market, hub) and a kind, [K]."""

    route_start: Annotated[ndarray, Held(i4, "K+1", "index", "first route of each channel")]
    origin: Annotated[ndarray, Held(i4, "K", "index", "place of the firms")]
    commodity: Annotated[ndarray, Held(i4, "K", "index", "commodity")]
    direction: Annotated[ndarray, Held(i4, "K", "code", "export or import")]
    market: Annotated[ndarray, Held(i4, "K", "index", "true destination, or source of an import")]
    declared: Annotated[
        ndarray, Held(i4, "K", "index", "the market that the papers name (a hub, or the market itself)")
    ]
    hub: Annotated[ndarray, Held(i4, "K", "index", "market index of the hub, -1 none")]
    kind: Annotated[ndarray, Held(i4, "K", "code", "how the goods are declared: one of `KINDS`")]
    cell: Annotated[ndarray, Held(i4, "K", "index", "price cell")]
    inspection_class: Annotated[ndarray, Held(i4, "K", "index", "-1 where nobody inspects")]
    authority: Annotated[ndarray, Held(i4, "K", "index", "the customs authority of the market, -1 none")]
    watched: Annotated[
        ndarray, Held(i4, "K", "index", "row in the watched list (channels into a sender's market), -1 else")
    ]
    group: Annotated[ndarray, Held(i4, "K", "index", "origin x commodity x direction, firms that can use it")]
    base_flow: Annotated[ndarray, Held(f8, "K", "musd/week", "flow of the base year")]
    base_value: Annotated[ndarray, Held(f4, "K", "utility", "systematic utility at base (contraction)")]
    base_tariff: Annotated[ndarray, Held(f4, "K", "share", "ad valorem, in the base year")]
    markup: Annotated[ndarray, Held(f4, "K", "share", "the hub's share of the landed price")]
    lost_in_transit: Annotated[ndarray, Held(f4, "K", "share", "share the hub's own book never sees")]
    group_start: Annotated[ndarray, Held(i4, "groups+1", "index", "channels are sorted by group")]
    inland_pull: Annotated[
        ndarray,
        Held(f8, "K", "share", "what inland firms sell by the channel, of their exports; running sum within the group"),
    ]
    watched_channel: Annotated[ndarray, Held(i4, "W", "index", "channel of each row of the watched list")]


class Cells(NamedTuple):
    """Where prices form, [N]; and the markets' names are the world's business."""

    market: Annotated[ndarray, Held(i4, "N", "index", "-1 for the region's import cells")]
    commodity: Annotated[ndarray, Held(i4, "N", "index", "commodity")]
    base_demand: Annotated[ndarray, Held(f8, "N", "musd/week", "demand of the base year")]
    trend: Annotated[ndarray, Held(f8, "N", "log/year", "growth of demand")]
    elasticity: Annotated[ndarray, Held(f4, "N", "ratio", "price elasticity of demand; of one origin: of substitution")]
    nest: Annotated[
        ndarray, Held(i4, "N", "index", "of a cell of one origin: one more than the cell of all origins; else 0")
    ]


class Authorities(NamedTuple):
    """Customs of the senders: their inspection classes [H]; authorities [D] own a run of classes each."""

    class_start: Annotated[ndarray, Held(i4, "D+1", "index", "first inspection class of each authority")]
    market: Annotated[ndarray, Held(i4, "D", "index", "market of each authority")]
    budget_share: Annotated[ndarray, Held(f4, "D", "share", "of the parameter `inspection_budget_per_week`")]
    class_declared: Annotated[ndarray, Held(i4, "H", "index", "index of the declared origin")]
    class_commodity: Annotated[ndarray, Held(i4, "H", "index", "commodity of a class")]
    class_priority: Annotated[
        ndarray,
        Held(u1, "H", "code", "NOT_NAMED, NAMED as a priority sector throughout, PRESUMED (region's address)"),
    ]
    class_prior: Annotated[
        ndarray,
        Held(f4, "H", "share", "what customs expect to refuse before they decided anything; below 0: the parameter"),
    ]
    legitimate: Annotated[ndarray, Held(f8, "stated years, H", "consignments/week", "honest consignments")]
    legitimate_year: Annotated[ndarray, Held(i4, "T", "index", "row of `legitimate` that holds in a week")]


class HubPools(NamedTuple):
    """Where intermediaries of one hub serve one commodity by one kind of channel, [E]."""

    hub: Annotated[ndarray, Held(i4, "E", "index", "market index")]
    commodity: Annotated[ndarray, Held(i4, "E", "index", "commodity")]
    kind: Annotated[ndarray, Held(i4, "E", "code", "kind of channel")]
    base_flow: Annotated[ndarray, Held(f8, "E", "musd/week", "flow of the base year, above 0")]
    channel: Annotated[ndarray, Held(i4, "hub channels", "index", "the channels that go over a pool")]
    of_channel: Annotated[ndarray, Held(i4, "K", "index", "pool of each channel; E where it has none")]
    class_hub: Annotated[
        ndarray, Held(i4, "H", "index", "market that an inspection class declares as origin; -1 for home")
    ]


class Population(NamedTuple):
    """Firms at the start, [P] or [Q, P]; equal in every run."""

    place: Annotated[ndarray, Held(i4, "P", "index", "place of the firm")]
    commodity: Annotated[ndarray, Held(i4, "P", "index", "commodity")]
    direction: Annotated[ndarray, Held(i4, "P", "code", "export or import")]
    ownership: Annotated[ndarray, Held(i4, "P", "code", "one of `OWNERSHIPS`")]
    kind: Annotated[ndarray, Held(i4, "P", "code", "one of `FIRM_KINDS`")]
    group: Annotated[ndarray, Held(i4, "P", "index", "origin x commodity x direction")]
    in_area: Annotated[ndarray, Held(i4, "P", "flag", "in the area of a zone, where its place has one")]
    made_rank: Annotated[
        ndarray, Held(f4, "P", "rank in 0 to 1", "made in the region where it lies below the commodity's share")
    ]
    comply_rank: Annotated[
        ndarray, Held(f4, "P", "rank in 0 to 1", "complies where it lies below the share of firms that do")
    ]
    goods_rank: Annotated[
        ndarray, Held(f4, "P", "rank in 0 to 1", "its goods are turned away where it lies below the share that is")
    ]
    base_volume: Annotated[ndarray, Held(f4, "P", "musd/week", "shipped in the base year")]
    median_volume: Annotated[
        ndarray, Held(f4, "groups", "musd/week", "median base volume of the group's commodity and direction")
    ]
    channel: Annotated[ndarray, Held(i4, "Q, P", "index", "channel of each slot; -1: unused")]
    share: Annotated[ndarray, Held(f4, "Q, P", "share", "share of the firm's goods by slot")]


class Sizes(NamedTuple):
    """Plain numbers the kernels need, as int64."""

    weeks: int
    months: int
    markets: int
    commodities: int
    places: int
    ring_weeks: int
    rows: int
    slots: int
    wait_rule: int
    declared_origins: int
    choice_rule: int


class World(NamedTuple):
    """Everything that is the same for every regime and run."""

    sizes: Sizes
    clock: Clock
    goods: Goods
    gates: Gates
    shoppers: Shoppers
    routes: Routes
    passages: Passages
    channels: Channels
    cells: Cells
    authorities: Authorities
    hub_pools: HubPools
    population: Population


class Effects(NamedTuple):
    """What measures write to those in force: the effects of each, one after another.

    At intensity x the amount is ``(idle + x * (full - idle)) * factor``, with ``full`` where the run's draw puts it
    between ``lowest`` and ``highest`` (`sim.kernels.levels.level_at`).
    """

    start: Annotated[ndarray, Held(i4, "J+1", "index", "first effect of each measure")]
    table: Annotated[ndarray, Held(i4, "effects", "code", "table of `MeasuresInForce`, of `sim.state.measures.TABLES`")]
    column: Annotated[ndarray, Held(i4, "effects", "index", "column of the table")]
    combine: Annotated[ndarray, Held(i4, "effects", "code", "how it joins what stands there")]
    announced: Annotated[ndarray, Held(u1, "effects", "flag", "firms reckon with part of it from the announcement on")]
    fades: Annotated[ndarray, Held(u1, "effects", "flag", "payment agents wear it away")]
    idle: Annotated[ndarray, Held(f4, "effects", "mixed", "amount at no intensity")]
    full: Annotated[ndarray, Held(f4, "effects", "mixed", "amount at full intensity")]
    lowest: Annotated[ndarray, Held(f4, "effects", "mixed", "the same at the low end of the measure's level")]
    highest: Annotated[ndarray, Held(f4, "effects", "mixed", "the same at the high end of the measure's level")]
    factor: Annotated[ndarray, Held(f4, "effects", "factor", "of the amount")]


class GateSchedule(NamedTuple):
    """Gates [G] by week [T] under a regime and its background, with versions of what is known of them."""

    capacity_t: Annotated[ndarray, Held(f8, "G, T", "t", "tonnes that can pass")]
    background_t: Annotated[ndarray, Held(f8, "G, T", "t", "goods of others, served first")]
    background_share: Annotated[ndarray, Held(f8, "G, T", "share", "and their largest share of the week")]
    open_share: Annotated[ndarray, Held(f8, "G, T", "share", "of the week's days, those on which the gate is open")]
    version: Annotated[ndarray, Held(i4, "G, T", "index", "row of what is known in that week")]
    known_capacity_t: Annotated[ndarray, Held(f8, "versions, T", "t", "capacity by week, as known in a version")]
    next_open_days: Annotated[
        ndarray, Held(f4, "versions, T", "days", "days until the gate next opens, as known in a version")
    ]
    gone_week: Annotated[
        ndarray, Held(i4, "versions", "weeks", "from then on a gate never opens again, as known in a version")
    ]
    ordinary_t: Annotated[
        ndarray, Held(f8, "G, T", "t", "at recorded hours on the days open, without what a shock has cut")
    ]
    hours_headroom: Annotated[
        ndarray, Held(f8, "G, T", "factor", "largest factor of longer hours; 1 up to the last dated record of hours")
    ]
    plans_from_week: Annotated[
        ndarray, Held(i4, "G", "weeks", "when recorded expansions are over, and the port plans its own")
    ]


class Policy(NamedTuple):
    """A regime and its background, compiled: gates by week, and measures by intensity, reach and effects."""

    schedule: GateSchedule
    instrument: Annotated[ndarray, Held(i4, "J", "code", "number of the instrument; no kernel reads it")]
    effects: Effects
    role: Annotated[ndarray, Held(u1, "roles, J", "flag", "what a measure is to those who do not read a column")]
    intensity: Annotated[ndarray, Held(f4, "J, T", "share", "phase-in times in force")]
    announced: Annotated[
        ndarray, Held(u1, "J, T", "code", "whether the measure is known (`UNKNOWN`, `KNOWN`, `BELIEVED_ONLY`)")
    ]
    level: Annotated[ndarray, Held(f4, "J", "mixed", "at full intensity, in the unit of the instrument")]
    level_ends: Annotated[ndarray, Held(f4, "J, 2", "mixed", "low and high end of the level, if it has any")]
    driver: Annotated[ndarray, Held(u1, "J", "flag", "nobody decides on it: its level is drawn with the drivers")]
    enforcement: Annotated[ndarray, Held(f4, "J, 2", "factor", "budget, detention days, relative to the parameters")]
    changed: Annotated[ndarray, Held(u1, "T", "flag", "some intensity differs from the week before")]
    channel_start: Annotated[ndarray, Held(i4, "J+1", "index", "first channel of each measure in `channel_reach`")]
    channel_reach: Annotated[ndarray, Held(i4, "reached channels", "index", "channels a measure reaches")]
    cell_start: Annotated[ndarray, Held(i4, "J+1", "index", "first cell of each measure in `cell_reach`")]
    cell_reach: Annotated[ndarray, Held(i4, "reached cells", "index", "price cells a measure reaches")]
    authority_reach: Annotated[ndarray, Held(u1, "J, D", "flag", "authorities that a measure reaches")]
    inspection_start: Annotated[ndarray, Held(i4, "J+1", "index", "first class of each measure in `inspection_reach`")]
    inspection_reach: Annotated[
        ndarray, Held(i4, "reached inspection classes", "index", "inspection classes a measure reaches")
    ]
    firm_scope: Annotated[ndarray, Held(u1, "J, B", "flag", "classes of firms that a measure reaches")]
    firm_start: Annotated[ndarray, Held(i4, "J+1", "index", "first firm of each measure in `firm_reach`")]
    firm_reach: Annotated[
        ndarray,
        Held(
            i4, "reached firms", "index", "firms of the base that a list of entities may name, in the order of naming"
        ),
    ]
    route_start: Annotated[ndarray, Held(i4, "J+1", "index", "first route of each measure in `route_reach`")]
    route_reach: Annotated[
        ndarray, Held(i4, "reached routes", "index", "routes that a closure of transit or a cost of passage reaches")
    ]
    stop_start: Annotated[ndarray, Held(i4, "J+1", "index", "first stop of each measure in `stop_reach`")]
    stop_reach: Annotated[ndarray, Held(i4, "reached stops", "index", "stops of `Routes` at which goods may not pass")]
    closing: Annotated[
        ndarray, Held(u1, "T", "flag", "a crossing is shut to some goods or for good, or known to be so soon")
    ]
    place_start: Annotated[ndarray, Held(i4, "J+1", "index", "first place of each measure in `place_reach`")]
    place_reach: Annotated[ndarray, Held(i4, "reached places", "index", "places of zones and allowances")]
