"""The figures of a comparison, in the order of the page; one file each.

A file declares its figure as a `Picture`: what is drawn, the finding that is its title, how to read it, the drawing,
and the tables that are written with it. Page, answer and tables loop over this list.
"""

from sim.report.figures import (
    at_senders,
    crossings_calendar,
    declared_origins,
    difference_by_market,
    flow_map,
    trade_by_market,
    what_moves,
    who_gains,
)

FIGURES = (
    trade_by_market.PICTURE,
    difference_by_market.PICTURE,
    who_gains.PICTURE,
    flow_map.PICTURE,
    crossings_calendar.PICTURE,
    at_senders.PICTURE,
    declared_origins.PICTURE,
    what_moves.PICTURE,
)
