"""Base flows by origin: who sold what to whom in the base year, as far as the margins of the tables tell.

The tables give the trade of each market and commodity, and the share of each place. What lies between is the least
surprising table with these margins that prefers near origins: iterative proportional fitting of
exp(-theta access cost).
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.constants import SHUT, USD_PER_MUSD, WEEKS_PER_YEAR
from sim.kernels import fitting
from sim.kernels.compiler.jit import over_arrays
from sim.kernels.rules import route_bill
from sim.state import Goods, Routes

PAIR_ROUNDS = 25  # of scaling to known pairs: a percent is left, or what demand and supply do not allow
SMALLEST_SCALE = 1e-6  # of a weight in a round: a pair of 0 goes to nothing


def access_costs(routes: Routes, goods: Goods, commodity: NDArray[np.int32], theta: float) -> NDArray[np.float64]:
    """Access cost of each channel at free flow, over the routes open at base, per dollar.

    Parameters
    ----------
    commodity
        [K] of the channels.
    theta
        Logit scale of the choice of route.

    Returns
    -------
    numpy.ndarray
        [K]: -(1/theta) log sum PS exp(-theta cost).
    """
    c = commodity[routes.channel]
    per_usd = goods.tonnes_per_musd[c] / USD_PER_MUSD
    freight, fees = routes.static_usd_per_t.astype(float), routes.gate_usd_per_t.astype(float)
    days, time_value = routes.static_days.astype(float) + routes.gate_days, goods.time_value_per_day[c].astype(float)
    cost = np.where(routes.opens_week > 0, SHUT, sum(over_arrays(route_bill)(freight, fees, days, per_usd, time_value)))
    starts = np.flatnonzero(np.diff(routes.channel, prepend=-1))
    lowest = np.minimum.reduceat(cost, starts)
    weight = np.empty(cost.size)
    fitting.exponentials(-theta * (cost - lowest[routes.channel]), weight)
    total = np.empty(lowest.size)
    fitting.logarithms(np.add.reduceat(routes.path_size * weight, starts), total)
    return lowest - total / theta


def base_flows(
    lanes: pd.DataFrame, access: NDArray[np.float64], theta: float, bilateral: pd.DataFrame
) -> NDArray[np.float64]:
    """Find the base flow of each channel: targets exactly, the supply of places as nearly as the lanes allow.

    Where the trade of a place with a partner is known, the weights of its lanes are scaled until flows come near to it.

    Parameters
    ----------
    lanes
        Candidate channels with target, flow_musd, supply, origin, commodity and direction.
    access
        [K] access cost.
    theta
        Logit scale of the choice of market.
    bilateral
        Table bilateral.csv.

    Returns
    -------
    numpy.ndarray
        [K] million dollars a week.
    """
    weight = np.empty(len(lanes))
    fitting.exponentials(-theta * access, weight)
    target = np.unique(lanes["target"], return_inverse=True)[1].astype(np.int32)
    target_total = lanes.groupby("target")["flow_musd"].first().to_numpy(float)
    row = lanes.groupby(["origin", "commodity", "direction"], sort=False).ngroup().to_numpy(np.int32)
    once = lanes.drop_duplicates("target").groupby(["commodity", "direction"])["flow_musd"].sum().rename("branch")
    branches = lanes[["commodity", "direction", "supply"]].merge(once, on=["commodity", "direction"], how="left")
    first_of_row = np.flatnonzero(~pd.Series(row).duplicated())
    row_total = (branches["supply"] * branches["branch"]).to_numpy(float)[first_of_row]
    flow, sums = np.empty(len(lanes)), (np.zeros(row_total.size), np.zeros(target_total.size))
    partner = np.where(lanes["hub"] != "", lanes["hub"], lanes["market"])
    pair = pairs_of(lanes.assign(market=partner), bilateral)
    known = bilateral["value_musd"].to_numpy(float) / WEEKS_PER_YEAR
    for _ in range(PAIR_ROUNDS if len(bilateral) else 0):
        fitting.balance(weight, row, target, row_total, target_total, flow, *sums)
        met = np.bincount(pair, flow, minlength=known.size + 1)[:-1]
        wanted = np.divide(known, met, out=np.ones(known.size), where=met > 0)
        weight *= np.append(np.maximum(wanted, SMALLEST_SCALE), 1.0)[pair]
    fitting.balance(weight, row, target, row_total, target_total, flow, *sums)
    return flow


def pairs_of(lanes: pd.DataFrame, bilateral: pd.DataFrame) -> NDArray[np.int64]:
    """Find the row of bilateral.csv that each lane belongs to; the number of its rows where it belongs to none.

    Parameters
    ----------
    lanes
        Columns origin, market and direction.
    bilateral
        Table bilateral.csv.

    Examples
    --------
    >>> lanes = pd.DataFrame({"origin": ["a", "b"], "market": ["m", "m"], "direction": ["export", "export"]})
    >>> pairs_of(lanes, pd.DataFrame({"place": ["b"], "market": ["m"], "direction": ["export"]})).tolist()
    [1, 0]
    """
    key = ["origin", "market", "direction"]
    rows = bilateral.rename(columns={"place": "origin"})[key].assign(pair=np.arange(len(bilateral)))
    return lanes[key].merge(rows, how="left", on=key)["pair"].fillna(len(bilateral)).to_numpy(np.int64)
