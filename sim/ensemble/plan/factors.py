"""Factors: what can be drawn and fitted, each with its range. Parameters, and levels of measures.

A factor is the name of a parameter (`sim/data/parameters.csv`), or `level.MEASURE`: the level of that measure between
its `low` and `high`, in its own unit, under every regime of the study that has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sim.errors import InputError, unknown
from sim.parameters import EACH_LEVEL, LEVEL, TABLE
from sim.policy.language.measures import EVENTS, Measure, Regime

WIDE_RATIO = 4.0


class Uncertain(NamedTuple):
    """What is known of an uncertain parameter."""

    low: float
    high: float
    distribution: str = "uniform"  # one of DISTRIBUTIONS; the peak of `triangular` is the parameter's own value


def factors_of(named: Sequence[str], regimes: Sequence[Regime], end: date) -> dict[str, Uncertain]:
    """Give every factor its range, and how it is spread.

    Parameters
    ----------
    named
        Parameters, `level.MEASURE`, or one of the words `each_driver_level` and `each_measure_level` for all measures
        of their kind that have a range and begin before the end. Levels on which the regimes disagree are what a study
        compares: the words have these move together, each in its own range.
    regimes
        Of the study.
    end
        Last day of the study.

    Returns
    -------
    dict of str to Uncertain
        In the order in which they are named, each once; log-uniform where a range spans a factor of four or more.

    Raises
    ------
    InputError
        If a level is none of the regimes, has no range, or is not the same in all regimes that have it.
    """
    every = [each for name in named for each in (_each(name, regimes, end) if name in EACH_LEVEL else (name,))]
    return {
        name: _spread(*ranged("design.uncertain", name, regimes).ends) if name.startswith(LEVEL) else uncertain_of(name)
        for name in every
    }


def uncertain_of(name: str) -> Uncertain:
    """Give the range of a parameter, and how it is drawn.

    Parameters
    ----------
    name
        Of a row of `sim/data/parameters.csv`, where the range has its source.
    """
    return _spread(TABLE[name].low, TABLE[name].high)


def ranged(key: str, name: str, regimes: Sequence[Regime]) -> Measure:
    """Find the measure whose level a factor is.

    Parameters
    ----------
    key
        Where the name stands, for errors.
    name
        `level.MEASURE`.
    regimes
        Of the study.

    Returns
    -------
    Measure
        With a range, that of all regimes that have it.

    Raises
    ------
    InputError
        If there is none.
    """
    every = _by_regime(regimes)
    if (said := every.get(name.removeprefix(LEVEL))) is None:
        raise unknown(key, name, [LEVEL + each for each in every if _ranges(every[each])])
    measure = next(iter(said.values()))
    if not _agree(said):
        raise InputError(
            f"{key}={name}: its level or range is not the same under {' and '.join(said)}, so it is what the study "
            "compares; leave it out."
        )
    if not measure.has_range:
        raise InputError(f"{key}={name}: {measure.file}, line {measure.line}: it has no range; give it low and high.")
    return measure


def shared_levels(regimes: Sequence[Regime]) -> dict[str, Measure]:
    """Give the measures whose levels are factors.

    Parameters
    ----------
    regimes
        Of a study.

    Returns
    -------
    dict of str to Measure
        `level.MEASURE` to those with a range on which all regimes that have them agree, in the order of names.
    """
    every = _by_regime(regimes)
    return {LEVEL + name: next(iter(said.values())) for name, said in every.items() if _agree(said) and _ranges(said)}


def _each(word: str, regimes: Sequence[Regime], end: date) -> Iterator[str]:
    """Factors that a word stands for; last the parameter that moves the others of the kind together, if any."""
    of_drivers, shared, others = EACH_LEVEL[word] == "driver_levels", shared_levels(regimes), False
    for name, said in _by_regime(regimes).items():
        if any(_counts(measure, of_drivers, end) for measure in said.values()):
            if LEVEL + name in shared:
                yield LEVEL + name
            else:
                others = True
    if others:
        yield EACH_LEVEL[word]


def _counts(measure: Measure, of_drivers: bool, end: date) -> bool:
    """Tell whether a measure has a range, begins before the end, and is a driver or none, as asked."""
    return (
        measure.has_range
        and measure.start is not None
        and measure.start <= end
        and (measure.sender == (EVENTS,)) == of_drivers
    )


def _by_regime(regimes: Sequence[Regime]) -> dict[str, dict[str, Measure]]:
    """Name of every measure, in order, to what each regime that has it says of it."""
    names = sorted({measure.name for regime in regimes for measure in regime.measures})
    every: dict[str, dict[str, Measure]] = {name: {} for name in names}
    for regime in regimes:
        for measure in regime.measures:
            every[measure.name][regime.name] = measure
    return every


def _agree(said: Mapping[str, Measure]) -> bool:
    """Tell whether regimes give a measure one level and one range."""
    return len({(measure.level, measure.ends) for measure in said.values()}) == 1


def _ranges(said: Mapping[str, Measure]) -> bool:
    """Tell whether some regime gives a measure a range."""
    return any(measure.has_range for measure in said.values())


def _spread(low: float, high: float) -> Uncertain:
    """Spread a range evenly over its logarithm where it spans a factor of four or more, else evenly."""
    return Uncertain(low, high, "log_uniform" if low > 0 and high >= WIDE_RATIO * low else "uniform")
