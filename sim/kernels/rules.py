"""Behavioural rules, each once, as scalar functions: used by the block processes and by `explain()`.

Everything is a share of base value (dollars per dollar of goods at base price) unless a name says otherwise.
"""

import numpy as np

from sim.constants import DAYS_PER_WEEK, PAYMENT_COST_PER_DAY, WEEKS_PER_YEAR
from sim.kernels.compiler.jit import formula, kernel
from sim.kernels.numbers.numerics import ONE, ZERO, exp32, exp64, expm1_64, log1p64, log64, power64
from sim.state import EMBODIED, PARCEL, RELABELLED, TRANSIT_DECLARED

f4 = np.float32
f8 = np.float64
i8 = np.int64
u8 = np.uint64
LISTING_AUTHORITIES = 64  # bits of `Firms.listed`
LARGEST_CONSIGNMENT_POWER = 7  # consignments are 1, 2, 4 ... 128 a week
COST_OF_A_DAY = f4(PAYMENT_COST_PER_DAY)
USED_SHARE = f4(0.02)
SMALLEST_VALUE = f4(1e-6)  # million dollars: a dollar
LARGEST_LOG_HAZARD = f4(3.0)
LARGEST_MARKUP = f4(0.9)  # of the landed price


@formula
def before_duty(price, tariff):
    """Landed price of which a duty of `tariff` makes the price in the market."""
    return price / (ONE + tariff)


@formula
def since_base(price, base_tariff, tariff):
    """Price less the duties imposed since the base, float64."""
    return before_duty(f8(price) * (f8(1.0) + f8(base_tariff)), f8(base_tariff) + f8(tariff))


@formula
def subsidy_of(subsidy, in_area):
    """Share of value that the zone of a place pays of the goods of a firm there: nothing outside its area."""
    return subsidy if in_area != 0 else ZERO


@kernel
def net_revenue_share(tariff, markup):
    """Give what is left of a dollar of market price: the landed price, less the hub's mark-up."""
    return before_duty(ONE - markup, tariff)


@formula
def route_bill(freight_usd_per_t, fees_usd_per_t, days, tonnes_per_usd, time_value_per_day):
    """Give what a route costs per dollar of goods, queues apart: paid to carriers, paid at gates, and time."""
    return freight_usd_per_t * tonnes_per_usd, fees_usd_per_t * tonnes_per_usd, days * time_value_per_day


@formula
def cost_of_a_day_in_a_queue(time_value_per_day, wait_fee_usd_per_t_day, tonnes_per_usd):
    """Value of the day and fee for waiting, per dollar of goods."""
    return time_value_per_day + wait_fee_usd_per_t_day * tonnes_per_usd


@formula
def net_capacity(gross_t, background_t, background_share):
    """Capacity left for the modelled firms: goods of others go first, up to their share of the week."""
    return gross_t - np.minimum(background_t, background_share * gross_t)


@formula
def slot_utility(theta, gain, attraction, pull, own):
    """Add up the utility of a channel: believed margin, what draws all firms, the relationship, its own part."""
    return theta * gain + attraction + pull + own


@kernel
def logit_weight(utility, top):
    """Weight of a choice before the weights are brought to 1; `top` is the highest utility, or a bound below it."""
    return exp32(utility - top)


@formula
def excess_margin(believed, base_value, asc, taken, theta):
    """Believed margin of a channel less that at base, which its constant absorbed; `taken` is utility lost since."""
    return believed - (base_value - asc) / theta + taken / theta


@kernel
def left_after(fade_per_year, weeks):
    """Share that is left of a cost that firms learn to avoid; more than 1 for weeks below 0."""
    return exp32(-fade_per_year * f4(f8(weeks) / f8(WEEKS_PER_YEAR)))


@kernel
def markup_now(base_markup, scale, factor):
    """Share of the landed price that a hub takes: that of the base times the factor of its pool, bounded."""
    return np.minimum(base_markup * scale * factor, LARGEST_MARKUP)


@kernel
def payment_friction(commission, payment_days):
    """Cost of being paid: commission and the wait for the money."""
    return commission + COST_OF_A_DAY * payment_days


@kernel
def margin(price_belief, net_revenue, unit_cost, friction, risk):
    """Believed margin of a channel; `friction` is access, payment and measures together."""
    return price_belief * net_revenue - unit_cost - friction - risk


@kernel
def loss_if_detected(landed, release, resale, time_value, detention_days, demurrage):
    """Loss per dollar when a consignment is detained: denied and resold, or released late."""
    return (ONE - release) * max(landed - resale, ZERO) + release * (time_value * detention_days + demurrage)


@formula
def released_share(share, odds):
    """Share of detained goods that customs release, where measures multiply the odds of it."""
    return share if odds == ONE else share * odds / (ONE - share + share * odds)


@kernel
def days_held(days, relative):
    """Days of detention under a ban that multiplies them by `relative`; below 0: no ban says so."""
    return days * relative if relative >= ZERO else days


@kernel
def risk_of(probability, loss, aversion, consignments):
    """Certainty equivalent of losing `loss` with `probability` in each of n consignments, at constant aversion.

    (n / a) log(1 + p (exp(a loss / n) - 1)); p loss where a = 0.
    """
    if aversion <= ZERO:
        return f4(probability * loss)
    scale = f8(consignments) / f8(aversion)
    return f4(scale * log1p64(f8(probability) * expm1_64(f8(loss) / scale)))


@kernel
def consignments_under_risk(probability, loss, aversion, consignment_cost, weekly_value):
    """Find the consignments a week (a power of two) that minimise risk and paper cost.

    Parameters
    ----------
    consignment_cost, weekly_value : float32, million dollars

    Returns
    -------
    tuple of float32
        Consignments, and the certainty equivalent of the loss with them.
    """
    best, least_risk = ONE, risk_of(probability, loss, aversion, ONE)
    lowest = least_risk + consignment_cost / weekly_value
    for power in range(1, LARGEST_CONSIGNMENT_POWER + 1):
        n = f4(1 << power)
        risk = risk_of(probability, loss, aversion, n)
        total = risk + n * consignment_cost / weekly_value
        if total >= lowest:  # the sum is convex in n: from here on it rises
            break
        lowest, best, least_risk = total, n, risk
    return best, least_risk


@formula
def detection_chance(inspected, sensitivity, relative):
    """Chance that a hidden consignment is found: that it is inspected, times what an inspection finds, at most all.

    Parameters
    ----------
    inspected : float64
        Chance of an inspection.
    sensitivity : float32
        Chance that an ordinary inspection finds what is hidden.
    relative : float32
        What measures multiply that chance by.

    Returns
    -------
    float64
    """
    return inspected * f8(min(sensitivity * relative, ONE))


@kernel
def risk_dilution(kind, content_share):
    """Embodied goods: a whole consignment is at risk for its share of sanctioned content.

    Over it a flow of content becomes the flow of whole goods, of which consignments are counted.
    """
    return content_share if kind == EMBODIED else ONE


@formula
def refusing_share(compliant, withdrawal, importers):
    """Share of buyers that refuse goods: by a duty of care, or as importers who give up under a ban."""
    return max(compliant, withdrawal * importers)


@formula
def cancelled_part(before, now, cancelled):
    """Part of the orders on a channel that is cancelled where the buyers that refuse were `before` and now are more."""
    return cancelled * (ONE - (ONE - now) / (ONE - before))


@kernel
def firm_class(made_here, ownership):
    """Class of the goods of a firm that no sender lists; that of the same firm when listed is the next number."""
    return i8(6) * i8(made_here) + i8(2) * i8(ownership)


@kernel
def list_bit(listed, authority):
    """Whether authority `authority` lists the firm: 1 or 0; 0 where there is none, or none that can list."""
    if authority < 0 or authority >= LISTING_AUTHORITIES:
        return i8(0)
    return i8((u8(listed) >> u8(authority)) & u8(1))


@kernel
def any_of(chance, other):
    """Chance of at least one of two independent events."""
    return ONE - (ONE - chance) * (ONE - other)


@kernel
def moved(value, target, speed):
    """Take a step of `speed` from value towards target."""
    return value + speed * (target - value)


@kernel
def bounded(value, low, high):
    """Bring a value between two bounds."""
    return min(max(value, low), high)


@kernel
def exit_hazard(rate, margin_gap, scale):
    """Chance of leaving in a week; the gap of the margin multiplies it, at most e**3 times."""
    return rate * exp32(bounded(-margin_gap / scale, -LARGEST_LOG_HAZARD, LARGEST_LOG_HAZARD))


@kernel
def prior_of(kind, channel, parameters):
    """Believed chance of detention before anything is known, by the kind of a channel; 0 for an unused slot."""
    if channel >= kind.size:
        return ZERO
    prior = parameters.prior_direct
    if kind[channel] == TRANSIT_DECLARED:
        prior = parameters.prior_transit_declared
    elif kind[channel] == RELABELLED:
        prior = parameters.prior_relabelled
    elif kind[channel] == EMBODIED:
        prior = parameters.prior_embodied
    elif kind[channel] == PARCEL:
        prior = parameters.prior_parcel
    return prior


@kernel
def log_odds(share):
    """Log of share over the rest: what `utilisation` needs of the base, made once a block."""
    return f4(log64(f8(share) / (f8(1.0) - f8(share))))


@kernel
def utilisation(margin_gap, scale, base_log_odds):
    """Share of capacity that a firm uses: logistic in the gap of its margin to the base margin; there the base."""
    return ONE / (ONE + exp32(-(margin_gap / scale + base_log_odds)))


@formula
def scarcity(demand, arrivals, fringe):
    """Give what is wanted over what is there, with the supply of others; 1 where arrivals equal demand (float64)."""
    return (f8(1.0) + fringe) * demand / (arrivals + fringe * demand)


@formula
def market_price(demand, arrivals, fringe, elasticity, floor, ceiling):
    """Bounded isoelastic price; 1 where arrivals equal demand (float64 in, float32 out)."""
    ratio = scarcity(demand, arrivals, fringe)
    return f4(min(max(power64(ratio, f8(1.0) / elasticity), floor), ceiling))


@kernel
def weekly_share(share_per_day):
    """Share lost in a week at a constant share a day."""
    return f8(1.0) - exp64(f8(DAYS_PER_WEEK) * log1p64(-f8(share_per_day)))
