"""Tables over runs: quantiles and paired differences, by month or year, with growth and units.

Statistics beyond these are the business of `sim.analysis`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from sim.errors import InputError, unknown
from sim.outcomes.outcomes import OUTCOMES
from sim.results.money import PER_MUSD, check_money, in_unit
from sim.results.reading import Reading
from sim.results.spans import MONTH, PER_CENT, Spans, spans
from sim.results.summaries import Values, summed_up

QUANTILES = (0.05, 0.5, 0.95)
KEPT_UNIT = next(iter(PER_MUSD))


def _in_per_cent(differences: pd.DataFrame, base: pd.DataFrame) -> pd.DataFrame:
    """Tell differences in per cent of the mean of a base, which has one regime and its rows in the same order."""
    share = PER_CENT / base["mean"].where(base["mean"] > 0).to_numpy()
    values = [name for name in differences.columns if name == "mean" or name.startswith("q")]
    parts = [differences[differences["regime"] == name] for name in dict.fromkeys(differences["regime"])]
    told = [part.assign(**{name: part[name].to_numpy() * share for name in values}, unit="%") for part in parts]
    return pd.concat(told, ignore_index=True)


class Tables(Reading):
    """Runs of one study, summed up."""

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

    def _summed_up(
        self, chosen: pd.DataFrame, of: Callable[[Values], Values], quantiles: Sequence[float], told: Spans
    ) -> pd.DataFrame:
        self.check_runs()
        if not next(iter(told.columns.values())):
            raise InputError(f"growth needs a month a year before, and the study has {len(self.months)} months.")
        found = summed_up(self, chosen, of, quantiles, told)
        found.attrs["quantile_error"] = self.quantile_error
        return found
