"""When a sweep knows enough: the paired interval of every regime's difference is narrow.

The rule looks only after fixed numbers of runs, at all runs up to that number, so where it stops does not depend on
batches, cores or workers. At a look of n runs, for every regime but `against`,

    half width = t(0.95, n - 1) * sd(d) / sqrt(n)        d = outcome of the regime less that of `against`, run by run

must be at most a given share of the mean under `against`; the outcome is the total of its months. Independent sampling
would have needed n * (var(regime) + var(against)) / var(d) runs for the same width.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim import intervals
from sim.ensemble.plan.design import Design
from sim.ensemble.study import Piece, Study, Until
from sim.errors import InputError
from sim.outcomes.names import ALL, BOTH, TOTAL
from sim.store.batch import decode, stored_failures
from sim.store.store import batch_path

LOOK_RUNS = 100


class Look(NamedTuple):
    """What a look found."""

    runs: int  # of each regime, failed ones left out
    half_width: dict[str, float]  # regime to half width, as a share of the mean under `against`
    independent_runs: dict[str, int]  # regime to the runs that unpaired sampling would have needed


def looks(design: Design, until: Until | None) -> Iterator[int]:
    """Numbers of replications after which the rule looks; the last is all of them.

    Parameters
    ----------
    design
        Draws and the most replications.
    until
        None: no rule, a single stretch.

    Yields
    ------
    int
        Replications; a multiple of 100 runs of each regime where the design has one draw, or is paired.
    """
    draws = 1 if design.paired else len(design.draws)
    step = max(1, LOOK_RUNS // draws) if until else design.runs
    yield from range(step, design.runs, step)
    yield design.runs


def watched_column(series: pd.DataFrame, outcome: str) -> str:
    """Find the stored column of an outcome's total.

    Parameters
    ----------
    series
        `column, outcome, subject, commodity, direction, unit`.
    outcome
        Its name.

    Returns
    -------
    str
        Name of the column.

    Raises
    ------
    InputError
        If the outcome is not kept.
    """
    total = series[(series["subject"] == TOTAL) & (series["commodity"] == ALL)]
    if outcome not in set(total["outcome"]):
        names = ", ".join(sorted(set(total["outcome"])))
        raise InputError(f"design.until.outcome={outcome} is not kept: choose from {names}.")
    found = total[total["outcome"] == outcome]
    return found.loc[found["direction"].eq(BOTH).idxmax(), "column"]


class Watch:
    """Totals of the watched outcome, run by run, read from each stored batch once.

    Parameters
    ----------
    study
        With a rule to stop.

    Raises
    ------
    InputError
        If the outcome is not kept, or there is nothing to compare.
    """

    def __init__(self, study: Study) -> None:
        if len(study.scenarios) < 2:
            raise InputError("design.until compares regimes: give at least two.")
        self._study = study
        self._column = watched_column(study.observation.series, study.until.outcome)
        self._totals: dict[str, dict[tuple[int, int], float]] = {name: {} for name in study.scenarios}
        self._read: set[str] = set()

    def look(self, pieces: Sequence[Piece], runs: int) -> Look:
        """Work out the half widths at the runs below a number.

        Parameters
        ----------
        pieces
            Stored batches that cover them; they may hold more.
        runs
            Replications of each draw.

        Returns
        -------
        Look
            Of the runs that ended well under every regime.
        """
        for piece in pieces:
            self._add(piece)
        common = set.intersection(*(set(totals) for totals in self._totals.values()))
        numbers = sorted(number for number in common if number[1] < runs)
        values = {name: np.array([totals[number] for number in numbers]) for name, totals in self._totals.items()}
        base = values.pop(self._study.against)
        widths = {name: relative_half_width(each, base) for name, each in values.items()}
        return Look(len(numbers), widths, {name: unpaired_runs(each, base) for name, each in values.items()})

    def _add(self, piece: Piece) -> None:
        """Read a batch, unless it was read before."""
        if piece.digest in self._read:
            return
        path, block = batch_path(self._study.folder, piece.digest), piece.block
        failed = {(failure.draw, failure.run) for failure in stored_failures(path)}
        totals = decode(path, [self._column], len(self._study.months)).sum(axis=(1, 2), dtype=np.float64)
        numbers = zip(block.draw_numbers.tolist(), block.run_numbers.tolist(), strict=True)
        done = [number for number in numbers if number not in failed]
        self._totals[piece.regime].update(zip(done, totals.tolist(), strict=True))
        self._read.add(piece.digest)


def relative_half_width(values: np.ndarray, against: np.ndarray) -> float:
    """Half the width of the paired 90 % interval of the mean difference, as a share of the mean under `against`.

    Parameters
    ----------
    values, against
        [runs] float64, the same runs.

    Returns
    -------
    float
        Infinite for fewer than two runs, and where the mean is zero and the difference is not certain.

    Examples
    --------
    >>> relative_half_width(np.array([3.0, 4.0]), np.array([1.0, 2.0]))
    0.0
    """
    half = float(intervals.half_width(np.subtract(values, against)))
    mean = abs(np.mean(against)) if len(against) else 0.0
    return float(half / mean) if mean else float("inf") if half else 0.0


def unpaired_runs(values: np.ndarray, against: np.ndarray) -> int:
    """Work out how many runs of each regime unpaired sampling would have needed for the same width.

    Parameters
    ----------
    values, against
        [runs] float64, the same runs.

    Returns
    -------
    int
        The number of runs itself where the difference does not vary.
    """
    ratio = intervals.variance_ratio(values, against)
    return int(intervals.independent_runs(ratio, len(values))) if np.isfinite(ratio) else len(values)


def is_enough(look: Look, until: Until) -> bool:
    """Tell whether every regime's interval is narrow enough.

    Parameters
    ----------
    look
        What was found.
    until
        The rule.
    """
    return all(width <= until.half_width for width in look.half_width.values())


def told(look: Look, until: Until, against: str) -> str:
    """Say what a look found.

    Parameters
    ----------
    look
        What was found.
    until
        The rule.
    against
        The regime that others are compared with.
    """
    widest = max(look.half_width, key=look.half_width.__getitem__)
    return (
        f"{until.outcome} after {look.runs} runs: the difference of {widest} from {against} is known to within "
        f"{100 * look.half_width[widest]:.2f} % of the mean; independent runs would take "
        f"{look.independent_runs[widest]} for that."
    )


def as_manifest(look: Look | None, until: Until | None) -> Mapping[str, object] | None:
    """Lay the end of a sweep out for its manifest.

    Parameters
    ----------
    look
        The last look.
    until
        The rule; None where there is none.
    """
    if look is None or until is None:
        return None
    return {**until._asdict(), "reached": is_enough(look, until), "look": look._asdict()}
