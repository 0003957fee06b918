"""Measures in force: the compiled regime, added up over the channels and price cells it reaches.

Chances of overlapping bans are independent; tariffs, frictions and drivers add; of closures, compliant shares and
sensitivities the strongest holds. A measure that reaches nothing writes nothing.
"""

import numpy as np

from sim.kernels import instruments as kind
from sim.kernels.jit import kernel
from sim.kernels.lanes import SHUT
from sim.kernels.numerics import ONE, ZERO

f4 = np.float32
BUDGET, SENSITIVITY = 0, 1


@kernel
def apply_measures(policy, parameters, week, force):
    """Bring the measures up to date; nothing is done in weeks in which no intensity changes.

    Writes all of ``force``; ``force.news`` marks the channels on which something changed this week.
    """
    force.news[:] = np.uint8(0)
    if week > 0 and policy.changed[week] == 0:
        return
    reset(force)
    for j in range(policy.instrument.size):
        strength = policy.intensity[j, week]
        heard = max(strength, parameters.anticipation) if policy.announced[j, week] != 0 else strength
        before = policy.intensity[j, week - 1] if week > 0 else ZERO
        announced_before = policy.announced[j, week - 1] if week > 0 else np.uint8(0)
        if strength != before or policy.announced[j, week] != announced_before:
            mark_news(policy, j, force)
        if heard > ZERO:
            apply_to_channels(policy, j, strength, heard, force)
        if strength > ZERO:
            apply_to_routes(policy, j, strength, force)
            apply_to_cells(policy, j, strength, force)
            apply_to_authorities(policy, j, force)


@kernel
def reset(force):
    """No measure at all."""
    force.ban[:] = ZERO
    force.believed[:] = ZERO
    force.ban_sensitivity[:] = ONE
    force.tariff[:] = ZERO
    force.friction[:] = ZERO
    force.closed[:] = ZERO
    force.passage[:] = ZERO
    force.driver[:] = ZERO
    force.compliant[:] = ZERO
    force.budget[:] = ZERO


@kernel
def mark_news(policy, j, force):
    """Mark the channels that measure j reaches."""
    for i in range(policy.channel_start[j], policy.channel_start[j + 1]):
        force.news[policy.channel_reach[i]] = np.uint8(1)


@kernel
def apply_to_channels(policy, j, strength, heard, force):
    """Add measure j to the channels it reaches; `heard` is what firms reckon with before it is in force."""
    instrument, level = policy.instrument[j], policy.level[j]
    for i in range(policy.channel_start[j], policy.channel_start[j + 1]):
        k = policy.channel_reach[i]
        if instrument == kind.IMPORT_BAN:
            force.ban[k] = ONE - (ONE - force.ban[k]) * (ONE - strength)
            force.believed[k] = ONE - (ONE - force.believed[k]) * (ONE - heard)
            force.ban_sensitivity[k] = max(force.ban_sensitivity[k], policy.enforcement[j, SENSITIVITY])
        elif instrument == kind.TRACING:
            force.ban_sensitivity[k] = max(force.ban_sensitivity[k], ONE + strength * (policy.enforcement[j, SENSITIVITY] - ONE))
        elif instrument == kind.TARIFF:
            force.tariff[k] += strength * level
        elif instrument == kind.FRICTION_RELIEF:
            force.friction[k] -= strength * level
        elif instrument in (kind.FINANCIAL, kind.SECONDARY):
            force.friction[k] += strength * level
        elif instrument == kind.EXPORT_CONTROL:
            force.closed[k] = max(force.closed[k], strength * level * SHUT)


@kernel
def apply_to_routes(policy, j, strength, force):
    """Add measure j to the routes it reaches: transit is shut, other costs add."""
    cost = strength * policy.level[j]
    for i in range(policy.route_start[j], policy.route_start[j + 1]):
        r = policy.route_reach[i]
        if policy.instrument[j] == kind.TRANSIT_BAN:
            force.passage[r] = max(force.passage[r], cost * SHUT)
        else:
            force.passage[r] += cost


@kernel
def apply_to_cells(policy, j, strength, force):
    """Add measure j to the price cells it reaches."""
    for i in range(policy.cell_start[j], policy.cell_start[j + 1]):
        n = policy.cell_reach[i]
        if policy.instrument[j] == kind.DEMAND:
            force.driver[n] += strength * policy.level[j]
        elif policy.instrument[j] == kind.DUE_DILIGENCE:
            force.compliant[n] = max(force.compliant[n], strength * policy.level[j])


@kernel
def apply_to_authorities(policy, j, force):
    """Give the authorities that enforce measure j their budget, relative to the parameter."""
    if policy.instrument[j] != kind.IMPORT_BAN:
        return
    for d in range(force.budget.size):
        if policy.authority_reach[j, d] != 0:
            force.budget[d] = max(force.budget[d], policy.enforcement[j, BUDGET])
