"""Sales to visitors who carry goods home duty-free: a channel of its own, in no book of registered trade.

    sales = visitors * mean of min(allowance, spending)

Spending is exponential with mean S, so that the mean is S (1 - exp(-allowance / S)).
"""

import numpy as np

from sim.constants import DAYS_PER_WEEK, USD_PER_MUSD, YUAN_PER_USD
from sim.kernels.compiler.jit import kernel, process
from sim.kernels.levels import level_of
from sim.kernels.numbers.columns import fill
from sim.kernels.numbers.numerics import expm1_64
from sim.state.measures import SELLS

f8 = np.float64


@kernel
def mean_sale(allowance, spending):
    """Mean of the lesser of an allowance and an exponential spending of this mean, in the unit of both."""
    return -spending * expm1_64(-allowance / spending)


@process
def sell_to_visitors(policy, shoppers, parameters, week, retail):
    """Sell to the visitors of every place with an allowance in force, on the days on which they can cross.

    Parameters
    ----------
    shoppers : Shoppers
        How many visitors come to a place, and by which gate.
    week : int
    retail : float64 [O]
        Written; musd this week.
    """
    fill(retail, f8(0.0))
    if parameters.visits_scale <= np.float32(0.0):
        return
    days = f8(parameters.visits_scale) * f8(DAYS_PER_WEEK)
    spending = f8(parameters.retail_spending_yuan) / f8(YUAN_PER_USD)
    for j in range(policy.intensity.shape[0]):
        strength = policy.intensity[j, week]
        if policy.role[SELLS, j] == 0 or strength <= np.float32(0.0):
            continue
        sale = mean_sale(f8(level_of(policy, j, parameters)) * f8(strength), spending) / f8(USD_PER_MUSD)
        for i in range(policy.place_start[j], policy.place_start[j + 1]):
            place = policy.place_reach[i]
            came = days * shoppers.per_day[place, week] * policy.schedule.open_share[shoppers.gate[place], week]
            retail[place] = max(retail[place], came * sale)
