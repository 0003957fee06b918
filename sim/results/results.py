"""Reading what a study stored.

Everything is read from the batches when asked for, a few series at a time, so memory does not grow with the number of
series; small studies are kept in memory once read. Statistics beyond quantiles and paired differences are the business
of `sim.analysis`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.errors import InputError, unknown
from sim.outcomes.names import ALL, SERIES_COLUMNS, TOTAL
from sim.outcomes.outcomes import OUTCOMES
from sim.results.display import as_html, as_text
from sim.results.export import in_hub_columns, labelled, write_csv
from sim.results.labels import Words, with_words, words_of
from sim.results.manifest import read_manifest
from sim.results.money import PER_MUSD, check_money, factor_of, in_unit
from sim.results.sketch import RELATIVE_ERROR
from sim.results.spans import MONTH, PER_CENT, YEAR, Spans, spans
from sim.results.stored_runs import StoredRuns
from sim.results.summaries import Values, summed_up
from sim.results.workbook import WORKBOOK, write_workbook
from sim.store.batch import Failure
from sim.store.files import verified
from sim.store.tidy import in_groups, tidy_rows

if TYPE_CHECKING:
    import xarray

QUANTILES = (0.05, 0.5, 0.95)
EXACT_RUNS = 100_000

KEPT_UNIT = next(iter(PER_MUSD))

KEPT_BYTES = 2**30
"""A study whose values are fewer bytes than this is read once and kept."""


def _no_series(column: str, outcome: str, name: str, known: Sequence[str]) -> InputError:
    """Say that a study holds no such series, and where only the sum over all is kept, how to keep the parts."""
    fault = unknown(column if column == "outcome" else f"outcome={outcome}, {column}", name, known)
    if column == "outcome" or list(known) != [ALL]:
        return fault
    return InputError(f"{str(fault).rstrip('.')}; a study with observe=full keeps more series by {column}.")


def _in_per_cent(differences: pd.DataFrame, base: pd.DataFrame) -> pd.DataFrame:
    """Tell differences in per cent of the mean of a base, which has one regime and its rows in the same order."""
    share = PER_CENT / base["mean"].where(base["mean"] > 0).to_numpy()
    values = [name for name in differences.columns if name == "mean" or name.startswith("q")]
    parts = [differences[differences["regime"] == name] for name in dict.fromkeys(differences["regime"])]
    told = [part.assign(**{name: part[name].to_numpy() * share for name in values}, unit="%") for part in parts]
    return pd.concat(told, ignore_index=True)


class Results:
    """Stored results of one study.

    Parameters
    ----------
    folder
        Folder of the signature.
    manifest
        If it is not yet written.

    Attributes
    ----------
    folder : Path
        The same.
    manifest : dict
        What the study is made of: regimes, seed, design, versions, batches, failures, speed.
    regimes, months : tuple of str
        Names; months as `YYYY-MM`.
    against : str
        The regime that others are compared with.
    exact_runs : int
        Most runs of a regime for which quantiles are exact; beyond, see `sim.results.sketch`. May be set.

    Raises
    ------
    InputError
        If the manifest was changed or spoilt, or another version of the format wrote it. On reading: if a file is not
        the one that the manifest tells.
    """

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

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)

    def _ipython_key_completions_(self) -> list[str]:
        """List what can stand in brackets."""
        return [*self.regimes, *self.series["outcome"].unique()]

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Read what a name stands for: an outcome under every regime by month, or the totals of a regime by year.

        Parameters
        ----------
        name
            Of an outcome or of a regime.

        Returns
        -------
        pandas.DataFrame
            As of `quantiles`.

        Raises
        ------
        InputError
            If there is neither, with the nearest.
        """
        outcomes = self.series["outcome"].unique()
        if name in outcomes:
            return self.quantiles(name)
        if name not in self.regimes:
            raise unknown("regime or outcome", name, self._ipython_key_completions_())
        with_total = self.series.loc[self.series["subject"] == TOTAL, "outcome"].unique()
        tables = [self.quantiles(outcome, subject=TOTAL, by=YEAR) for outcome in with_total]
        found = pd.concat(tables, ignore_index=True)
        return found[found["regime"] == name].reset_index(drop=True)

    __iter__ = None  # brackets take names, not numbers

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

    def quantiles(
        self,
        outcome: str,
        *,
        quantiles: Sequence[float] = QUANTILES,
        by: str = MONTH,
        growth: bool = False,
        unit: str | None = None,
        **which: str | Sequence[str],
    ) -> pd.DataFrame:
        """Quantiles over runs, by regime and month: exact up to `exact_runs` runs, beyond within half a percent.

        Parameters
        ----------
        outcome
            Its name.
        quantiles
            Between 0 and 1.
        by
            `month`, or `year`: months of flows are added up, those of levels averaged, run by run.
        growth
            Growth over a year before in per cent, run by run, in place of values.
        unit
            Of money: `m_usd, bn_usd, m_yuan, bn_yuan`; by default as it is kept, in million dollars (`musd`).
        **which
            As in `select`.

        Returns
        -------
        pandas.DataFrame
            `regime, outcome, subject, commodity, direction, unit, month, mean, q05, q50, q95`; by year `year, months`
            (how many of the year's months are there) in place of `month`.

        Raises
        ------
        InputError
            If there is no such series or unit, with the nearest.
        """
        chosen = self._asked(outcome, unit, growth=growth, **which)
        told = self._spans(outcome, by, growth=growth)
        found = self._summed_up(chosen, lambda values: values, quantiles, told)
        return found.assign(unit="%") if growth else in_unit(found, unit or KEPT_UNIT)

    def paired(
        self,
        outcome: str,
        *,
        against: str | None = None,
        quantiles: Sequence[float] = QUANTILES,
        by: str = MONTH,
        growth: bool = False,
        unit: str | None = None,
        **which: str | Sequence[str],
    ) -> pd.DataFrame:
        """Differences of each regime from another, run by run: mean and quantiles over runs, by month.

        Parameters
        ----------
        outcome
            Its name.
        against
            The regime to compare with; by default the study's own.
        quantiles
            Between 0 and 1.
        by, growth
            As in `quantiles`; differences of growth are in percentage points.
        unit
            As in `quantiles`; or `%`: per cent of the mean under the regime compared with.
        **which
            As in `select`.

        Returns
        -------
        pandas.DataFrame
            As of `quantiles`, of the differences, for all other regimes.

        Raises
        ------
        InputError
            If there is no such series or regime, with the nearest.
        """
        base = against or self.against
        if base not in self.regimes:
            raise unknown("against", base, self.regimes)

        def differences(values: Values) -> Values:
            return {regime: each - values[base] for regime, each in values.items() if regime != base}

        in_per_cent = unit == "%"
        chosen = self._asked(outcome, None if in_per_cent else unit, growth=growth, **which)
        told = self._spans(outcome, by, growth=growth)
        found = self._summed_up(chosen, differences, quantiles, told)
        if growth:
            return found.assign(unit="percentage points")
        if not in_per_cent:
            return in_unit(found, unit or KEPT_UNIT)
        whole = self._summed_up(chosen, lambda values: {base: values[base]}, (), told)
        return _in_per_cent(found, whole)

    def _asked(self, outcome: str, unit: str | None, *, growth: bool, **which: str | Sequence[str]) -> pd.DataFrame:
        """Choose series as `select` does, and refuse a unit that they cannot be told in."""
        chosen = self.select(outcome, **which)
        if unit is not None:
            check_money(outcome, chosen["unit"].unique(), unit)
            if growth:
                raise InputError(f"unit={unit}: growth is told in per cent; leave out unit or growth.")
        return chosen

    def _spans(self, outcome: str, by: str, *, growth: bool) -> Spans:
        return spans(self.months, by, is_flow=OUTCOMES[outcome].is_flow, growth=growth)

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

    @cached_property
    def words(self) -> Words:
        """What codes are called in tables that leave the program: kind of name to code to words."""
        return words_of(self.regimes, self.file("config.yaml").decode())

    def to_excel(self, path: str | Path | None = None, unit: str = KEPT_UNIT) -> Path:
        """Write all tables of the report into one workbook, with a sheet that explains them.

        Parameters
        ----------
        path
            Of the file, which is replaced; by default `tables.xlsx` in the folder of the study.
        unit
            Of money: `m_usd, bn_usd, m_yuan, bn_yuan`.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        InputError
            If the study has no report, the unit is not known, or the file cannot be written.
        """
        return write_workbook(self, self.words, Path(path or self.folder / WORKBOOK), unit)

    def to_csv(
        self, folder: str | Path, outcome: str | None = None, unit: str = KEPT_UNIT, **which: str | Sequence[str]
    ) -> list[Path]:
        """Write CSV files: `quantiles.csv`, `differences.csv` (paired), and of a single outcome `runs.csv`.

        Parameters
        ----------
        folder
            Made if missing. Files of these names that lie there already are kept, unless it is a folder of the study.
        outcome
            Its name; by default all.
        unit
            Of money: `m_usd, bn_usd, m_yuan, bn_yuan`; what is no money keeps its own.
        **which
            As in `select`.

        Returns
        -------
        list of Path
            The files: as the tables of the same names, with words beside codes.

        Raises
        ------
        InputError
            If there is no such series or unit, a file is there already, or the folder cannot be written.
        """
        outcomes = [outcome] if outcome else self.series["outcome"].unique().tolist()
        factor_of(unit)
        for name in outcomes:
            self.select(name, **which)
        tables = {"quantiles": (self._worded(self.quantiles(name, **which), unit) for name in outcomes)}
        if len(self.regimes) > 1:
            tables["differences"] = (self._worded(self.paired(name, **which), unit) for name in outcomes)
        if outcome:
            rows = self.tidy_tables(self.select(outcome, **which))
            tables["runs"] = (self._worded(each.to_pandas(), unit) for each in rows)
        return self._write(folder, tables)

    def _worded(self, frame: pd.DataFrame, unit: str) -> pa.Table:
        return pa.Table.from_pandas(with_words(in_unit(frame, unit), self.words), preserve_index=False)

    def to_hub(self, folder: str | Path, outcome: str, **which: str | Sequence[str]) -> list[Path]:
        """Write single runs of an outcome in the columns of forecasting hubs, as `samples.csv`.

        Parameters
        ----------
        folder
            As in `to_csv`.
        outcome
            Its name.
        **which
            As in `select`.

        Returns
        -------
        list of Path
            The file; `sim.results.export.in_hub_columns` says what its columns are.

        Raises
        ------
        InputError
            If there is no such series, the file is there already, or the folder cannot be written.
        """
        rows = self.tidy_tables(self.select(outcome, **which))
        return self._write(folder, {"samples": (in_hub_columns(each, self.months) for each in rows)})

    def _write(self, folder: str | Path, tables: Mapping[str, Iterable[pa.Table]]) -> list[Path]:
        is_own = Path(folder).resolve().is_relative_to(self.folder.resolve())
        return write_csv(Path(folder), tables, replace=is_own)

    def to_xarray(self, outcome: str, **which: str | Sequence[str]) -> xarray.DataArray:
        """Read an outcome as a labelled array.

        Parameters
        ----------
        outcome
            Its name.
        **which
            As in `select`.

        Returns
        -------
        xarray.DataArray
            Dimensions `regime, sample, month, series`; `draw` and `run` are coordinates of `sample`, and `subject`,
            `commodity` and `direction` of `series`. The unit stands in its attribute `units`.

        Raises
        ------
        InputError
            If xarray is not installed, or there is no such series.
        """
        chosen = self.select(outcome, **which)
        values = np.stack([self.wide(regime, chosen["column"].tolist()) for regime in self.regimes])
        words = {"outcome": outcome, "regimes": self.regimes, "months": self.months}
        return labelled(values, chosen, self.runs, **words, against=self.against, signature=self.signature)

    def _read(self, regime: str, columns: Sequence[str]) -> np.ndarray:
        """Series of a regime, [its runs, months, columns]; zero where a run failed. Small studies are read once."""
        places = self._places
        if 4 * self._stored.frame.done.size * len(self.months) * len(places) > KEPT_BYTES:
            return self._stored.read(regime, columns)
        if regime not in self._kept:
            self._kept[regime] = self._stored.read(regime, list(places))
        return self._kept[regime][:, :, [places[name] for name in columns]]

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

    def _summed_up(
        self, chosen: pd.DataFrame, of: Callable[[Values], Values], quantiles: Sequence[float], told: Spans
    ) -> pd.DataFrame:
        self.check_runs()
        if not next(iter(told.columns.values())):
            raise InputError(f"growth needs a month a year before, and the study has {len(self.months)} months.")
        found = summed_up(self, chosen, of, quantiles, told)
        found.attrs["quantile_error"] = self.quantile_error
        return found
