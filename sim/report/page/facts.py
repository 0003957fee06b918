"""What the page tells besides results: command, signature, versions, assumptions, sources, limits."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sim.config import Config, load
from sim.config.choices import groups
from sim.config.ranges import takes_draws
from sim.report.page.basis import basis_of
from sim.terminal import setting
from sim.world.tables.read import Tables

SIGNATURE_LETTERS = 8
LIMITS = (
    "After 2024 nothing is observed that the model was held against, and inland firms go on registering in the region, "
    "fewer each year: how fast trade grows then is an assumption.",
    "It is not a forecast. Most behaviour parameters and many figures of the world are assumed: read differences "
    "between regimes rather than levels.",
    "Ranges and intervals, where there are runs enough for them, hold {held}.",
    "Buyers who refuse goods, and importers who give up, are not counted as losing what they no longer buy.",
    "Registered trade is what the region's books show. Part of it was made elsewhere, and part of what is made there "
    "is registered elsewhere.",
    "Goods in scope are followed to the border of a sender and into its market; what later becomes of them, and of "
    "goods resold elsewhere after a denial, is not followed.",
    "Senders, hubs and carriers that do not appear in the regimes do not react, and no government answers with "
    "measures that its regime does not list.",
    "It says nothing about working conditions, or about whether measures reach the aims for which they were made.",
)

DESIGNS = ("posterior", *sorted(set(groups()["design"]) - {"posterior"}, reverse=True))
"""Choices of conf/design, the default first."""

NOT_THE_STUDY = ("command", "trace", "results_dir", "machine", "replay", "export", "history.save", "figures")
"""Settings that change no result, or go without saying."""


def short(signature: str) -> str:
    """Shorten a signature to the letters that stand below figures and tables.

    Parameters
    ----------
    signature : str
        Hexadecimal digest.
    """
    return signature[:SIGNATURE_LETTERS]


def title(slug: str) -> str:
    """Make a title of the name of a study.

    Parameters
    ----------
    slug : str
        For example `compare_regimes`.

    Examples
    --------
    >>> title("compare_regimes")
    'Compare regimes'
    """
    return slug.replace("_", " ").capitalize()


def command_line(config: Config) -> str:
    """Print the command that makes the same study: what one would look for, then all else that is not the default.

    Parameters
    ----------
    config : Config
        All settings of the run.

    Examples
    --------
    A list needs quotes in the shell: `reroute 'regimes=[none,uflpa]' design.runs=100 ...`.
    """
    keys = {
        "regimes": config.regimes,
        "against": config.against,
        "world": config.world,
        "firms": config.firms,
        "start": config.start,
        "end": config.end,
        "observe": config.observe,
        "behaviour": config.behaviour.rule,
        "design.runs": config.design.runs,
        "design.seed": config.design.seed,
    }
    words = [setting(key, value) for key, value in keys.items() if value is not None]
    settings, told = _flat(asdict(config)), {*keys, "behaviour.rule"}
    if not takes_draws(config):
        told.add("design.draws")
    return " ".join(["reroute", *words, *_shortest(settings, told)])


def _shortest(settings: Mapping[str, Any], told: Collection[str]) -> list[str]:
    """Name what is not as usual in the fewest words, the design that calls for them among these.

    Designs are composed one after the other: none does better than one of whose own settings each is as usual.
    """
    best: list[str] | None = None
    for design in DESIGNS:
        words = _different(settings, design, told)
        best = words if best is None or len(words) < len(best) else best
        if not any(word.startswith("design.") for word in words):
            break
    return best or []


def _different(settings: Mapping[str, Any], design: str, told: Collection[str]) -> list[str]:
    """Choose a design, and name all that is then not as usual."""
    usual = _flat(asdict(load([f"behaviour={settings['behaviour.rule']}", f"design={design}"])))
    words = [setting("design", design)] if design != DESIGNS[0] else []
    return words + [
        setting(key, "null" if value is None else value)
        for key, value in settings.items()
        if key not in told and value != usual[key]
    ]


def _flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Name settings in full, those of groups too, and leave out what does not shape a study."""
    found: dict[str, Any] = {}
    for name, value in settings.items():
        key = prefix + name
        if key not in NOT_THE_STUDY:
            found |= _flat(value, f"{key}.") if isinstance(value, Mapping) else {key: value}
    return found


def collect(manifest: Mapping[str, Any], months: tuple[str, ...], tables: Tables, config: Config) -> dict[str, object]:
    """Collect what the page tells besides results.

    Parameters
    ----------
    manifest : mapping
        Of the stored study: `signature, versions, commit, design`.
    months : tuple of str
        Observed, `YYYY-MM`.
    tables : Tables
        Of the world.
    config : Config
        All settings of the run.

    Returns
    -------
    dict
        `title, signature, short_signature, first_month, last_month, versions, command, assumptions, sources, limits,
        held` (what intervals hold), `formats` (of figures), `draws` (of parameters; empty if they stand); `basis,
        observed, fitted, fitted_to` as of `Basis`.
    """
    versions = ", ".join(f"{name} {number}" for name, number in manifest["versions"].items())
    basis = basis_of(config, tables, manifest["design"])
    commit = f"; commit {manifest['commit']}" if manifest.get("commit") else ""
    return {
        "title": f"{title(config.slug)}: {tables.folder.name.replace('_', ' ').title()}",
        "signature": manifest["signature"],
        "short_signature": short(manifest["signature"]),
        "first_month": months[0],
        "last_month": months[-1],
        "versions": versions + commit,
        "command": command_line(config),
        "assumptions": _opening(tables.folder / "README.md"),
        "sources": _sources(tables),
        "limits": [basis.limit, *(limit.format(held=basis.held_in_full) for limit in LIMITS)],
        "held": basis.held,
        "draws": basis.draws,
        "formats": config.figures,
        "basis": basis.sentences,
        "observed": basis.observed,
        "fitted": basis.fitted.to_dict("records"),
        "fitted_to": basis.fitted_to,
    }


def _opening(readme: Path) -> list[str]:
    """Take the paragraphs of a world's README between its title and its first section, without markup."""
    if not readme.is_file():
        return ["The world's folder has no README.md that says how much of it is assumed."]
    text = readme.read_text(encoding="utf-8").split("\n## ")[0]
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    return [re.sub(r"[*`]", "", part) for part in paragraphs if part and not part.startswith("#")]


def _sources(tables: Tables) -> list[dict[str, str]]:
    """Sort sources by title; only addresses of web pages become links."""
    rows = tables.sources.sort_values("title", kind="stable").fillna("").to_dict("records")
    for row in rows:
        row["url"] = row["url"] if str(row["url"]).startswith(("https://", "http://")) else ""
    return rows
