"""Known totals: what the rules make of a small study of the shipped world, by which a stored posterior is known.

`make baseline` renews the file where a total moved by more than one part in 10,000, and not otherwise: last digits make
no posterior stale.
"""

from __future__ import annotations

import csv
import tempfile

import numpy as np

from sim.analysis.patterns.worlds import HAPPENED
from sim.config import load
from sim.ensemble import run_study, study_of
from sim.ensemble.plan.digests import KNOWN_TOTALS
from sim.store.files import write_text

STUDY = (
    "world=xinjiang",
    "end=2027-12-31",
    "firms=400",
    f"regimes=[{HAPPENED}]",
    "observe=totals",
    "design=stated",
    "design.runs=1",
)
EVERY, MAIN = None, ("registered_trade", "true_trade", "detained", "via_hub", "throughput")
RULES = {"logit": EVERY, "satisficing": MAIN, "reinforcement": MAIN}
"""Rules of choice, and the outcomes that are kept of each; of the first, all."""

COLUMNS = ("rule", "series", "total")
TOLERANCE = 1e-4

Totals = dict[tuple[str, str], float]


def known_totals() -> Totals:
    """Do the study under each rule of choice; sum every total over months."""
    return {(rule, name): value for rule, kept in RULES.items() for name, value in _totals(rule, kept)}


def _totals(rule: str, kept: tuple[str, ...] | None) -> list[tuple[str, float]]:
    with tempfile.TemporaryDirectory() as folder:
        results = run_study(study_of(load([*STUDY, f"behaviour={rule}", f"results_dir={folder}"])))
        series = [name for name in results.series["column"] if name.split("|")[1] == "total"]
        series = [name for name in series if kept is None or name.split("|")[0] in kept]
        values = results.wide(HAPPENED, series).astype(np.float64).sum(axis=(0, 1))
    return list(zip(series, values.tolist(), strict=True))


def read() -> Totals:
    """Read the committed totals."""
    with KNOWN_TOTALS.open(encoding="utf-8", newline="") as lines:
        head, *rows = csv.reader(lines)
    assert tuple(head) == COLUMNS
    return {(rule, name): float(total) for rule, name, total in rows}


def moved(now: Totals, before: Totals) -> dict[tuple[str, str], tuple[float | None, float | None]]:
    """Name totals that came, went, or moved by more than one part in 10,000: before and now."""
    same = {key for key in now.keys() & before if np.isclose(now[key], before[key], rtol=TOLERANCE, atol=0.0)}
    return {key: (before.get(key), now.get(key)) for key in sorted((now.keys() | before) - same)}


def renew() -> bool:
    """Write the totals of now, if any moved; say whether they were written."""
    now = known_totals()
    if KNOWN_TOTALS.is_file() and not moved(now, read()):
        return False
    rows = [",".join((rule, name, repr(total))) for (rule, name), total in now.items()]
    write_text(KNOWN_TOTALS, "\n".join([",".join(COLUMNS), *rows]) + "\n")
    return True
