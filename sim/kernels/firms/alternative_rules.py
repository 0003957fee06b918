"""Rival rules of choice, for robustness: firms that are content with enough, and firms that repeat what has paid.

Both look at the *excess* of a slot: its believed margin less the margin of its channel at base. It is 0 everywhere at
base, where both rules leave the shares as they are. The size of demand does not enter: a growing market draws these
firms by its prices alone. What lists, compliance and refusing buyers take from a slot counts as margin lost. Relations
enter where a firm tries something; a slot that is shut to it gets nothing.

Content with enough (Simon 1955): a firm aspires to the base, or to the best that it knows where nothing is as good as
the base, less a gap. While its mean excess is at least that, it keeps its shares; else it leaves the slots below for
those at or above. An aspiration that nothing can meet would keep all firms on the move for ever.

Repeating what has paid (Roth & Erev 1995; its continuous limit is the replicator, Börgers & Sarin 1997):

    target_k = (1 - e) share_k exp(theta excess_k) / sum + e tried_k          tried: the firm's choice at base
"""

import numpy as np

from sim.kernels.compiler.jit import keep_apart, kernel, process
from sim.kernels.numbers.numerics import ONE, ZERO, exp32
from sim.kernels.rules import excess_margin, margin
from sim.state import REINFORCEMENT

f4 = np.float32
SHUT_TASTE = f4(-1e3)  # a slot that the firm likes less than this is shut to it
NO_EXCESS = f4(-1e9)


@kernel
def satisfice(excess, taste, share, gap, experimentation, target):
    """Shares that a firm content with enough moves towards.

    Parameters
    ----------
    excess, taste, share : float32 [Q]
        Excess margin, liking (shut below `SHUT_TASTE`) and present share of each slot.
    gap : float32
        How far the mean excess may fall below what the firm aspires to.
    experimentation : float32
        Added to the shares of acceptable slots, so that an unused one can be taken up.
    target : float32 [Q]
        Written; may be `taste`.
    """
    mean, best, shut_share = survey(excess, taste, share)
    aspiration = min(best, ZERO) - gap
    content = mean >= aspiration
    if best <= NO_EXCESS or (content and shut_share == ZERO):
        keep_shares(share, target)
        return
    total = ZERO
    for q in range(share.size):
        weight = ZERO
        if taste[q] >= SHUT_TASTE:
            weight = share[q]
            if not content:
                weight = share[q] + experimentation if excess[q] >= aspiration else ZERO
        target[q] = weight
        total += weight
    for q in range(share.size):
        target[q] = target[q] / total


@kernel
def survey(excess, taste, share):
    """Look over the slots.

    Returns
    -------
    tuple
        Mean excess of the open slots in use, largest one of the open slots, and share of the shut ones; an excess is
        `NO_EXCESS` where there are no such slots.
    """
    total, used, best, shut_share = ZERO, ZERO, NO_EXCESS, ZERO
    for q in range(share.size):
        if taste[q] < SHUT_TASTE:
            shut_share += share[q]
            continue
        total += share[q] * excess[q]
        used += share[q]
        best = max(best, excess[q])
    mean = total / used if used > ZERO else NO_EXCESS
    return mean, best, shut_share


@kernel
def keep_shares(share, target):
    """Stay where one is; writes ``target``."""
    for q in range(share.size):
        target[q] = share[q]


@kernel
def reinforce(excess, taste, share, theta, experimentation, target):
    """Shares that a firm which repeats what has paid moves towards.

    Parameters
    ----------
    excess, taste, share : float32 [Q]
        Excess margin, liking (shut below `SHUT_TASTE`) and present share of each slot.
    theta : float32
        How strongly a dollar of excess reinforces.
    experimentation : float32
        Part of the choice that follows liking alone.
    target : float32 [Q]
        Written; may be `taste`.
    """
    top, best = taste[0], NO_EXCESS
    for q in range(share.size):
        top = max(top, taste[q])
        if taste[q] >= SHUT_TASTE and share[q] > ZERO:
            best = max(best, excess[q])
    if top < SHUT_TASTE:
        keep_shares(share, target)
        return
    paid, tried = ZERO, ZERO
    for q in range(share.size):
        if taste[q] >= SHUT_TASTE:
            paid += share[q] * exp32(theta * (excess[q] - best))
            tried += exp32(taste[q] - top)
    repeated = ONE - experimentation if paid > ZERO else ZERO
    paid = paid if paid > ZERO else ONE
    for q in range(share.size):
        if taste[q] < SHUT_TASTE:
            target[q] = ZERO
            continue
        repeats = share[q] * exp32(theta * (excess[q] - best)) / paid
        target[q] = repeated * repeats + (ONE - repeated) * exp32(taste[q] - top) / tried


@process
def find_targets(rule, base_value, parameters, lanes, first, n, firms, scratch):
    """Shares that the firms of a block move towards under an alternative rule.

    Parameters
    ----------
    rule : int
        `SATISFICING` or `REINFORCEMENT`.
    base_value : float32 [K]
        Utility of each channel at base.
    scratch : Scratch
        Written: ``utility`` holds the targets, ``per_weight`` what to multiply them with: 1.
    """
    keep_apart()
    theta, gap, experimentation = parameters.theta_market, parameters.aspiration_gap, parameters.experimentation
    excess, taste, per_weight, last = scratch.excess, scratch.utility, scratch.per_weight, first + n
    for q in range(excess.shape[0]):
        find_excess(
            theta,
            parameters.relationship_weight,
            firms.channel[q, first:last],
            firms.price_belief[q, first:last],
            firms.risk[q, first:last],
            firms.relationship[q, first:last],
            firms.base_own_utility[q, first:last],
            firms.own_utility[q, first:last],
            firms.unit_cost[first:last],
            base_value,
            lanes.asc,
            lanes.net_revenue,
            lanes.friction,
            excess[q],
            taste[q],
        )
    for i in range(n):
        share = firms.share[:, first + i]
        if rule == REINFORCEMENT:
            reinforce(excess[:, i], taste[:, i], share, theta, experimentation, taste[:, i])
        else:
            satisfice(excess[:, i], taste[:, i], share, gap, experimentation, taste[:, i])
        per_weight[i] = ONE


@process
def find_excess(
    theta,
    relationship_weight,
    channel,
    belief,
    risk,
    relationship,
    base_own_utility,
    own_utility,
    cost,
    base_value,
    asc,
    net_revenue,
    friction,
    excess,
    taste,
):
    """Excess and liking of one slot of a block of firms.

    Writes ``excess`` and ``taste``, float32 [B].
    """
    keep_apart()
    for i in range(channel.size):
        k = channel[i]
        if k >= base_value.size:
            excess[i], taste[i] = ZERO, NO_EXCESS
            continue
        believed = margin(belief[i], net_revenue[k], cost[i], friction[k], risk[i])
        excess[i] = excess_margin(believed, base_value[k], asc[k], own_utility[i] - base_own_utility[i], theta)
        taste[i] = base_value[k] + (relationship_weight * relationship[i] + own_utility[i])
