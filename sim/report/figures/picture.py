"""What a figure is: its tables, its finding, its caption and its drawing; and how any list of them is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Generic, TypeVar

import pandas as pd
from matplotlib.figure import Figure

from sim.report import style
from sim.store.files import plain_faults, whole_file

Subject = TypeVar("Subject")
"""What a figure is of: `Shown`, a comparison of regimes; or a regime, or the patterns judged."""

Part = TypeVar("Part")


@dataclass(frozen=True)
class Picture(Generic[Subject]):
    """A figure as its file declares it; every function takes the subject of the figure.

    Attributes
    ----------
    name : str
        File stem, and its anchor on the page.
    table : callable
        What is drawn, as the page offers it for download; a figure without rows is left out.
    finding : callable
        The title: one sentence that states what is found, with its interval.
    caption : callable
        How to read it.
    draw : callable
        Subject and title to a figure; nothing is computed there but positions on paper.
    tables : mapping of str to callable
        File stem to table of what is written under `tables`.
    credit : str
        Added to the source line.
    absent : str
        Part of a sentence for a page without this figure: what is not drawn, and why.
    targets : tuple of str
        Groups of targets of a fit that speak to what is drawn.
    on_paper : bool
        Whether a printed page has the picture; else only its finding.
    narrow : bool
        Whether it is also drawn on a narrow canvas, for the page on a phone.
    """

    name: str
    table: Callable[[Subject], pd.DataFrame]
    finding: Callable[[Subject], str]
    caption: Callable[[Subject], str]
    draw: Callable[[Subject, str], Figure]
    tables: Mapping[str, Callable[[Subject], pd.DataFrame]] = field(default_factory=dict)
    credit: str = ""
    absent: str = ""
    targets: tuple[str, ...] = ()
    on_paper: bool = True
    narrow: bool = False


@dataclass(frozen=True)
class Drawn:
    """A figure that was drawn.

    Attributes
    ----------
    name, title, caption : str
        As of `Picture`.
    table : DataFrame
        What is drawn.
    printed : mapping of str to bytes
        Format, `png` among them, to file.
    targets : tuple of str
        As of `Picture`.
    on_paper : bool
        As of `Picture`.
    narrow : bytes
        PNG of the narrow drawing, without title and source; empty if there is none.
    """

    name: str
    title: str
    caption: str
    table: pd.DataFrame
    printed: Mapping[str, bytes]
    targets: tuple[str, ...] = ()
    on_paper: bool = True
    narrow: bytes = b""

    @property
    def png(self) -> bytes:
        """The file that page and answer show."""
        return self.printed["png"]


def of_part(picture: Picture[Part], take: Callable[[Subject], Part]) -> Picture[Subject]:
    """Let a figure be drawn of a part of another subject.

    Parameters
    ----------
    picture : Picture
        Of the part.
    take : callable
        The whole to the part.

    Returns
    -------
    Picture
        Of the whole.
    """
    tables = {name: lambda whole, make=make: make(take(whole)) for name, make in picture.tables.items()}
    return replace(
        picture,
        table=lambda whole: picture.table(take(whole)),
        finding=lambda whole: picture.finding(take(whole)),
        caption=lambda whole: picture.caption(take(whole)),
        draw=lambda whole, title: picture.draw(take(whole), title),
        tables=tables,
    )


def draw(picture: Picture[Subject], subject: Subject, source: str, formats: Iterable[str] = ()) -> Drawn:
    """Draw one figure.

    Parameters
    ----------
    picture : Picture
        To draw.
    subject : object
        What it is of.
    source : str
        Line below the figure.
    formats : iterable of str
        Beside PNG, which always is: `svg`, `pdf`.

    Returns
    -------
    Drawn
    """
    title = picture.finding(subject)
    files = style.printed(picture.draw(subject, title), f"{source}{picture.credit}", ("png", *formats))
    words = (picture.name, title, picture.caption(subject))
    narrow = _narrow(picture, subject, title) if picture.narrow else b""
    return Drawn(*words, picture.table(subject), files, picture.targets, picture.on_paper, narrow)


def write_png(picture: Picture[Subject], subject: Subject, source: str, path: Path) -> Path:
    """Draw one figure into a file of its own.

    Parameters
    ----------
    picture : Picture
        To draw.
    subject : object
        What it is of.
    source : str
        Line below the figure.
    path : Path
        The PNG; its folder is made if missing.

    Returns
    -------
    Path
        The same.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    drawn = draw(picture, subject, source)
    with plain_faults(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as file:
        file.write(drawn.png)
    return path


def _narrow(picture: Picture[Subject], subject: Subject, title: str) -> bytes:
    with style.drawn_on(style.NARROW):
        return style.png_of(picture.draw(subject, title), "")


def draw_all(
    pictures: Iterable[Picture[Subject]], subject: Subject, source: str, formats: Iterable[str] = ()
) -> list[Drawn]:
    """Draw every figure for which there are rows.

    Parameters
    ----------
    pictures : iterable of Picture
        In the order of the page.
    subject : object
        What they are of.
    source : str
        Line below each figure.
    formats : iterable of str
        As of `draw`.

    Returns
    -------
    list of Drawn
        Those drawn, in the same order.
    """
    kept = (picture for picture in pictures if len(picture.table(subject)))
    formats = tuple(formats)
    return [draw(picture, subject, source, formats) for picture in kept]


def tables(pictures: Iterable[Picture[Subject]], subject: Subject) -> dict[str, pd.DataFrame]:
    """Collect the tables of figures, drawn or not.

    Parameters
    ----------
    pictures : iterable of Picture
        Any.
    subject : object
        What they are of.

    Returns
    -------
    dict of str to DataFrame
        File stem to table.
    """
    return {name: make(subject) for picture in pictures for name, make in picture.tables.items()}


def files(figures: Iterable[Drawn]) -> dict[str, bytes]:
    """Collect the files of figures.

    Parameters
    ----------
    figures : iterable of Drawn
        Any.

    Returns
    -------
    dict of str to bytes
        Place, under `figures`, to content.
    """
    return {f"figures/{each.name}.{name}": file for each in figures for name, file in each.printed.items()}


def source_line(world: str, runs: int, draws: str, signature: str) -> str:
    """Print the line below a figure of stored results.

    Parameters
    ----------
    world : str
        Its name.
    runs : int
        Of each regime.
    draws : str
        Of parameters, as of `facts`; empty if they stand.
    signature : str
        Of the study, shortened.
    """
    return f"Source: reroute, world {world}, {runs} runs a regime{draws} \u00b7 signature {signature}"
