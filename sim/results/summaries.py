"""Means and quantiles over the runs of a stored study, a few series at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np
import pandas as pd

from sim.outcomes.names import SERIES_COLUMNS
from sim.results.sketch import Summary
from sim.results.spans import Spans

GROUP_BYTES = 256 * 2**20
"""Bytes of values that are summed up at a time."""

Values = Mapping[str, np.ndarray]
"""Regime to [runs, months, series] float32: the same runs under each."""


class Stored(Protocol):
    """What is known of a stored study."""

    regimes: tuple[str, ...]
    months: tuple[str, ...]
    exact_runs: int

    @property
    def runs(self) -> pd.DataFrame:
        """Runs that ended well under every regime."""

    def pairs(self, columns: list[str]) -> Iterator[Values]:
        """Give every regime's values of some series, some runs at a time."""


def summed_up(
    stored: Stored, chosen: pd.DataFrame, of: Callable[[Values], Values], quantiles: Sequence[float], spans: Spans
) -> pd.DataFrame:
    """Give mean and quantiles, over runs, of what `of` makes of the values of every regime.

    Parameters
    ----------
    stored
        A study with runs.
    chosen
        Rows of its `series`.
    of
        Takes values [runs, spans, series] of every regime, and gives some by regime.
    quantiles
        Between 0 and 1.
    spans
        Months or years, by which values are told.

    Returns
    -------
    pandas.DataFrame
        `regime`, the columns of a series, those of the spans, `mean`, and a column a quantile.
    """
    runs = min(len(stored.runs), stored.exact_runs)
    count = max(1, GROUP_BYTES // (4 * runs * len(stored.months) * len(stored.regimes) + 1))
    frames = []
    for first in range(0, len(chosen), count):
        group = chosen.iloc[first : first + count]
        summaries: dict[str, Summary] = {}
        for values in stored.pairs(group["column"].tolist()):
            for regime, each in of({name: spans.reduce(each) for name, each in values.items()}).items():
                made = summaries.setdefault(regime, Summary(exact=len(stored.runs) <= stored.exact_runs))
                made.add(each)
        frames += [
            _table(regime, series, spans.columns, summary.of(place, quantiles), quantiles)
            for regime, summary in summaries.items()
            for place, series in enumerate(group[list(SERIES_COLUMNS)].to_dict("records"))
        ]
    return pd.concat(frames, ignore_index=True)


def _table(
    regime: str,
    series: dict[str, str],
    spans: Mapping[str, list],
    known: tuple[np.ndarray, np.ndarray],
    quantiles: Sequence[float],
) -> pd.DataFrame:
    """One series of one regime, a row a span; `known` are its means and its quantiles."""
    mean, found = known
    columns = {f"q{100 * share:02.6g}": each for share, each in zip(quantiles, found, strict=True)}
    return pd.DataFrame({"regime": regime, **series, **spans, "mean": mean, **columns})
