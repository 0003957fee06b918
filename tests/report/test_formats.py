"""Figures as PNG, SVG and PDF: each what it says it is, the same bytes every time, without a day."""

import re
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from matplotlib import rc_context

from sim.config import load
from sim.errors import InputError
from sim.report import style
from sim.report.figures import picture

BEGINS = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}


def draw(_, title):
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(title, "Million dollars", 1.5)
        axes = figure.subplots()
        axes.plot([1, 2, 3], [1, 3, 2], marker="o")
        axes.fill_between([1, 2, 3], [0, 1, 1], [2, 4, 3], alpha=0.3)
    return figure


PICTURE = picture.Picture("one", lambda _: pd.DataFrame({"x": [1]}), lambda _: "A title", lambda _: "", draw)


def test_equal_figures_give_equal_bytes_in_every_format():
    first, second = (picture.draw(PICTURE, None, "Source", ("svg", "pdf")) for _ in range(2))
    assert first.printed == second.printed
    assert {name: file[: len(BEGINS[name])] for name, file in first.printed.items()} == BEGINS
    assert first.png == first.printed["png"]
    for name in ("svg", "pdf"):
        assert not re.search(rb"20\d\d-\d\d-\d\dT|CreationDate", first.printed[name])


def test_a_drawing_has_the_size_of_the_picture():
    drawn = picture.draw(PICTURE, None, "Source", ["svg"])
    width = ET.fromstring(drawn.printed["svg"]).get("width")
    assert width == f"{style.WIDE.inches * 72:g}pt"


def test_files_are_named_by_figure_and_format():
    drawn = picture.draw_all([PICTURE], None, "Source", iter(("pdf", "png")))
    assert set(picture.files(drawn)) == {"figures/one.png", "figures/one.pdf"}


def test_a_format_that_is_none_is_refused_with_the_nearest():
    with pytest.raises(InputError) as told:
        load(["figures=[png,svgs]"])
    assert "figures" in str(told.value)
    assert "'svg'" in str(told.value)
    assert str(told.value).count("\n") == 0
    assert load(["figures=[svg,pdf]"]).figures == ["svg", "pdf"]
    assert load([]).figures == ["png"]
