"""`results.plot` gives the page's own figures, whole or in axes of the caller."""

from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.figure import Figure

from sim.errors import InputError
from sim.report.plots import PICTURES, PLOTS, Plots
from tests.report.conftest import MONTHS


@pytest.fixture
def plots(results, config, tables, regimes):
    """Figures of results that are held in memory: their settings, world and regimes are handed over, not read."""
    results.check_runs = lambda: None
    made = Plots(results)
    vars(made).update(_config=config, _tables=tables, _regimes=regimes)
    return made


@pytest.mark.slow
def test_a_figure_is_that_of_the_page_to_the_byte(plots, page):
    figure = plots.difference()
    assert isinstance(figure, Figure)
    assert figure._repr_png_() == (page.parent / "figures" / "difference_by_market.png").read_bytes()


def test_every_name_that_is_offered_is_a_call_and_every_figure_of_the_page_is_offered(plots):
    assert {*PLOTS, "timeline", *PICTURES} == set(dir(plots))
    assert all(callable(getattr(plots, name)) for name in dir(plots))
    assert set(PLOTS.values()) <= set(PICTURES)


def test_trade_with_one_market_is_drawn_in_axes_of_the_caller(plots):
    axes = Figure().subplots()
    assert plots.trade(market="kyrgyzstan", ax=axes) is axes
    lines = {line.get_label(): line.get_ydata() for line in axes.get_lines() if len(line.get_ydata()) == len(MONTHS)}
    assert len(lines) == 3
    column = plots._results.wide("none", ["registered_trade|kyrgyzstan|all|both"])[:, :, 0]
    assert next(iter(lines.values())) == pytest.approx(np.median(column, axis=0))
    assert axes.get_title() == "Kyrgyzstan"


def test_differences_of_one_regime_are_drawn_in_axes_of_the_caller(plots):
    axes = Figure().subplots()
    plots.difference(regime="us_eu", ax=axes)
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert (names[0], names[-1], len(names)) == ("Vietnam", "United States", 12)


@pytest.mark.slow
def test_a_figure_of_several_axes_is_put_into_axes_as_a_picture(plots):
    axes = Figure().subplots()
    assert plots.timeline("uflpa", ax=axes) is axes
    (image,) = axes.get_images()
    assert image.get_array().shape[1] == 2400
    assert not axes.axison


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda plots: plots.mapp, r"plot.mapp is no figure: did you mean 'map'\?"),
        (lambda plots: plots.trade(market="kyrgyzstn"), r"market=kyrgyzstn is not known: did you mean 'kyrgyzstan'\?"),
        (lambda plots: plots.difference(regime="us_ue"), r"regime=us_ue is not known: did you mean 'us_eu'\?"),
        (lambda plots: plots.timeline("ufpla"), r"regime=ufpla is not known: did you mean 'uflpa'\?"),
        (lambda plots: plots.qqq, "plot.qqq is no figure: choose from "),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest(plots, ask, told):
    with pytest.raises(InputError, match=told):
        ask(plots)
    assert not hasattr(plots, "mapp")


def test_what_a_study_does_not_hold_is_said(plots, monkeypatch):
    empty = SimpleNamespace(table=lambda _: [], absent="the map, since loads are not stored")
    monkeypatch.setitem(PICTURES, "map", empty)
    with pytest.raises(InputError, match="plot.map has nothing to draw: the map, since loads are not stored"):
        plots.map()
