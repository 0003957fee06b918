"""Names that a regime may use, and what they stand for in a world: markets, coalitions, goods, places, crossings."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import InputError, nearest
from sim.labels import Labels
from sim.paths import data
from sim.policy.language.measures import CHINA, EVENTS, Measure, Regime, Scope
from sim.world.build import BuiltWorld, labels_of
from sim.world.countries import country_code, english_names, markets_by_country
from sim.world.graph import HOME_COUNTRY
from sim.world.tables.read import Tables

SHIPPED_WORLD = "xinjiang"

COALITIONS = {
    "european_union": "eu",
    "eurasian_union": "eaeu",
    "central_asia": "central_asia",
    "asean": "asean",
    "west": "west",
    "gulf": "gulf",
    "south_asia": "south_asia",
    "belt_and_road": "belt_and_road",
    "rcep": "rcep",
    "cee": "cee",
}
"""Names of coalitions and the bloc that holds their members in a world's table of markets."""

OF_MARKETS = frozenset({"sender", "markets", "hubs", "declared_origin"})
"""Keys that name markets."""

ADDRESSES = ("region", "other_china", "china")
"""Declared origins inside China: an address in the region, one elsewhere, and either."""


def may_be_country(name: str) -> bool:
    """Tell whether a name is written as no market is, and so may be a country by code or name."""
    return re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", name) is None


def is_coalition(name: str) -> bool:
    """Tell whether a name stands for several markets."""
    return name in COALITIONS or name in COALITIONS.values()


@dataclass(frozen=True)
class Names:
    """Names that a regime may use in a world.

    Parameters
    ----------
    labels
        Names of what the world's arrays number.
    causes
        Those that its tables name.
    known
        Names that are right although this world lacks them, by axis: those of the shipped world.
    countries
        Markets of each country: a country by code or name stands for them, as a coalition does for its members.
    """

    labels: Labels
    causes: tuple[str, ...]
    known: Mapping[str, frozenset[str]]
    countries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def blocs(self) -> Mapping[str, tuple[str, ...]]:
        """Bloc to the markets in it."""
        return self.labels.members()

    def mask(self, axis: str, chosen: Iterable[str]) -> NDArray[np.bool_]:
        """Mark the labels of an axis that are chosen, coalitions spelled out.

        Returns
        -------
        numpy.ndarray
            Shape (labels of the axis,), bool. Names that only the shipped world has choose nothing.
        """
        wanted = set(self.members(chosen)) if axis == "markets" else set(chosen)
        return np.array([label in wanted for label in getattr(self.labels, axis)], dtype=bool)

    def members(self, chosen: Iterable[str]) -> tuple[str, ...]:
        """Markets that the names stand for, each once."""
        found: dict[str, None] = {}
        for name in chosen:
            found.update(dict.fromkeys(self.blocs.get(COALITIONS.get(name, name)) or self._named(name)))
        return tuple(found)

    def _named(self, name: str) -> tuple[str, ...]:
        """Give a market by its name, or the markets of a country by its code or name."""
        if name in self._of("markets") or name in (*ADDRESSES, CHINA, EVENTS) or is_coalition(name):
            return (name,)
        return self.countries.get(country_code(name), (name,))

    def by_market(self, measure: Measure) -> Measure:
        """Give a measure the markets of the countries that it names; coalitions keep their names."""
        sender, markets, hubs = (
            tuple(dict.fromkeys(market for name in names for market in self._named(name)))
            for names in (measure.sender, measure.scope.markets, measure.scope.hubs)
        )
        return replace(measure, sender=sender, scope=replace(measure.scope, markets=markets, hubs=hubs))

    def check(self, regime: Regime) -> None:
        """Check every name that a regime uses.

        Raises
        ------
        InputError
            For the first name that neither this world nor the shipped one has, with file and line of its measure.
        """
        for measure in regime.measures:
            self._check_names(measure, "sender", measure.sender, self._markets() | {CHINA, EVENTS})
            if measure.cause:
                self._check_names(measure, "cause", (measure.cause,), self._of("causes"))
            for scope in (measure.scope, *(exemption.scope for exemption in measure.exemptions)):
                self._check_scope(measure, scope)

    def _check_scope(self, measure: Measure, scope: Scope) -> None:
        markets = self._markets()
        for key, axis_names in (
            ("markets", markets),
            ("hubs", markets),
            ("declared_origin", markets | set(ADDRESSES)),
            ("commodities", self._of("commodities")),
            ("places", self._of("places")),
            ("crossings", self._of("crossings")),
        ):
            self._check_names(measure, key, getattr(scope, key), axis_names)

    def _of(self, axis: str) -> set[str]:
        own = self.causes if axis == "causes" else getattr(self.labels, axis)
        return set(own) | self.known.get(axis, frozenset())

    def _markets(self) -> set[str]:
        return self._of("markets") | set(self.blocs) | set(COALITIONS)

    def _check_names(self, measure: Measure, key: str, names: tuple[str, ...], known: set[str]) -> None:
        for name in names:
            if name not in known and not (key in OF_MARKETS and country_code(name) in self.countries):
                word = measure.typed.get(name, name)
                raise InputError(
                    f"{measure.file}, line {measure.line}: the measure {measure.name!r} names {word!r} as {key!r}, "
                    f"which is unknown.{_hint(word, key, known)}"
                )


def _hint(word: str, key: str, known: set[str]) -> str:
    """End of the sentence about an unknown name: the nearest one, or that a country is no market here."""
    code = country_code(word) if key in OF_MARKETS else ""
    if code == HOME_COUNTRY and CHINA in known:
        return f" The nearest is {CHINA!r}."
    english = english_names().get(code, word)
    near = "" if code and word in (code, english) else nearest(word, known)
    return near or (f" {english} is no market of this world." if code else "")


def names_of(built: BuiltWorld) -> Names:
    """Names of a built world, and beside them those of the shipped one."""
    return _names(built.labels, built.tables)


def names_in(tables: Tables) -> Names:
    """Give the names that a regime may use in a world that is read and not built."""
    return _names(labels_of(tables), tables)


def _names(labels: Labels, tables: Tables) -> Names:
    causes = {*tables.crossings["cause"], *tables.calendars["cause"]} - {""}
    countries = markets_by_country(tables.markets["market"], tables.markets["country"])
    return Names(labels, causes=tuple(sorted(causes)), known=_shipped_names(), countries=countries)


@lru_cache(maxsize=1)
def _shipped_names() -> Mapping[str, frozenset[str]]:
    """Names of the shipped world by axis, so that a library regime can be used in a world that lacks some."""
    names = {
        axis: _column(table, column)
        for axis, table, column in (
            ("markets", "markets", "market"),
            ("commodities", "commodities", "commodity"),
            ("places", "places", "place"),
            ("crossings", "crossings", "crossing"),
        )
    }
    return names | {"causes": _column("crossings", "cause") | _column("calendars", "cause")}


def _column(table: str, column: str) -> frozenset[str]:
    path = data(SHIPPED_WORLD) / f"{table}.csv"
    return frozenset(pd.read_csv(path, dtype=str, keep_default_na=False, usecols=[column])[column]) - {""}
