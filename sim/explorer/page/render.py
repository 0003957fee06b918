"""Fill the template: numbers, arithmetic and pictures go into the one file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from sim.errors import InputError
from sim.report.page.facts import LIMITS

LARGEST_BYTES = 3_000_000
SCRIPTS = ("arithmetic.js", "state.js", "pictures.js", "views.js", "page.js")
"""In the order in which they use each other."""

_DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


def render(said: Mapping[str, Any]) -> str:
    """Write the page.

    Parameters
    ----------
    said : mapping
        Of `sim.explorer.answer`.

    Returns
    -------
    str
        HTML; no name or number of it can end its script or become markup.

    Raises
    ------
    InputError
        If the page would be larger than a mail takes.
    """
    folder = files("sim.explorer.page") / "templates"
    scripts = "\n".join((folder / name).read_text(encoding="utf-8") for name in SCRIPTS)
    style = (folder / "explorer.css").read_text(encoding="utf-8")
    environment = Environment(loader=PackageLoader("sim.explorer.page"), autoescape=True, undefined=StrictUndefined)
    page = environment.get_template("explorer.html.jinja").render(
        said=said,
        limits=[each.format(held=said["held"]) for each in LIMITS],
        data=_safe(json.dumps(said, allow_nan=False, separators=(",", ":"))),
        scripts=scripts,
        style=style,
    )
    size = len(page.encode())
    if size > LARGEST_BYTES:
        raise InputError(f"The page would be of {size:,} bytes, and {LARGEST_BYTES:,} are the most: take fewer months.")
    return page


def _safe(text: str) -> str:
    """Keep text from ending the element that it stands in."""
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def data_of(page: str) -> dict[str, Any]:
    """Read back what a page holds."""
    found = _DATA.search(page)
    if found is None:
        raise InputError("This is no page of the explorer: it holds no data.")
    return json.loads(found[1])
