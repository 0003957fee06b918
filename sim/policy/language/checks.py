"""What measures say together: contradictions, which are faults, and exemptions that do nothing, which are warned of."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from sim.policy.language.measures import Exemption, Measure, Scope
from sim.policy.language.names import may_be_country

_AXES = ("commodities", "kinds", "directions", "ownership", "declared_origin", "hubs", "markets", "crossings", "places")


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


def warnings_of(measures: tuple[Measure, ...], wide: frozenset[str]) -> tuple[str, ...]:
    """Sentences about exemptions outside the scope or dates of their measure, and about lists that are missing.

    Parameters
    ----------
    measures
        Of a regime.
    wide
        Names that stand for several, so that two different ones may overlap.
    """
    return _unlisted(measures) + tuple(
        f"{measure.file}, line {measure.line}: an exemption of {measure.name!r} does nothing: {reason}."
        for measure in measures
        for exemption in measure.exemptions
        for reason in _outside(measure, exemption, wide)
    )


def _unlisted(measures: tuple[Measure, ...]) -> tuple[str, ...]:
    """Sentences about measures that reach listed firms only, where their sender has no list while they are in force."""
    lists = [each for each in measures if each.instrument.rule.lists_firms]
    return tuple(
        f"{measure.file}, line {measure.line}: {measure.name!r} reaches listed firms only, but its sender lists nobody."
        for measure in measures
        if measure.scope.listed and not any(_meet(measure, each) for each in lists)
    )


def _reason(first: Measure, second: Measure) -> str:
    if first.instrument is second.instrument:
        return _same_twice(first, second) or _shared(first, second) or _opposed(first, second)
    against = dict(first.instrument.rule.against).get(second.instrument.name, "")
    against = against or dict(second.instrument.rule.against).get(first.instrument.name, "")
    return against if against and _meet(first, second) else ""


def _same_twice(first: Measure, second: Measure) -> str:
    rule = first.instrument.rule
    if rule.one_per == "cause":
        return "both switch on one cause" if first.cause == second.cause else ""
    if not _meet(first, second):
        return ""
    if rule.one_per == "sender":
        return "a sender has one list of entities; put both into one schedule"
    if not rule.stacks and _in_any_order(first.scope) == _in_any_order(second.scope):
        return "same sender, instrument and scope on the same days would count one thing twice"
    return ""


def _in_any_order(scope: Scope) -> dict[str, object]:
    """Axes of a scope, their names as sets."""
    return {axis: frozenset(value) if isinstance(value, tuple) else value for axis, value in vars(scope).items()}


def _shared(first: Measure, second: Measure) -> str:
    """Sentence about what two measures of a kind share of which each has one at most."""
    shared = _in_both(first.instrument.rule.one_per, first, second)
    return f"both act on {', '.join(shared)} on the same days" if shared and _overlap(first, second) else ""


def _opposed(first: Measure, second: Measure) -> str:
    """Sentence about what one measure of a kind widens and the other narrows."""
    shared = _in_both(first.instrument.rule.one_way, first, second)
    if shared and (first.level - 1) * (second.level - 1) < 0 and _overlap(first, second):
        return f"one widens and one narrows {', '.join(shared)} on the same days"
    return ""


def _in_both(axis: str, first: Measure, second: Measure) -> list[str]:
    """Names that the scopes of both measures have on an axis."""
    return sorted(set(getattr(first.scope, axis, ())) & set(getattr(second.scope, axis, ())))


def _meet(first: Measure, second: Measure) -> bool:
    return bool(set(first.sender) & set(second.sender)) and _overlap(first, second)


def _overlap(first: Measure, second: Measure) -> bool:
    return (first.start or date.min) <= (second.end or date.max) and (second.start or date.min) <= (
        first.end or date.max
    )


def _outside(measure: Measure, exemption: Exemption, wide: frozenset[str]) -> Iterator[str]:
    for axis in _AXES:
        spared, reached = getattr(exemption.scope, axis), getattr(measure.scope, axis)
        names = {*spared, *reached}
        overlap = set(spared) & set(reached) or any(name in wide or may_be_country(name) for name in names)
        if spared and reached and not overlap:
            told = ", ".join(measure.typed.get(name, name) for name in spared)
            yield f"{told} of {axis!r} is not in its scope"
    if exemption.end and measure.start and exemption.end < measure.start:
        yield f"it ends on {exemption.end}, before the measure starts"
    if exemption.start and measure.end and exemption.start > measure.end:
        yield f"it starts on {exemption.start}, after the measure ends"
