"""Which channels, routes, price cells, places and authorities a measure reaches in a world."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.policy.language.measures import OWNERSHIPS, Measure, Scope
from sim.policy.language.names import Names
from sim.policy.rules import ANY_MARKET
from sim.state import DIRECTIONS, EMBODIED, EXPORT, IMPORT, KINDS, RELABELLED, World

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Reach:
    """Finds what scopes reach.

    Parameters
    ----------
    names
        Labels of the world.
    world
        Its arrays.
    declared_origins
        Labels of `Authorities.class_declared`.
    """

    names: Names
    world: World
    declared_origins: tuple[str, ...]

    def channels(self, measure: Measure) -> Mask:
        """Channels in the scope of a measure, exemptions not yet taken out: shape (K,), bool."""
        return self.scope_channels(self._placed(measure), self._directions(measure))

    def scope_channels(self, scope: Scope, directions: tuple[int, ...] = (EXPORT, IMPORT)) -> Mask:
        """Channels in a scope: shape (K,), bool; an empty axis leaves all."""
        channels = self.world.channels
        mask = np.isin(channels.direction, directions)
        for chosen, labels, values in (
            (scope.markets, self.names.mask("markets", scope.markets), channels.market),
            (scope.hubs, self.names.mask("markets", scope.hubs), channels.hub),
            (scope.commodities, self.names.mask("commodities", scope.commodities), channels.commodity),
            (scope.places, self.names.mask("places", scope.places), channels.origin),
        ):
            if chosen:
                mask &= labels[values] & (values >= 0)
        if scope.kinds:
            mask &= np.isin(channels.kind, [KINDS.index(kind) for kind in scope.kinds])
        if scope.declared_origin:
            mask &= self._declared_in(scope.declared_origin)
        if scope.content:
            mask &= (channels.kind != EMBODIED) | (self.world.goods.content_share[channels.commodity] >= scope.content)
        if scope.crossings:
            mask &= self._any_route(self._via(scope.crossings))
        return mask

    def firms(self, channels: Mask) -> NDArray[np.int32]:
        """Firms of the base that can use one of the channels, the largest at base first: int32."""
        population = self.world.population
        able = np.flatnonzero(np.isin(population.group, self.world.channels.group[channels]))
        return able[np.argsort(-population.base_volume[able], kind="stable")].astype(np.int32)

    def routes(self, scope: Scope, channels: Mask) -> NDArray[np.int32]:
        """Routes of these channels that pass the crossings of a scope (all routes when it names none), int32."""
        passes = self._via(scope.crossings) if scope.crossings else np.ones(len(self._route_channel), dtype=bool)
        return np.flatnonzero(passes & channels[self._route_channel]).astype(np.int32)

    def stops(self, scope: Scope, routes: NDArray[np.int32]) -> NDArray[np.int32]:
        """Give the stops of these routes at the crossings that a scope names, int32."""
        here = self._at(scope.crossings) & np.isin(self.world.routes.stop_route, routes)
        return np.flatnonzero(here).astype(np.int32)

    def channels_of(self, routes: NDArray[np.int32]) -> Mask:
        """Channels that own these routes: shape (K,), bool."""
        mask = np.zeros(len(self.world.channels.kind), dtype=bool)
        mask[self._route_channel[routes]] = True
        return mask

    def cells(self, measure: Measure) -> Mask:
        """Price cells in the scope of a measure: shape (N,), bool."""
        if measure.instrument.rule.reach != "cells":
            return np.zeros(len(self.world.cells.market), dtype=bool)
        return self.scope_cells(self._placed(measure), self._directions(measure))

    def scope_cells(self, scope: Scope, directions: tuple[int, ...] = (EXPORT, IMPORT)) -> Mask:
        """Price cells of a scope; those of the region's imports know no market: shape (N,), bool."""
        cells = self.world.cells
        abroad = cells.market >= 0
        sold = abroad & (self.names.mask("markets", scope.markets)[cells.market] if scope.markets else True)
        mask = (sold & (EXPORT in directions)) | (~abroad & (IMPORT in directions))
        if scope.commodities:
            mask &= self.names.mask("commodities", scope.commodities)[cells.commodity]
        return mask

    def classes(self, measure: Measure) -> Mask:
        """Inspection classes of the senders' customs in the scope of a measure: shape (H,), bool."""
        authorities, scope = self.world.authorities, measure.scope
        if measure.instrument.rule.reach != "classes":
            return np.zeros(len(authorities.class_commodity), dtype=bool)
        mask = np.repeat(self.authorities(measure), np.diff(authorities.class_start))
        if scope.commodities:
            mask &= self.names.mask("commodities", scope.commodities)[authorities.class_commodity]
        if scope.declared_origin:
            wanted = set(self.names.members(scope.declared_origin))
            wanted |= set(self.names.about.origins) if self.names.about.home in wanted else set()
            mask &= np.array([label in wanted for label in self.declared_origins], bool)[authorities.class_declared]
        return mask

    def authorities(self, measure: Measure) -> Mask:
        """Mark the customs of the senders, for measures that customs enforce: shape (D,), bool."""
        markets = self.world.authorities.market
        if not measure.instrument.rule.by_customs:
            return np.zeros(len(markets), dtype=bool)
        return self.names.mask("markets", measure.sender)[markets]

    def _placed(self, measure: Measure) -> Scope:
        """Scope with what is the sender's own, and with the kinds that are meant, unless the file says others."""
        scope, rule = measure.scope, measure.instrument.rule
        scope = replace(scope, kinds=scope.kinds or rule.kinds)
        if rule.market is ANY_MARKET or any(getattr(scope, axis) for axis in rule.market):
            return scope
        own = rule.market[0]
        return replace(scope, **{own: self.names.places_of(measure.sender) if own == "places" else measure.sender})

    @staticmethod
    def _directions(measure: Measure) -> tuple[int, ...]:
        named = measure.scope.directions or measure.instrument.rule.directions
        return tuple(DIRECTIONS.index(direction) for direction in named)

    @cached_property
    def _route_channel(self) -> NDArray[np.int64]:
        start = self.world.channels.route_start
        return np.repeat(np.arange(len(start) - 1), np.diff(start))

    def _via(self, crossings: tuple[str, ...]) -> Mask:
        """Routes that pass one of the crossings: shape (R,), bool."""
        mask = np.zeros(len(self._route_channel), dtype=bool)
        mask[self.world.routes.stop_route[self._at(crossings)]] = True
        return mask

    def _at(self, crossings: tuple[str, ...]) -> Mask:
        """Mark the stops at one of the crossings: shape (S,), bool; a gate's number is twice its crossing's."""
        return self.names.mask("crossings", crossings)[self.world.routes.stop_gate // 2]

    def _any_route(self, routes: Mask) -> Mask:
        return self.channels_of(np.flatnonzero(routes).astype(np.int32))

    def _declared_in(self, origins: tuple[str, ...]) -> Mask:
        """Channels whose papers name one of the origins; without an inspection class, home is one origin."""
        channels = self.world.channels
        foreign = np.where(channels.direction == IMPORT, channels.declared, -1)
        by_hub = np.isin(channels.kind, (RELABELLED, EMBODIED)) & (channels.hub >= 0)
        foreign = np.where(by_hub & (channels.direction == EXPORT), channels.hub, foreign)
        wanted = self.names.mask("markets", origins)
        about = self.names.about
        left_out = set(about.origins) - set(origins)
        if about.home in origins or not left_out:
            return (foreign < 0) | wanted[foreign]
        mask = (foreign >= 0) & wanted[foreign]
        if len(left_out) < len(about.origins):
            mask |= (foreign < 0) & ~self._names_one_of(left_out)
        return mask

    def _names_one_of(self, addresses: set[str]) -> Mask:
        """Channels of an inspection class whose papers name one of some addresses at home."""
        labels = np.array([*self.declared_origins, ""])
        classes = np.array([*self.world.authorities.class_declared, len(labels) - 1], dtype=np.int64)
        return np.isin(labels[classes[self.world.channels.inspection_class]], sorted(addresses))


def firm_scope(scope: Scope) -> tuple[int, ...]:
    """Classes of firms in a scope: made here or not x ownership x listed or not, ones and zeros in their order."""
    owners = scope.ownership or OWNERSHIPS
    return tuple(
        int((made_here or scope.true_origin == "any") and owner in owners and (listed or not scope.listed))
        for made_here in (False, True)
        for owner in OWNERSHIPS
        for listed in (False, True)
    )
