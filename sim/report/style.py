"""How every figure looks: sizes, colours, titles, footers, and the one way to print it.

Figures are made without pyplot, so they need no display and leave no global state.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from cmcrameri import cm
from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from PIL import Image

from sim.report.lettering import families, filled, make_drawable, wrap

GREY, LIGHT_GREY, INK = "#6b6b6b", "#d9d9d9", "#1d1d1f"
AGAINST_COLOUR = "#4a4a4a"
# Okabe and Ito (2008): told apart with every common form of colour blindness; without black and yellow, with a purple.
COLOURS = ("#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#4b0055")
# Crameri (2018), "lajolla" without its two ends, which are lost on white and in black: pale = empty, dark = full.
LOAD_MAP = ListedColormap(cm.lajolla(np.linspace(0.96, 0.2, 256)), "load")
MEDIAN_AND_RANGE = "median and 5\u201395 %"
DASHES = ("-", "--", ":", "-.", (0, (7, 2, 1.5, 2, 1.5, 2)))
PLAIN_LINES = 3  # regimes beside the one compared with that colours alone tell apart: see tests/report/test_colours.py
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
STYLE = {
    "font.family": families(),
    "text.parse_math": False,  # names are no formulas
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.linewidth": 0.8,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "legend.frameon": False,
    "path.simplify": True,
    "svg.hashsalt": "reroute",  # names of parts of a drawing follow from it, not from chance
    "pdf.fonttype": 42,  # letters stay letters
}
UNDATED = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
_TITLE_COLUMNS, _SUBTITLE_COLUMNS, _FOOTER_COLUMNS = 94, 152, 185
_TITLE_INCHES, _LINE_INCHES, _MARGIN_INCHES, _FOOTER_INCHES = 0.29, 0.19, 0.12, 0.3
_LEFT = 0.012


@dataclass(frozen=True)
class Canvas:
    """What a figure is drawn on.

    Attributes
    ----------
    inches : float
        Its width.
    dots : int
        Pixels an inch of PNG files.
    panels : int
        Most beside each other.
    titled : bool
        Whether the title is drawn; else the page prints it as text.
    """

    inches: float
    dots: int
    panels: int
    titled: bool


WIDE, NARROW = Canvas(12.0, 200, 4, titled=True), Canvas(5.2, 150, 2, titled=False)
"""Of slides and screens, and of phones; the same code draws on both."""

_CANVAS = ContextVar("canvas", default=WIDE)


def canvas() -> Canvas:
    """Give what is drawn on now."""
    return _CANVAS.get()


@contextmanager
def drawn_on(chosen: Canvas) -> Iterator[None]:
    """Let figures be made and printed on another canvas.

    Parameters
    ----------
    chosen : Canvas
        `WIDE` or `NARROW`.
    """
    before = _CANVAS.set(chosen)
    try:
        yield
    finally:
        _CANVAS.reset(before)


def across(columns: float) -> int:
    """Say how many columns of letters fit where so many fit on the wide canvas.

    Parameters
    ----------
    columns : float
        Of the wide one.

    Examples
    --------
    >>> across(48)
    48
    >>> with drawn_on(NARROW):
    ...     across(48)
    20
    """
    return int(columns * canvas().inches / WIDE.inches)


@dataclass(frozen=True)
class RegimeLook:
    """How a regime is drawn.

    Attributes
    ----------
    name : str
        Of the regime.
    title : str
        What it is called.
    purpose : str
        One sentence for legends; may be empty.
    colour, dash, marker : str
        Of its lines and dots; the same in every figure. Of the first few regimes the marker is empty.
    letter : str
        Stands at the ends of its lines where there is no room for a title.
    """

    name: str
    title: str
    purpose: str
    colour: str
    dash: str
    marker: str
    letter: str

    def label(self, characters: int) -> str:
        """Title and purpose, wrapped.

        Parameters
        ----------
        characters : int
            A line.
        """
        return filled(f"{self.title}: {self.purpose}" if self.purpose else self.title, characters)


def looks_of(
    regimes: Sequence[str], against: str, purposes: Mapping[str, str], titles: Mapping[str, str] | None = None
) -> dict[str, RegimeLook]:
    """Give each regime its colour: grey for the one that others are compared with; from the fourth on dash and marker.

    Parameters
    ----------
    regimes : sequence of str
        Their names, in the order they were asked for.
    against : str
        The regime that others are compared with.
    purposes : mapping of str to str
        A sentence each.
    titles : mapping of str to str, optional
        What they are called; by default their names.

    Returns
    -------
    dict of str to RegimeLook
    """
    drawn = {against: (AGAINST_COLOUR, DASHES[0], "")}
    others = [regime for regime in regimes if regime != against]
    for position, regime in enumerate(others):
        later = position - PLAIN_LINES
        dash, marker = (DASHES[0], "") if later < 0 else (DASHES[1 + later % len(DASHES[1:])], _taken(MARKERS, later))
        drawn[regime] = (_taken(COLOURS, position), dash, marker)
    return {
        regime: RegimeLook(
            regime, (titles or {}).get(regime, regime), purposes.get(regime, ""), *drawn[regime], _taken(LETTERS, place)
        )
        for place, regime in enumerate(regimes)
    }


def _taken(cycle: Sequence[str], position: int) -> str:
    return cycle[position % len(cycle)]


def new_figure(
    title: str, subtitle: str, height_inches: float, *, key_lines: int = 0, free: bool = False
) -> tuple[Figure, tuple[float, float, float, float]]:
    """Start a figure with a title that states the finding, a subtitle that says what is shown, and room for a footer.

    Parameters
    ----------
    title, subtitle : str
        Wrapped as needed.
    height_inches : float
        Of the body, to which header, key and footer are added.
    key_lines : int
        Lines of text of a key between body and footer: see `add_key`.
    free : bool
        True if the caller places its own axes; else they are laid out without overlap.

    Returns
    -------
    figure : Figure
        With header.
    body : (left, bottom, width, height)
        Of the room for axes, in fractions of the figure.
    """
    title_lines = wrap(title, _TITLE_COLUMNS) if canvas().titled else []
    subtitle_lines = wrap(subtitle, across(_SUBTITLE_COLUMNS))
    header = _MARGIN_INCHES + _TITLE_INCHES * len(title_lines) + _LINE_INCHES * len(subtitle_lines) + 0.08
    foot = _FOOTER_INCHES + _LINE_INCHES * key_lines
    height = header + height_inches + foot
    figure = Figure(figsize=(canvas().inches, height), layout=None if free else "constrained")
    top = 1 - _MARGIN_INCHES / height
    figure.text(_LEFT, top, "\n".join(title_lines), size=15, weight="bold", va="top")
    top -= _TITLE_INCHES * len(title_lines) / height
    figure.text(_LEFT, top, "\n".join(subtitle_lines), size=10, color=GREY, va="top")
    body = (_LEFT / 2, foot / height, 1 - _LEFT, height_inches / height)
    if not free:
        figure.get_layout_engine().set(rect=body, w_pad=0.06, h_pad=0.05)
    return figure, body


def add_key(figure: Figure, handles: Sequence[Artist], columns: int) -> None:
    """Draw a key in the room that `new_figure` left above the footer.

    Parameters
    ----------
    figure : Figure
        From `new_figure`.
    handles : sequence of Artist
        With labels, which may be of several lines.
    columns : int
        Of the key.
    """
    if not handles:
        return
    anchor = (_LEFT / 2, (_FOOTER_INCHES - 0.05) / figure.get_figheight())
    labels = [handle.get_label() for handle in handles]
    key = figure.legend(
        handles=list(handles),
        labels=[label.lstrip("_") for label in labels],  # matplotlib would leave out a label that begins with _
        loc="lower left",
        bbox_to_anchor=anchor,
        ncols=columns,
        fontsize=9,
        handlelength=3.2,
        labelspacing=0.35,
        borderpad=0.1,
    )
    for text, label in zip(key.get_texts(), labels, strict=True):
        text.set_text(label)


def without_title(png: bytes, title: str) -> bytes:
    """Cut the title off a picture, for a page that prints it as text.

    Parameters
    ----------
    png : bytes
        As of `png_of`, of a figure by `new_figure`.
    title : str
        As it was given to `new_figure`.
    """
    file = BytesIO()
    with Image.open(BytesIO(png)) as picture:
        above = int((_MARGIN_INCHES + _TITLE_INCHES * len(wrap(title, _TITLE_COLUMNS))) * WIDE.dots)
        picture.crop((0, above, *picture.size)).save(file, format="PNG", dpi=(WIDE.dots, WIDE.dots))
    return file.getvalue()


def png_of(figure: Figure, footer: str) -> bytes:
    """Print a figure as PNG with its source line.

    Parameters
    ----------
    figure : Figure
        As made by a function of this package.
    footer : str
        Source and signature, one line.

    Returns
    -------
    bytes
        The file.
    """
    return printed(figure, footer)["png"]


def printed(figure: Figure, footer: str, formats: Collection[str] = ("png",)) -> dict[str, bytes]:
    """Print a figure with its source line; equal figures give equal bytes.

    Parameters
    ----------
    figure : Figure
        As made by a function of this package.
    footer : str
        Source and signature, one line.
    formats : collection of str
        Of `png`, `svg` and `pdf`.

    Returns
    -------
    dict of str to bytes
        Format to file.
    """
    with rc_context(STYLE):
        lines = wrap(footer, across(_FOOTER_COLUMNS))
        figure.text(_LEFT, 0.06 / figure.get_figheight(), "\n".join(lines), size=8, color=GREY, va="bottom")
        make_drawable(figure)
        return {name: _png(figure) if name == "png" else _drawing(figure, name) for name in dict.fromkeys(formats)}


def _drawing(figure: Figure, name: str) -> bytes:
    """Print lines as lines and letters as letters or outlines, without the day on which it was done."""
    file = BytesIO()
    figure.savefig(file, format=name, dpi=canvas().dots, facecolor="white", metadata=UNDATED[name])
    return file.getvalue()


def _in_few_colours(picture: Image.Image) -> Image.Image:
    """Put a picture into 256 colours, each the one that most of its pixels had, so that flat areas keep theirs."""
    few = picture.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    red, green, blue = (np.asarray(each, dtype=np.int32).ravel() for each in picture.split())
    shades = (red << 16) + (green << 8) + blue
    counts, places = np.bincount(shades), np.empty(1 << 24, np.uint8)
    places[shades] = np.asarray(few).ravel()  # a colour has one place
    colours = np.flatnonzero(counts)
    ordered = colours[np.argsort(counts[colours], kind="stable")]
    most = dict(zip(places[ordered].tolist(), ordered.tolist(), strict=True))  # the last one stays
    few.putpalette(b"".join(most.get(place, 0).to_bytes(3, "big") for place in range(256)))
    return few


def _png(figure: Figure) -> bytes:
    pixels, file, dots = BytesIO(), BytesIO(), canvas().dots
    figure.savefig(pixels, dpi=dots, facecolor="white", format="rgba")
    size = [int(inches * dots) for inches in figure.get_size_inches()]
    picture = Image.frombytes("RGBA", size, pixels.getvalue()).convert("RGB")
    # 256 colours are enough for flat figures, and the page becomes less than half as heavy.
    picture = _in_few_colours(picture)
    picture.save(file, format="PNG", dpi=(dots, dots))
    return file.getvalue()
