"""Who gains and who pays: parties, partners one by one, and the ledger whose sides are equal."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from sim.report.figures.dot_rows import draw_rows
from sim.report.figures.picture import Picture

AXIS = "million dollars a year: left is worse off, right is better off"


class Accounted(NamedTuple):
    """Accounts of a comparison, each table with `panel` and `row` in words.

    Attributes
    ----------
    parties, partners, ledger, stopped : DataFrame
        As of `gains.gains`, `ledger.partners`, `ledger.ledger` and `ledger.stopped`, of all regimes.
    told : tuple of str
        Findings of the pictures.
    """

    parties: pd.DataFrame
    partners: pd.DataFrame
    ledger: pd.DataFrame
    stopped: pd.DataFrame
    told: tuple[str, ...]


MOST_PARTNERS = 12


def shown_partners(subject: Accounted) -> pd.DataFrame:
    """Partners whose balance moves most under any regime, the largest gain first."""
    if subject.partners.empty:
        return subject.partners
    of_row = subject.partners.groupby("row")["difference"].apply(lambda each: each.loc[each.abs().idxmax()])
    kept = of_row[of_row.abs().nlargest(MOST_PARTNERS).index].sort_values(ascending=False)
    rows = subject.partners[subject.partners["row"].isin(kept.index)]
    return rows.sort_values("row", key=lambda names: names.map(list(kept.index).index), kind="stable")


def _draw_parties(subject: Accounted, title: str) -> Figure:
    subtitle = "Difference of each account, average a year; what is lost or paid out counts negative."
    return draw_rows(subject.parties, title, subtitle, AXIS)


def _draw_partners(subject: Accounted, title: str) -> Figure:
    subtitle = f"Difference of the balance of the {MOST_PARTNERS} partners that move most, average a year."
    return draw_rows(shown_partners(subject), title, subtitle, AXIS)


PARTIES = Picture(
    "parties",
    lambda subject: subject.parties,
    lambda subject: subject.told[0],
    lambda subject: (
        "Buyers gain what lower prices are worth to them. Carriers spend their freight on transport. Detention, "
        "denial, days and spoilage are in the accounts of producers and importers already: do not add them to those."
    ),
    _draw_parties,
    tables={
        "parties": lambda subject: subject.parties,
        "ledger": lambda subject: subject.ledger,
        "stopped": lambda subject: subject.stopped,
    },
)
PARTNERS = Picture(
    "partners",
    shown_partners,
    lambda subject: subject.told[1],
    lambda subject: (
        "Balance of a partner: surplus of its buyers, its duties and its intermediaries, less what its importers lose "
        "at the border. Fees of crossings belong to two countries and are in no partner's balance."
    ),
    _draw_partners,
    tables={"partners": lambda subject: subject.partners},
)
PICTURES = (PARTIES, PARTNERS)
