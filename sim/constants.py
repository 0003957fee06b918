"""Constants that several rooms use, each declared once.

They are plain numbers: kernels give them the precision in which they compute.
"""

DAYS_PER_WEEK = 7

DAYS_PER_YEAR = 365.2425
"""Mean of the calendar."""

WEEKS_PER_YEAR = DAYS_PER_YEAR / DAYS_PER_WEEK
"""Length of a year: turns what happens a year into what happens a week."""

HOURS_PER_DAY = 24.0

YUAN_PER_USD = 7.05
"""Average rate of 2023; every yuan figure is divided by it, so that growth stays growth in yuan."""

USD_PER_MUSD = 1e6

LONGEST_WAIT_DAYS = 200
"""Cap of every wait that is published."""

LONGEST_DETENTION_WEEKS = 52
"""Most weeks until customs decide on detained goods: what a run has room for."""

SHUT = 1000.0
"""Cost, per dollar of goods, of a route or channel that is shut: so high that nobody takes it."""

PAYMENT_COST_PER_DAY = 0.0003
"""Cost, per dollar of goods, of a day by which payment comes later."""

NEVER = 2**30
"""A week that no run reaches."""
