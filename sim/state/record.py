"""What is observed of a run."""

from typing import NamedTuple

import numpy as np


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
