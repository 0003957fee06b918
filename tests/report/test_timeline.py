"""Timelines: bars stand at their days, nothing is left out, and no text covers another."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.patches import Polygon
from matplotlib.text import Text
from PIL import Image

from sim.policy.describe import TimelineRow, timeline_rows
from sim.policy.language.load import load_regime
from sim.report import style
from sim.report.figures.bars import BAR_HEIGHT
from sim.report.figures.timeline import BACKGROUND_FOLDER, PICTURE, ROLE_COLOURS, Dated, write_timeline
from sim.world.tables.read import find_world, read_tables

pytestmark = pytest.mark.slow

START, END = date(2021, 1, 1), date(2027, 12, 31)
ROLES = tuple(ROLE_COLOURS)


@pytest.fixture(scope="module")
def tables():
    return read_tables(find_world("xinjiang"))


@pytest.fixture(scope="module")
def regime():
    """Return a regime that sets nothing, so that rows made here are none of its background."""
    return replace(load_regime("none"), measures=())


def row(name, role="measure", start=date(2022, 6, 21), end=None, **other):
    return TimelineRow(
        **{
            "sender": "United States",
            "name": name,
            "label": name.replace("_", " "),
            "role": role,
            "announced": start,
            "start": start,
            "end": end,
            "full_from": start,
        }
        | other
    )


def many(number):
    """Rows of every kind, with senders and labels of every length."""
    senders = ["Japan", "United States, European Union, United Kingdom, Canada, Mexico, Japan, " * 2, "China"]
    return [
        row(
            f"a_measure_with_a_name_of_{'many_' * (place % 9)}words_{place}",
            role=ROLES[place * 3 // number],
            start=None if place % 11 == 10 else START + timedelta(days=97 * place - 400),
            end=START + timedelta(days=97 * place + 20) if place % 3 else None,
            announced=START + timedelta(days=97 * place - 800),
            full_from=START + timedelta(days=97 * place - 100),
            sender=senders[place % 3],
        )
        for place in range(number)
    ]


def timeline(regime, rows, start, end):
    """Draw made-up rows under the title they get."""
    dated = Dated(regime, rows, start, end)
    return PICTURE.draw(dated, PICTURE.finding(dated))


def overlapping(figure):
    """Pairs of texts that cover each other, and texts that leave the picture."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    boxes = [(text.get_text(), Text.get_window_extent(text, canvas.get_renderer()).padded(-0.5)) for text in texts]
    width, height = canvas.get_width_height()
    outside = [text for text, box in boxes if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height]
    return [(one, two) for (one, first), (two, second) in combinations(boxes, 2) if first.overlaps(second)] + outside


def polygons(figure):
    return [patch for patch in figure.axes[0].patches if isinstance(patch, Polygon)]


def bars(figure):
    """Label, first and last day, and colour of each bar."""
    axes = figure.axes[0]
    labels = dict(zip(axes.get_yticks(), (label.get_text() for label in axes.get_yticklabels()), strict=True))
    found = {}
    for patch in polygons(figure):
        corners = patch.get_xy()
        middle = round((corners[:, 1].min() + corners[:, 1].max()) / 2)
        if corners[:, 1].max() - corners[:, 1].min() == pytest.approx(BAR_HEIGHT):
            found[labels[middle]] = (corners[:, 0].min(), corners[:, 0].max(), patch.get_facecolor()[:3])
    return found


@pytest.mark.parametrize("number", [1, 3, 60])
def test_texts_keep_apart_and_inside(number, regime):
    figure = timeline(regime, many(number), START, END)
    style.png_of(figure, "Source")
    assert overlapping(figure) == []
    assert len(polygons(figure)) == number


@pytest.mark.parametrize("name", ["none", "uflpa", "us_eu", "observed", "coalition", "expiry_2030"])
def test_shipped_regimes_keep_their_texts_apart(name, tables):
    shipped = load_regime(name)
    rows = timeline_rows(shipped, tables)
    figure = timeline(shipped, rows, START, END)
    assert overlapping(figure) == []
    assert len(bars(figure)) == len(rows)


def test_bars_stand_at_their_days_and_end_with_the_last_day(regime):
    rows = [row("inside", end=date(2023, 3, 4)), row("open"), row("before", start=date(2016, 3, 1), end=END)]
    drawn = bars(timeline(regime, rows, START, END))
    first, last = START.toordinal(), date(2028, 1, 1).toordinal()
    assert drawn["Inside"][:2] == (date(2022, 6, 21).toordinal(), date(2023, 3, 5).toordinal())
    assert drawn["Open"][:2] == (date(2022, 6, 21).toordinal(), last)
    assert drawn["Before"][:2] == (first, last)


def test_the_axis_goes_on_to_what_begins_or_ends_after_the_run(regime):
    late = timeline(regime, [row("late", start=date(2030, 12, 31))], START, END)
    ends = timeline(regime, [row("early", start=date(2015, 1, 1), end=date(2019, 5, 1))], START, END)
    assert late.axes[0].get_xlim() == (START.toordinal(), date(2032, 1, 1).toordinal())
    assert ends.axes[0].get_xlim() == (date(2019, 1, 1).toordinal(), date(2028, 1, 1).toordinal())


def test_a_bar_of_a_day_can_still_be_seen(regime):
    first, last, _ = bars(timeline(regime, [row("short", end=date(2022, 6, 21))], START, END))["Short"]
    assert last - first > 5


def test_roles_have_their_colours_and_the_background_is_paler(tables):
    shipped = load_regime("us_eu")
    figure = timeline(shipped, timeline_rows(shipped, tables), START, END)
    drawn = bars(figure)
    assert drawn["EU product ban"][2] == pytest.approx(to_rgb(ROLE_COLOURS["measure"]))
    background = drawn["Navigation seals 2026"][2]
    assert all(pale > full for pale, full in zip(background, to_rgb(ROLE_COLOURS["measure"]), strict=True))
    bold = {label.get_text() for label in figure.axes[0].get_yticklabels() if label.get_fontweight() == "bold"}
    own = {each.name for each in shipped.measures if Path(each.file).parent.name != BACKGROUND_FOLDER}
    assert {"us_import_ban", "eu_product_ban"} <= own
    assert {"_".join(label.lower().split()) for label in bold} == own
    title = figure.texts[0].get_text()
    title = title.replace("\n", " ").replace("\u201d", "").partition(" and the EU (2027) ")[2]
    assert title.startswith(f"sets {len(own)} measures; background: 3 measures, ")


def test_measures_of_each_sender_stand_together_in_the_order_of_their_start(regime):
    rows = [
        row("later", start=date(2024, 1, 1)),
        row("other", sender="Canada"),
        row("a_shock", role="shock", sender="an event"),
        row("sooner", start=date(2022, 1, 1)),
    ]
    axes = timeline(regime, rows, START, END).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Other", "Sooner", "Later", "A shock"]
    assert [text.get_text() for text in axes.texts] == ["Canada: measures", "United States: measures", "Shocks"]


def test_a_regime_with_nothing_in_force_still_has_its_picture(regime, tables, tmp_path):
    path = write_timeline(regime, tables, START, END, tmp_path / "show")
    assert path == tmp_path / "show" / "none.png"
    with Image.open(path) as picture:
        assert picture.width == style.WIDE.inches * style.WIDE.dots
    assert timeline(regime, [], START, END).texts[0].get_text() == "\u201cNo sanctions\u201d sets nothing"
