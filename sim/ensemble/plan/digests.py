"""Names for what a fit rests on: the data that a user can change, and what the rules make of one fixed study.

A stored posterior belongs to one world and one set of rules. Its digests cover what changes a number: they stay when a
remark, the text of the code or the last digits of a sum change, and move when a cell, a range, a date or a rule does.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields

from sim.about import About
from sim.parameters import TABLE
from sim.paths import data
from sim.policy.language.measures import Measure, Regime
from sim.world.tables.read import Tables
from sim.world.tables.schema import TABLES

SIGNS = 12
"""Hexadecimal signs of a digest."""

TELLS_NOTHING = frozenset({"source", "confidence", "note", "meaning", "subject", "unit"})
"""Columns of parameters that say where a number comes from or what it means, and change none."""

REMARKS = frozenset({"source", "confidence", "note"})
"""Columns of a world's tables that do the same."""

NOT_SIMULATED = frozenset({"observed", "sources"})
"""Tables that runs are held against, or that say where figures come from: no run reads them."""

KNOWN_TOTALS = data("known_totals.csv")
"""Totals of a small study of the shipped world: what the rules make of it."""


def data_digest(tables: Tables, happened: Regime) -> str:
    """Name the data that shape runs of a world as it happened.

    Parameters
    ----------
    tables : Tables
        Of the world, as they were read.
    happened : Regime
        What the senders of sanctions did.

    Returns
    -------
    str
        12 hexadecimal signs (SHA-256) of cells that runs read, of the words by which a world chooses, of values and
        ranges of all parameters, and of the measures of the regime. Order and remarks of columns do not count.
    """
    read = [each.name for each in TABLES if each.name not in NOT_SIMULATED and len(getattr(tables, each.name))]
    parts = [f"{name}\n{_cells(tables, name)}" for name in read]
    parts.append(repr(_words_that_choose(tables.about)))
    for row in TABLE.values():
        told = row._asdict() | {"type": row.type.__name__}
        parts.append(repr(sorted((key, value) for key, value in told.items() if key not in TELLS_NOTHING)))
    parts += [repr(_said(each)) for each in happened.measures]
    return _sha256("\n\n".join(parts).encode())


def rules_digest() -> str:
    """Name the rules, by the totals that they give a small fixed study (`sim/data/known_totals.csv`).

    Returns
    -------
    str
        12 hexadecimal signs (SHA-256). `make baseline` renews the totals only where one moved by more than one part in
        10,000, and a test fails until then.
    """
    return _sha256(KNOWN_TOTALS.read_bytes())


def _said(measure: Measure) -> list[tuple[str, object]]:
    """List what a measure says beside its remarks: its instrument by name, and what is not as if nothing were said."""
    told = {each.name: getattr(measure, each.name) for each in fields(measure) if each.compare}
    unsaid = {each.name: each.default for each in fields(measure)}
    told["instrument"] = measure.instrument.name
    return [(name, value) for name, value in told.items() if name not in REMARKS and value != unsaid[name]]


def _words_that_choose(about: About) -> tuple[object, ...]:
    """Give the base year of a world, and the words by which its tables and regimes choose what is reached."""
    senders = sorted((name, each.places, each.blocs) for name, each in about.senders.items())
    return about.base_year, about.home, list(about.origins), senders, sorted(about.coalitions.items())


def _cells(tables: Tables, name: str) -> str:
    """Write a table as text, without its remarks; columns by name, rows in their order."""
    table = getattr(tables, name)
    return table[sorted(set(table.columns) - REMARKS)].to_csv(index=False)


def _sha256(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()[:SIGNS]
