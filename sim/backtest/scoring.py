"""Scores of a back-test: the table of rows, and what each target's forecast was.

The rules, and the bars, stand in `docs/decisions/backtest.md`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import spearmanr

from sim.backtest.origins import AS_HAPPENED, WITHOUT, Predicted
from sim.backtest.past import TRADE
from sim.backtest.rivals import RIVALS, Forecast
from sim.calibration.scores import coverage, crps, relative_score, weighted_interval_score
from sim.calibration.targets import LOG, LOGIT, Targets

EVERY = "all held-out targets"
TOTALS = "totals"
LEAST_PART = 0.5
"""Of the targets that any rival predicts: what a rival predicts at least to be the best of a row."""

WIDE, NARROW = "90 % intervals hold 80 to 97 %", "50 % intervals hold 35 to 65 %"
WIS_BAR, WIDE_BAR, NARROW_BAR = 0.8, (0.80, 0.97), (0.35, 0.65)
ENDS = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
LEAST_RANKED = 4


class Scored(NamedTuple):
    """One origin and version: scores of each held-out target.

    Attributes
    ----------
    table : pandas.DataFrame
        A row a target: what it is, `value` and quantiles in its unit, `error`, `error_low` and `error_high` (of the
        median and of the ends of the 90 % interval, on the scale), scores, and `wis_RIVAL` and `median_RIVAL`.
    draws : array [draws, targets] of float64
        The predictive distribution, on the scales.
    value : array [targets] of float64
        Published, on the scales.
    """

    table: pd.DataFrame
    draws: NDArray[np.float64]
    value: NDArray[np.float64]


def scored(predicted: Predicted, version: str, rivals: Sequence[Mapping[str, Forecast]]) -> Scored:
    """Score every held-out target of an origin.

    Parameters
    ----------
    predicted : Predicted
    version : str
        One of its versions.
    rivals : sequence of mapping of str to Forecast
        One for each held-out target, in their order.

    Returns
    -------
    Scored
    """
    origin = predicted.origin
    held, draws = Targets.of_table(origin.held), predicted.draws[version]
    rows = origin.rows.loc[origin.held.index]
    told = weighted_interval_score(draws, held.value)
    table = pd.DataFrame(
        {
            "year": origin.year,
            "version": version,
            "row": rows["row"].to_numpy(),
            "target": held.names,
            "scale": held.scales,
            "is_trade": (rows["outcome"] == TRADE).to_numpy(),
            "subject": rows["subjects"].to_numpy(),
            "direction": rows["direction"].to_numpy(),
            "from_month": rows["from_month"].to_numpy(),
            "to_month": rows["to_month"].to_numpy(),
            "is_growth": [bool(before) and before < now for before, now in _months(rows)],
            "published": unscaled(held.scales, held.value[None])[0],
            "published_error": held.error,
        }
    )
    ends = unscaled(held.scales, np.quantile(draws, list(ENDS.values()), axis=0))
    table[list(ENDS)] = ends.T
    table["error"] = np.median(draws, axis=0) - held.value
    table[["error_low", "error_high"]] = (np.quantile(draws, [0.05, 0.95], axis=0) - held.value).T
    table["wis"], table["dispersion"], table["over"], table["under"] = told
    table["crps"] = crps(draws, held.value)
    for name in RIVALS:
        said = [each[name] for each in rivals]
        table[f"wis_{name}"] = _wis_of(said, held.value)
        table[f"median_{name}"] = unscaled(held.scales, np.array([[each.middle for each in said]]))[0]
    return Scored(table, draws, held.value)


def unscaled(scales: Sequence[str], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take values [rows, targets] from their scales back to their units."""
    out = values.copy()
    log, logit = (np.array([scale == each for scale in scales], dtype=bool) for each in (LOG, LOGIT))
    out[:, log] = np.exp(values[:, log])
    out[:, logit] = 1.0 / (1.0 + np.exp(-values[:, logit]))
    return out


def score_rows(one: Scored) -> pd.DataFrame:
    """Put the scores of an origin and version into rows: one for each kind of target, and one for all.

    Returns
    -------
    pandas.DataFrame
        `year, version, row, targets, wis, dispersion, over, under, crps, coverage_50, coverage_90, bias` (mean error of
        the median on the scale), `compared` (targets), `best_rival, wis_of_best, relative, low, high, winner`.
    """
    names = [EVERY, *dict.fromkeys(one.table["row"])]
    return pd.DataFrame([_row(one, name) for name in names])


def _row(one: Scored, name: str) -> dict[str, object]:
    """Score one row."""
    meant = np.ones(len(one.table), bool) if name == EVERY else (one.table["row"] == name).to_numpy()
    table, draws, value = one.table[meant], one.draws[:, meant], one.value[meant]
    best, against = best_rival(table)
    told = {
        "year": table["year"].iloc[0],
        "version": table["version"].iloc[0],
        "row": name,
        "targets": len(table),
        **table[["wis", "dispersion", "over", "under", "crps"]].mean().to_dict(),
        "coverage_50": coverage(draws, value, 0.5),
        "coverage_90": coverage(draws, value, 0.9),
        "bias": float(table["error"].mean()),
        "compared": len(against),
        "best_rival": best,
    }
    if not best:
        return told
    ratio = relative_score(against["wis"].to_numpy(), against[f"wis_{best}"].to_numpy())
    told |= {"wis_compared": against["wis"].mean(), "wis_of_best": against[f"wis_{best}"].mean()}
    winner = "reroute" if ratio.ratio < 1 else best
    return told | {"relative": ratio.ratio, "low": ratio.low, "high": ratio.high, "winner": winner}


def best_rival(table: pd.DataFrame) -> tuple[str, pd.DataFrame]:
    """Find the rival against which a row does worst, and the targets that both predict; no name where none predicts."""
    columns = [f"wis_{name}" for name in RIVALS]
    any_rival = table[columns].notna().any(axis=1).sum()
    found: dict[str, float] = {}
    for name in RIVALS:
        shared = table[table[f"wis_{name}"].notna()]
        if len(shared) and len(shared) >= LEAST_PART * any_rival:
            found[name] = shared["wis"].mean() / shared[f"wis_{name}"].mean()
    if not found:
        return "", table.iloc[:0]
    best = max(found, key=found.__getitem__)
    return best, table[table[f"wis_{best}"].notna()]


def against_each(table: pd.DataFrame, row: str) -> dict[str, float]:
    """Mean WIS of a row over that of each rival, on the targets that both predict; NaN where a rival predicts none."""
    mine = table[table["row"] == row]
    shared = {name: mine[mine[f"wis_{name}"].notna()] for name in RIVALS}
    return {
        name: each["wis"].mean() / each[f"wis_{name}"].mean() if len(each) else float("nan")
        for name, each in shared.items()
    }


def plain_measures(table: pd.DataFrame) -> dict[str, float]:
    """Percentage errors of medians of totals and of partners' shares, and how well the order of growth is told.

    Parameters
    ----------
    table : pandas.DataFrame
        Of one origin and version.

    Returns
    -------
    dict of str to float
        `mape_totals, mape_shares` (per cent; of increments and of whole years), `rank_correlation` (Spearman, of the
        growth of partners) and `ranked`, their number; NaN with fewer than `LEAST_RANKED`. With `_RIVAL` at the end:
        the same of the rival that says that nothing changes.
    """
    totals = table[table["row"].isin([TOTALS, "whole years and directions"])]
    shares = table[table["is_trade"] & (table["scale"] == LOGIT)]
    grown = table[table["is_trade"] & table["is_growth"]]
    enough = len(grown) >= LEAST_RANKED
    ranked = float(spearmanr(grown["median"], grown["published"]).statistic) if enough else float("nan")
    told = {"mape_totals": _mape(totals), "mape_shares": _mape(shares), "rank_correlation": ranked}
    for name in RIVALS:
        told[f"mape_totals_{name}"] = _mape(totals, f"median_{name}")
    return told | {"ranked": float(len(grown))}


def split_errors(scores: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Split the errors of medians without what came later into those of the scenario and of the model.

    Parameters
    ----------
    scores : mapping of str to pandas.DataFrame
        By version: the table of `scored`.

    Returns
    -------
    pandas.DataFrame
        By row: mean absolute `error` without what came later, of the `model` (error as it happened), and of the
        `scenario` (difference of the two), all on the scale.
    """
    told, blind = scores[AS_HAPPENED], scores[WITHOUT]
    parts = pd.DataFrame(
        {
            "row": blind["row"],
            "error": blind["error"].abs(),
            "model": told["error"].abs(),
            "scenario": (blind["error"] - told["error"]).abs(),
        }
    )
    every = parts.drop(columns="row").mean().to_frame(EVERY).T
    return pd.concat([every, parts.groupby("row", sort=False).mean()]).rename_axis("row").reset_index()


def bars_met(rows: pd.DataFrame, table: pd.DataFrame) -> dict[str, bool]:
    """Judge one origin and version by the bars.

    Returns
    -------
    dict of str to bool
        Totals below every rival; below `WIS_BAR` of the best; coverage of wide and of narrow intervals.
    """
    totals, every = (rows[rows["row"] == name].iloc[0] for name in (TOTALS, EVERY))
    each = against_each(table, TOTALS)
    return {
        "totals below every rival": all(ratio < 1 for ratio in each.values() if np.isfinite(ratio)),
        f"totals below {WIS_BAR} of the best": bool(totals["relative"] < WIS_BAR),
        WIDE: WIDE_BAR[0] <= every["coverage_90"] <= WIDE_BAR[1],
        NARROW: NARROW_BAR[0] <= every["coverage_50"] <= NARROW_BAR[1],
    }


def _wis_of(said: Sequence[Forecast], value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Score a rival's forecasts; NaN where it says nothing."""
    draws = np.column_stack([each.draws() for each in said])
    return weighted_interval_score(draws, value).total


def _months(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """First month of what a target is divided by, and its own."""
    return list(zip(rows["over_from_month"], rows["from_month"], strict=True))


def _mape(table: pd.DataFrame, column: str = "median") -> float:
    """Mean absolute percentage error of a column; NaN where nothing is predicted."""
    known = table[table[column].notna()]
    return float((known[column] / known["published"] - 1.0).abs().mean() * 100.0) if len(known) else float("nan")
