"""How results show themselves: as text, as a table of a notebook, and by what can be typed in brackets."""

from __future__ import annotations

import base64
from html import escape
from pathlib import Path

import yaml

from sim.errors import InputError
from sim.results.labels import titles
from sim.results.reading import Reading
from sim.results.told import headline, page_of, windows

SIGNATURE_LETTERS = 8
FIRST_FIGURES = ("difference_by_market", "trade_by_market")
"""Of the page, where it has them; else its first two by name."""

FIGURES = 2
STYLE = "max-width:60em;font-family:sans-serif"


def as_text(results: Reading) -> str:
    """Tell in a few lines what results are of.

    Parameters
    ----------
    results
        Of any study.
    """
    lines = [f"Results of {study_of(results)}, signature {results.signature[:SIGNATURE_LETTERS]}"]
    if found := headline(results.folder):
        lines.append(f"  {found}")
    lines += [f"  {name}: {told}" for name, told in facts(results).items()]
    return "\n".join(lines)


def as_html(results: Reading) -> str:
    """Tell the same as a part of a notebook, with two figures of the page where it was drawn.

    Parameters
    ----------
    results
        Of any study.

    Returns
    -------
    str
        HTML that needs nothing else; all that comes from files is escaped.
    """
    rows = "".join(
        f'<tr><th scope="row" style="text-align:left;vertical-align:top">{escape(name)}</th>'
        f'<td style="text-align:left">{escape(told)}</td></tr>'
        for name, told in facts(results).items()
    )
    head = escape(headline(results.folder) or f"Results of {study_of(results)}")
    pictures = "".join(_picture(path) for path in figures(results.folder))
    return f'<div style="{STYLE}"><p><strong>{head}</strong></p><table>{rows}</table>{pictures}</div>'


def study_of(results: Reading) -> str:
    """Name the study: its folder of results.

    Parameters
    ----------
    results
        In their folder.
    """
    return results.folder.resolve().parent.parent.name


def facts(results: Reading) -> dict[str, str]:
    """Tell what was compared, over which months, with how many runs, and what failed.

    Parameters
    ----------
    results
        Of any study.

    Returns
    -------
    dict of str to str
        Heading to words.
    """
    failures, runs = len(results.failures), len(results.runs)
    asked = results.manifest["design"]
    size = asked["runs"] if asked["paired"] else asked["draws"] * asked["runs"]
    compared = windows(results.folder)
    spans = sorted(set(compared.values()))
    each = spans[0] if len(spans) == 1 else "; ".join(f"{name} {span}" for name, span in compared.items())
    page = page_of(results.folder)
    return {
        "regimes": _titled(results),
        "against": results.against,
        "months": f"{results.months[0]} to {results.months[-1]}" + (f"; compared over {each}" if each else ""),
        "runs": f"{runs:,} of each regime" + (f" ({size - runs:,} of {size:,} are left out)" if size > runs else ""),
        "failures": f"{failures:,} runs failed and are left out: see results.failures" if failures else "none",
        "read on": str(page) if page else f"{results.folder} (no page was drawn)",
    }


def _titled(results: Reading) -> str:
    """Name the regimes with their titles, where their files have one and are still there."""
    try:
        asked = yaml.safe_load(results.file("config.yaml"))
    except (InputError, yaml.YAMLError):
        asked = {}
    told = titles(results.regimes, asked)
    return "; ".join(f"{name} ({words})" if words else name for name, words in told.items())


def figures(folder: Path) -> list[Path]:
    """Find two figures of a study's page.

    Parameters
    ----------
    folder
        Of the study.
    """
    drawn = sorted((folder / "figures").glob("*.png"))
    first = [path for name in FIRST_FIGURES for path in drawn if path.stem == name]
    return [*first, *(path for path in drawn if path not in first)][:FIGURES]


def _picture(path: Path) -> str:
    data = base64.b64encode(path.read_bytes()).decode("ascii")
    alt = escape(path.stem.replace("_", " "))
    return f'<img alt="{alt}" style="width:100%" src="data:image/png;base64,{data}">'
