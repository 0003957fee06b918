"""Small networks and demand for reference equilibria, and what must balance on each."""

import numpy as np
import pandas as pd

COLUMNS = ["from_place", "to_place", "cost", "capacity", "alpha", "beta"]
ONE_PAIR = pd.DataFrame([("a", "b", 10.0)], columns=["from_place", "to_place", "volume"])


def links_of(*rows: tuple) -> pd.DataFrame:
    """Links of a network, a row each."""
    return pd.DataFrame(rows, columns=COLUMNS)


def demand_of(*rows: tuple) -> pd.DataFrame:
    """Demand, a row each."""
    return pd.DataFrame(rows, columns=["from_place", "to_place", "volume"])


def crossings(seed=3, slack=1.15):
    """Four origins and three markets, joined by five crossings with capacity; every route is in the default set."""
    draw = np.random.default_rng(seed)
    demand = demand_of(*[(f"o{o}", f"m{m}", draw.uniform(20, 60)) for o in range(4) for m in range(3)])
    share = draw.uniform(0.7, 1.6, 5)
    capacity = slack * demand["volume"].sum() * share / share.sum()
    rows = [(f"in{x}", f"out{x}", 0.001, capacity[x], 0.15, 4.0) for x in range(5)]
    rows += [(f"o{o}", f"in{x}", draw.uniform(0.02, 0.10), np.inf, 0.0, 1.0) for o in range(4) for x in range(5)]
    rows += [(f"out{x}", f"m{m}", draw.uniform(0.02, 0.10), np.inf, 0.0, 1.0) for x in range(5) for m in range(3)]
    return links_of(*rows), demand


def surplus(flows, demand):
    """What arrives less what leaves at each place, less what demand asks for: zero everywhere."""
    arriving = flows.groupby("to_place")["flow"].sum().sub(flows.groupby("from_place")["flow"].sum(), fill_value=0)
    asked = demand.groupby("to_place")["volume"].sum().sub(demand.groupby("from_place")["volume"].sum(), fill_value=0)
    return arriving.sub(asked, fill_value=0)
