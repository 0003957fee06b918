"""What measures do this week, added up over what they reach; which crossings are shut. Declared as in `changing`."""

from typing import Annotated, NamedTuple

from numpy import float32 as f4
from numpy import float64 as f8
from numpy import int32 as i4
from numpy import ndarray
from numpy import uint8 as u1

from sim.state.axes import Held
from sim.state.measures import CHANNEL_COLUMNS, INSPECTION_COLUMNS


class MeasuresInForce(NamedTuple):
    """Measures in force this week, added up over the channels and cells they reach."""

    channel: Annotated[
        ndarray,
        Held(f4, "channel columns, K", "mixed", "see below", start=tuple(each.start for each in CHANNEL_COLUMNS)),
    ]
    by_class: Annotated[ndarray, Held(f4, "class columns, B, K", "mixed", "see below")]
    banned: Annotated[ndarray, Held(i4, "B", "flag", "a ban names goods of this class of firms")]
    burdened: Annotated[
        ndarray, Held(i4, "B", "flag", "this class of firms reckons with inspections or a friction of its own")
    ]
    named: Annotated[ndarray, Held(i4, "K", "flag", "a ban or a list in force reaches the channel")]
    banning: Annotated[ndarray, Held(i4, "D", "flag", "an import ban into its market is in force")]
    shut: Annotated[ndarray, Held(i4, "1", "flag", "all buyers refuse some goods, or some are turned away")]
    firm_news: Annotated[ndarray, Held(i4, "1", "flag", "a ban, a list or a duty of buyers changed this week")]
    class_detention: Annotated[
        ndarray, Held(f4, "H", "factor", "`detention_days` of channels by inspection class", start=-1.0)
    ]
    subsidy: Annotated[ndarray, Held(f4, "O", "share", "of the free-trade zone")]
    pressure: Annotated[ndarray, Held(f4, "1", "share", "strongest import ban")]
    passage: Annotated[ndarray, Held(f4, "R", "per dollar", "cost on a route: dearer transport, losses on the road")]
    driver: Annotated[ndarray, Held(f4, "N", "log", "shift of demand")]
    refused: Annotated[ndarray, Held(f4, "N", "musd/week", "part of base demand that buyers withdraw")]
    budget: Annotated[ndarray, Held(f4, "D", "factor", "multiple of the inspection budget; 0: nobody inspects")]
    customs_budget: Annotated[
        ndarray, Held(f4, "D", "factor", "multiple of it by what the sender spends on inspections", start=1.0)
    ]
    inspection: Annotated[
        ndarray,
        Held(
            f4,
            "inspection columns, H",
            "mixed",
            "see below",
            start=tuple(each.start for each in INSPECTION_COLUMNS),
        ),
    ]
    inspected: Annotated[ndarray, Held(i4, "H", "flag", "classes whose goods a ban in force names")]
    refusing: Annotated[
        ndarray, Held(f4, "B, K", "share", "buyers that refuse the goods, when orders were last looked at")
    ]
    selective: Annotated[
        ndarray, Held(u1, "K+1", "flag", "some firms reckon with inspections or a friction of their own there; K: none")
    ]
    news: Annotated[
        ndarray, Held(u1, "K+1", "flag", "the risk of some firms may have changed with a measure this week; K: none")
    ]
    blocked: Annotated[ndarray, Held(u1, "K", "flag", "all routes of the channel are shut: firms refuse it")]


class Closures(NamedTuple):
    """Crossings that are shut to goods, by a ban on transit or for good, and the goods that turn back there."""

    active: Annotated[ndarray, Held(i4, "1", "flag", "something is shut, known to be so soon, or opened this week")]
    news: Annotated[ndarray, Held(i4, "1", "flag", "other routes are shut than in the week before")]
    barred: Annotated[
        ndarray, Held(f4, "S", "share", "in the order of `Passages`: of the week, in which goods may not pass")
    ]
    shut_route: Annotated[ndarray, Held(u1, "R", "flag", "what sets out now would arrive at a shut crossing")]
    turned_back: Annotated[ndarray, Held(f8, "K", "musd", "turned back, and sent again next week")]
