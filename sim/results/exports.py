"""What leaves the program: a workbook, CSV files with words beside codes, columns of hubs, labelled arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.results.export import in_hub_columns, labelled, write_csv
from sim.results.labels import Words, with_words, words_of
from sim.results.money import factor_of, in_unit
from sim.results.tables import KEPT_UNIT, Tables
from sim.results.workbook import WORKBOOK, write_workbook

if TYPE_CHECKING:
    import xarray


class Exports(Tables):
    """Runs of one study, written for other programs."""

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
