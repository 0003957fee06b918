"""Letters of any script in figures: fonts that have them, lines that fit, and numbers where no font has a letter.

No font is shipped beyond that of matplotlib, which has Latin, Greek, Cyrillic, Arabic and Hebrew letters. For others
the installed ones of a list are used. Letters that none has are written as their numbers, and a sentence says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from unicodedata import combining, east_asian_width

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font
from matplotlib.text import Text

from sim.terminal import tell

MAIN = "DejaVu Sans"
FALLBACKS = (
    "Noto Sans",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Heiti SC",
    "SimHei",
    "Noto Sans CJK JP",
    "Yu Gothic",
    "Malgun Gothic",
    "Noto Sans Arabic",
    "Noto Naskh Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Thai",
    "Noto Sans Devanagari",
    "Noto Sans Georgian",
    "Noto Sans Armenian",
    "Noto Sans Mongolian",
    "Noto Sans Tibetan",
    "Nirmala UI",
    "Leelawadee UI",
    "Segoe UI",
    "Segoe UI Symbol",
    "Tahoma",
    "Arial Unicode MS",
    "Unifont",
)
"""Fonts that are asked in turn, of those that are installed, where the main one lacks a letter."""

BREAKS = re.compile(r"(?<=[ \t\n_/\-])")
CAPITAL, WIDE = 1.2, 2.0  # columns of a capital and of a Chinese letter, where a small letter takes one


def families() -> list[str]:
    """Give the main font and the fallbacks that are installed, in the order in which they are asked for a letter."""
    installed = set(fontManager.get_font_names())
    return [MAIN, *(name for name in FALLBACKS if name in installed)]


def width(text: str) -> float:
    r"""Estimate how wide a text is drawn, in columns of a small letter.

    Parameters
    ----------
    text : str
        One line.

    Examples
    --------
    >>> width("abc"), width("ABC"), width("\u65b0\u7586")
    (3.0, 3.6, 4.0)
    """
    return round(sum(_columns(letter) for letter in text), 3)


def _columns(letter: str) -> float:
    if combining(letter):
        return 0.0
    if east_asian_width(letter) in "WF":
        return WIDE
    return CAPITAL if letter.isupper() else 1.0


def wrap(text: str, columns: float) -> list[str]:
    r"""Break a text into lines: at blanks, after `_`, `/` and `-`, and inside words only where one is too long.

    Letters that no font has become their numbers, as of `drawable`.

    Parameters
    ----------
    text : str
        Any.
    columns : float
        Of a line, as of `width`.

    Examples
    --------
    >>> wrap("observed_without_long_hours", 16)
    ['observed_', 'without_long_', 'hours']
    >>> wrap("\u0434\u0430-\u043d\u0435\u0442", 4) == ["\u0434\u0430-", "\u043d\u0435\u0442"]
    True
    """
    lines = [""]
    for piece in BREAKS.split(drawable(text.replace("\n", " "))):
        if width(lines[-1] + piece.rstrip()) > columns and lines[-1]:
            lines.append("")
        for letter in _in_pieces(piece, columns):
            if width(lines[-1] + letter.rstrip()) > columns and lines[-1]:
                lines.append("")
            lines[-1] += letter
    return [line.strip(" \t\n") for line in lines if line.strip(" \t\n")]


def _in_pieces(piece: str, columns: float) -> Sequence[str]:
    """Give a piece that fits as a whole, else its letters."""
    return [piece] if width(piece.rstrip()) <= columns else list(piece)


def filled(text: str, columns: float) -> str:
    """Break a text into lines and join them.

    Parameters
    ----------
    text : str
        Any.
    columns : float
        Of a line.
    """
    return "\n".join(wrap(text, columns))


@cache
def _letters(path: str) -> frozenset[int]:
    return frozenset(get_font(path).get_charmap())


def missing(text: str, look: FontProperties) -> list[str]:
    """List the letters of a text that no font of a look has.

    Parameters
    ----------
    text : str
        Any.
    look : FontProperties
        Families, weight and style.
    """
    rare = sorted({letter for letter in text if letter not in "\n" and not " " <= letter <= "~"})
    if not rare:
        return []
    known = [_letters(path) for path in _paths(look)]
    return [letter for letter in rare if not any(ord(letter) in each for each in known)]


def _paths(look: FontProperties) -> list[str]:
    found = []
    for family in look.get_family():
        one = look.copy()
        one.set_family([family])
        found.append(findfont(one, fallback_to_default=family == MAIN))
    return found


def drawable(text: str, look: FontProperties | None = None) -> str:
    r"""Write letters that no font has as their numbers.

    Parameters
    ----------
    text : str
        Any.
    look : FontProperties, optional
        By default upright, of normal weight.

    Examples
    --------
    >>> drawable("\ue000 in Ürümqi")
    '\\ue000 in Ürümqi'
    """
    for letter in missing(text, look or FontProperties(family=families())):
        _warn(letter)
        text = text.replace(letter, " " if letter == "\t" else ascii(letter)[1:-1])
    return text


_told: set[str] = set()


def _warn(letter: str) -> None:
    """Say once that fonts are lacking, for the first letter of a figure that none has."""
    if not _told and letter.isprintable():
        tell(
            f"no installed font has the letter {letter}: figures show such letters as their numbers. Install a font "
            "that has them, such as Noto Sans CJK SC, and draw the page again."
        )
    _told.add(letter)


def make_drawable(figure: Figure) -> None:
    """Give every text of a figure letters that its fonts have: upright where the slanted font lacks them, else numbers.

    Labels of ticks are made anew when a figure is drawn: they must have gone through `wrap` or `filled` before.

    Parameters
    ----------
    figure : Figure
        Before it is drawn.
    """
    for text in figure.findobj(Text):
        fit(text)


def fit(text: Text) -> None:
    """Give a text letters that its fonts have: upright where the slanted or bold font lacks them, else numbers.

    Parameters
    ----------
    text : Text
        Of a figure.
    """
    if missing(text.get_text(), text.get_fontproperties()):
        text.set(style="normal", weight="normal")
        text.set_text(drawable(text.get_text(), text.get_fontproperties()))
