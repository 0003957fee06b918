"""The figures of the page, drawn from opened results: `results.plot.trade()` is the page's own drawing.

Every call returns the whole figure with title, key and source line, as on the page. With `ax=` it goes into axes of the
caller's instead: `trade(market=...)` and `difference(regime=...)` are drawn there as lines and dots of those axes; a
figure of several axes cannot be, and is put there as a picture.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import imread

from sim.config import Config
from sim.ensemble.replay import stored_settings
from sim.errors import InputError, nearest, unknown
from sim.policy.describe import timeline_rows
from sim.policy.language.load import load_regimes
from sim.policy.language.measures import Regime
from sim.report import style
from sim.report.figures import FIGURES, timeline, trade_by_market
from sim.report.figures.panels import difference_panel, named, period_marks, year_axis, year_of
from sim.report.figures.picture import Picture, source_line
from sim.report.lettering import filled
from sim.report.page import facts
from sim.report.shown import Shown, shown
from sim.report.words import span
from sim.results.results import Results
from sim.world.tables.read import Tables, find_world, read_tables

PLOTS = {
    "trade": "trade_by_market",
    "difference": "difference_by_market",
    "map": "map",
    "crossings": "crossings_calendar",
    "diverted": "declared_origins",
    "accounts": "who_gains",
}
"""Name of a call to that of the page's figure; `timeline` is a figure of one regime and stands beside them."""

BAND, MONTHS_A_YEAR = 0.22, 12
NAME_COLUMNS, TITLE_COLUMNS = 26, 40
MARKETS = 12
"""Markets that one panel of differences holds: those that change most."""

PICTURES = {each.name: each for each in FIGURES}


class NoSuchFigure(InputError, AttributeError):
    """A figure was asked for by a wrong name."""


class Plots:
    """What `results.plot` offers.

    Parameters
    ----------
    results
        Opened; its world and its regimes are read when the first figure is drawn.

    Attributes
    ----------
    trade, difference, map, crossings, diverted, accounts, timeline
        Calls, and besides them one for each figure of the page by the page's own name.
    """

    def __init__(self, results: Results) -> None:
        self._results = results

    def __dir__(self) -> list[str]:
        return [*PLOTS, "timeline", *(name for name in PICTURES if name not in PLOTS)]

    def __repr__(self) -> str:
        return f"Figures of {self._results.folder}: {', '.join(dir(self))}"

    def __getattr__(self, name: str) -> Callable[..., Figure | Axes]:
        """Find a figure of the page by its own name."""
        if name in PICTURES:
            return lambda ax=None: self._whole(name, ax)
        if name.startswith("_"):
            raise AttributeError(name)
        known = dir(self)
        hint = nearest(name, known, "did you mean {!r}?", f"choose from {', '.join(known)}.")
        raise NoSuchFigure(f"plot.{name} is no figure: {hint}")

    def trade(self, market: str | None = None, ax: Axes | None = None) -> Figure | Axes:
        """Draw registered trade through time.

        Parameters
        ----------
        market
            One market, or `total`: drawn alone. By default the largest, a panel each.
        ax
            Where to draw. With a market the lines are drawn in these axes; else the figure is put there as a picture.

        Returns
        -------
        Figure or Axes
            The axes where they were given.

        Raises
        ------
        InputError
            If the market is not drawn, with the nearest; or the figure cannot be, with the reason.
        """
        if market is None:
            return self._whole(PLOTS["trade"], ax)
        bands = trade_by_market.table(self._study)
        if market not in set(bands["subject"]):
            raise unknown("market", market, dict.fromkeys(bands["subject"]))
        return self._alone(ax, lambda axes: _draw_trade(axes, self._study, market))

    def difference(self, regime: str | None = None, ax: Axes | None = None) -> Figure | Axes:
        """Draw the differences of registered trade by market.

        Parameters
        ----------
        regime
            One regime, drawn alone, with the twelve markets that change most. By default all, a panel each.
        ax
            Where to draw. With a regime the dots are drawn in these axes; else the figure is put there as a picture.

        Returns
        -------
        Figure or Axes
            The axes where they were given.

        Raises
        ------
        InputError
            If there is no such regime, with the nearest; or the figure cannot be drawn, with the reason.
        """
        if regime is None:
            return self._whole(PLOTS["difference"], ax)
        rows = self._study.by_market
        known = dict.fromkeys(rows["regime"]) if len(rows) else {}
        if regime not in known:
            raise unknown("regime", regime, known)
        return self._alone(ax, lambda axes: _draw_difference(axes, self._study, regime))

    def map(self, ax: Axes | None = None) -> Figure | Axes:
        """Draw the map of crossings and flows; with `ax` it is put there as a picture."""
        return self._whole(PLOTS["map"], ax)

    def crossings(self, ax: Axes | None = None) -> Figure | Axes:
        """Draw the calendar of crossings; with `ax` it is put there as a picture."""
        return self._whole(PLOTS["crossings"], ax)

    def diverted(self, ax: Axes | None = None) -> Figure | Axes:
        """Draw what detained goods claimed as their origin; with `ax` it is put there as a picture."""
        return self._whole(PLOTS["diverted"], ax)

    def accounts(self, ax: Axes | None = None) -> Figure | Axes:
        """Draw who gains and who pays; with `ax` it is put there as a picture."""
        return self._whole(PLOTS["accounts"], ax)

    def timeline(self, regime: str | None = None, ax: Axes | None = None) -> Figure | Axes:
        """Draw the measures of one regime on a time axis; with `ax` the figure is put there as a picture.

        Parameters
        ----------
        regime
            Of the study; by default the first that is compared.
        ax
            Where to put it.

        Returns
        -------
        Figure or Axes
            The axes where they were given.

        Raises
        ------
        InputError
            If there is no such regime, with the nearest.
        """
        name = regime or self._study.main
        if name not in self._study.laws:
            raise unknown("regime", name, self._study.laws)
        law, config, tables = self._study.laws[name], self._config, self._tables
        dated = timeline.Dated(law, timeline_rows(law, tables), config.start_date, config.end_date)
        source = f"Source: reroute, regime {name}; days of changes at crossings from world {tables.folder.name}"
        return _placed(timeline.PICTURE, dated, source, ax)

    @property
    def shown(self) -> Shown:
        """The comparison that the figures are made from."""
        return self._study

    @property
    def facts(self) -> dict[str, Any]:
        """What the page tells besides results, as of `sim.report.page.facts.collect`."""
        return self._told

    @property
    def tables(self) -> Tables:
        """The tables of the study's world."""
        return self._tables

    def _whole(self, name: str, ax: Axes | None) -> Figure | Axes:
        picture = PICTURES[name]
        if not len(picture.table(self._study)):
            raise InputError(f"plot.{name} has nothing to draw: {picture.absent or 'the study has no rows for it'}.")
        return _placed(picture, self._study, f"{self._source}{picture.credit}", ax)

    def _alone(self, ax: Axes | None, draw: Callable[[Axes], None]) -> Figure | Axes:
        """Draw one panel in axes of the caller, or in a figure of its own."""
        if ax is not None:
            draw(ax)
            return ax
        with rc_context(style.STYLE):
            figure = Figure(figsize=(7.0, 4.0), layout="constrained")
            draw(figure.subplots())
            figure.supxlabel(self._source, size=7, color=style.GREY)
        return _showing(figure)

    @cached_property
    def _config(self) -> Config:
        return stored_settings(self._results)

    @cached_property
    def _tables(self) -> Tables:
        return read_tables(find_world(self._config.world))

    @cached_property
    def _regimes(self) -> list[Regime]:
        found = load_regimes(self._config.regimes, self._config.world)
        return [found[name] for name in self._results.regimes]

    @cached_property
    def _told(self) -> dict[str, Any]:
        return facts.collect(self._results.manifest, self._results.months, self._tables, self._config)

    @cached_property
    def _study(self) -> Shown:
        self._results.check_runs()
        told = str(self._told["held"]), str(self._told["observed"])
        return shown(self._results, self._results.against, self._tables, self._regimes, self._config, *told)

    @property
    def _source(self) -> str:
        told = self._told["draws"], self._told["short_signature"]
        return source_line(self._tables.folder.name, self._study.runs, *told)


def _placed(picture: Picture, subject: object, source: str, ax: Axes | None) -> Figure | Axes:
    """Draw a figure as the page does, with its source line; into axes of the caller as a picture."""
    figure = picture.draw(subject, picture.finding(subject))
    png = style.png_of(figure, source)
    if ax is None:
        figure._repr_png_ = lambda: png
        return figure
    ax.imshow(imread(BytesIO(png)), interpolation="antialiased")
    ax.set_axis_off()
    return ax


def _showing(figure: Figure) -> Figure:
    """Let a figure that was made without pyplot show itself in a notebook."""

    def png() -> bytes:
        file = BytesIO()
        figure.savefig(file, format="png", dpi=style.WIDE.dots / 2)
        return file.getvalue()

    figure._repr_png_ = png
    return figure


def _draw_trade(axes: Axes, study: Shown, market: str) -> None:
    """Draw bands and medians of one market, with what was published of it."""
    bands = trade_by_market.table(study)
    for regime, look in study.looks.items():
        part = bands[(bands["regime"] == regime) & (bands["subject"] == market)]
        years = part["period"].map(year_of)
        axes.fill_between(years, part["q05"], part["q95"], color=look.colour, alpha=BAND, lw=0)
        marks = {"marker": look.marker, "markevery": MONTHS_A_YEAR, "ms": 3.2}
        axes.plot(years, part["median"], color=look.colour, ls=look.dash, lw=1.3, label=look.title, **marks)
    published = trade_by_market.observed(study)
    period_marks(axes, published[published["subject"] == market], "musd_per_month")
    axes.set_ylim(0, None)
    ends = bands["period"].map(year_of)
    year_axis(axes, ends.min(), ends.max())
    axes.set(title=named(study.names, market), ylabel="million dollars a month")
    axes.legend(frameon=False)


def _draw_difference(axes: Axes, study: Shown, regime: str) -> None:
    """Draw the differences of one regime in the markets that change most, the largest gain above."""
    rows = study.by_market[(study.by_market["regime"] == regime) & (study.by_market["subject"] != "total")]
    largest = rows["difference"].abs().nlargest(MARKETS).index
    rows = rows.loc[largest].sort_values("difference", ascending=False, kind="stable")
    places = np.arange(len(rows))
    difference_panel(axes, rows, places, study.looks[regime], in_percent=False)
    axes.set_yticks(places, [named(study.names, subject, NAME_COLUMNS) for subject in rows["subject"]])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    title = filled(study.looks[regime].title, TITLE_COLUMNS)
    axes.set(title=title, xlabel=f"million dollars a year, {span(rows['period'].iloc[0])}")
