"""The answer of the forecast: every month and year as a table, a few of them as fans, and what the bands hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from sim.analysis import reading
from sim.analysis.observed import YUAN_PER_USD_OF_YEAR, observed_trade
from sim.backtest.forecast import YEAR_OF_RATE, YEARS, bands, forecast_table
from sim.config import Config
from sim.constants import YUAN_PER_USD
from sim.ensemble.fitted import posterior_of
from sim.policy.language.measures import Regime
from sim.report import words
from sim.report.figures import picture
from sim.report.figures.forecast import PICTURE, Forecasted, panels, years
from sim.report.page import facts, swap
from sim.report.page.csv import csv_text, table_files
from sim.report.page.writing import StoredResults, WorldWithTables

FILE = "forecast.csv"


def write_forecast(
    results: StoredResults, built_world: WorldWithTables, regimes: Sequence[Regime], config: Config
) -> Path:
    """Write `forecast.csv`, the figure and `answer.md` into the folder of a study of the world as it happened.

    Takes and returns what every report does (`sim.report.studies.Report`). The stored study is of the world as it
    happened, a draw of the posterior each run.

    Raises
    ------
    InputError
        If the study does not hold the months that are forecast, or a file cannot be written.
    """
    world = built_world.tables
    stored = posterior_of(config, world)
    discrepancy: Mapping[str, float] = stored.fit.get("discrepancy", {}) if stored else {}
    found = list(bands(results, world.markets, discrepancy, config.design.seed))
    table = forecast_table(found, results.months)
    told = facts.collect(results.manifest, tuple(results.months), world, config)
    subject = Forecasted(found, tuple(results.months), observed_trade(world.observed, results.months), table)
    runs = reading.number_of_runs(results)
    source = picture.source_line(world.folder.name, runs, told["draws"], told["short_signature"])
    drawn = picture.draw_all([PICTURE], subject, source, config.figures)
    files = picture.files(drawn) | table_files({"forecast_years": years(table)})
    files[FILE] = csv_text(table).encode()
    again = f"    {told['command']}\n\nSignature {told['short_signature']}.\n"
    files["answer.md"] = findings(subject, stored is not None, runs, again).encode()
    swap.replace_files(results.folder, files, (*swap.OUTDATED, FILE))
    return results.folder / "answer.md"


def findings(subject: Forecasted, calibrated: bool, runs: int, again: str) -> str:
    """Tell what is forecast, as Markdown.

    Parameters
    ----------
    subject : Forecasted
    calibrated : bool
        Whether the world has a posterior.
    runs : int
    again : str
        Command that does the study again, and its signature.
    """
    rate = YUAN_PER_USD_OF_YEAR[YEAR_OF_RATE]
    drawn = "the posterior" if calibrated else "the ranges of parameters (NOT calibrated: the world has no posterior)"
    lines = [
        f"# Forecast, {YEARS[0]} to {YEARS[-1]}\n",
        f"{PICTURE.finding(subject)}\n",
        f"`{FILE}` has every month, then every calendar year, of trade, exports and imports of all partners together, "
        "of Central Asia, ASEAN and the EU (bn yuan), of each country (million dollars) and of tonnes over each "
        "crossing, goods of others among them. Yuan are those of the model, in which growth is growth in yuan "
        f"({YUAN_PER_USD} yuan a model dollar); dollars are yuan at the mean rate of {YEAR_OF_RATE}, {rate} yuan.\n",
        "It was written before any figure of trade, traffic or enforcement of 2025 or later was seen, and is not tuned "
        "after. Dated events and rules of 2025 and later that the regime `observed` names are in it; nothing else that "
        "may happen is.\n",
        f"Bands are of {runs} runs, drawn from {drawn}: they hold parameters, luck, and the discrepancy by which the "
        "model was off in its fit, by group of targets, taken to be one factor a run and subject for all months. They "
        "do not hold events that nobody knows of, nor doubt about other tables and rules. Quantiles of months do not "
        "add up to those of a year; runs do.\n",
        f"![Forecast](figures/{PICTURE.name}.png)\n\n{PICTURE.caption(subject)}\n",
        "The years of what is drawn; all others are in the table.\n",
        "| year | quantity | subject | unit | 5 % | median | 95 % |",
        "|---" * 7 + "|",
    ]
    for row in years(panels(subject)).itertuples():
        ends = " | ".join(words.number(float(each)) for each in (row.q05, row.median, row.q95))
        lines.append(f"| {row.period_start.year} | {row.quantity} | {row.subject} | {row.unit} | {ends} |")
    return "\n".join([*lines, f"\n## Do it again\n\n{again}"])
