"""Reading single runs of what a study stored.

Everything is read from the batches when asked for, a few series at a time, so memory does not grow with the number of
series; small studies are kept in memory once read.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.errors import InputError, unknown
from sim.outcomes.names import ALL, SERIES_COLUMNS
from sim.results.manifest import read_manifest
from sim.results.sketch import RELATIVE_ERROR
from sim.results.stored_runs import StoredRuns
from sim.results.summaries import Values
from sim.store.batch import Failure
from sim.store.files import verified
from sim.store.tidy import in_groups, tidy_rows

EXACT_RUNS = 100_000

KEPT_BYTES = 2**30
"""A study whose values are fewer bytes than this is read once and kept."""


def _no_series(column: str, outcome: str, name: str, known: Sequence[str]) -> InputError:
    """Say that a study holds no such series, and where only the sum over all is kept, how to keep the parts."""
    fault = unknown(column if column == "outcome" else f"outcome={outcome}, {column}", name, known)
    if column == "outcome" or list(known) != [ALL]:
        return fault
    return InputError(f"{str(fault).rstrip('.')}; a study with observe=full keeps more series by {column}.")


class Reading:
    """Runs of one study, and what they are made of; `Results` says what its attributes are."""

    def __init__(self, folder: Path, manifest: dict | None = None) -> None:
        self.folder = folder
        self.manifest = manifest or read_manifest(folder)
        self.regimes: tuple[str, ...] = tuple(self.manifest["regimes"])
        self.months: tuple[str, ...] = tuple(self.manifest["months"])
        self.against: str = self.manifest["against"]
        self.signature: str = self.manifest["signature"]
        self.exact_runs = EXACT_RUNS
        self._stored = StoredRuns(folder.parent, self.manifest)
        self._kept: dict[str, np.ndarray] = {}

    @cached_property
    def series(self) -> pd.DataFrame:
        """Stored series: `column` (name in the batches), `outcome, subject, commodity, direction, unit`."""
        return pd.read_csv(io.BytesIO(self.file("series.csv")), dtype=str, keep_default_na=False)

    @cached_property
    def draws(self) -> pd.DataFrame:
        """Parameters of each draw, then levels (`level.MEASURE`); the index is the number of the draw."""
        # as text first: any pandas then reads floats exactly
        text = pd.read_csv(io.BytesIO(self.file("draws.csv")), dtype=str)
        return text.set_index(text.pop("draw").astype(int)).astype(float)

    def file(self, name: str) -> bytes:
        """Read a file of the study's folder, once its bytes were held against the manifest.

        Parameters
        ----------
        name
            `series.csv`, `draws.csv`, `config.yaml`.

        Returns
        -------
        bytes
            Its content.

        Raises
        ------
        InputError
            If it is missing, cut short or changed.
        """
        data = verified(self.folder / name, self.manifest["files"].get(name))
        if data is None:
            raise InputError(
                f"{self.folder / name} is missing or was changed since it was written: the command that made the study "
                "writes it anew, from the runs that are stored."
            )
        return data

    @property
    def failures(self) -> pd.DataFrame:
        """Runs that stopped early: `regime, draw, run, code, week, process, entity`."""
        return pd.DataFrame(self.manifest["failures"], columns=list(Failure._fields))

    @cached_property
    def runs(self) -> pd.DataFrame:
        """Runs that ended well under every regime, in the order of the arrays of `wide`: `draw, run`."""
        every = self._stored.complete
        return pd.DataFrame({"draw": self._stored.frame.draws[every], "run": self._stored.frame.runs[every]})

    def check_runs(self) -> None:
        """Refuse to answer from no run at all.

        Raises
        ------
        InputError
            If no run ended well under every regime.
        """
        if self.runs.empty:
            raise InputError(
                f"{self.folder}: no run ended well under every regime, so there is nothing to compare; manifest.json "
                "lists where each of them failed."
            )

    @property
    def quantile_error(self) -> float:
        """Share of its value within which a quantile is known: 0 up to `exact_runs` runs, beyond that of the sketch."""
        return RELATIVE_ERROR if len(self.runs) > self.exact_runs else 0.0

    def select(self, outcome: str, **which: str | Sequence[str]) -> pd.DataFrame:
        """Choose series.

        Parameters
        ----------
        outcome
            Its name.
        **which
            `subject`, `commodity`, `direction`: a name or several; all of them where not given.

        Returns
        -------
        pandas.DataFrame
            Rows of `series`.

        Raises
        ------
        InputError
            If there is no such name, with the nearest.
        """
        chosen = self.series
        for column, names in {"outcome": outcome, **which}.items():
            if column not in SERIES_COLUMNS:
                raise unknown("key", column, SERIES_COLUMNS)
            wanted, known = [names] if isinstance(names, str) else list(names), chosen[column].unique()
            for name in wanted:
                if name not in known:
                    raise _no_series(column, outcome, name, known)
            chosen = chosen[chosen[column].isin(wanted)]
        return chosen

    @cached_property
    def _places(self) -> dict[str, int]:
        """Place of each stored column."""
        return {name: place for place, name in enumerate(self.series["column"])}

    def wide(self, regime: str, columns: Sequence[str]) -> np.ndarray:
        """Read some series of a regime.

        Parameters
        ----------
        regime
            Its name.
        columns
            Names as in `series["column"]`.

        Returns
        -------
        numpy.ndarray
            [runs, months, columns] float32. The runs are those of `runs`, so arrays of two regimes pair row by row.

        Raises
        ------
        InputError
            If there is no such regime or column, with the nearest.
        """
        for key, names, valid in (("regime", [regime], self.regimes), ("column", columns, self._places)):
            for name in names:
                if name not in valid:
                    raise unknown(key, name, valid)
        return self._read(regime, columns)[self._stored.complete]

    def tidy(self, outcome: str, **which: str | Sequence[str]) -> pd.DataFrame:
        """Read single runs as rows.

        Parameters
        ----------
        outcome
            Its name.
        **which
            As in `select`.

        Returns
        -------
        pandas.DataFrame
            `regime, draw, run, month, outcome, subject, commodity, direction, unit, value`; the same rows as in
            `outcomes.parquet`, which large studies do not have.
        """
        return pa.concat_tables(self.tidy_tables(self.select(outcome, **which))).to_pandas()

    def tidy_tables(self, series: pd.DataFrame | None = None) -> Iterator[pa.Table]:
        """Read single runs as rows, some series at a time.

        Parameters
        ----------
        series
            Rows of `series`; by default all.

        Yields
        ------
        pyarrow.Table
            About a million rows with the columns of `tidy`.
        """
        for group in in_groups(self._stored.frame, self.series if series is None else series):
            columns = group["column"].tolist()
            yield tidy_rows(self._stored.frame, group, [self._read(regime, columns) for regime in self.regimes])

    def _read(self, regime: str, columns: Sequence[str]) -> np.ndarray:
        """Series of a regime, [its runs, months, columns]; zero where a run failed. Small studies are read once."""
        places = self._places
        if 4 * self._stored.frame.done.size * len(self.months) * len(places) > KEPT_BYTES:
            return self._stored.read(regime, columns)
        if regime not in self._kept:  # a series in one piece: most are read by themselves
            self._kept[regime] = np.ascontiguousarray(np.moveaxis(self._stored.read(regime, list(places)), -1, 0))
        return np.moveaxis(self._kept[regime][[places[name] for name in columns]], 0, -1)

    def pairs(self, columns: list[str]) -> Iterator[Values]:
        """Give every regime's values of some series: all at once while quantiles are exact, else a stretch at a time.

        Parameters
        ----------
        columns
            Names as in `series["column"]`.

        Yields
        ------
        mapping of str to numpy.ndarray
            Regime to [runs, months, columns] float32: the same runs under each.
        """
        if len(self.runs) > self.exact_runs:
            yield from self._stored.stretches(columns)
        else:
            yield {regime: self.wide(regime, columns) for regime in self.regimes}
