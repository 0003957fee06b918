"""What tables and columns of a report mean, for the sheet that explains them."""

from __future__ import annotations

from typing import NamedTuple


class Meaning(NamedTuple):
    """What a table is of.

    Attributes
    ----------
    what : str
        In words.
    unit : str
        Of its values where no column says so.
    amounts : tuple of str
        Columns in million dollars whose names do not say so.
    """

    what: str
    unit: str = "in the column unit"
    amounts: tuple[str, ...] = ()


BANDS = ("q05", "median", "q95")
MONEY = "million dollars a month"
TABLES = {
    "summary": Meaning("The headline numbers: what is cut and diverted by sender, and differences of the totals"),
    "totals_by_year": Meaning("Differences of the totals by calendar year"),
    "cut_and_diverted": Meaning("What a regime cuts of the goods in scope, and how much of that goes other ways"),
    "trade_by_market": Meaning("Registered trade with each large market by month", MONEY, BANDS),
    "observed_trade": Meaning("Published trade, as far as months of the study have any", MONEY),
    "difference_by_market": Meaning("Differences of registered trade by market"),
    "difference_by_market_and_year": Meaning("The same by calendar year"),
    "difference_by_crossing": Meaning("Differences of what crossings carry"),
    "who_gains": Meaning("Differences of the accounts: who gains and who pays"),
    "who_gains_by_market": Meaning("Differences of the accounts that are kept by market"),
    "mirror_gaps": Meaning("Exports to a hub over its own imports from the region, last year", "ratio"),
    "crossings": Meaning("Crossings in the last year under the main regime", "tonnes a year; load is a share"),
    "partners": Meaning("Trade with partners in the last year under the main regime", "a year, in the column's name"),
    "crossings_calendar": Meaning("Load of each crossing by month under the main regime", "tonnes; load is a share"),
    "crossings_full_and_closed": Meaning("Months in which a crossing was full or closed", "months; share of tonnes"),
    "declared_origins": Meaning("What detained goods claimed as their origin", "share of the value detained"),
    "declared_origins_by_quarter": Meaning("The same by quarter", "share of the value detained"),
    "observed_origins": Meaning("The same as customs published it", "share"),
    "at_senders": Meaning("Exports to senders, and value stopped by their customs, by month", MONEY, BANDS),
    "observed_at_senders": Meaning("The same as it was published", MONEY),
}
"""Name of a table's file to what it is of."""

COLUMNS = {
    "regime": "the regime of the row; *_name: what it is called",
    "against": "the regime that it is compared with, run by run",
    "period": "months over which values are averaged or compared",
    "outcome, quantity": "what is told (reroute list outcomes)",
    "subject": "market, crossing or account (reroute list world)",
    "runs": "runs that values rest on",
    "mean": "mean over runs; mean_against: under the regime compared with",
    "median, q05, q95": "over runs: nine in ten runs lie between the last two",
    "difference": "mean of the paired differences",
    "run_q05, run_q95": "nine in ten runs show a difference between these",
    "mean_low, mean_high": "90 % interval of the mean difference: how well this number of runs knows it",
    "relative": "the difference as a share of mean_against; _q05, _q95: nine in ten runs",
    "verdict": "higher, lower, no clear difference, too few runs; whether the measures were in force",
    "detectable": "from this size on a difference would have been called clear",
    "independent_runs": "runs that unpaired sampling would need for the same precision (variance_ratio times as many)",
    "source": "of a published figure; the page lists it in full",
}
"""Name of a column to what it holds."""
