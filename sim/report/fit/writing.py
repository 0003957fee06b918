"""Write the report of the study `calibration`: figures, tables, and the answer in words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sim.analysis import reading
from sim.calibration.identifiability import OPEN, in_words
from sim.config import Config
from sim.ensemble import Results
from sim.policy.language.measures import Regime
from sim.report import words
from sim.report.figures import picture
from sim.report.fit import answers, corner, grids, residuals, simulated, widths
from sim.report.fit.material import material
from sim.report.fit.shown import FitShown
from sim.report.page import facts, signature, swap
from sim.report.page.answer import escape
from sim.report.page.csv import table_files
from sim.report.page.writing import WorldWithTables

PICTURES = (
    simulated.PICTURE,
    residuals.PICTURE,
    widths.PICTURE,
    corner.PICTURE,
    grids.EFFECTS,
    grids.SHIFTS,
    answers.PICTURE,
)


def write_calibration(
    results: Results, built_world: WorldWithTables, regimes: Sequence[Regime], config: Config
) -> Path:
    """Write `tables/*.csv`, `figures/*.png` and `answer.md` into the folder of a study.

    Takes and returns what every report does (`sim.report.studies.Report`). The stored study is at draws of the
    posterior.

    Raises
    ------
    InputError
        If there is no posterior, or a file cannot be written.
    """
    world = built_world.tables
    told = facts.collect(results.manifest, tuple(results.months), world, config)
    path = results.folder / "answer.md"
    key = signature.of_report(results, world, [*map(repr, regimes)], told, [each.name for each in PICTURES])
    if swap.is_drawn(results.folder, key):
        return path
    fit = material(results, built_world, regimes, config)
    runs = reading.number_of_runs(results)
    source = picture.source_line(world.folder.name, runs, told["draws"], told["short_signature"])
    drawn = picture.draw_all(PICTURES, fit, source, config.figures)
    tables = picture.tables(PICTURES, fit) | {"opinions": fit.opinions, "hangs": fit.hangs.reset_index(names="factor")}
    files = table_files(tables) | picture.files(drawn)
    files[path.name] = findings(fit, drawn, str(told["command"]), str(told["short_signature"])).encode()
    swap.replace_files(results.folder, swap.stamped(files, key), swap.OUTDATED)
    return path


def findings(fit: FitShown, drawn: Sequence[picture.Drawn], command: str, key: str) -> str:
    """Tell what a fit meets, what it rests on and what it leaves open, as Markdown.

    Parameters
    ----------
    fit : FitShown
        All that is shown.
    drawn : sequence of Drawn
        Figures with their findings.
    command, key : str
        That does the study again, and the shortened signature.

    Returns
    -------
    str
        Markdown.
    """
    lines = [f"# Calibration\n\n{escape(of_the_fit(fit))}\n"]
    for each in drawn:
        lines.append(f"## {escape(each.title)}\n\n{escape(each.caption)}\n\n![{each.name}](figures/{each.name}.png)\n")
        if each.name == corner.PICTURE.name:
            lines += [f"- {escape(in_words(row, fit.prior))}" for _, row in fit.pairs.iterrows()] + [""]
    lines.append(f"## A second opinion\n\n{escape(second_opinion(fit))}\n")
    return "\n".join([*lines, f"## Do it again\n\n    {command}\n\nSignature {key}.\n"])


def of_the_fit(fit: FitShown) -> str:
    """Say in a few sentences what was fitted, and how good it is.

    Parameters
    ----------
    fit : FitShown
        With what `fit.yaml` says.
    """
    report, beside = fit.fit, fit.beside
    open_ = fit.widths[fit.widths["width"] >= OPEN]
    met = float(report["runs_that_meet_all_targets"])
    sentences = [
        f"{len(fit.widths)} factors were fitted to {len(beside)} published figures with {report['runs']:,} runs.",
        f"Of the posterior's runs {words.percent(met)} meet all figures within three errors; a run misses "
        f"{words.percent(beside['missed'].mean())} of them on average.",
        f"{len(open_)} factors are left nearly as open as before (tables/widths.csv names them).",
    ]
    if out := report.get("out_of_reach"):
        sentences.append(f"No draw of the prior comes near {len(out)} figures: {', '.join(out)}.")
    return " ".join(sentences)


def second_opinion(fit: FitShown) -> str:
    """Say in a sentence or two whether the ensemble smoother finds the same.

    Parameters
    ----------
    fit : FitShown
        With opinions.
    """
    table = fit.opinions
    apart = table["apart"].abs()
    ratio = (table["smoothed_width"] / table["width"]).to_numpy()
    worst = table.loc[apart.idxmax()]
    low, high = np.quantile(ratio, [0.05, 0.95])
    return (
        "An ensemble smoother (ES-MDA), which knows no Markov chain and asks the emulator for single runs, puts the "
        f"mean of half of the factors within {apart.median():.2f} standard deviations of the posterior's, and that of "
        f"nine in ten within {apart.quantile(0.9):.2f}; farthest is {worst['factor']} ({worst['apart']:+.1f}). Its "
        f"widths are {np.median(ratio):.2f} times those of the posterior (nine in ten factors: {low:.2f} to "
        f"{high:.2f}). It takes the discrepancies as given, and is exact for straight lines only."
    )
