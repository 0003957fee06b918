"""Figures: what is drawn is what the tables say, and no text covers another."""

from io import BytesIO
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from PIL import Image

from sim.analysis.comparison import UNCLEAR, paired_difference
from sim.report import style
from sim.report.figures.arrows import BACK, arrows
from sim.report.figures.crossings_calendar import calendar_rows
from sim.report.figures.declared_origins import origin_panels
from sim.report.figures.difference_by_market import difference_rows
from sim.report.figures.difference_map import difference_map
from sim.report.figures.flow_map import flow_map
from sim.report.figures.ground import NEAR_DEGREES, Region, distance, markets_on_map, outlines, places_on_map, region
from sim.report.figures.map_labels import Label, place_labels
from sim.report.figures.trade_by_market import trade_panels
from sim.report.words import money
from sim.world.tables.read import find_world, read_tables

PURPOSE = (
    "A sentence of purpose that is as long as those of the library, so that keys have to wrap their lines somewhere."
)
REGIMES = [f"regime_{number}_of_a_long_name_without_blanks" for number in range(23)]


def overlapping(figure):
    """Pairs of texts that cover each other."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    spare = spare_tick_labels(figure)
    texts = [
        each for each in figure.findobj(Text) if each.get_visible() and each.get_text().strip() and each not in spare
    ]
    boxes = [Text.get_window_extent(each, renderer).padded(-0.5) for each in texts]
    pairs = combinations(zip(texts, boxes, strict=True), 2)
    return [(one.get_text(), two.get_text()) for (one, first), (two, second) in pairs if first.overlaps(second)]


def spare_tick_labels(figure):
    """Tick labels outside the limits, and all of hidden panels: they exist but are not drawn."""
    spare = []
    for axes in figure.axes:
        if not axes.get_visible():
            spare += axes.findobj(Text)
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            ticks = [tick for tick in axis.get_major_ticks() if not low <= tick.get_loc() <= high]
            spare += [label for tick in ticks for label in (tick.label1, tick.label2)]
    return spare


def bands(regimes, subjects_shown, months):
    rows = [
        (regime, subject, month, 1.0 + place, 2.0 + place, 3.0 + place)
        for place, regime in enumerate(regimes)
        for subject in subjects_shown
        for month in months
    ]
    return pd.DataFrame(rows, columns=["regime", "subject", "period", "q05", "median", "q95"])


def no_observations():
    return pd.DataFrame(columns=["subject", "from_month", "to_month", "musd_per_month"])


def differences(regimes, number, effect=1000.0):
    rng = np.random.default_rng(0)
    frames = []
    for regime in regimes:
        against = rng.normal(5000, 10, (30, number))
        change = np.linspace(-effect, effect, number) + rng.normal(0, 100, (30, number))
        table = paired_difference(against + change, against, [f"some_market_{place}" for place in range(number)])
        frames.append(table.assign(regime=regime, against=REGIMES[0], period="2022-07 to 2027-12"))
    return pd.concat(frames, ignore_index=True)


def looks(number):
    return style.looks_of(REGIMES[:number], REGIMES[0], dict.fromkeys(REGIMES, PURPOSE))


MONTHS = [f"{year}-{month:02d}" for year in range(2021, 2028) for month in range(1, 13)]


def sizes_between(*sizes):
    """Leave to `make thorough` what lies between the fewest and the most."""
    return [pytest.param(*each, marks=pytest.mark.thorough) for each in sizes]


@pytest.mark.slow
@pytest.mark.parametrize(("regimes", "markets"), [(1, 1), *sizes_between((2, 12), (8, 12)), (3, 40), (23, 12)])
def test_trade_panels_keep_their_texts_apart(regimes, markets):
    table = bands(REGIMES[:regimes], [f"market_{place}" for place in range(markets)], MONTHS)
    figure = trade_panels(table, no_observations(), looks(regimes), {}, "A title. " * 15)
    style.png_of(figure, "Source and signature")
    assert overlapping(figure) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("compared", "markets"), [(1, 1), (1, 40), *sizes_between((2, 33), (5, 20), (7, 33)), (22, 12)]
)
def test_difference_panels_keep_their_texts_apart(compared, markets):
    table = differences(REGIMES[1 : compared + 1], markets)
    figure = difference_rows(table, looks(compared + 1), {}, "A title. " * 15, number=40)
    style.png_of(figure, "Source and signature")
    assert overlapping(figure) == []


def test_trade_lines_are_the_medians_and_observations_keep_their_periods():
    observed = pd.DataFrame(
        [("total", "2022-01", "2022-12", 7.5)], columns=["subject", "from_month", "to_month", "musd_per_month"]
    )
    table = bands(REGIMES[:2], ["total"], MONTHS)
    figure = trade_panels(table, observed, looks(2), {}, "A title")
    lines = figure.axes[0].get_lines()
    assert [line.get_ydata()[0] for line in lines] == [2.0, 3.0, 7.5, 7.5]
    np.testing.assert_allclose(lines[2].get_xdata(), [2022, 2023])
    assert lines[0].get_color() == style.AGAINST_COLOUR


def test_an_observation_far_above_the_model_is_not_cut_off():
    table = bands(REGIMES[:2], ["total"], ["2021-01", "2021-02", "2021-03"])
    observed = pd.DataFrame(
        [("total", "2021-01", "2021-03", 900.0)], columns=["subject", "from_month", "to_month", "musd_per_month"]
    )
    figure = trade_panels(table, observed, looks(2), {}, "A title")
    assert figure.axes[0].get_ylim()[1] > 900


def test_dots_stand_at_the_means_and_are_hollow_where_nothing_is_clear():
    table = differences(REGIMES[1:2], 5, effect=300.0)
    figure = difference_rows(table, looks(2), {}, "A title")
    full, hollow = (each for each in figure.axes[0].collections if isinstance(each, PathCollection))
    for dots, clear in ((full, table["verdict"] != UNCLEAR), (hollow, table["verdict"] == UNCLEAR)):
        np.testing.assert_allclose(sorted(dots.get_offsets()[:, 0]), sorted(table["difference"][clear]))
    assert tuple(hollow.get_facecolor()[0]) == to_rgba("white")
    assert 0 < len(hollow.get_offsets()) < 5


def test_calendar_hatches_runs_of_closed_months():
    closed = np.isin(np.arange(24) % 12, [0, 1, 11])
    table = pd.DataFrame(
        {
            "regime": "r",
            "subject": "gate",
            "direction": "both",
            "period": MONTHS[:24],
            "load": np.where(closed, np.nan, 0.5),
            "closed": closed,
        }
    )
    figure = calendar_rows(table, ["gate"], {}, "A title", "A regime")
    hatched = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle) and patch.get_hatch()]
    assert [(patch.get_x() + 0.5, patch.get_width()) for patch in hatched] == [(0, 2), (11, 3), (23, 1)]
    assert overlapping(figure) == []


@pytest.mark.parametrize("number", [1, 3, 12])
def test_origins_keep_their_texts_apart(number):
    rows = [
        ("r", f"origin_{place}", f"2022 Q{quarter}", 0.1, 0.2, 0.3, 5.0)
        for place in range(number)
        for quarter in (1, 2, 3, 4)
    ]
    table = pd.DataFrame(rows, columns=["regime", "subject", "period", "q05", "median", "q95", "detained_musd"])
    marks = pd.DataFrame({"subject": ["origin_0"], "from_month": "2022-06", "to_month": "2022-11", "share": [0.9]})
    figure = origin_panels(table, marks, {}, "A title", under="A regime")
    assert overlapping(figure) == []
    bar, dot = figure.axes[0].lines[-2:]
    assert bar.get_xdata() == pytest.approx([2022 + 5 / 12, 2022 + 11 / 12])
    assert (bar.get_ydata()[0], dot.get_ydata()[0]) == (0.9, 0.9)
    assert figure.axes[0].get_ylim()[1] > 0.9
    assert all(len(axes.lines) == 1 for axes in figure.axes[1:number])


def crowd(number, spread):
    rng = np.random.default_rng(7)
    return pd.DataFrame(
        {
            "name": [f"Crossing {place} (rail)" for place in range(number)],
            "lon": 85 + spread * rng.normal(size=number),
            "lat": 43 + spread * rng.normal(size=number),
            "throughput_t": rng.exponential(1e6, number),
            "load": np.where(np.arange(number) % 5 == 4, np.nan, rng.uniform(size=number)),
            "trade_musd": rng.exponential(1e3, number),
        }
    ).assign(out=lambda each: 0.7 * each["throughput_t"], back=lambda each: 0.3 * each["throughput_t"])


@pytest.mark.parametrize(("gates", "spread"), [(1, 0.0), (40, 4.0), (40, 20.0)])
def test_map_keeps_its_labels_apart(gates, spread):
    markets = crowd(40, 25.0).assign(name=[f"Market {place}" for place in range(40)])
    region = Region("Region", 85.0, 43.0)
    figure = flow_map(crowd(gates, spread), markets, region, outlines(), "A title", "Under a regime")
    assert overlapping(figure) == []


@pytest.mark.parametrize("mean_musd", [1e3, 2e5])
def test_flows_of_a_scattered_home_begin_nowhere_and_partners_are_circles(mean_musd):
    markets = crowd(12, 25.0).assign(name=[f"Market {place}" for place in range(12)])
    markets["trade_musd"] *= mean_musd / markets["trade_musd"].mean()
    figure = flow_map(crowd(20, 12.0), markets, Region("", 85.0, 43.0, 15.0), outlines(), "A title", "Under a regime")
    main, distant, world = figure.axes[:3]
    leaders = [line for axes in (main, distant, world) for line in axes.lines if len(line.get_xdata()) > 2]
    assert leaders == []
    (circles,) = [each for each in world.collections if isinstance(each, PathCollection)]
    sizes = circles.get_sizes()
    large = markets["trade_musd"].to_numpy() > 0.1 * markets["trade_musd"].max()
    assert sizes[large] / sizes.max() == pytest.approx(
        (markets["trade_musd"] / markets["trade_musd"].max()).to_numpy()[large]
    )
    assert overlapping(figure) == []


def test_a_home_west_of_the_cut_lies_on_the_map_of_the_world_and_no_panel_is_empty():
    markets = crowd(3, 5.0).assign(name=["Market 1", "Market 2", "Market 3"], lon=[-70.0, 10.0, 100.0])
    gates = crowd(3, 4.0).assign(lon=[-66.0, -64.0, -62.0], lat=43.0)
    figure = flow_map(gates, markets, Region("Home", -65.0, 43.0), outlines(), "A title", "Under a regime")
    _, distant, world = figure.axes[:3]
    assert not distant.get_visible()
    begins = [line.get_xdata()[[0, -1]] for line in world.lines if len(line.get_xdata()) > 2]
    assert begins
    for ends in begins:
        assert 295.0 in ends
        assert min(ends) >= world.get_xlim()[0]


def test_a_world_of_several_senders_has_no_one_home():
    one, several = (region(read_tables(find_world(name))) for name in ("xinjiang", "russia"))
    assert (one.name, one.reach) == ("Xinjiang", NEAR_DEGREES)
    assert several.scattered
    tables = read_tables(find_world("russia"))
    gates = tables.places[tables.places["place"].isin(tables.crossings["crossing"])]
    assert (distance(gates, several) <= several.reach).mean() == pytest.approx(0.75, abs=0.02)


def test_what_is_left_of_the_world_is_written_beside_the_map_and_not_drawn():
    markets = crowd(3, 25.0).assign(name=["Market 1", "Rest of the world", "Market 2"])
    figure = flow_map(crowd(3, 4.0), markets, Region("Region", 85.0, 43.0), outlines(), "A title", "Under a regime")
    texts = [each.get_text() for each in figure.findobj(Text)]
    assert [each for each in texts if "Rest of the world" in each] == [
        f"Not on the map: Rest of the world: {money(markets['trade_musd'][1])} a year"
    ]
    places = [each.get_offsets() for each in figure.axes[2].collections if isinstance(each, PathCollection)]
    assert sum(len(each) for each in places) == 2


def test_arrows_go_both_ways_as_wide_as_each_flow_and_their_heads_point_along():
    axes = Figure(figsize=(4, 4)).add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 10), ylim=(0, 10))
    place = pd.DataFrame({"lon": [8.0], "lat": [5.0], "colour": ["#0072b2"], "out": [3.0], "back": [1.0], "all": [4.0]})
    arrows(axes, place, Region("Home", 2.0, 5.0), lambda flow: 2.0 * flow, "all")
    lines = {line.get_color(): line for line in axes.lines if len(line.get_xdata()) > 1}
    assert (lines["#0072b2"].get_linewidth(), lines[BACK].get_linewidth()) == (6.0, 2.0)
    assert (lines["#0072b2"].get_xdata()[0], lines[BACK].get_xdata()[0]) == (2.0, 8.0)
    heads = {line.get_color(): line.get_marker()[2] for line in axes.lines if len(line.get_xdata()) == 1}
    assert heads["#0072b2"] % 360 > 180  # the tip of a triangle that is not turned points up: to the right
    assert heads[BACK] % 360 < 180


def test_a_place_whose_directions_are_not_kept_apart_has_a_line_without_a_head():
    axes = Figure(figsize=(4, 4)).add_axes((0, 0, 1, 1))
    place = pd.DataFrame(
        {"lon": [8.0], "lat": [5.0], "colour": ["red"], "out": [np.nan], "back": [np.nan], "all": [4.0]}
    )
    arrows(axes, place, Region("Home", 2.0, 5.0), lambda flow: flow, "all")
    assert [line.get_linewidth() for line in axes.lines if line.get_color() == "red"] == [4.0]
    assert all(len(line.get_xdata()) > 1 for line in axes.lines)


def test_the_map_of_differences_keeps_its_labels_apart_and_leaves_unclear_ones_hollow():
    rows = pd.concat([crowd(20, 4.0).assign(what="crossing"), crowd(30, 8.0).assign(what="market")], ignore_index=True)
    rows["difference"] = np.linspace(-5e5, 5e5, 50)
    rows["verdict"] = np.where(rows.index % 2, UNCLEAR, "higher")
    figure = difference_map(rows, Region("Region", 85.0, 43.0), outlines(), "A title", "One less another")
    style.png_of(figure, "Source")
    assert overlapping(figure) == []
    faces = [
        each.get_facecolor() for axes in figure.axes for each in axes.collections if isinstance(each, PathCollection)
    ]
    assert (sum(len(face) == 0 for face in faces), len(faces)) == (25, 50)


def test_a_picture_keeps_the_colours_of_its_areas():
    figure, _ = style.new_figure("A title", "A subtitle", 2.0)
    axes = figure.subplots()
    axes.imshow(np.random.default_rng(0).uniform(size=(40, 40, 3)))
    axes.axhspan(0, 10, color="#f4f1e8")
    with Image.open(BytesIO(style.png_of(figure, "Source"))) as picture:
        counts = dict((colour, count) for count, colour in picture.convert("RGB").getcolors(1 << 24))
    assert counts[0xF4, 0xF1, 0xE8] > 1000
    assert counts[255, 255, 255] > 1000


def test_a_market_with_the_id_of_a_place_is_on_the_map_once():
    tables = read_tables(find_world("xinjiang"))
    markets, places = tables.markets["market"], tables.places["place"]
    assert set(markets) & set(places), "no id of both is left to test with"
    shown = markets_on_map(pd.DataFrame({"subject": markets}), tables)
    assert shown["subject"].tolist() == markets.tolist()
    assert shown["name"].tolist() == tables.markets["name"].tolist()
    gates = places_on_map(pd.DataFrame({"subject": places}), tables)
    assert gates["subject"].tolist() == places.tolist()


def test_labels_cover_neither_marks_nor_each_other_and_stay_inside():
    figure = Figure(figsize=(6, 6), dpi=100)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 1), ylim=(0, 1))
    points = np.random.default_rng(3).uniform(0.05, 0.95, (60, 2))
    labels = [Label(f"label {place}", x, y, 3.0) for place, (x, y) in enumerate(points)]
    written = place_labels(axes, labels, size=7)
    renderer = FigureCanvasAgg(figure).get_renderer()
    boxes = [Text.get_window_extent(each, renderer) for each in written]
    assert len(written) > 50
    assert not any(first.overlaps(second) for first, second in combinations(boxes, 2))
    marks = axes.transData.transform(points)
    assert not any(box.contains(*mark) for box in boxes for mark in marks)
    assert all(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= 600 and box.y1 <= 600 for box in boxes)


def test_labels_are_placed_the_same_every_time():
    def positions():
        figure = Figure(figsize=(4, 4))
        axes = figure.add_axes((0, 0, 1, 1))
        return [each.get_position() for each in place_labels(axes, [Label("a", 0.5, 0.5, 2), Label("b", 0.52, 0.5, 2)])]

    assert positions() == positions()


def test_a_regime_keeps_its_colour_whatever_it_is_compared_with_first():
    first = style.looks_of(["none", "a", "b"], "none", {})
    assert (first["a"].colour, first["b"].colour) == style.COLOURS[:2]
    many = style.looks_of([f"r{number}" for number in range(20)], "r0", {})
    assert len({(look.colour, look.dash) for look in many.values()}) == 20
