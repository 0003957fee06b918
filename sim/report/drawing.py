"""The figures of a comparison, each with its caption and the table behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from sim.analysis.study import Comparison
from sim.report import figures, findings, gains, maps, style, subjects
from sim.report.page.csv import csv_text
from sim.report.words import quoted, span
from sim.world.tables.read import Tables

CALENDAR_ROWS = 32
Looks = Mapping[str, style.Look]
Names = Mapping[str, str]


@dataclass(frozen=True)
class Picture:
    """A figure that stands in the report.

    Attributes
    ----------
    name : str
        File stem.
    title : str
        The finding.
    caption : str
        How to read it.
    table : DataFrame
        What is drawn.
    figure : Figure
        Ready to save.
    credit : str
        Added to its footer.
    """

    name: str
    title: str
    caption: str
    table: pd.DataFrame
    figure: Figure
    credit: str = ""

    @property
    def csv(self) -> str:
        """The table as text."""
        return csv_text(self.table)


def pictures(study: Comparison, tables: Tables, looks: Looks) -> Iterator[Picture]:
    """Draw every figure for which there are observations.

    Parameters
    ----------
    study : Comparison
        All tables.
    tables : Tables
        Of the world: names and places.
    looks : mapping of str to Look
        How each regime is drawn.

    Yields
    ------
    Picture
        In the order of the page.
    """
    names = subjects.names(tables)
    yield _trade(study, names, looks)
    if len(study.markets):
        yield _difference(study, names, looks)
    if len(study.gains):
        yield _gains(study, names, looks)
    if len(study.gates):
        yield _map(study, tables, names)
        yield _calendar(study, names)
    if len(study.origins_by_quarter):
        yield _origins(study, names)


def save(picture: Picture, folder: Path, footer: str) -> Path:
    """Write a picture as PNG.

    Parameters
    ----------
    picture : Picture
        To write.
    folder : Path
        Made if missing.
    footer : str
        Source and signature.

    Returns
    -------
    Path
        The file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return style.save_figure(picture.figure, folder / f"{picture.name}.png", f"{footer}{picture.credit}")


def _trade(study: Comparison, names: Names, looks: Looks) -> Picture:
    title = findings.trade(study)
    caption = (
        "The largest partners, and the senders of the regimes' measures however small their trade. Registered trade by "
        "month, exports and imports together, as the region's own books have it: by place of registration and declared "
        "partner. Lines are medians over runs; bands hold nine runs in ten. Black bars are "
        "published figures, spread evenly over the months they cover. They are shown for comparison; the model was not "
        "fitted to them."
    )
    figure = figures.trade_by_market(study.trade, study.observed, looks, names, title)
    return Picture("trade_by_market", title, caption, study.trade, figure)


def _difference(study: Comparison, names: Names, looks: Looks) -> Picture:
    title = findings.markets(study, names)
    caption = (
        f"Each run is compared with the run of the same number under {quoted(study.against)}, which has the same luck. "
        "The thin line is what to expect of one future: nine runs in ten lie on it. The thick line says how well the "
        "mean is known from this number of runs. A hollow dot: one of the two includes zero, no clear difference."
    )
    figure = figures.difference_by_market(study.markets, looks, names, title)
    return Picture("difference_by_market", title, caption, study.markets, figure)


def _gains(study: Comparison, names: Names, looks: Looks) -> Picture:
    title = gains.finding(study, names)
    caption = (
        "Right is better off: losses count negative, so an account of losses moves left when more is lost. Buyers gain "
        "what lower prices are worth to them, over all they buy, also from others. Carriers spend their freight on "
        "transport, so the title passes them over. The lower rows are in the producers\u2019 row already: do not add "
        "them to it. Senders are all markets that send a measure by which the regimes compared differ. Detention and "
        "denial count whole consignments, also where only a part of the goods is the region\u2019s. Dots, lines and "
        "intervals as in the figure by market."
    )
    figure = gains.who_gains(study, looks, names, title)
    return Picture("who_gains", title, caption, study.gains, figure)


def _map(study: Comparison, tables: Tables, names: Names) -> Picture:
    title = findings.gates(study, names)
    gates = subjects.on_map(study.gates, tables)
    gates = gates[gates["throughput_t"] > 0]
    partners = subjects.on_map(study.partners, tables)
    period = f"Under {quoted(study.main)}, {span(study.last_year)}, mean of {study.runs} runs"
    figure = maps.flow_map(gates, partners, subjects.region(tables), subjects.outlines(), title, period)
    caption = (
        "Lines run from the region to the crossings its goods pass and to its partners; they show how much, not the "
        "road taken. A crossing's colour is its load with the goods of other provinces, on the way out of the region "
        "where directions are kept apart, else both ways together. Where circles crowd, some go without a name; the "
        "table has them all."
    )
    return Picture("map", title, caption, gates, figure, credit=" \u00b7 Outlines: Natural Earth, public domain")


def _calendar(study: Comparison, names: Names) -> Picture:
    title = findings.calendar(study, names)
    order = study.gates.loc[study.gates["throughput_t"] > 0, "subject"].head(CALENDAR_ROWS).tolist()
    caption = (
        "Rows are ordered by the region's goods that passed in the last year. A full crossing makes goods wait or take "
        "another way. Hatched months were closed in every run. The title names those among the crossings with at least "
        "1 % of the region's tonnes whose full or closed months weigh most."
    )
    figure = figures.crossings_calendar(study.calendar, order, names, title)
    return Picture("crossings_calendar", title, caption, study.calendar, figure)


def _origins(study: Comparison, names: Names) -> Picture:
    title = findings.origins(study, names)
    caption = (
        "What customs stop is counted as whole consignments: also those of which only a part is from the region, and "
        "false alarms, which hold nothing from it. Where lawful trade is large, most of the value is false alarms. "
        "Consignments that are released in the end are counted as well."
    )
    figure = figures.declared_origins(study.origins_by_quarter, names, title)
    return Picture("declared_origins", title, caption, study.origins_by_quarter, figure)
