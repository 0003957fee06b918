"""The command `explore` without the app: the page, or one setting of the levers run truly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from sim.config import Config
from sim.ensemble import world_of
from sim.errors import InputError
from sim.explorer.answer import answer
from sim.explorer.design import batches, check_batches
from sim.explorer.fitting import Judged, fit, judge
from sim.explorer.levers import read, without_levers
from sim.explorer.page import render
from sim.explorer.regimes import base_regime, regime_of
from sim.explorer.runs import SLUG, run_batches, stands_on
from sim.explorer.shown import TILE, words_for_subjects, years_of
from sim.report.page.basis import basis_of
from sim.report.page.csv import csv_text
from sim.report.page.facts import short
from sim.report.policy.worlds import write_regimes
from sim.store.digest import digest
from sim.store.files import plain_faults, write_text
from sim.terminal import say, tell
from sim.world.build import BuiltWorld

SETTING, ERRORS, README = "explorer_setting", "errors.csv", "README.md"
BAR, WORST_BAR = 0.2, 0.5
"""What errors of the tiles are held against, as shares of the true band: at half of the settings, and at any."""

TITLE = "Sanctions and the trade of Xinjiang: move a lever, see the band move"


def run(config: Config) -> Path | None:
    """Fit the emulators and write the page, or run the setting of `explorer.setting` and its report.

    Parameters
    ----------
    config : Config
        Checked settings.

    Returns
    -------
    Path or None
        The page, if one is written.

    Raises
    ------
    InputError
        If a setting, the world or the place of the page cannot be used; nothing was run then.
    """
    if why := without_levers(config.world):
        raise InputError(f"{why} `reroute explore world={config.world}` opens the app for that.")
    if config.explorer.setting is not None:
        run_truly(config)
        return None
    page = _place(config.explorer.page)
    built_world = world_of(config)
    if not years_of(built_world.months):
        raise InputError(
            f"start={config.start}, end={config.end}: the explorer tells whole calendar years, and there is none."
        )
    said, judged = explored(config, built_world)
    with plain_faults(page.parent):
        page.parent.mkdir(parents=True, exist_ok=True)
    write_text(page, render(said))
    write_text(page.with_name(ERRORS), csv_text(error_table(judged)))
    write_text(page.with_name(README), readme(page, said, judged))
    say("\n".join([*told(judged), f"The page: {page}"]))
    return page


def run_truly(config: Config) -> None:
    """Run a setting of the levers, and what it is held against, as any study."""
    setting = read(config.explorer.setting or "")
    mine = replace(config, command="run", slug=SLUG)
    paths = write_regimes([base_regime(setting), regime_of(setting, SETTING)], mine)
    study = import_module(f"sim.experiments.{SLUG}")
    import_module("sim.report.studies").run(replace(mine, regimes=paths, against=paths[0]), study.REPORT)


def _place(said: str) -> Path:
    """Say where the page goes, and refuse what is no place for it."""
    page = Path(said)
    if page.suffix not in (".html", ".htm") or page.is_dir():
        raise InputError(f"explorer.page={page}: must be the path of a file that ends in .html.")
    return page


def explored(config: Config, built_world: BuiltWorld) -> tuple[dict[str, Any], list[Judged]]:
    """Run, fit and judge; give what the page holds, and its errors.

    Parameters
    ----------
    config : Config
        Checked settings.
    built_world : BuiltWorld
        Of these settings.
    """
    asked, seed = config.explorer, config.design.seed
    learnt, checks = batches(asked.batches, asked.settings, seed), check_batches(asked.checks, seed)
    runs = sum(len(each.settings) + 1 for each in learnt) * asked.runs + 2 * asked.checks * asked.check_runs
    tell(f"the explorer takes {runs:,} runs; those that are stored already are kept.")
    material = run_batches(learnt, asked.runs, config, built_world, tell)
    fitted = fit(material)
    if not fitted:
        raise InputError(f"explorer.batches={asked.batches}: too few runs for an emulator of any year; take more.")
    truth = run_batches(checks, asked.check_runs, config, built_world, tell)
    judged = judge(fitted, truth)
    drawn = {"draws": asked.runs, "paired": config.design.sampler == "posterior"}
    about = {
        "title": TITLE,
        "command": _rest(config),
        "held": basis_of(config, built_world.tables, drawn).held,
        "runs": len(material.settings),
        "checks": asked.checks,
        "check_runs": asked.check_runs,
        "signature": short(digest(list(material.signatures), list(truth.signatures))),
        "world": Path(config.world).name,
        "stands_on": stands_on(config, built_world.tables),
        "bar": _bar_told(_tiles(judged)),
        "first": config.start,
        "last": config.end,
    }
    return answer(fitted, judged, words_for_subjects(built_world.tables), about), judged


def _rest(config: Config) -> str:
    """Give the settings of the command line that make the true ensemble the same study, where they are not plain."""
    parts = {
        "world": (config.world, "xinjiang"),
        "start": (config.start, "2021-01-01"),
        "end": (config.end, "2028-12-31"),
    }
    told = [f"{name}={value}" for name, (value, plain) in parts.items() if value != plain]
    told += [f"firms={config.firms}"] if config.firms else []
    return " ".join(told)


def error_table(judged: Sequence[Judged]) -> pd.DataFrame:
    """Give the errors of every outcome and slot, as shares of the width of the true 90 % band.

    Parameters
    ----------
    judged : sequence of Judged

    Returns
    -------
    pandas.DataFrame
        `outcome, slot, error, high_error, worst, coverage, settings, vouched`.
    """
    rows = [
        {**{k: v for k, v in each._asdict().items() if k != "outcome"}, "outcome": each.outcome.key,
         "vouched": each.is_vouched}
        for each in judged
    ]  # fmt: skip
    order = ["outcome", "slot", "error", "high_error", "worst", "coverage", "settings", "vouched"]
    return pd.DataFrame(rows, columns=order)


def told(judged: Sequence[Judged]) -> list[str]:
    """Say how far the emulators are off: the tiles against their bar, then a line a view.

    Parameters
    ----------
    judged : sequence of Judged
    """
    table = error_table(judged).dropna()
    lines = [_bar_told(_tiles(judged))]
    for name, rows in table.groupby(table["outcome"].str.partition("/")[0], sort=False):
        lines.append(
            f"{name}: off by {100 * rows['error'].median():.0f} % of the true 90 % band in the middle, "
            f"{100 * rows['worst'].max():.0f} % at the worst corner; {int(rows['vouched'].sum())} of {len(rows)} "
            f"vouched for; {100 * rows['coverage'].mean():.0f} % of true runs inside the emulated band"
        )
    return lines


def _tiles(judged: Sequence[Judged]) -> pd.DataFrame:
    return error_table([each for each in judged if each.outcome.view == TILE]).dropna()


def _bar_told(tiles: pd.DataFrame) -> str:
    """Hold the tiles, in every year, against their bar."""
    if tiles.empty:
        return "No tile was held against settings that it has not seen."
    good = (tiles["error"] < BAR) & (tiles["worst"] < WORST_BAR)
    missed = [f"{name} ({', '.join(rows['slot'])})" for name, rows in tiles[~good].groupby("outcome", sort=False)]
    said = (
        f"Tiles, of each year, off by less than a fifth of the true 90 % band at half of the settings held out and by "
        f"less than half of it at all: {good.sum()} of {len(tiles)}."
    )
    return said + (f" Not so: {'; '.join(missed)}." if missed else "")


def readme(page: Path, said: Mapping[str, Any], judged: Sequence[Judged]) -> str:
    """Write what lies beside the page in words: what it is made of, and how far off it is.

    Parameters
    ----------
    page : Path
        Its place.
    said : mapping
        What the page holds.
    judged : sequence of Judged
        Errors at settings held out.
    """
    return "\n".join(
        [
            "# A page on which levers are moved",
            "",
            f"[{page.name}]({page.name}): open it in a browser; it needs no server and no network. Its numbers are "
            f"emulated: formulas fitted to {said['runs']:,} runs of the model, {said['first']} to {said['last']} "
            f"(signature {said['signature']}).",
            "",
            f"Error is the distance of the emulated median from the true one, over the width of the true 90 % band, at "
            f"{said['checks']} settings of {said['check_runs']} runs each that were drawn by a fixed seed and never "
            f"fitted to; the first four are corners. [{ERRORS}]({ERRORS}) has every number.",
            "",
            *(f"- {line}" for line in told(judged)),
            "",
        ]
    )
