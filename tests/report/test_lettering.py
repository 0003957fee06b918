"""Names of any letters are drawn as written: no formulas, no boxes, nothing cut, a warning where no font has them."""

import warnings

import pytest
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.text import Text

from sim.report import lettering, style
from sim.report.lettering import filled, missing, width, wrap

NAMES = {
    "formula": "cost_$5_and_$7",
    "backslash": r"a\frac{1}{2}_%s",
    "underscore": "_none",
    "cyrillic": "Запрет импорта",
    "arabic": "حظر الاستيراد",
    "private": "\ue000\ue001",
    "control": "a\x1b[31mb",
}


def drawn(name):
    """Every text of a figure that has the name in title, key, panel, row, label and footer, as it is drawn."""
    with rc_context(style.STYLE):
        figure, _ = style.new_figure(name, name, 2.0, key_lines=1)
        style.add_key(figure, [Line2D([], [], label=name)], 1)
        axes = figure.subplots()
        axes.set_title(name)
        axes.set_yticks([0, 1], [filled(name, 40), "another"])
        axes.annotate(name, (0.5, 0.5), style="italic", weight="bold")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        style.png_of(figure, name)
    FigureCanvasAgg(figure).draw()
    return [each for each in figure.findobj(Text) if each.get_text() not in ("", "another")]


@pytest.mark.parametrize("name", ["formula", "backslash", "underscore", "cyrillic", "arabic"])
def test_letters_that_the_main_font_has_are_drawn_as_written(name, capsys):
    texts = [each for each in drawn(NAMES[name]) if NAMES[name] in each.get_text()]
    assert len(texts) >= 7
    assert not any(each.get_parse_math() for each in texts)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("name", "told"), [("private", r"\ue000\ue001"), ("control", r"a\x1b[31mb")])
def test_letters_that_no_font_has_become_numbers(name, told):
    assert sum(told in each.get_text() for each in drawn(NAMES[name])) >= 7


def test_a_letter_that_no_font_has_is_warned_of_once(monkeypatch, capsys):
    monkeypatch.setattr(lettering, "families", lambda: [lettering.MAIN])
    lettering._told.clear()
    look = FontProperties(family=[lettering.MAIN])
    assert lettering.drawable("新疆", look) == r"\u65b0\u7586"
    assert lettering.drawable("新疆", look) == r"\u65b0\u7586"
    told = capsys.readouterr().err
    assert told.count("no installed font has the letter 新") == 1


def test_the_slanted_font_lacks_letters_that_the_upright_one_has():
    name = NAMES["arabic"]
    assert missing(name, FontProperties(family=[lettering.MAIN], style="italic"))
    assert not missing(name, FontProperties(family=[lettering.MAIN]))


@pytest.mark.parametrize("columns", [6, 17, 40])
@pytest.mark.parametrize(
    "text",
    ["observed_without_long_hours and more", "x" * 90, "Длинное_название " * 6, "WIDE CAPITALS " * 5, "a  b\nc", ""],
)
def test_lines_fit_and_nothing_is_lost(text, columns):
    lines = wrap(text, columns)
    assert all(width(line) <= columns for line in lines)
    assert "".join(lines).replace(" ", "") == "".join(text.split())
    assert filled(text, columns).count("\n") == max(len(lines) - 1, 0)
