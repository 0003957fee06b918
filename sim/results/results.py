"""What a study stored: its runs, tables over them, and files for other programs.

Runs are read by `Reading`, tables are made by `Tables`, files are written by `Exports`; what is here shows them.
"""

from __future__ import annotations

import pandas as pd

from sim.errors import unknown
from sim.outcomes.names import TOTAL
from sim.results.display import as_html, as_text
from sim.results.exports import Exports
from sim.results.spans import YEAR


class Results(Exports):
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
