"""The figures of a comparison, in the order of the page; one file each.

A file declares its figure as a `Picture`: what is drawn, the finding that is its title, how to read it, the drawing,
and the tables that are written with it. Page, answer and tables loop over this list.
"""

from sim.report.figures import (
    at_senders,
    crossings_calendar,
    declared_origins,
    difference_by_market,
    difference_map,
    flow_map,
    seasons,
    trade_by_market,
    true_origins,
    what_moves,
    who_gains,
)

FIGURES = (
    trade_by_market.PICTURE,
    difference_by_market.PICTURE,
    who_gains.PICTURE,
    flow_map.PICTURE,
    difference_map.PICTURE,
    crossings_calendar.PICTURE,
    seasons.PICTURE,
    at_senders.PICTURE,
    true_origins.PICTURE,
    declared_origins.PICTURE,
    what_moves.PICTURE,
)
