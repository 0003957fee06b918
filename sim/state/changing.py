"""What changes in a run, and the working room of a thread.

Each array is declared once: its dtype, its axes (`sim.state.axes`), its unit, its meaning and, unless that is 0, the
value with which a run starts; `sim.kernels.start` writes what one value cannot say. A run whose numbers cease to be
finite is stopped where the declaration names a process: the one that is named then.
"""

from typing import Annotated, NamedTuple

from numpy import float32 as f4
from numpy import float64 as f8
from numpy import int32 as i4
from numpy import int64 as i8
from numpy import ndarray
from numpy import uint32 as u4
from numpy import uint64 as u8

from sim.state.axes import ROWS_OF_A_HUB_POOL, Held
from sim.state.codes import DIRECTIONS, FIRM_KINDS, OWNERSHIPS
from sim.state.measures_in_force import Closures, MeasuresInForce


class Firms(NamedTuple):
    """Columns of the firms, [F]; slots [Q, F]."""

    active: Annotated[ndarray, Held(i4, "F", "flag", "the row holds a firm")]
    generation: Annotated[
        ndarray, Held(u4, "F", "count", "firms that the row has held before: part of the key of every draw")
    ]
    born_week: Annotated[ndarray, Held(i4, "F", "weeks", "long ago for firms of the base")]
    fate: Annotated[
        ndarray, Held(i4, "F", "code", "stays, leaves or is copied by an entrant at this week's end", within=(0, 3))
    ]
    place: Annotated[ndarray, Held(i4, "F", "index", "place of the firm", within=(0, "O"))]
    registered: Annotated[ndarray, Held(i4, "F", "index", "place of registration", within=(0, "O"))]
    in_area: Annotated[ndarray, Held(i4, "F", "flag", "registered in the area of a zone, where its place has one")]
    commodity: Annotated[ndarray, Held(i4, "F", "index", "commodity", within=(0, "C"))]
    direction: Annotated[ndarray, Held(i4, "F", "code", "export or import", within=(0, len(DIRECTIONS)))]
    ownership: Annotated[ndarray, Held(i4, "F", "code", "one of `OWNERSHIPS`", within=(0, len(OWNERSHIPS)))]
    kind: Annotated[
        ndarray,
        Held(
            i4, "F", "code", "one of `FIRM_KINDS`: sets how fast it moves, hears and grows", within=(0, len(FIRM_KINDS))
        ),
    ]
    group: Annotated[ndarray, Held(i4, "F", "index", "origin x commodity x direction", within=(0, "groups"))]
    made_here: Annotated[ndarray, Held(i4, "F", "flag", "goods are made in the region")]
    complies: Annotated[ndarray, Held(i4, "F", "flag", "refuses what a ban names")]
    goods_rank: Annotated[
        ndarray, Held(f4, "F", "rank in 0 to 1", "its goods are turned away where it lies below the share that is")
    ]
    new_channel: Annotated[
        ndarray, Held(i4, "F", "flag", "took up a channel, and its own utility is still to be worked out")
    ]
    listed: Annotated[
        ndarray, Held(u8, "F", "bits", "bit d is set while authority d has the firm on its list of entities")
    ]
    listed_by_detention: Annotated[ndarray, Held(u8, "F", "bits", "the same, of firms that came on it by a detention")]
    capacity: Annotated[ndarray, Held(f4, "F", "musd/week", "base value that it can send", finite="firms")]
    stock: Annotated[ndarray, Held(f4, "F", "musd", "base value kept back", finite="firms")]
    unit_cost: Annotated[ndarray, Held(f4, "F", "share", "of base value")]
    own_cost: Annotated[ndarray, Held(f4, "F", "share", "of base value, over that of the group: of firms from inland")]
    margin: Annotated[ndarray, Held(f4, "F", "share", "believed, mean over the slots", finite="firms")]
    shipped: Annotated[ndarray, Held(f4, "F", "musd/week", "base value dispatched this week")]
    channel: Annotated[
        ndarray, Held(u4, "Q, F", "index", "channel of each slot; K: unused", start="K", within=(0, "K+1"))
    ]
    share: Annotated[ndarray, Held(f4, "Q, F", "share", "share of the firm's goods by slot", finite="firms")]
    price_belief: Annotated[ndarray, Held(f4, "Q, F", "ratio to base", "believed price", start=1.0)]
    detention_belief: Annotated[ndarray, Held(f4, "Q, F", "probability", "believed chance of detention")]
    own_record: Annotated[ndarray, Held(f4, "Q, F", "probability", "own cases of detention, smoothed")]
    risk: Annotated[ndarray, Held(f4, "Q, F", "per dollar", "cost of risk per dollar, as last worked out")]
    consignments: Annotated[
        ndarray, Held(f4, "Q, F", "consignments/week", "consignments that it sends of goods at risk", start=1.0)
    ]
    relationship: Annotated[ndarray, Held(f4, "Q, F", "share", "relationship capital, in 0 to 1")]
    base_own_utility: Annotated[
        ndarray, Held(f4, "Q, F", "utility", "utility that is the firm's own: less what its base relationships hold")
    ]
    own_utility: Annotated[ndarray, Held(f4, "Q, F", "utility", "the same after lists, compliance and refusing buyers")]


class Lanes(NamedTuple):
    """Public knowledge about channels and routes, and the goods on them."""

    base_cost: Annotated[ndarray, Held(f4, "R", "per dollar", "generalised cost without queues, per dollar")]
    queue_cost: Annotated[ndarray, Held(f4, "R", "share/day", "cost of a day in a queue, per dollar")]
    route_cost: Annotated[ndarray, Held(f4, "R", "per dollar", "generalised cost this week")]
    route_weight: Annotated[ndarray, Held(f4, "Z", "weight", "in the logit, relative to the channel's reference cost")]
    route_share: Annotated[ndarray, Held(f4, "Z", "share", "share of the channel's goods")]
    priced_days: Annotated[ndarray, Held(f4, "A", "days", "queue days at which the routes were last priced")]
    reference: Annotated[ndarray, Held(f4, "K", "per dollar", "generalised cost")]
    channel_weight: Annotated[ndarray, Held(f4, "K", "weight", "sum of its routes' weights")]
    extra_cost: Annotated[ndarray, Held(f4, "Z", "per dollar", "what measures make the road dearer")]
    share_sum: Annotated[ndarray, Held(f8, "K", "share", "of its routes' shares, 1 but for rounding")]
    access_cost: Annotated[ndarray, Held(f4, "K", "share", "expected cost of the best route (log-sum)")]
    access_base: Annotated[ndarray, Held(f4, "K", "share", "the same at base")]
    asc: Annotated[
        ndarray,
        Held(
            f4,
            "K",
            "utility",
            "alternative-specific constant: base utility less the part that the base margin explains",
        ),
    ]
    attraction: Annotated[ndarray, Held(f4, "K+1", "utility", "constant and size of demand, this week")]
    markup: Annotated[ndarray, Held(f4, "K", "share", "what the hub takes of the landed price, this week")]
    net_revenue: Annotated[
        ndarray, Held(f4, "K+1", "share", "what is left of a dollar of price after tariff and mark-up")
    ]
    payment: Annotated[ndarray, Held(f4, "K", "share", "cost of being paid")]
    friction: Annotated[ndarray, Held(f4, "K+1", "share", "access and payment")]
    border_value: Annotated[
        ndarray,
        Held(f4, "K", "factor", "what customs writes for a dollar of base value (see sim/kernels/roads/lanes.py)"),
    ]
    dispatched: Annotated[ndarray, Held(f8, "K", "musd/week", "sent this week")]
    made_here: Annotated[ndarray, Held(f8, "K", "musd/week", "of which made in the region")]
    in_scope: Annotated[ndarray, Held(f8, "K", "musd/week", "of which a ban in force names")]
    detected: Annotated[ndarray, Held(f8, "K", "musd/week", "of which will be found at the border")]
    detected_count: Annotated[ndarray, Held(f8, "K", "consignments/week", "of which will be found, in consignments")]
    detected_made_here: Annotated[
        ndarray, Held(f8, "K", "musd/week", "of what will be found, the part made in the region")
    ]
    cleared: Annotated[ndarray, Held(f8, "K", "musd/week", "passed the border of home this week")]
    arrived: Annotated[ndarray, Held(f8, "K", "musd/week", "reached the market's border this week")]
    released: Annotated[ndarray, Held(f8, "K", "musd/week", "entered the market this week")]
    released_made_here: Annotated[
        ndarray, Held(f8, "W", "musd/week", "the same of watched channels, the part made in the region")
    ]
    denied: Annotated[ndarray, Held(f8, "W", "musd/week", "refused this week, resold elsewhere")]
    under_way: Annotated[ndarray, Held(f8, "W", "musd", "watched goods between dispatch and border")]
    under_way_made_here: Annotated[ndarray, Held(f8, "W", "musd", "of which made in the region")]
    under_way_detected: Annotated[ndarray, Held(f8, "W", "musd", "of which will be found")]
    under_way_count: Annotated[ndarray, Held(f8, "W", "consignments", "consignments that will be found")]
    under_way_detected_made_here: Annotated[
        ndarray, Held(f8, "W", "musd", "of what will be found, the part made in the region")
    ]
    arrivals_due: Annotated[
        ndarray, Held(f8, "market ring, K", "musd", "goods on the way to the market, by week of arrival")
    ]
    stop_due: Annotated[
        ndarray,
        Held(
            f8, "stop ring", "musd", "goods on the way to stops, section by section (see sim/kernels/roads/transit.py)"
        ),
    ]
    stop_passing: Annotated[
        ndarray, Held(f8, "S", "musd", "in the order of `Passages`: arrived this week, then passed")
    ]
    stop_queue: Annotated[ndarray, Held(f8, "S", "musd", "in the order of `Passages`")]
    detained_due: Annotated[ndarray, Held(f8, "ring, W", "musd", "found goods by the week of decision")]
    detained_made_here_due: Annotated[ndarray, Held(f8, "ring, W", "musd", "of which made in the region")]
    class_flow: Annotated[
        ndarray, Held(f8, "unlisted classes, K", "musd/week", "base flow by class of firm, when nobody is listed")
    ]


class Ports(NamedTuple):
    """Port agents, [G]."""

    queue_t: Annotated[ndarray, Held(f8, "G", "t", "stands at the gate", finite="network")]
    capacity_t: Annotated[ndarray, Held(f8, "G", "t", "this week, after background")]
    served_share: Annotated[ndarray, Held(f8, "G", "share", "of the queue, this week", start=1.0)]
    passed_t: Annotated[ndarray, Held(f8, "G", "t", "this week")]
    passed_musd: Annotated[ndarray, Held(f8, "G", "musd/week", "the same, at border value")]
    background_t: Annotated[ndarray, Held(f8, "G", "t", "served this week")]
    wait_days: Annotated[
        ndarray, Held(f8, "G", "days", "for goods that stand at the gate now, border time included", finite="ports")
    ]
    hours_factor: Annotated[
        ndarray, Held(f8, "G", "factor", "on capacity, from hours that the port lengthened itself", start=1.0)
    ]
    built_factor: Annotated[ndarray, Held(f8, "G", "factor", "on capacity, from what it built itself", start=1.0)]
    used_t: Annotated[ndarray, Held(f8, "G", "t", "what passed in open weeks, smoothed over a year")]
    offered_t: Annotated[ndarray, Held(f8, "G", "t", "what could have passed at ordinary capacity, smoothed likewise")]
    planned: Annotated[
        ndarray, Held(f8, "plans, G", "factor", "what building adds to `built_factor`, by year of the plan")
    ]
    due_t: Annotated[ndarray, Held(f8, "gate ring, G", "t", "under way to the gate, by the week of arrival")]
    sent_t: Annotated[ndarray, Held(f8, "gate ring, G", "t", "set under way to it last week, by weeks of travel")]
    expected_wait_days: Annotated[
        ndarray, Held(f8, "horizon, G", "days", "in the queue, for goods that arrive so many weeks from now")
    ]
    approach_queue_days: Annotated[ndarray, Held(f4, "A", "days", "published wait less free-flow border time")]


class Customs(NamedTuple):
    """Customs authorities, by class [H]."""

    weight: Annotated[ndarray, Held(f8, "H", "share", "share of the budget", finite="customs")]
    usable: Annotated[ndarray, Held(f8, "H", "share", "of the budget, with which all that customs pick is inspected")]
    hidden: Annotated[ndarray, Held(f8, "H", "consignments/week", "hidden consignments, smoothed", finite="customs")]
    hit: Annotated[
        ndarray,
        Held(
            f8,
            "H",
            "share",
            "what customs expect to refuse: their prior, then the denied share of what they decided, discounted",
            finite="customs",
        ),
    ]
    inspect_hidden: Annotated[ndarray, Held(f8, "H", "probability", "chance that a hidden consignment is inspected")]
    inspect_legitimate: Annotated[
        ndarray, Held(f8, "H", "probability", "chance that a legitimate consignment is inspected")
    ]
    detained_hidden: Annotated[ndarray, Held(f8, "H", "consignments/week", "hidden consignments detained this week")]
    detained_legitimate: Annotated[
        ndarray, Held(f8, "H", "consignments/week", "legitimate consignments detained this week")
    ]
    detained_musd: Annotated[ndarray, Held(f8, "H", "musd/week", "whole consignments")]
    denied_musd: Annotated[ndarray, Held(f8, "H", "musd/week", "whole consignments")]
    decided_count: Annotated[ndarray, Held(f8, "H", "consignments/week", "detained before and decided this week")]
    denied_count: Annotated[ndarray, Held(f8, "H", "consignments/week", "of which denied")]
    dispatched: Annotated[ndarray, Held(f8, "H", "consignments/week", "hidden consignments sent this week")]
    same_makers: Annotated[
        ndarray,
        Held(
            f8,
            "H",
            "consignments/week",
            "goods of the same makers in hubs that hold nothing a ban names, smoothed",
            finite="customs",
        ),
    ]
    hidden_due: Annotated[
        ndarray, Held(f8, "ring, H", "consignments", "detained hidden consignments by the week of decision")
    ]
    legitimate_due: Annotated[
        ndarray, Held(f8, "ring, H", "consignments", "detained legitimate consignments by the week of decision")
    ]


class Markets(NamedTuple):
    """Price cells, [N]."""

    price: Annotated[
        ndarray, Held(f4, "N", "ratio to base", "price of a dollar of base value", start=1.0, finite="markets")
    ]
    shock: Annotated[ndarray, Held(f4, "N", "log", "demand shock")]
    arrivals: Annotated[ndarray, Held(f8, "N", "musd/week", "what arrives, smoothed", finite="markets")]
    demand: Annotated[ndarray, Held(f8, "N", "musd/week", "wanted this week")]
    size: Annotated[ndarray, Held(f4, "N", "log", "log of demand without shock over base demand")]
    brought: Annotated[
        ndarray, Held(f8, "N", "musd/week", "demand of the buyers of registered inland firms, beside base demand")
    ]
    released: Annotated[ndarray, Held(f8, "N", "musd/week", "entered the market this week")]


class Census(NamedTuple):
    """What is known of the groups of firms (origin x commodity x direction), every four weeks; [groups] or [K]."""

    leader: Annotated[ndarray, Held(i4, "groups", "index", "the firm with the best margin, -1 none", within=(-1, "F"))]
    main_channel: Annotated[
        ndarray, Held(i4, "groups", "index", "the channel that carries most of its goods", within=(-1, "K"))
    ]
    margin: Annotated[ndarray, Held(f8, "groups", "share", "mean believed margin, by capacity")]
    capacity: Annotated[ndarray, Held(f8, "groups", "musd/week", "capacity of the group")]
    firms: Annotated[ndarray, Held(f8, "groups", "count", "active ones")]
    base_firms: Annotated[ndarray, Held(f8, "groups", "count", "firms of the base, from whose like the entrants come")]
    crowding: Annotated[ndarray, Held(f4, "groups", "factor", "firms of the base over active firms")]
    at_founding: Annotated[ndarray, Held(f8, "groups", "count", "firms in the area of the zone when it began")]
    in_area: Annotated[ndarray, Held(f8, "groups", "count", "active ones in the area of a zone")]
    came: Annotated[ndarray, Held(f8, "groups", "count", "inland firms that have registered in the zone")]
    entrant_size: Annotated[
        ndarray, Held(f4, "groups", "factor", "capacity of an entrant over that of the firm it copies")
    ]
    pull: Annotated[
        ndarray, Held(f8, "K", "musd/week", "base flow times growth of demand, running sum within the group")
    ]


class Intermediaries(NamedTuple):
    """Agents of the hubs: rows [I], equally many for each pool [E]; and what the hubs add up to [M]."""

    active: Annotated[ndarray, Held(i4, "I", "flag", "the row holds an intermediary")]
    generation: Annotated[ndarray, Held(u4, "I", "count", "intermediaries that the row has held before")]
    listed_since: Annotated[
        ndarray, Held(i4, "I", "weeks", "week in which a sender listed it; -1: not listed", start=-1)
    ]
    capacity: Annotated[ndarray, Held(f8, "I", "musd/week", "base value that it can carry")]
    flow: Annotated[ndarray, Held(f8, "E", "musd/week", "clients' goods sent this week")]
    working: Annotated[ndarray, Held(i4, "E", "count", "active intermediaries", within=(0, ROWS_OF_A_HUB_POOL + 1))]
    pool_capacity: Annotated[ndarray, Held(f8, "E", "musd/week", "their capacity")]
    markup_factor: Annotated[
        ndarray, Held(f4, "E+1", "factor", "mark-up over that of the base; the last, of no pool, stays 1", start=1.0)
    ]
    threat: Annotated[
        ndarray, Held(f8, "E", "factor", "hazard of being listed, relative to the parameter, when last worked out")
    ]
    threatened: Annotated[
        ndarray, Held(i4, "M", "flag", "hubs that a secondary sanction reaches, when last worked out")
    ]
    denied: Annotated[
        ndarray, Held(f8, "M", "musd/week", "value a week that customs refused with the hub as origin, smoothed")
    ]
    hub_flow: Annotated[ndarray, Held(f8, "M", "musd/week", "goods sent over pools of the hub this week")]
    hub_taken: Annotated[ndarray, Held(f8, "M", "musd/week", "mark-up times goods")]
    hub_markup: Annotated[ndarray, Held(f8, "M", "share", "their quotient")]
    hub_working: Annotated[ndarray, Held(f8, "M", "count", "active intermediaries")]


class TradeRecords(NamedTuple):
    """What the week cost and brought, and what others write down of it; musd."""

    freight_rate: Annotated[
        ndarray, Held(f4, "Z", "per dollar", "transport, handling and losses on the road, per dollar of base value")
    ]
    fee_rate: Annotated[ndarray, Held(f4, "Z", "per dollar", "base fees of the gates, per dollar")]
    travel_rate: Annotated[ndarray, Held(f4, "Z", "per dollar", "value of the free-flow days, per dollar")]
    road: Annotated[
        ndarray,
        Held(f8, "4, 2", "musd/week", "freight, fees, days and base value of this week's dispatch, by direction"),
    ]
    waiting: Annotated[ndarray, Held(f8, "C, 2", "musd", "base value that waits at gates at the week's end")]
    spoiled: Annotated[ndarray, Held(f8, "C, 2", "musd/week", "base value lost at gates this week")]
    stopped: Annotated[
        ndarray,
        Held(f8, "3, D, C", "musd/week", "whole consignments, base value: detained (times days), let go, denied"),
    ]
    alarms: Annotated[ndarray, Held(f8, "3, D, C", "musd/week", "the same of goods that hold nothing of the region")]
    accounts: Annotated[
        ndarray, Held(f8, "accounts, 2", "musd/week", "who gains and who pays, by account and direction")
    ]
    accounts_at: Annotated[
        ndarray,
        Held(
            f8,
            "accounts by market, M",
            "musd/week",
            "buyers' surplus, treasury, hubs, what importers bear, false alarms, sales of suppliers, by market",
        ),
    ]
    partner_imports: Annotated[
        ndarray, Held(f8, "M", "musd/week", "from the region, as the market's own customs see it")
    ]
    sender_imports: Annotated[ndarray, Held(f8, "H", "musd/week", "by the senders' classes")]
    retail: Annotated[ndarray, Held(f8, "O", "musd/week", "sold to visitors")]
    turned_away: Annotated[
        ndarray, Held(f8, "C, 2", "musd/week", "base value without a way past a shut crossing, resold elsewhere")
    ]


class Scratch(NamedTuple):
    """Working room for a block of firms and for routes; holds nothing between weeks."""

    uniform: Annotated[ndarray, Held(f4, "4, block", "probability", "random numbers")]
    attention: Annotated[ndarray, Held(f4, "block", "probability", "chance that a firm hears of prices")]
    speed: Annotated[ndarray, Held(f4, "block", "share", "part of the gap to its targets that a firm closes")]
    words: Annotated[ndarray, Held(u8, "4, block", "bits", "their bits")]
    utility: Annotated[ndarray, Held(f4, "Q, block", "utility", "utility of each slot")]
    excess: Annotated[ndarray, Held(f4, "Q, block", "share", "margin above the base, for alternative decision rules")]
    top: Annotated[ndarray, Held(f4, "block", "utility", "highest utility of a firm")]
    per_weight: Annotated[ndarray, Held(f4, "block", "share", "share that a weight of the choice makes")]
    mean: Annotated[ndarray, Held(f4, "block", "weight", "mean margin of a firm")]
    picked: Annotated[ndarray, Held(u4, "block", "index", "firms of the block that something happens to")]
    chosen: Annotated[ndarray, Held(u4, "block", "index", "the same for one slot")]
    marked: Annotated[ndarray, Held(i4, "block", "flag", "a measure is about firms of this class")]
    place: Annotated[ndarray, Held(u4, "block", "index", "place of each firm's goods in the account")]
    value: Annotated[ndarray, Held(f8, "block", "musd/week", "what each firm sends in one slot")]
    account: Annotated[
        ndarray, Held(f8, "account", "musd/week", "dispatched, not made in the region and made there; K: nowhere")
    ]
    channel_in_force: Annotated[
        ndarray, Held(f4, "weighed columns, K", "mixed", "measures in force before a span of weeks begins")
    ]
    cancelled: Annotated[ndarray, Held(f4, "B, K", "share", "of the orders that buyers who newly refuse cancel")]
    reprice_route: Annotated[ndarray, Held(u4, "R+S", "index", "routes to price anew")]
    reprice_value: Annotated[ndarray, Held(f4, "R+S", "per dollar", "what is worked out for them")]
    channel_load: Annotated[ndarray, Held(f8, "K", "musd/week", "sets out on each channel, for a route's share of 1")]
    gate_load: Annotated[ndarray, Held(f8, "2, G", "t", "waits at each gate, and sets out for it every week")]
    going: Annotated[ndarray, Held(f8, "K", "musd/week", "dispatched, or turned back before and sent again")]
    route_mass: Annotated[ndarray, Held(f8, "Z", "musd/week", "dispatched")]
    road_rate: Annotated[ndarray, Held(f4, "3, K", "per dollar", "freight, fees and days of this week's dispatch")]
    payment_part: Annotated[ndarray, Held(f8, "4, K", "musd/week", "who gets how much of what is paid, by channel")]
    parts: Annotated[ndarray, Held(f8, "2, parts", "mixed", "partial sums")]
    cell_value: Annotated[ndarray, Held(f8, "N", "mixed", "a number for each price cell")]
    tally: Annotated[ndarray, Held(i8, "tallies, owned places", "count", "partial counts")]
    owned: Annotated[ndarray, Held(f8, "tallies, owners", "musd/week", "partial sums")]


class State(NamedTuple):
    """All that changes in a run."""

    firms: Firms
    lanes: Lanes
    ports: Ports
    customs: Customs
    markets: Markets
    in_force: MeasuresInForce
    closures: Closures
    intermediaries: Intermediaries
    trade_records: TradeRecords
    ledger: Annotated[
        ndarray, Held(f8, "5", "musd", "since the start: on hand at start, dispatched, delivered, denied, spoiled")
    ]
    census: Census
    rows_used: Annotated[
        ndarray,
        Held(
            i8,
            "3",
            "count",
            "rows of firms in use; 1 + the firm whose copy waits for a free row, or 0; the same of a registration",
            within=(0, "F+1"),
        ),
    ]
    unit_cost: Annotated[ndarray, Held(f4, "groups", "per dollar", "unit cost of each group, of base value")]
    season: Annotated[ndarray, Held(f4, "C", "factor", "seasonal factor this week", start=1.0)]
    scratch: Scratch
