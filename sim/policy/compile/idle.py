"""Measures that can do nothing in a world, whatever the days: they reach nothing, or their level changes nothing."""

from sim.policy.compile.reach import Reach
from sim.policy.describe import senders
from sim.policy.language.measures import Measure, Regime, Scope
from sim.policy.language.names import names_of
from sim.policy.rules import FIRM_AXES
from sim.world.build import BuiltWorld


def idle_measures(regime: Regime, against: Regime, built: BuiltWorld) -> list[str]:
    """Tell which measures of a regime can do nothing, of those that the regime compared with does not have.

    Parameters
    ----------
    regime, against
        Loaded regimes.
    built
        The world.

    Returns
    -------
    list of str
        A sentence a measure.
    """
    names = names_of(built)
    reach = Reach(names, built.arrays, built.labels.declared_origins)
    causes = {*built.tables.crossings["cause"], *built.tables.calendars["cause"]}
    found = []
    for measure in regime.measures:
        if measure in against.measures:
            continue
        why = ""
        if _changes_nothing(measure):
            why = f"a level of {measure.level:g} changes nothing"
        elif not _reaches(measure, reach, causes):
            why = "it reaches no trade, place or crossing of this world"
        if why:
            found.append(f"{regime.name}: {measure.name!r} ({senders(measure)}) can do nothing here: {why}.")
    return found


def _changes_nothing(measure: Measure) -> bool:
    """Tell whether a measure's level is that at which its instrument leaves everything as it is."""
    rule = measure.instrument.rule
    if rule.level is None or rule.roles:
        return False
    if rule.reach == "gates":
        return measure.level == 1
    return bool(rule.effects) and all(
        effect.full == "level" and effect.idle == measure.level for effect in rule.effects
    )


def _reaches(measure: Measure, reach: Reach, causes: set[str]) -> bool:
    """Tell whether anything of a world is in the scope of a measure, and not always exempt."""
    rule, names = measure.instrument.rule, reach.names
    if rule.dated_by_tables:
        return measure.cause in causes
    if rule.reach == "gates":
        return bool(names.mask("crossings", measure.scope.crossings).any())
    if rule.reach == "places":
        return bool(names.mask("places", measure.scope.places).any())
    if rule.reach == "cells":
        return bool(reach.cells(measure).any())
    channels = reach.channels(measure)
    for exemption in measure.exemptions:
        firms_differ = any(getattr(exemption.scope, axis) != getattr(Scope(), axis) for axis in FIRM_AXES)
        if not (exemption.start or exemption.end or firms_differ):
            channels &= ~reach.scope_channels(exemption.scope)
    return bool(channels.any() or reach.classes(measure).any())
