"""Words and tables of the app, without a browser."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.errors import InputError, nearest
from sim.explorer.answer import FORMAT, fitted_of
from sim.explorer.columns import bans_in, columns_of, table_of
from sim.explorer.fitting import Fitted
from sim.explorer.levers import CHOICE, FLAG, LEVERS, MONTH, VERSION, Lever, Setting, defaults, month_of
from sim.explorer.page import data_of
from sim.explorer.shown import DEFINED, LEAST_WHOLE_MUSD, SCOPE, SHARE, TILE, Outcome, Stored, values_of, years_of

QUANTILES = (0.05, 0.5, 0.95)
BAND = ["low", "middle", "high"]
COLUMNS = ["view", "subject", "unit", "slot", *BAND, "vouched"]
"""Of a table of answers, emulated or true."""

NOT_DEFINED = "not defined"
THIS = {"version": VERSION, "format": FORMAT}
"""What a page says of itself that this version can read."""

_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|$~:])")


def plain(text: str) -> str:
    r"""Keep text from being taken for markup or a formula.

    Examples
    --------
    >>> plain("<b> $x$")
    '\\<b\\> \\$x\\$'
    """
    return _MARKUP.sub(r"\\\1", text)


def known_only(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out settings that are left to the world.

    Examples
    --------
    >>> known_only({"firms": None, "world": "xinjiang"})
    {'world': 'xinjiang'}
    """
    return {name: value for name, value in settings.items() if value is not None}


def read_kindly(text: str) -> tuple[dict[str, float], dict[str, str]]:
    """Read a setting out of a link, as far as it can be read.

    Parameters
    ----------
    text
        Such as `1;us_from=2023-04`; nothing: the defaults.

    Returns
    -------
    setting : dict of str to float
        A value for every lever.
    faults : dict of str to str
        Lever, or nothing for the link as a whole, to the sentence that says what is wrong.
    """
    setting, faults = defaults(), {}
    version, *parts = text[:2_000].split(";")
    if text and version != VERSION:
        said = f"The link is of version “{version[:20]}”, and this app reads version {VERSION}: the defaults are shown."
        return setting, {"": said}
    for part in filter(None, parts):
        name, _, value = part.partition("=")
        if name not in LEVERS:
            said = f"The link names “{name[:40]}”, which this app does not know: it is left out."
            faults[""] = " ".join(filter(None, (faults.get(""), said + nearest(name, LEVERS))))
            continue
        try:
            setting[name] = LEVERS[name].read(value[:40])
        except InputError as fault:
            faults[name] = f"{fault} The default is shown."
    return setting, faults


def value_told(lever: Lever, value: float) -> str:
    """Say a value of a lever in words."""
    if lever.kind == FLAG:
        return "yes" if value else "no"
    if lever.kind == CHOICE:
        return lever.words[int(value)][1]
    if lever.kind == MONTH:
        return month_of(value)
    return f"{100 * value:.3g} % of value" if lever.unit == "share of value" else f"× {value:.3g}"


class Emulators(NamedTuple):
    """What the instant page holds, and the emulators in it."""

    said: Mapping[str, Any]
    fitted: tuple[Fitted, ...]


def emulators(page: Path) -> Emulators | None:
    """Read the emulators out of the instant page; None where there is no page.

    Raises
    ------
    InputError
        If the file is no such page, or one of another version.
    """
    if not page.is_file():
        return None
    said = data_of(page.read_text(encoding="utf-8", errors="replace"))
    theirs, mine = (f"{each.get('version')}.{each.get('format', 1)}" for each in (said, THIS))
    if theirs != mine:
        raise InputError(
            f"{page}: was written by another version of the explorer ({theirs}, this is {mine}); "
            f"reroute explore explorer.page={page} writes it anew."
        )
    return Emulators(said, tuple(fitted_of(said)))


def emulated(known: Emulators, setting: Setting) -> pd.DataFrame:
    """Tabulate what the emulators answer at a setting, year by year.

    Parameters
    ----------
    known : Emulators
        Of the instant page.
    setting : mapping
        A value for every lever.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`, and `words` and `error` (share of the true band, missing where it was not judged). The band of a
        share that is not defined is missing.
    """
    table, rows = table_of(setting), []
    words = {(each["view"], each["subject"]): each["words"] for each in known.said["outcomes"]}
    whole = {}
    columns = {slot: columns_of(table, slot) for slot in {each.slot for each in known.fitted if _is_yearly(each)}}
    for one, block in zip(known.fitted, known.said["blocks"], strict=True):
        if not _is_yearly(one) or (block["paired"] and not bans_in(columns[one.slot])[0]):
            continue
        band = one.band_at(columns[one.slot])[:, 0]
        for place, outcome in enumerate(one.outcomes):
            mine = (outcome.view, outcome.subject)
            row = (*mine, outcome.unit, one.slot.name, *band[:, place], block["vouched"][place])
            rows.append((*row, words[mine], block["error"][place]))
            whole[mine] = outcome.whole
    found = pd.DataFrame(rows, columns=[*COLUMNS, "words", "error"])
    middles = found.set_index(["view", "subject", "slot"])["middle"]
    for place, row in enumerate(found.itertuples()):
        of = whole[row.view, row.subject]
        if of and middles.get((SCOPE, of, row.slot), np.inf) < LEAST_WHOLE_MUSD:
            found.loc[place, BAND] = np.nan
            found.loc[place, ["vouched", "error"]] = True, np.nan
    return found


def _is_yearly(one: Fitted) -> bool:
    """Tell whether emulators are of a year, not of a month."""
    return not one.outcomes[0].monthly


def truly(stored: Stored, regime: str, setting: Setting | None) -> pd.DataFrame:
    """Tabulate what true runs answer.

    Parameters
    ----------
    stored : Stored
        Results, and what the regime is held against.
    regime : str
        Its name.
    setting : mapping or None
        The setting that it was made of, if levers made it.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`; what is not defined in any run is left out, but for shares of a `whole`: their band is missing where
        they are not defined in most runs.
    """
    months, rows = list(stored.results.months), []
    years = list(years_of(months))
    for outcome, values in values_of(stored, regime, setting).items():
        for slot, column in zip(months if outcome.monthly else years, values.T, strict=True):
            known = column[np.isfinite(column)]
            band = np.quantile(known, QUANTILES) if len(known) else np.full(3, np.nan)
            if outcome.whole and len(known) < DEFINED * len(column):
                band[:] = np.nan
            if len(known) or outcome.whole:
                rows.append((outcome.view, outcome.subject, outcome.unit, slot, *band, True))
    return pd.DataFrame(rows, columns=COLUMNS)


def tiles(answers: pd.DataFrame, year: str) -> pd.DataFrame:
    """Choose the headline numbers of a year."""
    return answers[(answers["view"] == TILE) & (answers["slot"] == year)]


def beside(true: pd.DataFrame, quick: pd.DataFrame) -> pd.DataFrame:
    """Put emulated and true headline numbers beside each other, with how far they lie apart.

    Returns
    -------
    pandas.DataFrame
        `subject, slot, unit, low, middle, high, emulated, apart`: `apart` is the distance of the two medians over the
        width of the true band.
    """
    keys = ["view", "subject", "slot"]
    told = true[(true["view"] == TILE) & true["middle"].notna()]
    both = told.merge(quick[[*keys, "middle"]].rename(columns={"middle": "emulated"}), on=keys)
    width = (both["high"] - both["low"]).replace(0.0, np.nan)
    both["apart"] = (both["emulated"] - both["middle"]).abs() / width
    return both[["subject", "slot", "unit", "low", "middle", "high", "emulated", "apart"]]


def amount(value: float, unit: str, *, is_change: bool = False) -> str:
    """Say a number with its unit.

    Examples
    --------
    >>> amount(1234.0, "million dollars a year"), amount(-0.125, "share"), amount(3.0, "million dollars a year")
    ('1.23 bn USD', '−12 %', '3 m USD')
    """
    if np.isnan(value):
        return NOT_DEFINED
    if unit in (SHARE, "share of capacity"):
        said = f"{100 * value:.0f} %"
    elif abs(value) >= 1_000:
        said = f"{value / 1_000:.3g} bn USD"
    else:
        said = f"{value:.3g} m USD" if abs(value) >= 0.1 else "0 m USD"
    said = said.replace("-", "−")
    return f"+{said}" if is_change and value > 0 else said


def band_told(low: float, high: float, unit: str, *, is_change: bool = False) -> str:
    """Say the band of a number."""
    return f"{amount(low, unit, is_change=is_change)} to {amount(high, unit, is_change=is_change)}"


def is_change(outcome_or_row: Outcome | pd.Series) -> bool:
    """Tell whether a number is a difference from the base that may have either sign."""
    return outcome_or_row.subject.endswith("_difference") or outcome_or_row.view in ("difference", "account", "scope")


def why_it_still_goes(table: pd.DataFrame) -> list[str]:
    """Say of a firm's channels, in words for a lay reader, which carry goods at a loss and why.

    Parameters
    ----------
    table : pandas.DataFrame
        Of `FirmAgent.explain_table`: by channel `share`, `target`, `margin`.
    """
    lines = []
    for name, row in table[(table["share"] > 0.01) & (table["margin"] < 0)].iterrows():
        trend = "and it is drawing back" if row["target"] < row["share"] - 0.005 else "and it means to keep to that"
        lines.append(
            f"{100 * row['share']:.0f} % of what it sells still goes by {name.replace('_', ' ')}, where it expects to "
            f"lose {-100 * row['margin']:.0f} cents on each dollar, {trend}. Firms do not drop a customer at once: "
            "shipments differ, some pay, ties are worth something, and what a firm believes about a border it has to "
            "learn from its own consignments."
        )
    return lines or ["It sends nothing worth telling where it expects a loss."]
