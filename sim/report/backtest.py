"""The answer of the back-test: scores against rivals, bars, errors of scenario and model, and why rows are lost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sim.backtest.origins import VERSIONS, Predicted
from sim.backtest.rivals import RIVALS
from sim.backtest.scoring import EVERY, NARROW, TOTALS, WIDE
from sim.backtest.study import BackTest, back_test
from sim.calibration.command import verdict
from sim.config import Config
from sim.policy.language.measures import Regime
from sim.report import words
from sim.report.figures import picture
from sim.report.figures.backtest import FANS, PICTURES, RESIDUALS, caption, caption_of_residuals
from sim.report.page import facts, swap
from sim.report.page.answer import escape
from sim.report.page.csv import table_files
from sim.report.page.writing import StoredResults, WorldWithTables
from sim.terminal import say

HEAD = (
    "| year | version | row | targets | WIS | dispersion | over | under | best rival | relative WIS (90 %) | CRPS "
    "| 50 % | 90 % | winner |"
)
COVERAGE_BARS = {WIDE: "coverage_90", NARROW: "coverage_50"}
SMALL = 0.05
"""Mean error, on the scale, that is no bias worth a word."""


def write_backtest(
    results: StoredResults, built_world: WorldWithTables, regimes: Sequence[Regime], config: Config
) -> Path:
    """Do the back-test, and write `tables`, `figures` and `answer.md` into the folder of its study.

    Takes and returns what every report does (`sim.report.studies.Report`). The stored study is of the world as it
    happened.

    Raises
    ------
    InputError
        As of `back_test`, or if a file cannot be written.
    """
    folder = Path(config.results_dir) / config.slug / "runs" / "origins"
    found = back_test(config, built_world.tables, folder, say)
    told = facts.collect(results.manifest, tuple(results.months), built_world.tables, config)
    signature = str(told["short_signature"])
    source = f"Source: reroute, world {built_world.tables.folder.name}, {_runs(found)} \u00b7 signature {signature}"
    drawn = picture.draw_all(PICTURES, found, source, config.figures)
    tables = picture.tables(PICTURES, found) | {
        "backtest_scores": found.rows,
        "backtest_bars": found.bars,
        "backtest_measures": found.measures,
        "backtest_split": found.split,
        "backtest_fits": fits(found),
        "backtest_discrepancy": discrepancies(found),
    }
    again = f"    {told['command']}\n\nSignature {signature}.\n"
    files = table_files(tables) | picture.files(drawn) | {"answer.md": findings(found, again).encode()}
    swap.replace_files(results.folder, files, swap.OUTDATED)
    return results.folder / "answer.md"


def findings(found: BackTest, again: str) -> str:
    """Tell how the model did, as Markdown.

    Parameters
    ----------
    found : BackTest
    again : str
        Command that does the study again, and its signature.
    """
    parts = [
        f"# Back-test\n\n{FANS.finding(found)} {bars_in_words(found.bars)}",
        "Fitted to what was published by the end of a year, the model predicts the next. Rules, priors, rivals and "
        "bars were written down before the first run: `docs/decisions/backtest.md`, which also lists what hindsight is "
        "left. Scores are on the scales of the targets (log, of shares logit); smaller is better, a relative WIS below "
        "1 beats the best rival.",
        f"![Totals](figures/{FANS.name}.png)\n\n{caption(found)}",
        "## Bars\n\n" + _markdown(_bars_table(found.bars)) + f"\n\n{_missed(found)}",
        "## Scores\n\n" + "\n".join([HEAD, "|---" * 14 + "|", *(_score_row(row) for _, row in found.rows.iterrows())]),
        "## Rows that are lost\n\n" + (_lost(found) or "None."),
        "## Percentage errors, and the order of growth\n\n"
        + _markdown(_measures_table(found.measures))
        + f"\n\n{medians_in_words(found.measures)}",
        "## Errors of scenario and model\n\nMean absolute error of the median without what came later; of the model, "
        "which is what is left once it is told; and of the scenario, the difference of the two.\n\n"
        + _markdown(found.split[["year", "row", "error", "model", "scenario"]]),
        "## Fits\n\n" + "\n".join(_fit_in_words(each) for each in found.predicted) + "\n\n" + _gravity_in_words(found),
        f"## Every target\n\n{RESIDUALS.finding(found)}\n\n![Errors](figures/{RESIDUALS.name}.png)\n\n"
        f"{caption_of_residuals(found)}",
        f"## Do it again\n\n{again}",
    ]
    return "\n\n".join(parts)


def bars_in_words(bars: pd.DataFrame) -> str:
    """Count the bars that are met.

    Examples
    --------
    >>> bars_in_words(pd.DataFrame({"year": [2023, 2024], "version": ["a", "a"], "wide": [True, False]}))
    '1 of 2 bars is met.'
    """
    met = bars.drop(columns=["year", "version"]).to_numpy(bool)
    return f"{met.sum()} of {met.size} bars {'is' if met.sum() == 1 else 'are'} met."


def fits(found: BackTest) -> pd.DataFrame:
    """List the factors of each fit: prior range, posterior median and 90 % interval, and how much the targets tell.

    Returns
    -------
    DataFrame
        `year, factor, low, high, q05, median, q95, told`; levels of drivers as sizes.
    """
    parts = []
    for each in found.predicted:
        drawn, weight = each.found.posterior.factors, each.found.weights.weight
        ends = [np.quantile(drawn[name], [0.05, 0.5, 0.95], weights=weight, method="inverted_cdf") for name in drawn]
        first = each.found.fit.waves[0].drawn
        table = pd.DataFrame(ends, columns=["q05", "median", "q95"])
        table.insert(0, "factor", list(drawn))
        table.insert(0, "year", each.origin.year)
        table["smallest_drawn"], table["largest_drawn"] = first.min().to_numpy(), first.max().to_numpy()
        parts.append(table.assign(told=each.found.fit.told[list(drawn)].to_numpy()))
    return pd.concat(parts, ignore_index=True)


def discrepancies(found: BackTest) -> pd.DataFrame:
    """List the discrepancy of each group of targets at each origin: `year, group, q05, median, q95`, on the scale."""
    parts = []
    for each in found.predicted:
        ends = each.found.posterior.discrepancy.quantile([0.05, 0.5, 0.95]).T.set_axis(["q05", "median", "q95"], axis=1)
        parts.append(ends.rename_axis("group").reset_index().assign(year=each.origin.year))
    return pd.concat(parts, ignore_index=True)


def _runs(found: BackTest) -> str:
    """Say how many runs the fits and predictions made."""
    made = sum(
        sum(len(wave.drawn) for wave in each.found.fit.waves) + len(VERSIONS) * len(each.found.figures)
        for each in found.predicted
    )
    return f"{made:,} runs"


def _bars_table(bars: pd.DataFrame) -> pd.DataFrame:
    """Write the bars as met or missed."""
    return bars.assign(
        **{name: np.where(bars[name], "met", "**missed**") for name in bars if name not in ("year", "version")}
    )


def _measures_table(measures: pd.DataFrame) -> pd.DataFrame:
    """Name the plain measures for readers."""
    names = {
        "year": "year",
        "version": "version",
        "mape_totals": "totals, %",
        **{f"mape_totals_{name}": f"{name}, %" for name in RIVALS},
        "mape_shares": "partners' shares, %",
        "rank_correlation": "rank correlation of growth",
        "ranked": "partners ranked",
    }
    return measures[list(names)].rename(columns=names)


def _score_row(row: pd.Series) -> str:
    """Write one row of the table of scores; the winner is bold."""
    cells = [str(row["year"]), row["version"], f"**{row['row']}**" if row["row"] == EVERY else row["row"]]
    cells += [str(row["targets"])] + [f"{row[name]:.3f}" for name in ("wis", "dispersion", "over", "under")]
    if row["best_rival"]:
        between = f"{row['relative']:.2f} ({row['low']:.2f} to {row['high']:.2f})"
        few = "" if row["compared"] == row["targets"] else f", {row['compared']} targets"
        cells += [f"{row['best_rival']} {row['wis_of_best']:.3f}{few}", between]
    else:
        cells += ["none predicts it", words.NONE]
    cells += [f"{row['crps']:.3f}", words.percent(row["coverage_50"]), words.percent(row["coverage_90"])]
    cells.append(f"**{row['winner']}**" if row["best_rival"] else words.NONE)
    return f"| {' | '.join(cells)} |"


def _lost(found: BackTest) -> str:
    """Explain every row that a rival wins, by numbers of the tables."""
    lost = found.rows[(found.rows["best_rival"] != "") & (found.rows["relative"] >= 1)]
    split = found.split.set_index(["year", "row"])
    return "\n".join(f"- {explained(row, split.loc[(row['year'], row['row'])])}" for _, row in lost.iterrows())


def _missed(found: BackTest) -> str:
    """Say of each bar that is missed by how much, and where."""
    lines = []
    for bar in found.bars.to_dict("records"):
        rows = found.rows[(found.rows["year"] == bar["year"]) & (found.rows["version"] == bar["version"])]
        totals, every = (rows[rows["row"] == name].iloc[0] for name in (TOTALS, EVERY))
        split = found.split.set_index(["year", "row"]).loc[bar["year"], TOTALS]
        named = rows[(rows["row"] != EVERY) & (rows["coverage_90"] < every["coverage_90"])].sort_values("coverage_90")
        worst = ", ".join(f"{row.row} {words.percent(row.coverage_90)}" for row in named.head(3).itertuples())
        for name in (key for key, met in bar.items() if key not in ("year", "version") and not met):
            reason = explained(totals, split)
            if name in COVERAGE_BARS:
                held = words.percent(every[COVERAGE_BARS[name]])
                reason = (
                    f"{bar['year']}, {bar['version']}: they hold {held}; of 90 % intervals the fewest hold in {worst}."
                )
            lines.append(f"- Missed, {name}: {reason}")
    return "\n".join(lines) or "None is missed."


def medians_in_words(measures: pd.DataFrame) -> str:
    """Say where a rival's medians of totals have smaller percentage errors than the model's.

    Examples
    --------
    >>> told = {"year": 2023, "version": "told", "mape_totals": 20.0, "mape_totals_no change": 30.0}
    >>> print(medians_in_words(pd.DataFrame([told | {"mape_totals_growth continues": 10, "mape_totals_gravity": 40}])))
    By the median alone, growth continues comes nearer to totals in 2023, told (10 against 20 %).
    """
    lost = [
        f"{name} comes nearer to totals in {row['year']}, {row['version']} "
        f"({row[f'mape_totals_{name}']:.0f} against {row['mape_totals']:.0f} %)"
        for row in measures.to_dict("records")
        for name in RIVALS
        if row[f"mape_totals_{name}"] < row["mape_totals"]
    ]
    told = "; ".join(lost) or "no rival comes nearer to totals in any year"
    return f"By the median alone, {told}."


def explained(row: pd.Series, split: pd.Series) -> str:
    """Say why a row is lost: where the medians lay, what the width cost, and what the scenario explains.

    Parameters
    ----------
    row : Series
        Of the table of scores.
    split : Series
        `error, model, scenario` of the same year and row.

    Returns
    -------
    str
        Sentences.
    """
    way = "too high" if row["bias"] > 0 else "too low"
    off = (
        f"medians lie {words.percent(abs(float(np.expm1(row['bias']))))} {way} on average"
        if abs(row["bias"]) >= SMALL
        else "medians are off to neither side on average"
    )
    width = words.percent(row["dispersion"] / row["wis"])
    part = words.percent(split["scenario"] / split["error"]) if split["error"] > 0 else words.percent(0.0)
    beaten = f"{row['relative']:.2f} times the score of {row['best_rival']}"
    sure = ", which chance may explain" if row["low"] <= 1 <= row["relative"] else ""
    off = off[0].upper() + off[1:]
    return (
        f"{row['year']}, {row['version']}, {row['row']}: {beaten}{sure}. {off}; {width} of the score is the"
        f" width of the intervals; what came later moves medians by {part} of their error without it."
    )


def _fit_in_words(each: Predicted) -> str:
    """Say what the fit of an origin rests on and how good it is."""
    found, origin = each.found, each.origin
    reach = found.fit.out_of_reach
    unmet = f" Out of reach: {escape(', '.join(reach))}." if reach else ""
    largest = found.posterior.discrepancy.median().sort_values(ascending=False).round(2)
    told = ", ".join(f"{name} {value:g}" for name, value in largest.items())
    factors, waves, draws = len(found.fit.told), len(found.fit.waves), len(found.figures)
    return (
        f"- To {origin.day}: {len(origin.fitted)} targets, {factors} factors of which the targets tell "
        f"{factors - len(found.fit.untold)}; {waves} waves; by the rules of a fit: {verdict(found)} "
        f"{found.weights.effective:.0f} of {draws} draws count as they are weighed.{unmet} "
        f"Discrepancy by group: {told}."
    )


def _gravity_in_words(found: BackTest) -> str:
    """Say what gravity rests on."""
    told = [
        f"for {year} {law.rows} partners and years, slopes {law.slope[0]:.2f} of size, {law.slope[1]:.2f} of distance, "
        f"{law.slope[2]:.2f} of a border, residuals {law.spread:.2f}, of all trade {law.spread_of_total:.2f}"
        for year, law in found.gravity.items()
        if law
    ]
    return f"Gravity rests on little: {'; '.join(told)}." if told else "Gravity says nothing: no table of sizes."


def _markdown(table: pd.DataFrame) -> str:
    """Write a small table as Markdown, numbers to three digits."""
    lines = [f"| {' | '.join(map(str, table.columns))} |", "|---" * table.shape[1] + "|"]
    return "\n".join([*lines, *(f"| {' | '.join(map(_cell, row))} |" for row in table.itertuples(index=False))])


def _cell(value: object) -> str:
    """Write a cell; years as they are."""
    return words.number(float(value)) if isinstance(value, float) else str(value)
