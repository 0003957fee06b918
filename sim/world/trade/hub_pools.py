"""Hub pools: where intermediaries serve one commodity by one kind of channel."""

import numpy as np
from numpy.typing import NDArray

from sim.state import EMBODIED, RELABELLED, TRANSIT_DECLARED, Authorities, Channels, HubPools

_SERVED = (TRANSIT_DECLARED, RELABELLED, EMBODIED)


def find_hub_pools(channels: Channels, authorities: Authorities, market_of_origin: NDArray[np.int32]) -> HubPools:
    """Find the pools of a world: one for each hub, commodity and kind of channel over a hub with a flow at base.

    Parameters
    ----------
    channels, authorities
        Of the world; base flows final.
    market_of_origin
        Market of each declared origin; -1 for those at home.

    Returns
    -------
    Desks
        In the order of hub, commodity and kind. A channel without a hub, or over a hub that carries nothing at base,
        has none, and its mark-up stays that of the base.
    """
    over_hub = np.isin(channels.kind, _SERVED) & (channels.hub >= 0)
    candidates = np.flatnonzero(over_hub)
    keys = np.stack([channels.hub, channels.commodity, channels.kind], axis=1)[candidates]
    found, number = np.unique(keys, axis=0, return_inverse=True)
    flow = np.bincount(number.ravel(), channels.base_flow[candidates], minlength=len(found))
    with_flow = flow > 0
    of_channel = np.full(channels.hub.size, with_flow.sum(), np.int32)
    of_channel[candidates] = np.where(with_flow, np.cumsum(with_flow) - 1, with_flow.sum())[number.ravel()]
    hub, commodity, kind = found[with_flow].astype(np.int32).T
    return HubPools(
        hub=hub,
        commodity=commodity,
        kind=kind,
        base_flow=flow[with_flow].astype(float),
        channel=np.flatnonzero(of_channel < with_flow.sum()).astype(np.int32),
        of_channel=of_channel,
        class_hub=market_of_origin[authorities.class_declared],
    )
