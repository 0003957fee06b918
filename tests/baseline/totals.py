"""Totals of a small study and of the default one: the committed baseline, and the command that renews it.

    make baseline

A change of a number shows here before anybody has to remember that "results change". The bits are the same on every
processor, so totals are compared without tolerance. A change that means to move them renews the file in the same
commit and says so in the changelog.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from pathlib import Path

import numpy as np

from sim.config import load
from sim.ensemble import Results, run_study, study_of
from sim.ensemble.plan.digests import KNOWN_TOTALS
from tests.baseline.known import renew

TINY = Path(__file__).parents[1] / "world" / "tiny"
BAN = Path(__file__).parents[1] / "ensemble" / "ban.yaml"
STUDIES = {
    "small": (
        f"world={TINY}",
        "end=2021-06-30",
        "firms=60",
        "behaviour.spin_up_weeks=52",
        f"regimes=[none,{BAN}]",
        "design=stated",
        "design.runs=4",
    ),
    "default": ("regimes=[none,uflpa]", "end=2027-12-31", "design=stated", "design.runs=2"),
}
COLUMNS = ("study", "regime", "series", "total")


def file_of(study: str) -> Path:
    """Where the totals of a study lie."""
    return Path(__file__).parent / f"{study}.csv"


def totals(study: str) -> list[tuple[str, ...]]:
    """Do the study in a folder of its own; sum every series of the resolution `totals` over runs and months.

    Parameters
    ----------
    study
        A key of `STUDIES`.

    Returns
    -------
    list of tuple of str
        Rows of `COLUMNS`; the total is written so that it reads back as the same float64.
    """
    with tempfile.TemporaryDirectory() as folder:
        settings = load([*STUDIES[study], "observe=totals", f"results_dir={folder}"])
        return list(_rows(study, run_study(study_of(settings))))


def _rows(study: str, results: Results):
    series = [name for name in results.series["column"] if name.split("|")[1] == "total"]
    for regime in results.regimes:
        values = results.wide(regime, series).astype(np.float64)
        for name, total in zip(series, values.sum(axis=(0, 1)), strict=True):
            yield study, regime, name, repr(float(total))


def read(study: str) -> list[tuple[str, ...]]:
    """Read the committed totals of a study."""
    with file_of(study).open(encoding="utf-8", newline="") as lines:
        head, *rows = csv.reader(lines)
    assert tuple(head) == COLUMNS
    return [tuple(row) for row in rows]


def write(study: str) -> None:
    """Write the totals of a study as they are now."""
    with file_of(study).open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerows([COLUMNS, *totals(study)])


if __name__ == "__main__":
    for name in STUDIES:
        write(name)
        sys.stdout.write(f"{file_of(name)} is renewed.\n")
    sys.stdout.write(f"{KNOWN_TOTALS} {'is renewed: fit anew, make calibrate' if renew() else 'holds'}.\n")
