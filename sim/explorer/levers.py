"""The levers of the explorer, declared once: what each is called, which values it takes, and what it means in a regime.

A **setting** gives every lever a number: 0 or 1 for yes and no, the place of a choice, months since `FIRST_MONTH` for a
month, and the number itself otherwise. It is written as text for links and for the command line
(`1;us_from=2023-04;tracing=1.6`): the version, then the levers that differ from their defaults.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import NamedTuple

from sim.about import bases_of, find_world, first_world
from sim.errors import InputError, nearest, unknown
from sim.paths import data

VERSION = "1"
"""Of links and settings: raised when a lever changes its meaning."""

FIRST_YEAR = 2021
FIRST_MONTH = f"{FIRST_YEAR}-01"
MONTHS_A_YEAR = 12

FLAG, CHOICE, MONTH, NUMBER, FACTOR = KINDS = ("flag", "choice", "month", "number", "factor")
"""Yes or no; one of some words; a month; a number; a number that is as likely to be halved as doubled."""

Setting = Mapping[str, float]


class Lever(NamedTuple):
    """What can be moved.

    Attributes
    ----------
    name
        In links and tables.
    kind
        Of `KINDS`.
    title, help
        Words beside the control.
    default
        Value at first sight.
    low, high, step
        Range and step; of a choice 0, the last place and 1.
    unit
        Word after the value.
    words
        Of a choice: what each place is called; the first word of each is its name in links.
    group
        Heading under which it stands.
    rare
        Share of settings of a design that leave it at its default, where that means "none".
    """

    name: str
    kind: str
    title: str
    help: str
    default: float
    low: float = 0.0
    high: float = 1.0
    step: float = 1.0
    unit: str = ""
    words: tuple[tuple[str, str], ...] = ()
    group: str = ""
    rare: float = 0.0

    def at(self, place: float) -> float:
        """Value at a place of the range, from 0 to 1."""
        if self.rare and place < self.rare:
            return self.default
        place = (place - self.rare) / (1.0 - self.rare)
        if self.kind == FACTOR:
            return self.rounded(self.low * (self.high / self.low) ** place)
        if self.kind == MONTH:
            place **= 2  # early starts more often: else few settings have a ban in force in the first years
        if self.kind in (FLAG, CHOICE):
            return float(min(int(place * (self.high + 1.0)), int(self.high)))
        return self.rounded(self.low + (self.high - self.low) * place)

    def rounded(self, value: float) -> float:
        """Put a value on the nearest step; of a factor, which has none, on three digits."""
        if self.kind == FACTOR:
            return float(f"{value:.3g}")
        return round(self.low + round((value - self.low) / self.step) * self.step, 6)

    def written(self, value: float) -> str:
        """Write a value as links have it."""
        if self.kind == FLAG:
            return "yes" if value else "no"
        if self.kind == CHOICE:
            return self.words[int(value)][0]
        return month_of(value) if self.kind == MONTH else f"{value:g}"

    def read(self, text: str) -> float:
        """Read a value as links have it.

        Raises
        ------
        InputError
            Names the lever, the value and what would do.
        """
        names = {FLAG: ("no", "yes"), CHOICE: tuple(name for name, _ in self.words)}.get(self.kind)
        if names:
            if text not in names:
                raise InputError(f"{self.name}={text}: must be one of {', '.join(names)}.{nearest(text, names)}")
            return float(names.index(text))
        value = months_since(text) if self.kind == MONTH else _number(text)
        if value is None or not self.low <= value <= self.high:
            low, high = self.written(self.low), self.written(self.high)
            raise InputError(f"{self.name}={text}: must be {'a month ' if self.kind == MONTH else ''}{low} to {high}.")
        return value


def month_of(count: float) -> str:
    """Month as text.

    Examples
    --------
    >>> month_of(0), month_of(17)
    ('2021-01', '2022-06')
    """
    year, month = divmod(int(count), MONTHS_A_YEAR)
    return f"{FIRST_YEAR + year}-{month + 1:02}"


def months_since(text: str) -> float | None:
    """Months from the first one; None for what is no month."""
    match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text, re.ASCII)
    return float((int(match[1]) - FIRST_YEAR) * MONTHS_A_YEAR + int(match[2]) - 1) if match else None


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d{1,6}(\.\d{1,9})?", text, re.ASCII) else None


_LAST_START = 72.0  # January 2027
WHO, WHAT, HOW, TRADE = "Who bans, and from when", "What is banned", "How hard it is enforced", "What else happens"

LEVERS: Mapping[str, Lever] = {
    each.name: each
    for each in (
        Lever("us", FLAG, "United States", "Import ban of the United States on goods of the region.", 1, group=WHO),
        Lever("us_from", MONTH, "United States from", "First month of their ban. As it happened: June 2022.", 18, 0,
              _LAST_START, unit="month", group=WHO),
        Lever("eu", FLAG, "European Union", "Import ban of the European Union: half the inspections, and half "
              "the importers who give up, since the burden of proof lies with the authorities.", 0, group=WHO),
        Lever("others", FLAG, "Four more", "Import bans of the United Kingdom, Canada, Mexico, Japan.", 0, group=WHO),
        Lever("allies_from", MONTH, "European Union and four more from", "First month of the bans of all but the "
              "United States.", 24, 0, _LAST_START, unit="month", group=WHO),
        Lever("goods", CHOICE, "Goods", "Which goods of the region the bans reach.", 0, 0, 2, words=(
            ("all", "all goods"),
            ("priority", "cotton, tomatoes, silicon, plastics, metals and vehicle parts"),
            ("cotton", "cotton and tomato goods")), group=WHAT),
        Lever("inspections", FACTOR, "Inspections", "Inspections a week, as a multiple of what each sender is taken to "
              "have.", 1, 0.25, 4, unit="times", group=HOW),
        Lever("tracing", NUMBER, "Tracing of origin", "How much likelier an inspection finds hidden goods by tests of "
              "origin and tracking; 1 is none, 2.4 finds nearly all.", 1, 1, 2.4, 0.1, "times", group=HOW, rare=0.3),
        Lever("pressure", NUMBER, "Pressure on hubs", "What a threat to banks and traders of nine third countries adds "
              "to the cost of payment; 0 is no threat.", 0, 0, 0.08, 0.01, "share of value", group=HOW, rare=0.35),
        Lever("hours", FLAG, "Clearance around the clock", "Crossings clear by day and night from the days on which "
              "they did (Khorgos: August 2023).", 1, group=TRADE),
        Lever("winter", FLAG, "Khunjerab open in winter", "The pass to Pakistan is open all year, as from the end of "
              "2023, and not shut every winter.", 1, group=TRADE),
        Lever("russia", FACTOR, "Russia-related demand", "Demand of Russia and its neighbours from February 2022 on, "
              "as a multiple of what was fitted to published figures.", 1, 0.5, 2, unit="times", group=TRADE),
    )
}  # fmt: skip

BACKGROUND = ("hours", "winter", "russia")
"""Levers that are no measure of a sender: what a setting is held against has them too."""

SENDERS = ("us", "eu", "others")
"""Levers that say who bans."""


def without_levers(world: str) -> str:
    """Say why a world has no levers; empty where it has some: the first world, and every world that stands on it.

    Parameters
    ----------
    world
        Name of a shipped world, or the path of a folder.

    Raises
    ------
    InputError
        If there is no such world, or it stands on one that is not there.

    Examples
    --------
    >>> without_levers("xinjiang"), without_levers("russia").partition(":")[0]
    ('', 'No levers are declared for the world russia')
    """
    folder = find_world(world)
    if data(first_world()) in (folder, *bases_of(folder)):
        return ""
    return (
        f"No levers are declared for the world {folder.name}: choose a regime of its library or write one, and run it "
        "truly."
    )


def defaults() -> dict[str, float]:
    """Give the setting at first sight."""
    return {name: each.default for name, each in LEVERS.items()}


def base_of(setting: Setting) -> dict[str, float]:
    """Give the setting that another one is held against: the same background, and no sender bans anything."""
    kept = {name: setting[name] for name in BACKGROUND}
    return defaults() | dict.fromkeys(SENDERS, 0.0) | kept


def written(setting: Setting) -> str:
    """Write a setting as links and the command line have it: version, and what differs from the defaults."""
    told = [f"{each.name}={each.written(setting[each.name])}" for each in LEVERS.values() if _moved(each, setting)]
    return ";".join([VERSION, *told])


def _moved(lever: Lever, setting: Setting) -> bool:
    return not math.isclose(setting[lever.name], lever.default, abs_tol=1e-9)


def read(text: str) -> dict[str, float]:
    """Read a setting as links and the command line have it.

    Parameters
    ----------
    text
        Such as `1;us_from=2023-04`; levers that are not named have their defaults.

    Returns
    -------
    dict of str to float
        A value for every lever.

    Raises
    ------
    InputError
        If the version is another one, or a lever or a value is not known.

    Examples
    --------
    >>> read("1;goods=cotton;tracing=1.6")["tracing"]
    1.6
    """
    version, *parts = text.split(";")
    if version != VERSION:
        raise InputError(f"explorer.setting={text}: is of version {version!r}, and this is version {VERSION!r}.")
    setting = defaults()
    for part in filter(None, parts):
        name, _, value = part.partition("=")
        if name not in LEVERS:
            raise unknown("explorer.setting", name, LEVERS)
        setting[name] = LEVERS[name].read(value)
    return setting
