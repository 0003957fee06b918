"""From a measure's node to a `Measure`: keys, types, ranges, and what each instrument asks for."""

from collections.abc import Mapping
from datetime import date

from sim.constants import DAYS_PER_WEEK
from sim.nodes import Node, as_typed, choice, day, identifiers, mapping, number, text, words, yes
from sim.policy.instruments import Instrument
from sim.policy.language.measures import (
    DIRECTIONS,
    KINDS,
    ORIGINS,
    OWNERSHIPS,
    SHAPES,
    Enforcement,
    Exemption,
    Measure,
    PhaseIn,
    Scope,
)
from sim.policy.rules import FIRM_AXES, REACH_AXES, Rule

MEASURE_KEYS = (
    "sender",
    "instrument",
    "start",
    "end",
    "announced",
    "phase_in",
    "scope",
    "exemptions",
    "level",
    "low",
    "high",
    "enforcement",
    "schedule",
    "cause",
    "end_known",
    "source",
    "note",
)
LONGEST_WEEKS = 2000
SCOPE_KEYS = tuple(Scope.__dataclass_fields__)
DATED_KEYS = ("start", "end")
NAMING_KEYS = ("sender", "scope", "exemptions")
COMMON_KEYS = ("sender", "instrument", "source", "note")
_NAMED = {"kinds": KINDS, "directions": DIRECTIONS, "ownership": OWNERSHIPS}


def read_measure(name: str, node: Node) -> Measure:
    """Measure written under `name`.

    Parameters
    ----------
    name
        Its key in the file.
    node
        Its keys and values.

    Returns
    -------
    Measure
        Typed and checked; names of markets, goods and places are checked against a world later.

    Raises
    ------
    InputError
        If a key is unknown or missing, a value is of the wrong form, or dates contradict each other.
    """
    keys = mapping(node, MEASURE_KEYS)
    instrument = Instrument[choice(_required(node, keys, "instrument"), Instrument.__members__)]
    rule = instrument.rule
    common = {
        "name": name,
        "sender": _nonempty(_required(node, keys, "sender")),
        "instrument": instrument,
        "source": text(_required(node, keys, "source")),
        "note": text(keys["note"]) if "note" in keys else "",
        "typed": {name: word for key in NAMING_KEYS if key in keys for name, word in as_typed(keys[key]).items()},
        "file": node.file,
        "line": node.line,
    }
    if not common["source"]:
        raise keys["source"].fault("a source is a title with publisher and date, or the word assumed.")
    _refuse_foreign_keys(keys, instrument)
    if rule.dated_by_tables:
        return _dated_by_tables(node, keys, common)
    measure = Measure(
        **common,
        **_dates(node, keys),
        **_strength(node, keys, rule),
        scope=_scope(keys["scope"], SCOPE_KEYS) if "scope" in keys else Scope(),
        exemptions=_exemptions(keys["exemptions"]) if "exemptions" in keys else (),
        enforcement=_enforcement(keys["enforcement"]) if "enforcement" in keys else Enforcement(),
        schedule=_schedule(keys["schedule"]) if "schedule" in keys else (),
    )
    _check_needs(node, measure)
    _check_axes(keys, measure)
    _check_firms(keys, measure)
    _check_dates(node, keys, measure)
    return measure


def _dated_by_tables(node: Node, keys: Mapping[str, Node], common: dict[str, object]) -> Measure:
    """Measure that switches on a cause; days given here replace the outer days of the cause in the world's tables."""
    start = day(keys["start"]) if "start" in keys else None
    end = day(keys["end"], last=True) if "end" in keys else None
    if start and end and end < start:
        raise keys["end"].fault(f"it ends on {end}, before it starts on {start}.")
    known = yes(keys["end_known"]) if "end_known" in keys else True
    cause = text(_required(node, keys, "cause"))
    if not cause:
        raise keys["cause"].fault("a cause is the id of rows of the world's tables, such as pandemic.")
    return Measure(**common, start=start, end=end, announced=start, cause=cause, end_known=known)


def _required(node: Node, keys: Mapping[str, Node], key: str) -> Node:
    if key not in keys:
        raise node.fault(f"the key {key!r} is missing.")
    return keys[key]


def _nonempty(node: Node) -> tuple[str, ...]:
    names = identifiers(node)
    if not names:
        raise node.fault("at least one name is expected.")
    return names


def _refuse_foreign_keys(keys: Mapping[str, Node], instrument: Instrument) -> None:
    """Refuse keys that would be read and then do nothing."""
    rule = instrument.rule
    for owner in Instrument:
        for key in owner.rule.keys:
            if key in keys and key not in rule.keys:
                raise keys[key].fault(f"{key!r} belongs to the instrument {owner.name}, not to {instrument.name}.")
    if rule.dated_by_tables:
        for key in keys:
            if key not in (*COMMON_KEYS, *DATED_KEYS, *rule.keys):
                raise keys[key].fault(f"{key!r} has no place here: the world's tables hold the figures of a cause.")
    if rule.level is None:
        for key in ("level", "low", "high"):
            if key in keys:
                raise keys[key].fault(f"the instrument {instrument.name} has no level.")


def _dates(node: Node, keys: Mapping[str, Node]) -> dict[str, object]:
    start = day(_required(node, keys, "start"))
    if start is None:
        raise keys["start"].fault("a first day is expected, such as 2022-06-21.")
    announced = day(keys["announced"]) if "announced" in keys else None
    return {
        "start": start,
        "end": day(keys["end"], last=True) if "end" in keys else None,
        "announced": announced or start,
        "phase_in": _phase_in(keys["phase_in"]) if "phase_in" in keys else PhaseIn(),
    }


def _phase_in(node: Node) -> PhaseIn:
    if isinstance(node.value, str) and node.value:
        raise node.fault("a phase-in has keys, such as {shape: linear, weeks: 26} or {shape: s_curve, days: 60}.")
    keys = mapping(node, ("shape", "weeks", "days"))
    if "weeks" in keys and "days" in keys:
        raise keys["days"].fault("give weeks or days, not both.")
    weeks = number(keys["weeks"], 0, LONGEST_WEEKS) if "weeks" in keys else 0.0
    if "days" in keys:
        weeks = number(keys["days"], 0, LONGEST_WEEKS * DAYS_PER_WEEK) / DAYS_PER_WEEK
    shape = choice(keys["shape"], SHAPES) if "shape" in keys else "linear" if weeks else "step"
    if (shape == "step") != (weeks == 0):
        raise node.fault("a step takes 0 weeks; linear and s_curve take more than 0.")
    return PhaseIn(shape, weeks)


def _strength(node: Node, keys: Mapping[str, Node], rule: Rule) -> dict[str, float | None]:
    asked = rule.level
    if asked is None:
        return {}
    if "level" in keys:
        level = number(keys["level"], asked.lowest, asked.highest)
    elif asked.default is not None:
        level = asked.default
    else:
        raise node.fault(f"the key 'level' is missing ({asked.words}).")
    low, high = (number(keys[key], asked.lowest, asked.highest) if key in keys else None for key in ("low", "high"))
    if (low is not None and low > level) or (high is not None and high < level):
        raise node.fault(f"the level {level:g} lies outside its own range, low to high.")
    return {"level": level, "low": low, "high": high}


def _scope(node: Node, known: tuple[str, ...]) -> Scope:
    keys = mapping(node, known)
    found: dict[str, object] = {}
    for key in keys.keys() & set(SCOPE_KEYS):
        value = keys[key]
        if key == "true_origin":
            found[key] = choice(value, ORIGINS)
        elif key == "content":
            found[key] = number(value, 0, 1)
        elif key == "listed":
            found[key] = yes(value)
        else:
            found[key] = _names(key, value)
    return Scope(**found)


def _names(key: str, node: Node) -> tuple[str, ...]:
    names = _nonempty(node)
    if names in (("all",), ("any",)):
        return ()
    if key in _NAMED:
        return tuple(choice(Node(word, node.line, node.file), _NAMED[key]) for word in words(node))
    return names


def _exemptions(node: Node) -> tuple[Exemption, ...]:
    if isinstance(node.value, str) and not node.value:
        return ()
    if not isinstance(node.value, tuple):
        raise node.fault("exemptions are a list, each with `- ` before its first key.")
    found = []
    for item in node.value:
        keys = mapping(item, (*SCOPE_KEYS, *DATED_KEYS))
        start = day(keys["start"]) if "start" in keys else None
        end = day(keys["end"], last=True) if "end" in keys else None
        if start and end and end < start:
            raise keys["end"].fault(f"the exemption ends on {end}, before it starts on {start}.")
        found.append(Exemption(_scope(item, (*SCOPE_KEYS, *DATED_KEYS)), start, end))
    return tuple(found)


def _enforcement(node: Node) -> Enforcement:
    keys = mapping(node, tuple(Enforcement.__dataclass_fields__))
    bounds = {"tracing": (1, 100), "withdrawal": (0, 1), "withdrawal_weeks": (0, 2000)}
    return Enforcement(**{key: number(value, *bounds.get(key, (0, 100))) for key, value in keys.items()})


def _schedule(node: Node) -> tuple[tuple[date, float], ...]:
    steps = []
    for item in node.value if isinstance(node.value, tuple) else ():
        keys = mapping(item, ("from", "entities"))
        first = day(_required(item, keys, "from"))
        if first is None or (steps and first <= steps[-1][0]):
            raise item.fault("the days of a schedule follow one another.")
        steps.append((first, number(_required(item, keys, "entities"), 0, 1e6)))
    if not any(count for _, count in steps):
        raise node.fault("a schedule is a list of {from: day, entities: number}.")
    return tuple(steps)


def _check_needs(node: Node, measure: Measure) -> None:
    for key in measure.instrument.rule.needs:
        if key in SCOPE_KEYS and not getattr(measure.scope, key):
            raise node.fault(f"the instrument {measure.instrument.name} needs the key {key!r} in its scope.")
        if key == "schedule" and not measure.schedule:
            raise node.fault(
                f"the instrument {measure.instrument.name} needs a schedule: a list of {{from: day, entities: number}}."
            )


def _check_axes(keys: Mapping[str, Node], measure: Measure) -> None:
    """Refuse axes of a scope that would be read and then do nothing."""
    able = REACH_AXES.get(measure.instrument.rule.reach, SCOPE_KEYS)
    for axis in SCOPE_KEYS:
        if axis not in able and getattr(measure.scope, axis) != getattr(Scope(), axis):
            words = f"knows only {' and '.join(map(repr, able))} in its scope" if able else "knows no scope"
            raise keys["scope"].fault(f"the instrument {measure.instrument.name} {words}; take {axis!r} out.")


def _check_firms(keys: Mapping[str, Node], measure: Measure) -> None:
    """Refuse scopes by firm where nobody could tell the firms apart, and exemptions from a list of names."""
    if measure.exemptions and not measure.instrument.rule.exempts:
        raise keys["exemptions"].fault(f"the instrument {measure.instrument.name} has no exemptions.")
    able = measure.instrument.rule.firm_axes
    for key, scopes in (("scope", (measure.scope,)), ("exemptions", tuple(each.scope for each in measure.exemptions))):
        for axis in sorted(set(FIRM_AXES) - set(able)):
            if any(getattr(scope, axis) != getattr(Scope(), axis) for scope in scopes):
                raise keys[key].fault(
                    f"the instrument {measure.instrument.name} cannot tell firms apart by {axis!r}; take it out."
                )


def _check_dates(node: Node, keys: Mapping[str, Node], measure: Measure) -> None:
    start, end = measure.start, measure.end
    if measure.announced > start:
        raise keys["announced"].fault(f"it is announced on {measure.announced}, after it starts on {start}.")
    if end is None:
        return
    if end < start:
        raise keys.get("end", node).fault(f"it ends on {end}, before it starts on {start}.")
    length = (end - start).days + 1
    if measure.phase_in.weeks * DAYS_PER_WEEK > length:
        raise keys["phase_in"].fault(
            f"the phase-in takes {measure.phase_in.weeks:g} weeks, longer than the measure itself ({length} days)."
        )
