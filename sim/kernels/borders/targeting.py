"""Where customs look: the budget of each authority over the classes of goods that a ban names.

Inspection is a game over classes (declared origin x commodity) with L legitimate and H hidden consignments a week, and
C lawful ones of makers abroad whose other goods hold what is banned. Customs go by the maker: of C a share s, their
suspicion, is picked as H is:

    B_c = budget ((1-e) w_c / sum w + e n_c / sum n)        w = priority n value**v exp(kappa expected),  n = L + C + H
    expected = max(hit, intelligence S / n)             hit: the prior at first, then the denied share of the decided
    P(inspect | picked) = min(1, B lift / (U + lift S));    P(inspect | other) = min(1, B / (U + lift S))
    S = H + s C;    U = L + (1-s) C
"""

import numpy as np

from sim.kernels.compiler.jit import keep_apart, process
from sim.kernels.numbers.columns import fill, is_any
from sim.kernels.numbers.numerics import ZERO, exp64, power64
from sim.state import NAMED, PRESUMED
from sim.state.measures import PRIORITY

f8 = np.float64
SMALLEST = f8(1e-300)
PASSES = 3
EVERY = -1  # centre of customs


@process
def begin_hits(authorities, parameters, hit):
    """Let customs expect what they know before they decided anything; writes ``hit`` [H]."""
    prior = authorities.class_prior
    for h in range(hit.size):
        hit[h] = f8(prior[h]) if prior[h] >= ZERO else f8(parameters.prior_hit)


@process
def target(authorities, goods, parameters, week, in_force, customs):
    """Spread each authority's budget over the classes that a ban names, and publish the chances of inspection.

    Goods with an address in the region are presumed to be made there: they are looked at first, all of them as far as
    the budget goes. The rest of it is spread over the priority sectors by what is at risk, and over all named goods to
    explore.

    Parameters
    ----------
    goods : Goods
    week : int
    in_force : MeasuresInForce
        Read: what bans name, budgets and priority sectors in force.
    customs : Customs
        Written: ``weight``, ``inspect_hidden`` and ``inspect_legitimate``.
    """
    keep_apart()
    hidden, inspected = customs.hidden, in_force.inspected
    legitimate = authorities.legitimate[authorities.legitimate_year[week]]
    inspect_hidden, inspect_legitimate = customs.inspect_hidden, customs.inspect_legitimate
    start, budget_share, priority = authorities.class_start, authorities.budget_share, authorities.class_priority
    lift = f8(parameters.lift)
    for d in range(budget_share.size):
        low, high = start[d], start[d + 1]
        if not is_any(inspected[low:high]):
            look_nowhere(low, high, customs)
            continue
        budget = f8(parameters.inspection_budget_per_week) * f8(budget_share[d]) * f8(in_force.budget[d])
        budget *= f8(in_force.customs_budget[d])
        presumed = presumed_consignments(low, high, priority, inspected, legitimate, hidden)
        served = chance(budget, presumed)
        left = budget - served * presumed
        weigh_classes(low, high, authorities, goods.consignment_musd, parameters, legitimate, in_force, customs)
        divide_by_centre(
            low, high, goods.centre, f8(parameters.even_share), authorities.class_commodity, customs.weight
        )
        spread_budget(low, high, f8(parameters.exploration), priority, inspected, legitimate, customs)
        pass_on(low, high, left, goods.centre, authorities.class_commodity, legitimate, parameters, customs)
        for h in range(low, high):
            inspectable = lift * inspections_of_all(h, legitimate[h], parameters, customs)
            inspections = left * customs.weight[h]
            first = inspected[h] != 0 and priority[h] == PRESUMED
            inspect_hidden[h] = served if first else chance(inspections * lift, inspectable)
            inspect_legitimate[h] = served if first else chance(inspections, inspectable)


@process
def inspections_of_all(h, legitimate, parameters, customs):
    """Inspections a week at which every consignment of a class that customs pick is looked at."""
    picked = customs.hidden[h] + f8(parameters.maker_suspicion) * customs.same_makers[h]
    others = legitimate + customs.same_makers[h] - f8(parameters.maker_suspicion) * customs.same_makers[h]
    return picked + others / f8(parameters.lift)


@process
def pass_on(low, high, inspections, centre, commodity, legitimate, parameters, customs):
    """Turn inspections that a class cannot use to other classes: of its centre first, then of all.

    Where every class has what it can use, they stay and go to goods at which nothing points.

    Parameters
    ----------
    inspections : float64
        There are a week.
    centre : int32 [C]
    commodity : int32 [H]
    legitimate : float64 [H]

    Writes ``customs.weight`` and ``usable`` in low .. high.
    """
    weight, usable = customs.weight, customs.usable
    spare, total = f8(0.0), f8(0.0)
    for h in range(low, high):
        usable[h] = inspections_of_all(h, legitimate[h], parameters, customs) / max(inspections, SMALLEST)
    for c in range(centre.size):
        spare += fill_up(low, high, c, f8(0.0), centre, commodity, usable, weight)
    spare = fill_up(low, high, EVERY, spare, centre, commodity, usable, weight)
    for h in range(low, high):
        total += weight[h]
    if spare > f8(0.0) and total > f8(0.0):
        for h in range(low, high):
            weight[h] *= f8(1.0) + spare / total


@process
def fill_up(low, high, c, spare, centre, commodity, usable, weight):
    """Cut the classes of a centre to what they can use, and share out the rest among those that can use more.

    Parameters
    ----------
    c : int
        The centre; `EVERY` for all.
    spare : float64
        There is to share out beside what is cut.
    centre : int32 [C]
    commodity : int32 [H]
    usable : float64 [H]
    weight : float64 [H]
        Read and written in low .. high.

    Returns
    -------
    float64
        What none of them can use.
    """
    for _ in range(PASSES):
        rest = f8(0.0)
        for h in range(low, high):
            if weight[h] > f8(0.0) and (c == EVERY or centre[commodity[h]] == c):
                spare += max(weight[h] - usable[h], f8(0.0))
                rest += weight[h] if weight[h] < usable[h] else f8(0.0)
                weight[h] = min(weight[h], usable[h])
        if spare <= f8(0.0) or rest <= f8(0.0):
            return spare
        for h in range(low, high):
            if weight[h] < usable[h] and (c == EVERY or centre[commodity[h]] == c):
                weight[h] *= f8(1.0) + spare / rest
        spare = f8(0.0)
    return spare


@process
def look_nowhere(low, high, customs):
    """Inspect nothing in classes low .. high, of which no ban in force names any; writes what `target` does."""
    fill(customs.weight[low:high], f8(0.0))
    fill(customs.inspect_hidden[low:high], f8(0.0))
    fill(customs.inspect_legitimate[low:high], f8(0.0))


@process
def presumed_consignments(low, high, priority, inspected, legitimate, hidden):
    """Consignments a week, among those a ban names, whose papers name the region."""
    total = f8(0.0)
    for h in range(low, high):
        if inspected[h] != 0 and priority[h] == PRESUMED:
            total += legitimate[h] + hidden[h]
    return total


@process
def chance(expected, population):
    """Give expected over population, at most 1; 0 for an empty population."""
    if population <= f8(0.0):
        return f8(0.0)
    return min(f8(1.0), expected / population)


@process
def weigh_classes(low, high, authorities, consignment_musd, parameters, legitimate, in_force, customs):
    """Weigh classes low .. high by what is at risk: consignments, their value, and what customs expect to refuse.

    Only priority sectors have weight; where a sender has announced none, all that its bans name.

    Parameters
    ----------
    legitimate : float64 [H]
        Honest consignments of this week.

    Writes ``customs.weight``.
    """
    priority, commodity, inspected = authorities.class_priority, authorities.class_commodity, in_force.inspected
    hidden, hit, weight, announced = customs.hidden, customs.hit, customs.weight, in_force.inspection[PRIORITY]
    same_makers, suspicion = customs.same_makers, f8(parameters.maker_suspicion)
    kappa, by_value, known = f8(parameters.kappa), f8(parameters.value_at_risk), f8(parameters.intelligence)
    any_announced = announces(low, high, priority, inspected, announced)
    for h in range(low, high):
        named = priority_of(priority[h], announced[h]) if any_announced else f8(1.0)
        if inspected[h] == 0 or priority[h] == PRESUMED or named == f8(0.0):
            weight[h] = f8(0.0)
            continue
        n = legitimate[h] + same_makers[h] + hidden[h]
        of_makers = hidden[h] + suspicion * same_makers[h]
        expected = max(hit[h], known * of_makers / max(n, SMALLEST))
        weight[h] = named * (n * exp64(kappa * expected))
        if by_value > f8(0.0):
            weight[h] *= power64(f8(consignment_musd[commodity[h]]), by_value)


@process
def divide_by_centre(low, high, centre, even_share, commodity, weight):
    """Let a part of the weight be the same for each customs centre that has goods to look at.

    Within a centre the classes keep their proportions.

    Parameters
    ----------
    centre : int32 [C]
    even_share : float64
        The part.
    commodity : int32 [H]
    weight : float64 [H]
        Read and written in low .. high.
    """
    total, centres = f8(0.0), f8(0.0)
    for c in range(centre.size):
        of_centre = weight_of_centre(low, high, c, centre, commodity, weight)
        total += of_centre
        centres += f8(1.0) if of_centre > f8(0.0) else f8(0.0)
    if total <= f8(0.0):
        return
    for c in range(centre.size):
        of_centre = weight_of_centre(low, high, c, centre, commodity, weight)
        if of_centre > f8(0.0):
            factor = (f8(1.0) - even_share) / total + even_share / (centres * of_centre)
            for h in range(low, high):
                if centre[commodity[h]] == c:
                    weight[h] *= factor


@process
def weight_of_centre(low, high, c, centre, commodity, weight):
    """Add up the weight of the classes that centre c reviews."""
    total = f8(0.0)
    for h in range(low, high):
        if centre[commodity[h]] == c:
            total += weight[h]
    return total


@process
def announces(low, high, priority, inspected, announced):
    """Whether some of classes low .. high that a ban names and that are not looked at first are a priority."""
    for h in range(low, high):
        if inspected[h] != 0 and priority[h] != PRESUMED and priority_of(priority[h], announced[h]) > f8(0.0):
            return True
    return False


@process
def priority_of(priority, announced):
    """How far a class is a priority sector: throughout, or as announced."""
    return f8(1.0) if priority == NAMED else f8(announced)


@process
def spread_budget(low, high, explore, priority, inspected, legitimate, customs):
    """Turn weights into shares of the budget: a part of it explores all named goods by number.

    Writes ``customs.weight`` in low .. high.
    """
    hidden, same_makers, weight = customs.hidden, customs.same_makers, customs.weight
    total, weighted = f8(0.0), f8(0.0)
    for h in range(low, high):
        named = inspected[h] != 0 and priority[h] != PRESUMED
        total += legitimate[h] + same_makers[h] + hidden[h] if named else f8(0.0)
        weighted += weight[h]
    aimed = f8(1.0) - explore if weighted > f8(0.0) else f8(0.0)
    for h in range(low, high):
        named = inspected[h] != 0 and priority[h] != PRESUMED
        n = legitimate[h] + same_makers[h] + hidden[h] if named else f8(0.0)
        weight[h] = aimed * weight[h] / max(weighted, SMALLEST) + (f8(1.0) - aimed) * n / max(total, SMALLEST)
