"""What lies beside stored results, read as text: headline, page, months compared, titles of regimes."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import yaml

from sim.plain_files import plain_bytes

LARGEST = 16 * 2**20
"""Bytes of a text that is looked at."""

ANSWER, PAGE = "answer.md", "page.html"
_TITLE = re.compile(r"^title:[ \t]+(.+)$", re.MULTILINE)
_COMMAND = re.compile(r"^ {4}(reroute .+)$", re.MULTILINE)
_NAME, _BRACKETS = "\u201c[^\u201c\u201d]*+\u201d", r"\((?:[^()]|\([^()]*+\))*+\)"
_CLAUSE = re.compile(f"(?:[^;(\u201c]++|{_NAME}|{_BRACKETS}|(?!; ).)*+")
_ESCAPED = re.compile(r"\\([\\`*\[_<&~#>+-])")


def headline(folder: Path) -> str:
    """Give the first sentence of a study's answer; empty where there is none.

    Parameters
    ----------
    folder
        Of the study.

    Returns
    -------
    str
        The first line of text below the heading of `answer.md`, without markup, up to the first semicolon that stands
        neither in brackets nor in a name.
    """
    lines = [line.strip() for line in _text(folder / ANSWER).splitlines()]
    first = next((line for line in lines if line and not line.startswith(("#", "!", "|"))), "")
    return _ESCAPED.sub(r"\1", _CLAUSE.match(first)[0])


def page_of(folder: Path) -> Path | None:
    """Find what to read of a study: its page, else its answer, else nothing.

    Parameters
    ----------
    folder
        Of the study.
    """
    return next((folder / name for name in (PAGE, ANSWER) if (folder / name).is_file()), None)


def windows(folder: Path) -> dict[str, str]:
    """Give the months over which each regime is compared, as the report tells them.

    Parameters
    ----------
    folder
        Of the study.

    Returns
    -------
    dict of str to str
        Regime to `2022-06 to 2027-12`; empty where there is no report.
    """
    rows = csv.DictReader(_text(folder / "tables" / "summary.csv").splitlines())
    return {row["regime"]: row["period"] for row in rows if row.get("regime") and row.get("period")}


def command(folder: Path) -> str:
    """Give the command that makes a study, as its answer tells it; empty where there is none.

    Parameters
    ----------
    folder
        Of the study.
    """
    found = _COMMAND.search(_text(folder / ANSWER))
    return found[1] if found else ""


def title(path: Path) -> str:
    """Read the title of a regime from its file, and nothing else of it; empty where there is none.

    Parameters
    ----------
    path
        Of a YAML file.
    """
    found = _TITLE.search(_text(path))
    try:
        return str(yaml.safe_load(found[1]) or "") if found else ""
    except yaml.YAMLError:
        return ""


def _text(path: Path) -> str:
    """Read a text; empty if there is none that can be read."""
    try:
        return plain_bytes(path, LARGEST).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
