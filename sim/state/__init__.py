"""What a simulation holds, as named tuples of arrays.

Four kinds of data, and nothing else, reach the kernels:

- `World`: places, routes, price cells and firms as they are at base; the same for every regime, run and draw.
- `Policy`: what a regime and its background do, week by week, compiled against a world.
- `Parameters`: the behavioural numbers of one run, float32.
- `State`: what changes in a run. Everything that is not in it can be recomputed.

and two come back: `Record` (what is observed, by month) and a status row. Index letters in the comments, with typical
sizes: C commodities (10), G gates (a crossing in one direction; 80), A approaches (a gate after a travel time; 1,200),
R routes (25,000), S stops (a route's passage of a gate; 28,000), K channels (4,000), N price cells (market x commodity
for exports, then one a commodity for imports; 410), M markets (40), O places of firms (14), H inspection classes (504),
D authorities (10), E desks of hubs (100), I rows for intermediaries (1,200), J measures, T weeks (spin-up and run), F
rows for firms, Q slots a firm, B classes of firms (12).

Money is million dollars, mass is base-value million dollars ("musd") unless a name says tonnes (`_t`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.state.parameters import Parameters as Parameters
from sim.state.parameters import single as single

EXPORT, IMPORT = 0, 1
DIRECT, TRANSIT_DECLARED, RELABELLED, EMBODIED, PARCEL = range(5)
KINDS = ("direct", "transit_declared", "relabelled", "embodied", "parcel")
DIRECTIONS = ("export", "import")
OWNERSHIPS = ("private", "state", "foreign")
WAIT_QUEUE, WAIT_BPR = 0, 1
LOGIT, SATISFICING, REINFORCEMENT = range(3)
CHOICE_RULES = ("logit", "satisficing", "reinforcement")
NOT_NAMED, NAMED, PRESUMED = 0, 1, 2
FIRM_CLASSES = 12  # goods made here or not x ownership x listed by the sender or not: see `kernels.rules.firm_class`


class Clock(NamedTuple):
    """Weeks of a run and how they fall into months and years."""

    month: np.ndarray  # [T, 2] int32: the one or two months a week touches; -1 outside the run
    flow_weight: np.ndarray  # [T, 2] float64: share of the week's days in that month
    mean_weight: np.ndarray  # [T, 2] float64: those days over the days of the month that are observed
    years: np.ndarray  # [T] float64: years since the middle of the base year, never below 0
    season: np.ndarray  # [T, C] float32: mean 1 over a year
    spin_up_weeks: np.ndarray  # [1] int64


class Goods(NamedTuple):
    """Commodities, all [C]."""

    tonnes_per_musd: np.ndarray  # float64
    time_value_per_day: np.ndarray  # float32: share of value
    spoilage_per_week: np.ndarray  # float64: share of what waits
    consignment_musd: np.ndarray  # float32
    content_share: np.ndarray  # float32: sanctioned content in an embodied good
    made_here_share: np.ndarray  # float32: of the region's registered exports


class Gates(NamedTuple):
    """Crossings in one direction, [G], and the approaches to them, [A]."""

    border_days: np.ndarray  # float64: free-flow time at the border
    base_fee_usd_per_t: np.ndarray  # float64
    chinese: np.ndarray  # uint8: the last (first) gate on the Chinese side, where the region's book is kept
    approach_gate: np.ndarray  # [A] int32
    approach_days: np.ndarray  # [A] float64: travel from dispatch to the gate
    shoppers_gate: np.ndarray  # [O] int32: gate by which a place's visitors come: the nearest with a road out


class Routes(NamedTuple):
    """Routes [R] of the channels, and their stops [S], in the order of travel."""

    static_usd_per_t: np.ndarray  # [R] float32: transport and handling
    static_days: np.ndarray  # [R] float32: travel and handling
    gate_usd_per_t: np.ndarray  # [R] float32: base fees of its gates
    gate_days: np.ndarray  # [R] float32: free-flow border time of its gates
    path_size: np.ndarray  # [R] float32
    opens_week: np.ndarray  # [R] int32: shut before this week (planned legs)
    stop_start: np.ndarray  # [R + 1] int32
    stop_gate: np.ndarray  # [S] int32
    stop_channel: np.ndarray  # [S] int32
    stop_next: np.ndarray  # [S] int32: the stop after this one, or -1: the market
    stop_whole_weeks: np.ndarray  # [S] int32: travel to this stop, whole weeks
    stop_part_week: np.ndarray  # [S] float64: and the share of mass that takes a week more
    last_whole_weeks: np.ndarray  # [R] int32: from the last gate to the market
    last_part_week: np.ndarray  # [R] float64
    stop_route: np.ndarray  # [S] int32
    stop_tonnes: np.ndarray  # [S] float64: tonnes per musd of the goods on it
    approach: np.ndarray  # [3, R] int32: approaches of the route's gates; the last approach stands for none
    channel: np.ndarray  # [R] int32


class Passages(NamedTuple):
    """Routes and stops once more, in the order in which a week works through them, and what it needs of them.

    The routes of a channel stand one in each slot, the slots one after the other: `place` is slot times K plus channel.
    So whole slots are worked through without a list. Places without a route weigh nothing.

    The stops, [S], are sorted by gate; at a gate those before a market precede those before another gate; then first
    stops of a route precede later ones, short ways long ones. A run of stops alike in all of this is a section, [L]. In
    a section those near their markets precede those far from them: a run of stops before a market that are alike in
    this, too, is a landing, [N].
    """

    place: np.ndarray  # [R] uint32
    gate: np.ndarray  # [S] int32
    channel: np.ndarray  # [S] uint32
    route_place: np.ndarray  # [S] uint32: of its route
    source: np.ndarray  # [S] uint32: where its goods come from: the route's place, or the stop before
    section: np.ndarray  # [S] int32
    part_week: np.ndarray  # [S] float64: share of mass that takes a week more than the section's whole weeks
    tonnes: np.ndarray  # [S] float64: per musd
    next_stop: np.ndarray  # [S] int32: place of the route's next stop, -1: the market
    last_weeks: np.ndarray  # [S] uint32: before a market: whole weeks to it
    last_part_week: np.ndarray  # [S] float64
    gate_start: np.ndarray  # [G + 1] int32
    gate_onward: np.ndarray  # [G] int32: the first of the gate's stops that another gate follows
    section_start: np.ndarray  # [L + 1] int32
    section_gate: np.ndarray  # [L] int32
    section_weeks: np.ndarray  # [L] int32: whole weeks of travel to it
    section_later: np.ndarray  # [L] int32: not the first stops of their routes
    section_line: np.ndarray  # [L] int64: where its rows of goods on the way begin
    landing_start: np.ndarray  # [N] uint32
    landing_end: np.ndarray  # [N] uint32
    landing_gate: np.ndarray  # [N] int32
    landing_weeks: np.ndarray  # [N] int32: whole weeks to the market
    approach_start: np.ndarray  # [A] int32: where each approach, but for the one that stands for none, begins in:
    approach_route: np.ndarray  # [S] uint32: routes by approach
    planned_route: np.ndarray  # uint32: routes over planned legs


class Channels(NamedTuple):
    """A lane (origin, commodity, direction, market, hub) and a kind, [K]."""

    route_start: np.ndarray  # [K + 1] int32
    origin: np.ndarray  # int32: place of the firms
    commodity: np.ndarray  # int32
    direction: np.ndarray  # int32
    market: np.ndarray  # int32: true destination, or source of an import
    declared: np.ndarray  # int32: the market that the papers name (a hub, or the market itself)
    hub: np.ndarray  # int32: market index of the hub, -1 none
    kind: np.ndarray  # int32
    cell: np.ndarray  # int32: price cell
    inspection_class: np.ndarray  # int32: -1 where nobody inspects
    authority: np.ndarray  # int32: the customs authority of the market, -1 none
    watched: np.ndarray  # int32: row in the watched list (channels into a sender's market), -1 else
    group: np.ndarray  # int32: origin x commodity x direction, firms that can use it
    base_flow: np.ndarray  # float64: musd a week at base
    base_value: np.ndarray  # float32: systematic utility at base (contraction)
    base_tariff: np.ndarray  # float32
    markup: np.ndarray  # float32: the hub's share of the landed price
    lost_in_transit: np.ndarray  # float32: share the hub's own book never sees
    group_start: np.ndarray  # [groups + 1] int32: channels are sorted by group
    watched_channel: np.ndarray  # [W] int32


class Cells(NamedTuple):
    """Where prices form, [N]; and the markets' names are the world's business."""

    market: np.ndarray  # int32: -1 for the region's import cells
    commodity: np.ndarray  # int32
    base_demand: np.ndarray  # float64: musd a week
    trend: np.ndarray  # float64: log growth a year
    elasticity: np.ndarray  # float32


class Authorities(NamedTuple):
    """Customs of the senders: their inspection classes [H]; authorities [D] own a run of classes each."""

    class_start: np.ndarray  # [D + 1] int32
    market: np.ndarray  # [D] int32
    budget_share: np.ndarray  # [D] float32: of the parameter `inspection_budget_per_week`
    class_declared: np.ndarray  # [H] int32: index of the declared origin
    class_commodity: np.ndarray  # [H] int32
    class_priority: np.ndarray  # [H] uint8: NOT_NAMED, NAMED as a priority sector, PRESUMED (an address in the region)
    legitimate: np.ndarray  # [H] float64: consignments a week


class Desks(NamedTuple):
    """Where intermediaries of one hub serve one commodity by one kind of channel, [E]."""

    hub: np.ndarray  # int32: market index
    commodity: np.ndarray  # int32
    kind: np.ndarray  # int32
    base_flow: np.ndarray  # float64: musd a week, above 0
    channel: np.ndarray  # int32: the channels that go over a desk
    of_channel: np.ndarray  # [K] int32: desk of each channel; E where it has none
    class_hub: np.ndarray  # [H] int32: market that an inspection class declares as origin; -1 for China


class Population(NamedTuple):
    """Firms at the start, [F0] or [Q, F0]; equal in every run."""

    place: np.ndarray  # int32
    commodity: np.ndarray  # int32
    direction: np.ndarray  # int32
    ownership: np.ndarray  # int32
    group: np.ndarray  # int32
    made_rank: np.ndarray  # float32: made in the region where it lies below the commodity's share
    comply_rank: np.ndarray  # float32: complies where it lies below the share of firms that do
    base_volume: np.ndarray  # float32: musd a week shipped at base
    median_volume: np.ndarray  # [groups] float32: median base volume of the group's commodity and direction
    channel: np.ndarray  # [Q, F0] int32; -1 unused
    share: np.ndarray  # [Q, F0] float32


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
    routes: Routes
    passages: Passages
    channels: Channels
    cells: Cells
    authorities: Authorities
    desks: Desks
    population: Population


class Policy(NamedTuple):
    """A regime and its background, compiled: gates by week, and measures by intensity and reach."""

    capacity_t: np.ndarray  # [G, T] float64: tonnes that can pass
    background_t: np.ndarray  # [G, T] float64: other provinces' goods, served first
    background_share: np.ndarray  # [G, T] float64: and their largest share of the week
    open_share: np.ndarray  # [G, T] float64: of the week's days, those on which the gate is open
    version: np.ndarray  # [G, T] int32: row of what is known in that week
    known_capacity_t: np.ndarray  # [V, T] float64
    next_open_days: np.ndarray  # [V, T] float32
    ordinary_t: np.ndarray  # [G, T] float64: at recorded hours on the days open, without what a shock has cut
    hours_headroom: np.ndarray  # [G, T] float64: largest factor of longer hours; 1 up to the last dated record of hours
    plans_from_week: np.ndarray  # [G] int32: when recorded expansions are over, and the port plans its own
    instrument: np.ndarray  # [J] int32
    intensity: np.ndarray  # [J, T] float32: phase-in times in force
    announced: np.ndarray  # [J, T] uint8
    level: np.ndarray  # [J] float32: tariff, friction, log demand, compliant share ... at full intensity
    enforcement: np.ndarray  # [J, 3] float32: budget, sensitivity, detention days, relative to the parameters
    changed: np.ndarray  # [T] uint8: some intensity differs from the week before
    channel_start: np.ndarray  # [J + 1] int32
    channel_reach: np.ndarray  # int32: channels a measure reaches
    cell_start: np.ndarray  # [J + 1] int32
    cell_reach: np.ndarray  # int32: price cells a measure reaches
    authority_reach: np.ndarray  # [J, D] uint8
    firm_scope: np.ndarray  # [J, B] uint8: classes of firms that a measure reaches
    firm_start: np.ndarray  # [J + 1] int32
    firm_reach: np.ndarray  # int32: firms of the base that a list of entities may name, in the order of naming
    route_start: np.ndarray  # [J + 1] int32
    route_reach: np.ndarray  # int32: routes that a closure of transit or a cost of passage reaches
    place_start: np.ndarray  # [J + 1] int32
    place_reach: np.ndarray  # int32: places of zones and allowances


class Firms(NamedTuple):
    """Columns of the firms, [F]; slots [Q, F]."""

    active: np.ndarray  # int32 flag
    generation: np.ndarray  # uint32
    born_week: np.ndarray  # int32: long ago for firms of the base
    fate: np.ndarray  # int32: stays, leaves or is copied by an entrant at this week's end
    place: np.ndarray  # int32
    registered: np.ndarray  # int32: place of registration
    commodity: np.ndarray  # int32
    direction: np.ndarray  # int32
    ownership: np.ndarray  # int32
    group: np.ndarray  # int32
    made_here: np.ndarray  # int32 flag
    complies: np.ndarray  # int32 flag: refuses what a ban names
    fresh: np.ndarray  # int32 flag: took up a channel, and its own appeal is still to be worked out
    listed: np.ndarray  # uint64: bit d is set while authority d has the firm on its list of entities
    caught: np.ndarray  # uint64: the same, of firms that came on it by a detention
    capacity: np.ndarray  # float32: base value a week
    stock: np.ndarray  # float32: base value
    unit_cost: np.ndarray  # float32: share of base value
    margin: np.ndarray  # float32: believed, mean over the slots
    shipped: np.ndarray  # float32: base value dispatched this week
    channel: np.ndarray  # [Q, F] uint32, since signed indices are checked for negative ones; K: unused
    share: np.ndarray  # [Q, F] float32
    price_belief: np.ndarray  # [Q, F] float32
    detention_belief: np.ndarray  # [Q, F] float32
    own_record: np.ndarray  # [Q, F] float32
    risk: np.ndarray  # [Q, F] float32: cost of risk per dollar, as last worked out
    consignments: np.ndarray  # [Q, F] float32: a week
    relation: np.ndarray  # [Q, F] float32: in [0, 1]
    base_appeal: np.ndarray  # [Q, F] float32: utility that is the firm's own: less what its base relations hold
    own_appeal: np.ndarray  # [Q, F] float32: the same after lists, compliance and refusing buyers


class Lanes(NamedTuple):
    """Public knowledge about channels and routes, and the goods on them."""

    base_cost: np.ndarray  # [R] float32: generalised cost without queues, per dollar
    queue_cost: np.ndarray  # [R] float32: cost of a day in a queue, per dollar
    route_cost: np.ndarray  # [R] float32: generalised cost this week
    route_weight: np.ndarray  # by place, float32: in the logit, relative to the channel's reference cost
    route_share: np.ndarray  # by place, float32
    priced_days: np.ndarray  # [A] float32: queue days at which the routes were last priced
    reference: np.ndarray  # [K] float32: generalised cost
    channel_weight: np.ndarray  # [K] float32: sum of its routes' weights
    extra_cost: np.ndarray  # by place, float32: what measures make the road dearer; shut transit does not count
    share_sum: np.ndarray  # [K] float64: of its routes' shares, 1 but for rounding
    access_cost: np.ndarray  # [K] float32
    access_base: np.ndarray  # [K] float32
    appeal: np.ndarray  # [K] float32
    attraction: np.ndarray  # [K] float32: appeal and size of demand, this week
    markup: np.ndarray  # [K] float32: what the hub takes of the landed price, this week
    keep: np.ndarray  # [K] float32: what is left of a dollar of price after tariff and mark-up
    payment: np.ndarray  # [K] float32: cost of being paid
    friction: np.ndarray  # [K] float32: access and payment
    border_value: np.ndarray  # [K] float32: what customs writes for a dollar of base value (see kernels/lanes.py)
    dispatched: np.ndarray  # [K] float64: this week
    made_here: np.ndarray  # [K] float64: of which made in the region
    found: np.ndarray  # [K] float64: of which will be found at the border
    found_count: np.ndarray  # [K] float64: in consignments
    found_made_here: np.ndarray  # [K] float64: of what will be found, the part made in the region
    cleared: np.ndarray  # [K] float64: passed the Chinese gate this week
    arrived: np.ndarray  # [K] float64: reached the market's border this week
    released: np.ndarray  # [K] float64: entered the market this week
    released_made_here: np.ndarray  # [W] float64
    denied: np.ndarray  # [W] float64: refused this week, resold elsewhere
    under_way: np.ndarray  # [W] float64: watched goods between dispatch and border
    under_way_made_here: np.ndarray  # [W] float64
    under_way_found: np.ndarray  # [W] float64
    under_way_count: np.ndarray  # [W] float64: consignments that will be found
    under_way_found_made_here: np.ndarray  # [W] float64
    arrivals_due: np.ndarray  # [ring, K] float64
    stop_due: np.ndarray  # float64: goods on the way to stops, section by section (see kernels/network.py)
    stop_passing: np.ndarray  # [S] float64, in the order of `Passages`: arrived this week, then passed
    stop_queue: np.ndarray  # [S] float64, in the order of `Passages`
    detained_due: np.ndarray  # [ring, W] float64: found goods by the week of decision
    detained_made_here_due: np.ndarray  # [ring, W] float64: of which made in the region
    class_flow: np.ndarray  # [B / 2, K] float64: base flow by class of firm, when nobody is listed


class Ports(NamedTuple):
    """Port agents, [G]."""

    queue_t: np.ndarray  # float64
    capacity_t: np.ndarray  # float64: this week, after background
    served_share: np.ndarray  # float64: of the queue, this week
    passed_t: np.ndarray  # float64: this week
    passed_musd: np.ndarray  # float64: the same, at border value
    background_t: np.ndarray  # float64: served this week
    wait_days: np.ndarray  # float64: for goods that stand at the gate now, border time included
    hours_factor: np.ndarray  # float64: on capacity, from hours that the port lengthened itself
    built_factor: np.ndarray  # float64: on capacity, from what it built itself
    used_t: np.ndarray  # float64: what passed in open weeks, smoothed over a year
    offered_t: np.ndarray  # float64: what could have passed at ordinary capacity, smoothed likewise
    planned: np.ndarray  # [5, G] float64: what building adds to `built_factor`, by year of the plan
    due_t: np.ndarray  # [ring, G] float64: under way to the gate, by the week of arrival
    sent_t: np.ndarray  # [ring, G] float64: set under way to it last week, by weeks of travel
    expected_wait_days: np.ndarray  # [H, G] float64: in the queue, for goods that arrive so many weeks from now
    approach_queue_days: np.ndarray  # [A] float32: published wait less free-flow border time


class Customs(NamedTuple):
    """Customs authorities, by class [H]."""

    weight: np.ndarray  # float64: share of the budget
    hidden: np.ndarray  # float64: consignments a week, smoothed
    hit: np.ndarray  # float64: discounted denied share of decided
    inspect_hidden: np.ndarray  # float64: probability
    inspect_legitimate: np.ndarray  # float64
    detained_hidden: np.ndarray  # float64: consignments this week
    detained_legitimate: np.ndarray  # float64
    detained_musd: np.ndarray  # float64: whole consignments
    denied_musd: np.ndarray  # float64: whole consignments
    dispatched: np.ndarray  # float64: hidden consignments sent this week
    hidden_due: np.ndarray  # [ring, H] float64: detained hidden consignments by the week of decision
    legitimate_due: np.ndarray  # [ring, H] float64


class Markets(NamedTuple):
    """Price cells, [N]."""

    price: np.ndarray  # float32
    shock: np.ndarray  # float32: log
    arrivals: np.ndarray  # float64: smoothed
    demand: np.ndarray  # float64: this week
    size: np.ndarray  # float32: log of demand without shock over base demand
    released: np.ndarray  # float64: this week


class Force(NamedTuple):
    """Measures in force this week, added up over the channels and cells they reach."""

    ban: np.ndarray  # [B, K] float32: intensity of import bans by class of firm
    believed: np.ndarray  # [B, K] float32: the same as firms see it, part of it from the announcement
    hazard: np.ndarray  # [B, K] float32: chance of being listed for a detained consignment
    burden: np.ndarray  # [B, K] float32: `payment` of measures that name some firms only
    compliant: np.ndarray  # [B, K] float32: share of buyers that refuse the goods
    banned: np.ndarray  # [B] int32 flag: a ban names goods of this class of firms
    burdened: np.ndarray  # [B] int32 flag: this class of firms reckons with inspections or a friction of its own
    named: np.ndarray  # [K] int32 flag: a ban or a list in force reaches the channel
    banning: np.ndarray  # [D] int32 flag: an import ban into its market is in force
    shut: np.ndarray  # [1] int32 flag: all buyers refuse some goods
    firm_news: np.ndarray  # [1] int32 flag: a ban, a list or a duty of buyers changed this week
    ban_sensitivity: np.ndarray  # [K] float32
    detention: np.ndarray  # [K] float32: days of detention, relative to the parameter; below 0 without a ban
    class_detention: np.ndarray  # [H] float32: the same by inspection class
    tariff: np.ndarray  # [K] float32
    friction: np.ndarray  # [K] float32: what lasts
    payment: np.ndarray  # [K] float32: friction that payment agents wear away, as it would have been in week 0
    closed: np.ndarray  # [K] float32: cost that shuts a channel
    subsidy: np.ndarray  # [O] float32: of the free-trade zone, share of value
    pressure: np.ndarray  # [1] float32: strongest import ban
    passage: np.ndarray  # [R] float32: cost on a route: dearer transport, losses on the road, transit shut
    driver: np.ndarray  # [N] float32: log demand
    refused: np.ndarray  # [N] float32: part of base demand that buyers withdraw
    budget: np.ndarray  # [D] float32: relative; 0 = nobody inspects
    inspected: np.ndarray  # [H] int32 flag: classes whose goods a ban in force names
    selective: np.ndarray  # [K + 1] uint8: some firms reckon with inspections or a friction of their own there; K: none
    news: np.ndarray  # [K + 1] uint8: a measure on the channel changed this week; K: none


class Census(NamedTuple):
    """What is known of the groups of firms (origin x commodity x direction), every four weeks; [groups] or [K]."""

    leader: np.ndarray  # int32: the firm with the best margin, -1 none
    main_channel: np.ndarray  # int32: the channel that carries most of its goods
    margin: np.ndarray  # float64: mean believed margin, by capacity
    capacity: np.ndarray  # float64: base value a week
    firms: np.ndarray  # float64: active ones
    base_firms: np.ndarray  # float64: firms of the base, from whose like the entrants come
    crowding: np.ndarray  # float32: firms of the base over active firms
    entrant_size: np.ndarray  # float32: capacity of an entrant over that of the firm it copies
    pull: np.ndarray  # [K] float64: base flow times growth of demand, running sum within the group


class Intermediaries(NamedTuple):
    """Agents of the hubs: rows [I], equally many for each desk [E]; and what the hubs add up to [M]."""

    active: np.ndarray  # int32
    generation: np.ndarray  # uint32
    listed_since: np.ndarray  # int32: week in which a sender listed it; -1: not listed
    capacity: np.ndarray  # float64: base value a week
    flow: np.ndarray  # [E] float64: clients' goods sent this week
    working: np.ndarray  # [E] int32: active intermediaries
    desk_capacity: np.ndarray  # [E] float64: their capacity
    markup_factor: np.ndarray  # [E + 1] float32: mark-up over that of the base; the last, of no desk, stays 1
    threat: np.ndarray  # [E] float64: hazard of being listed, relative to the parameter, when last worked out
    threatened: np.ndarray  # [M] int32: hubs that a secondary sanction reaches, when last worked out
    denied: np.ndarray  # [M] float64: value a week that customs refused with the hub as origin, smoothed
    hub_flow: np.ndarray  # [M] float64: goods sent over desks of the hub this week
    hub_taken: np.ndarray  # [M] float64: mark-up times goods
    hub_markup: np.ndarray  # [M] float64: their quotient
    hub_working: np.ndarray  # [M] float64: active intermediaries


class Books(NamedTuple):
    """What the week cost and brought, and what others write down of it; musd."""

    freight_rate: np.ndarray  # by place, float32: transport, handling and losses on the road, per dollar of base value
    fee_rate: np.ndarray  # by place, float32: base fees of the gates, per dollar
    travel_rate: np.ndarray  # by place, float32: value of the free-flow days, per dollar
    road: np.ndarray  # [4, 2] float64: freight, fees, days and base value of this week's dispatch, by direction
    waiting: np.ndarray  # [C, 2] float64: base value that waits at gates at the week's end
    spoiled: np.ndarray  # [C, 2] float64: base value lost at gates this week
    stopped: np.ndarray  # [3, C] float64: whole consignments, base value: detained (times days), let go, denied
    accounts: np.ndarray  # [accounts, 2] float64: by direction
    accounts_at: np.ndarray  # [3, M] float64: buyers' surplus, treasury, hubs, by market
    partner_imports: np.ndarray  # [M] float64: from the region, as the market's own customs see it
    sender_imports: np.ndarray  # [H] float64: by the senders' classes
    retail: np.ndarray  # [O] float64: sold to visitors


class Scratch(NamedTuple):
    """Working room for a block of firms, [B], and for routes; holds nothing between weeks."""

    uniform: np.ndarray  # [4, B] float32
    words: np.ndarray  # [4, B] uint64
    utility: np.ndarray  # [Q, B] float32
    excess: np.ndarray  # [Q, B] float32: margin above that at base, for rival rules of choice
    top: np.ndarray  # float32: highest utility of a firm
    per_weight: np.ndarray  # float32: share that a weight of the choice makes
    mean: np.ndarray  # float32
    picked: np.ndarray  # uint32: firms of the block that something happens to
    chosen: np.ndarray  # uint32: the same for one slot
    marked: np.ndarray  # int32 flag: a measure is about firms of this class
    place: np.ndarray  # uint32: place of each firm's goods in the account
    value: np.ndarray  # float64: what each firm sends in one slot
    account: np.ndarray  # [2 (K + 1)] float64: dispatched, not made in the region and made there; K: nowhere
    channel_force: np.ndarray  # [6 + 3 B, K] float32: measures in force before a span of weeks begins
    stale_route: np.ndarray  # [R + S] uint32: routes to price anew
    stale_value: np.ndarray  # [R + S] float32
    channel_rate: np.ndarray  # [K] float64
    route_mass: np.ndarray  # by place, float64: dispatched
    road: np.ndarray  # [3, K] float64: freight, fees and days of this week's dispatch
    parts: np.ndarray  # [2, parts] float64: partial sums
    cell_value: np.ndarray  # [N] float64
    tally: np.ndarray  # [4, O x ownerships] int64: partial counts
    owned: np.ndarray  # [4, ownerships] float64: partial sums


class State(NamedTuple):
    """All that changes in a run."""

    firms: Firms
    lanes: Lanes
    ports: Ports
    customs: Customs
    markets: Markets
    force: Force
    intermediaries: Intermediaries
    books: Books
    ledger: np.ndarray  # [5] float64, musd since the start: on hand at start, dispatched, delivered, denied, spoiled
    census: Census
    rows_used: np.ndarray  # [2] int64: rows of firms in use; 1 + the firm whose copy found no free row, or 0
    unit_cost: np.ndarray  # [groups] float32
    season: np.ndarray  # [C] float32: this week
    scratch: Scratch


FREIGHT, FEES, TRAVEL, SENT = range(4)
DETAINED, ALLOWED, REFUSED = range(3)
ACCOUNTS = (
    "buyers",
    "payments",
    "subsidies",
    "treasury",
    "hubs",
    "payment_agents",
    "carriers",
    "gates",
    "production",
    "days",
    "spoilage",
    "detention",
    "denial",
    "producers",
    "on_the_way",
)
(
    BUYERS,
    PAYMENTS,
    SUBSIDIES,
    TREASURY,
    HUBS,
    PAYMENT_AGENTS,
    CARRIERS,
    GATES,
    PRODUCTION,
    DAYS,
    SPOILAGE,
    DETENTION,
    DENIAL,
    PRODUCERS,
    ON_THE_WAY,
) = range(len(ACCOUNTS))
ACCOUNTS_AT = ("buyers", "treasury", "hubs")
BUYERS_AT, TREASURY_AT, HUBS_AT = range(len(ACCOUNTS_AT))
ON_HAND, DISPATCHED, DELIVERED, DENIED, SPOILED = range(5)


class Record(NamedTuple):
    """What is observed, by month: [months, cells of the outcome] float64."""

    registered_trade: np.ndarray  # 2 x M x C: direction, declared market, commodity; musd
    registered_at: np.ndarray  # 2 x O: direction, place of registration; musd
    true_trade: np.ndarray  # 2 x M x C: direction, true market, commodity; musd of base value released
    port_trade: np.ndarray  # G musd
    throughput: np.ndarray  # G tonnes of modelled goods
    background: np.ndarray  # G tonnes
    capacity: np.ndarray  # G tonnes
    wait: np.ndarray  # G days
    queue: np.ndarray  # G tonnes
    detained: np.ndarray  # H musd
    detained_count: np.ndarray  # H consignments
    denied: np.ndarray  # H musd
    via_hub: np.ndarray  # M (hub) musd
    hub_markup: np.ndarray  # M (hub): share of the landed price, weighted by flow
    intermediaries: np.ndarray  # M (hub), active
    sanctioned_trade: np.ndarray  # D x kinds x C: made in the region, released; musd
    price: np.ndarray  # N
    active_firms: np.ndarray  # O places
    listed_firms: np.ndarray  # 1: on the list of some sender
    dispatched: np.ndarray  # 2 musd
    owned_trade: np.ndarray  # ownerships: dispatched by their firms, musd
    owned_firms: np.ndarray  # ownerships: active firms
    partner_imports: np.ndarray  # M musd
    sender_imports: np.ndarray  # H musd
    incidence: np.ndarray  # accounts x 2 (direction) musd
    incidence_at: np.ndarray  # 3 (buyers, treasury, hubs) x M musd
    retail: np.ndarray  # O musd
