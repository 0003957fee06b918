"""The pages of docs that are printed from declarations; `python -m sim.reference` writes them."""

from collections.abc import Iterator

import numpy as np

from sim.parameters import TABLE, Parameter
from sim.state.axes import AXES, Held
from sim.state.changing import State
from sim.state.inputs import Policy, World
from sim.state.measures import CHANNEL_COLUMNS, CLASS_COLUMNS, INSPECTION_COLUMNS
from sim.state.measures_in_force import MeasuresInForce
from sim.state.room import declared


def state_page() -> str:
    """Print what a simulation holds: axes, then every array of world, policy and state."""
    lines = [
        "# What a simulation holds",
        "",
        "Printed from the declarations in `sim/state` by `python -m sim.reference`; `docs/model.md` explains.",
        "",
        "## Axes",
        "",
        *_table(("axis", "counts"), ((f"`{name}`", axis.plain) for name, axis in AXES.items())),
        "",
        "`J` are measures; other names stand for lengths of lists. `+1`: one more element stands at the end. Arrays of",
        "a state start at 0 where no start is given.",
    ]
    for kind in (World, Policy, State):
        for title, part in _parts(kind, kind.__name__):
            rows = [(name, how) for name, how in declared(part).items() if isinstance(how, Held)]
            if rows:
                lines += ["", f"## {title}", "", _headline(part), ""]
                lines += _table(("array", "axes", "unit", "dtype", "start", "what it is"), map(_row, rows))
            if part is MeasuresInForce:
                lines += _columns()
    return "\n".join(lines) + "\n"


def parameters_page() -> str:
    """Print the parameters by subject."""
    lines = [
        "# Parameters",
        "",
        "Printed from `sim/data/parameters.csv`, which has notes as well, by `python -m sim.reference`.",
        "`behaviour.NAME=NUMBER` sets one. What has the role behaviour may be drawn; structure and base shape the",
        "world, which all runs share.",
    ]
    for subject in dict.fromkeys(each.subject for each in TABLE.values()):
        rows = (_parameter(each) for each in TABLE.values() if each.subject == subject)
        lines += ["", f"## {subject.capitalize()}", ""]
        lines += _table(("parameter", "what it is", "default", "range", "unit", "role", "source"), rows)
    return "\n".join(lines) + "\n"


PAGES = {"state.md": state_page, "parameters.md": parameters_page}


def _columns() -> list[str]:
    """Tables of the columns of measures in force."""
    lines = []
    fields = (("channel", CHANNEL_COLUMNS), ("by_class", CLASS_COLUMNS), ("inspection", INSPECTION_COLUMNS))
    for field, columns in fields:
        rows = ((f"`{each.name}`", each.unit, each.meaning) for each in columns)
        lines += ["", f"Columns of `{field}`:", "", *_table(("column", "unit", "what it is"), rows)]
    return lines


def _parts(kind: type, path: str) -> Iterator[tuple[str, type]]:
    yield path, kind
    for name, how in declared(kind).items():
        if not isinstance(how, Held) and issubclass(how, tuple):
            yield from _parts(how, f"{path}.{name}")


def _headline(kind: type) -> str:
    return (kind.__doc__ or "").partition("\n")[0]


def _row(item: tuple[str, Held]) -> tuple[str, ...]:
    name, held = item
    starts = held.start if isinstance(held.start, tuple) else (held.start,)
    start = ", ".join(map(str, starts)) if any(starts) else ""
    return f"`{name}`", held.axes, held.unit, np.dtype(held.dtype).name, start, held.meaning


def _parameter(each: Parameter) -> tuple[str, ...]:
    name, source = f"`{each.parameter}`", each.source.replace("|", "/")
    return name, each.meaning, f"{each.default:g}", each.allowed, each.unit, each.role, source


def _table(header: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> list[str]:
    rule = tuple("---" for _ in header)
    return [f"| {' | '.join(cells)} |" for cells in (header, rule, *rows)]
