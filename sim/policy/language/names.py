"""Names that a regime may use, and what they stand for in a world: markets, senders, goods, places, crossings."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.about import EVENTS, About, find_world, first_world, own_file, read_about
from sim.errors import InputError, nearest
from sim.labels import Labels
from sim.policy.language.measures import Measure, Regime, Scope
from sim.policy.rules import OWN_PLACES
from sim.world.build import BuiltWorld, labels_of
from sim.world.countries import country_code, english_names, markets_by_country
from sim.world.tables.read import Tables

OF_MARKETS = frozenset({"sender", "markets", "hubs", "declared_origin"})
"""Keys that name markets."""


def may_be_country(name: str) -> bool:
    """Tell whether a name is written as no market is, and so may be a country by code or name."""
    return re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", name) is None


@dataclass(frozen=True)
class Names:
    """Names that a regime may use in a world.

    Parameters
    ----------
    labels
        Names of what the world's arrays number.
    about
        What the world says of itself.
    causes
        Those that its tables name.
    known
        Names that are right although this world lacks them, by axis: those of the world whose library it uses.
    countries
        Markets of each country: a country by code or name stands for them, as a coalition does for its members.
    """

    labels: Labels
    about: About
    causes: tuple[str, ...]
    known: Mapping[str, frozenset[str]]
    countries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def blocs(self) -> Mapping[str, tuple[str, ...]]:
        """Bloc to the markets in it, and the senders that are no market."""
        found = dict(self.labels.members())
        for name, sender in self.about.senders.items():
            for bloc in sender.blocs:
                found[bloc] = (*found.get(bloc, ()), name)
        return found

    def mask(self, axis: str, chosen: Iterable[str]) -> NDArray[np.bool_]:
        """Mark the labels of an axis that are chosen, coalitions spelled out.

        Returns
        -------
        numpy.ndarray
            Shape (labels of the axis,), bool. Names that this world lacks choose nothing.
        """
        wanted = set(self.members(chosen)) if axis == "markets" else set(chosen)
        return np.array([label in wanted for label in getattr(self.labels, axis)], dtype=bool)

    def members(self, chosen: Iterable[str]) -> tuple[str, ...]:
        """Markets that the names stand for, each once."""
        found: dict[str, None] = {}
        for name in chosen:
            found.update(dict.fromkeys(self.blocs.get(self.about.coalitions.get(name, name)) or self._named(name)))
        return tuple(found)

    def _named(self, name: str) -> tuple[str, ...]:
        """Give a market by its name, or the markets of a country by its code or name."""
        if name in self._senders() | self._addresses():
            return (name,)
        return self.countries.get(country_code(name), (name,))

    def places_of(self, senders: Iterable[str]) -> tuple[str, ...]:
        """Places at home over which senders rule; none where one of them rules over all."""
        ruled = [self.about.senders[name].places for name in self.members(senders) if name in self.about.senders]
        return tuple(place for places in ruled for place in places) if all(ruled) else ()

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
            For the first name that is not known, with file and line of its measure.
        """
        for measure in regime.measures:
            self._check_names(measure, "sender", measure.sender, self._senders())
            self._check_rules_over_places(measure)
            if measure.cause:
                self._check_names(measure, "cause", (measure.cause,), self._of("causes"))
            for scope in (measure.scope, *(exemption.scope for exemption in measure.exemptions)):
                self._check_scope(measure, scope)

    def _check_rules_over_places(self, measure: Measure) -> None:
        """Refuse a measure on what leaves its sender, of one that has no places at home or not those that are named."""
        if measure.instrument.rule.market != OWN_PLACES:
            return
        where, ruled = f"{measure.file}, line {measure.line}", self.places_of(measure.sender)
        for name in self.members(measure.sender):
            if name not in self.about.senders:
                raise InputError(f"{where}: {name!r}, the sender of {measure.name!r}, has no places at home.")
        for place in measure.scope.places:
            if ruled and place not in ruled:
                raise InputError(
                    f"{where}: the sender of {measure.name!r} does not rule over {place!r}.{nearest(place, ruled)}"
                )

    def _check_scope(self, measure: Measure, scope: Scope) -> None:
        markets = self._markets()
        for key, axis_names in (
            ("markets", markets),
            ("hubs", markets),
            ("declared_origin", markets | self._addresses()),
            ("commodities", self._of("commodities")),
            ("places", self._of("places")),
            ("crossings", self._of("crossings")),
        ):
            self._check_names(measure, key, getattr(scope, key), axis_names)

    def _of(self, axis: str) -> set[str]:
        own = self.causes if axis == "causes" else getattr(self.labels, axis)
        return set(own) | self.known.get(axis, frozenset())

    def _markets(self) -> set[str]:
        return self._of("markets") | set(self.blocs) | set(self.about.coalitions) | self.known.get("blocs", frozenset())

    def _senders(self) -> set[str]:
        return self._markets() | set(self.about.senders) | self.known.get("senders", frozenset()) | {EVENTS}

    def _addresses(self) -> set[str]:
        return {self.about.home, *self.about.origins} | self.known.get("origins", frozenset())

    def _check_names(self, measure: Measure, key: str, names: tuple[str, ...], known: set[str]) -> None:
        for name in names:
            if name not in known and not (key in OF_MARKETS and country_code(name) in self.countries):
                word = measure.typed.get(name, name)
                raise InputError(
                    f"{measure.file}, line {measure.line}: the measure {measure.name!r} names {word!r} as {key!r}, "
                    f"which is unknown.{self._hint(word, key, known)}"
                )

    def _hint(self, word: str, key: str, known: set[str]) -> str:
        """End of the sentence about an unknown name: the nearest one, or that a country is no market here."""
        code = country_code(word) if key in OF_MARKETS else ""
        meant = [name for name, sender in self.about.senders.items() if code and country_code(sender.country) == code]
        if meant and meant[0] in known:
            return f" The nearest is {meant[0]!r}."
        english = english_names().get(code, word)
        near = "" if code and word in (code, english) else nearest(word, known)
        return near or (f" {english} is no market of this world." if code else "")


def names_of(built: BuiltWorld) -> Names:
    """Names of a built world, and beside them those of the world whose library it uses."""
    return _names(built.labels, built.tables)


def names_in(tables: Tables) -> Names:
    """Give the names that a regime may use in a world that is read and not built."""
    return _names(labels_of(tables), tables)


def _names(labels: Labels, tables: Tables) -> Names:
    causes = {*tables.crossings["cause"], *tables.calendars["cause"]} - {""}
    countries = markets_by_country(tables.markets["market"], tables.markets["country"])
    first = find_world(first_world())
    shared = own_file(tables.folder, "regime") == own_file(first, "regime")
    known = _names_of_library(first) if shared else {}
    return Names(labels, tables.about, causes=tuple(sorted(causes)), known=known, countries=countries)


@lru_cache(maxsize=1)
def _names_of_library(world: Path) -> Mapping[str, frozenset[str]]:
    """Names of a world by axis, so that a regime of its library can be used in a world that lacks some."""
    about = read_about(world)
    columns = {
        axis: _column(world, table, column)
        for axis, table, column in (
            ("markets", "markets", "market"),
            ("commodities", "commodities", "commodity"),
            ("places", "places", "place"),
            ("crossings", "crossings", "crossing"),
        )
    }
    return columns | {
        "causes": _column(world, "crossings", "cause") | _column(world, "calendars", "cause"),
        "blocs": frozenset((*about.coalitions, *about.coalitions.values())),
        "senders": frozenset(about.senders),
        "origins": frozenset((about.home, *about.origins)),
    }


def _column(world: Path, table: str, column: str) -> frozenset[str]:
    path = world / f"{table}.csv"
    return frozenset(pd.read_csv(path, dtype=str, keep_default_na=False, usecols=[column])[column]) - {""}
