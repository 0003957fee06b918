"""What measures say together: contradictions, which are faults, and exemptions that do nothing, which are warned of."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from sim.policy.instruments import RULES, Instrument
from sim.policy.language.measures import Exemption, Measure
from sim.policy.language.names import is_coalition

_AXES = ("commodities", "kinds", "directions", "ownership", "declared_origin", "hubs", "markets", "crossings", "places")
_WIDE = frozenset({"china"})


def contradiction(measures: tuple[Measure, ...]) -> str:
    """Sentence about the first two measures that cannot both hold, or an empty text.

    Parameters
    ----------
    measures
        All measures of a regime, its background among them.
    """
    for first, second in combinations(measures, 2):
        if reason := _reason(first, second):
            return (
                f"{second.file}, line {second.line}: the measure {second.name!r} contradicts {first.name!r} "
                f"({first.file}, line {first.line}): {reason}."
            )
    return ""


def warnings_of(measures: tuple[Measure, ...]) -> tuple[str, ...]:
    """Sentences about exemptions outside the scope or dates of their measure, and about lists that are missing."""
    return _unlisted(measures) + tuple(
        f"{measure.file}, line {measure.line}: an exemption of {measure.name!r} does nothing: {reason}."
        for measure in measures
        for exemption in measure.exemptions
        for reason in _outside(measure, exemption)
    )


def _unlisted(measures: tuple[Measure, ...]) -> tuple[str, ...]:
    """Sentences about measures that reach listed firms only, where their sender has no list while they are in force."""
    lists = [each for each in measures if each.instrument in (Instrument.entity_listing, Instrument.listing_hazard)]
    return tuple(
        f"{measure.file}, line {measure.line}: {measure.name!r} reaches listed firms only, but its sender lists nobody."
        for measure in measures
        if measure.scope.listed and not any(_meet(measure, each) for each in lists)
    )


def _reason(first: Measure, second: Measure) -> str:
    if first.instrument is second.instrument:
        return _same_twice(first, second) or _opposed(first, second)
    pair = {first.instrument, second.instrument}
    if pair == {Instrument.financial, Instrument.friction_relief} and _meet(first, second):
        return "one sender both hinders and eases payments"
    return ""


def _same_twice(first: Measure, second: Measure) -> str:
    if first.instrument is Instrument.world_change:
        return "both switch on one cause" if first.cause == second.cause else ""
    if not _meet(first, second):
        return ""
    if first.instrument is Instrument.entity_listing:
        return "a sender has one list of entities; put both into one schedule"
    if not RULES[first.instrument].stacks and first.scope == second.scope:
        return "same sender, instrument and scope on the same days would count one thing twice"
    return ""


def _opposed(first: Measure, second: Measure) -> str:
    shared = set(first.scope.places) & set(second.scope.places)
    if first.instrument in {Instrument.zone, Instrument.allowance} and shared and _overlap(first, second):
        return f"both act on {', '.join(sorted(shared))} on the same days"
    crossings = set(first.scope.crossings) & set(second.scope.crossings)
    opposite = (first.level - 1) * (second.level - 1) < 0
    if first.instrument is Instrument.crossing_capacity and crossings and opposite and _overlap(first, second):
        return f"one widens and one narrows {', '.join(sorted(crossings))} on the same days"
    return ""


def _meet(first: Measure, second: Measure) -> bool:
    return bool(set(first.sender) & set(second.sender)) and _overlap(first, second)


def _overlap(first: Measure, second: Measure) -> bool:
    return (first.start or date.min) <= (second.end or date.max) and (second.start or date.min) <= (
        first.end or date.max
    )


def _outside(measure: Measure, exemption: Exemption) -> Iterator[str]:
    for axis in _AXES:
        spared, reached = getattr(exemption.scope, axis), getattr(measure.scope, axis)
        names = {*spared, *reached}
        if spared and reached and not set(spared) & set(reached) and not any(map(_is_wide, names)):
            yield f"{', '.join(spared)} of {axis!r} is not in its scope"
    if exemption.end and measure.start and exemption.end < measure.start:
        yield f"it ends on {exemption.end}, before the measure starts"
    if exemption.start and measure.end and exemption.start > measure.end:
        yield f"it starts on {exemption.start}, after the measure ends"


def _is_wide(name: str) -> bool:
    """Tell whether a name stands for several, so that two different names may overlap."""
    return name in _WIDE or is_coalition(name)
