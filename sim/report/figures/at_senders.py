"""What senders' books and customs have published, beside the same of the model: exports to them, value stopped."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from sim.analysis.compared import once
from sim.analysis.observed import EXPORTS_TO, STOPPED, observed_at_senders
from sim.analysis.trade import at_senders
from sim.report.figures.picture import Picture
from sim.report.figures.trade_by_market import trade_panels
from sim.report.findings import called, name_of
from sim.report.shown import Shown
from sim.report.words import with_article


@once
def simulated(study: Shown) -> pd.DataFrame:
    """Bands by regime, quantity and month."""
    return at_senders(study.results, study.against, study.sending, study.dates)


@once
def observed(study: Shown) -> pd.DataFrame:
    """Find the published figures of quantities and months that are simulated."""
    found = observed_at_senders(study.world.observed, study.results.months, study.sending)
    return found[found["subject"].isin(simulated(study).get("subject", []))].reset_index(drop=True)


@once
def table(study: Shown) -> pd.DataFrame:
    """Bands of the quantities with published figures."""
    bands = simulated(study)
    return bands[bands["subject"].isin(observed(study)["subject"])] if len(bands) else bands


@once
def met(study: Shown) -> tuple[int, int]:
    """Count published figures between the ends of the main regime's band, averaged over their months; and all."""
    bands = table(study)[table(study)["regime"] == study.main]
    found = []
    for row in observed(study).itertuples():
        part = bands[(bands["subject"] == row.subject) & bands["period"].between(row.from_month, row.to_month)]
        found.append(part["q05"].mean() <= row.musd_per_month <= part["q95"].mean())
    return sum(found), len(found)


def finding(study: Shown) -> str:
    """State how many published figures lie in the bands.

    Parameters
    ----------
    study : Shown
        What is compared.
    """
    within, every = met(study)
    what, main = "published figures of exports to senders and of what they stop", called(study, study.main)
    if study.few:
        return f"{what.capitalize()}, beside {main}"
    return f"{within} of {every} {what} {'lies' if within == 1 else 'lie'} in the bands under {main}"


def caption(study: Shown) -> str:
    """Say how to read the figure."""
    return (
        "Exports as the region's books have them, and the value of consignments that customs of senders stop. Black "
        "bars are published figures, of the world as it happened, spread evenly over the months they cover; the title "
        f"counts those between the ends of the band under {called(study, study.main)}, averaged over these months. "
        f"{study.observed} {study.ranges}"
    )


def draw(study: Shown, title: str) -> Figure:
    """Draw the comparison."""
    exports = [name for name in observed(study)["subject"].unique() if name.startswith(EXPORTS_TO)]
    names = {
        each: f"Exports to {with_article(name_of(study.names, each.removeprefix(EXPORTS_TO)))}" for each in exports
    }
    names[STOPPED] = "Stopped at their borders"
    what = "Exports to senders, and value stopped by their customs"
    return trade_panels(table(study), observed(study), study.looks, names, title, what)


PICTURE = Picture(
    "at_senders",
    table,
    finding,
    caption,
    draw,
    tables={"at_senders": table, "observed_at_senders": observed},
    absent="exports to senders and detentions beside published figures, since none is published of these months",
    targets=("west", "enforcement"),
)
