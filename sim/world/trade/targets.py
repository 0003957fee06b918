"""Base flows that the model must meet, and the lanes on which they can travel.

A *target* is what a market takes of a commodity in the base year by one kind of channel: directly, booked to a hub,
relabelled there, embodied in other goods, or by parcel. Hubs take the shares of the table of hubs; the rest is direct.
"""

import numpy as np
import pandas as pd

from sim.about import About
from sim.constants import WEEKS_PER_YEAR
from sim.errors import InputError
from sim.state import DIRECTIONS, EXPORT, KINDS
from sim.world.size import check_lanes, check_targets
from sim.world.tables.read import Tables
from sim.world.tables.schema import EVERYTHING

SMALLEST_FLOW_MUSD_PER_YEAR = 0.5
SURE_ORIGINS = 2
SLOTS_PER_TARGET = 8
TARGET_COLUMNS = ["market", "commodity", "direction", "hub", "kind", "flow_musd", "markup", "lost_in_transit"]


def base_targets(tables: Tables) -> pd.DataFrame:
    """Split the base year's demand over the kinds of channel.

    Returns
    -------
    pandas.DataFrame
        Columns `TARGET_COLUMNS`, flows in million dollars a week, none zero.

    Raises
    ------
    InputError
        If the hubs of a market take all of it.
    """
    demand = tables.demand[tables.demand["value_musd"] > 0]
    demand = demand.assign(flow_musd=demand["value_musd"] / WEEKS_PER_YEAR)[
        ["market", "commodity", "direction", "flow_musd"]
    ]
    by_hub = _hub_targets(tables, demand)
    taken = by_hub.groupby(["market", "commodity", "direction"])["flow_musd"].sum().rename("taken").reset_index()
    direct = demand.merge(taken, how="left").fillna({"taken": 0.0})
    full = direct[direct["taken"] >= direct["flow_musd"]]
    if len(full):
        raise InputError(
            f"hubs.csv: base_share of market {full['market'].iloc[0]} adds up to 1 or more; "
            "a share must be left for direct trade."
        )
    direct["flow_musd"] -= direct["taken"]
    direct = direct.assign(hub="", kind=KINDS[0], markup=0.0, lost_in_transit=0.0)
    return pd.concat([direct[TARGET_COLUMNS], by_hub[TARGET_COLUMNS]], ignore_index=True)


def _hub_targets(tables: Tables, demand: pd.DataFrame) -> pd.DataFrame:
    """Flows over hubs; a row for one commodity goes before a row for all of them."""
    exports = demand[demand["direction"] == DIRECTIONS[EXPORT]]
    hubs = tables.hubs[tables.hubs["base_share"] > 0]
    check_targets(hubs, exports)
    named = hubs[hubs["commodity"] != EVERYTHING].merge(exports, on=["market", "commodity"])
    every = hubs[hubs["commodity"] == EVERYTHING].drop(columns="commodity").merge(exports, on="market")
    both = pd.concat([named, every], ignore_index=True).drop_duplicates(["hub", "market", "kind", "commodity"])
    return both.assign(flow_musd=both["flow_musd"] * both["base_share"])


def largest_targets(targets: pd.DataFrame, slots: int) -> pd.DataFrame:
    """Keep no more targets than few firms can hold: the largest ones, scaled so that no trade of a branch is lost.

    Parameters
    ----------
    targets
        Of `base_targets`.
    slots
        Slots of all firms together; a target needs eight.

    Returns
    -------
    pandas.DataFrame
        The targets as they are where there are firms enough; at least the largest one of each branch.
    """
    branch = [targets["commodity"], targets["direction"]]
    leads = targets["flow_musd"].groupby(branch).rank(ascending=False, method="first") == 1
    order = targets["flow_musd"].where(~leads, np.inf).rank(ascending=False, method="first")
    kept = targets[(order <= slots // SLOTS_PER_TARGET) | leads]
    total = targets["flow_musd"].groupby(branch).transform("sum")
    left = kept["flow_musd"].groupby([kept["commodity"], kept["direction"]]).transform("sum")
    return kept.assign(flow_musd=kept["flow_musd"] * total[kept.index] / left).reset_index(drop=True)


def candidate_lanes(targets: pd.DataFrame, supply: pd.DataFrame) -> pd.DataFrame:
    """Pair targets with the places that have firms of their branch, without flows too small to matter.

    Parameters
    ----------
    targets
        Of `base_targets`.
    supply
        Columns origin, commodity, direction and supply: the place's share of the branch.

    Returns
    -------
    pandas.DataFrame
        One row a candidate channel: columns of the target, `target` (its row), `origin`, `supply` and `by_air`; sorted
        by origin, commodity, direction and target. A place stays where its expected flow is half a million dollars a
        year or more; the two largest places of the branch stay for every target, and the largest target for every
        place with firms of the branch.
    """
    check_lanes(targets, supply)
    pairs = targets.rename_axis("target").reset_index().merge(supply, on=["commodity", "direction"])
    expected = pairs["flow_musd"] * pairs["supply"] * WEEKS_PER_YEAR
    rank = pairs.groupby("target")["supply"].rank(ascending=False, method="first")
    best = expected.groupby([pairs["origin"], pairs["commodity"], pairs["direction"]]).rank(
        ascending=False, method="first"
    )
    kept = pairs[(expected >= SMALLEST_FLOW_MUSD_PER_YEAR) | (rank <= SURE_ORIGINS) | (best == 1)]
    kept = kept.assign(by_air=kept["kind"] == KINDS[-1])
    return kept.sort_values(["origin", "commodity", "direction", "target"], kind="stable", ignore_index=True)


def declared_origin(kind: pd.Series, hub: pd.Series, about: About) -> np.ndarray:
    """Origin that the papers name at the market's border: the address of the region, a hub, or elsewhere at home."""
    inland = np.where(kind == KINDS[0], about.address, about.elsewhere)
    return np.where(hub.to_numpy() != "", hub.to_numpy(), inland)
