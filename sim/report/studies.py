"""Do a study: warn, run, report, say where; and write the copy of it that is committed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from sim.analysis.stability import warnings_for
from sim.config import Config, load
from sim.config.choices import questions
from sim.ensemble import Results, executor_of, run_study, study_of, world_of
from sim.ensemble.assemble import design_of
from sim.ensemble.cost import cost_of, known_pace, told
from sim.ensemble.study import Study
from sim.machine import usable_cores
from sim.policy.apart import hardly_in_force, joined
from sim.policy.backgrounds import background_apart
from sim.policy.compile.idle import idle_measures
from sim.policy.language.load import load_regime
from sim.policy.language.measures import Regime
from sim.report.page.answer import write_committed
from sim.report.page.basis import basis_of
from sim.report.page.swap import STAMP, replace_files
from sim.report.page.writing import WorldWithTables
from sim.results.latest import link_latest
from sim.results.workbook import WORKBOOK
from sim.store.blocks import BLOCK_RUNS
from sim.terminal import say, tell
from sim.world.coverage import coverage_warnings
from sim.world.tables.read import find_world, read_tables

Report = Callable[[Results, WorldWithTables, Sequence[Regime], Config], Path]
"""What a study declares as `REPORT`: writes tables, figures and answer beside stored results, returns what to read.

It takes the stored study, the built world with its tables, a regime for each of the study's, and all settings as the
user gave them; it returns the path of `answer.md` or `page.html`; and it raises `InputError`, which leaves the earlier
report whole, if a file cannot be written.
"""

DEFAULT = "compare_regimes"
LONG = 4
"""A study of as many blocks of runs, or more, shows its first block before the others are run."""

FIRST_TO_READ = {".html": "The page", ".md": "The findings"}


def run(config: Config, report: Report) -> Results:
    """Run every regime of `config.regimes`, report, and say where the report is.

    Parameters
    ----------
    config : Config
        Checked settings.
    report : callable
        Of the study.

    Returns
    -------
    Results
        The stored study, its report written.

    Raises
    ------
    InputError
        If the world, a regime or a setting cannot be used; nothing was computed then. Or if the study lacks what the
        report needs, such as a run that ended well.
    """
    study, world, regimes = prepared(config)
    cost, threads = cost_of(study), config.machine.threads or usable_cores()
    tell(" ".join([told(cost, threads, known_pace()), *declared(config.slug)]))
    early = first_look(config, study)
    if early:
        seen = run_study(study_of(early, world), executor_of(early))
        if seen.failures.empty:
            say(f"First figures, of {early.design.runs} runs a regime: {report(seen, world, regimes, early)}")
    results = run_study(study, executor_of(config))
    results.check_runs()
    path = report(results, world, regimes, config)
    _write_workbook(results)
    link_latest(path, Path(config.results_dir))
    say(f"{FIRST_TO_READ[path.suffix]}: {path}")
    return results


def _write_workbook(results: Results) -> None:
    """Write the tables, if there are any, as one workbook beside the report, where it is not newer than they are."""
    if not any(results.folder.glob("tables/*.csv")):
        return
    made, drawn = results.folder / WORKBOOK, results.folder / STAMP
    if not made.exists() or not drawn.exists() or made.stat().st_mtime < drawn.stat().st_mtime:
        results.to_excel()


def estimate(config: Config) -> None:
    """Say what a study would cost: runs, minutes, megabytes; nothing is run or written.

    Parameters
    ----------
    config : Config
        Checked settings.

    Raises
    ------
    InputError
        If the world, a regime or a setting cannot be used.
    """
    study, *_ = prepared(config)
    cost = told(cost_of(study), config.machine.threads or usable_cores(), known_pace())
    say(" ".join([cost, *declared(config.slug)]))


def declared(study: str) -> list[str]:
    """Say how long a study takes as a whole, as its module declares: its report may run more than the study itself.

    Parameters
    ----------
    study : str
        Name of its module.

    Returns
    -------
    list of str
        One sentence; none of the default study, which has no further runs.
    """
    asked = questions().get(study)
    if study == DEFAULT or not (asked and asked.minutes):
        return []
    return [f"The whole of {study}, with what its report runs besides, is meant to take {asked.minutes} minutes."]


class Prepared(NamedTuple):
    """A study that is ready to run, with the world and the regimes that its report needs."""

    study: Study
    world: WorldWithTables
    regimes: Sequence[Regime]


def prepared(config: Config) -> Prepared:
    """Put a study together, and tell what a user should know before it runs.

    Parameters
    ----------
    config : Config
        Checked settings.

    Raises
    ------
    InputError
        If the world, a regime or a setting cannot be used.
    """
    regimes = [load_regime(name, config.world) for name in config.regimes]
    tables = read_tables(find_world(config.world))
    design = design_of(config, tables)  # what is wrong with it is told before a world is built
    world = world_of(config, tables)
    warnings = [warning for regime in regimes for warning in regime.warnings] + warnings_for(world, config.behaviour)
    warnings += coverage_warnings(world.tables, config.start_date, config.end_date)
    warnings += _of_little_force(regimes, world, config)
    study = study_of(config, world, design)
    warnings += basis_of(config, world.tables, {"draws": len(design.draws), "paired": design.paired}).sentences
    for warning in dict.fromkeys(warnings):
        tell(warning)
    return Prepared(study, world, regimes)


def first_look(config: Config, study: Study) -> Config | None:
    """Give the settings of a first look at a long study, whose runs are the first of its own; None for a short one.

    Parameters
    ----------
    config : Config
        Checked settings.
    study : Study
        Of these settings.
    """
    design = config.design
    is_long = study.design.paired and design.runs >= LONG * BLOCK_RUNS
    if not is_long or study.until or study.saving or (study.folder / study.signature).is_dir():
        return None
    return replace(config, design=replace(design, runs=BLOCK_RUNS))


def _of_little_force(regimes: Sequence[Regime], world: WorldWithTables, config: Config) -> list[str]:
    """Tell which measures are hardly in force or can do nothing, and which regimes bring a background of their own."""
    base = next(each for each in regimes if each.name == Path(config.reference).stem)
    hardly = hardly_in_force(regimes, base.name, config.start_date, config.end_date, world.tables)
    own = [background_apart(each, base).sentence for each in regimes if each.background != base.background]
    idle = [sentence for each in regimes for sentence in idle_measures(each, base, world)]
    return [each.sentence for each in joined(hardly)] + idle + own


def commit(study: str, report: Report, also: str = "", beside: Sequence[str] = ()) -> None:
    """Do a study with the settings of the command line, and write its committed copy under `results/<study>/`.

    Parameters
    ----------
    study : str
        Its name: that of its module and of its file in `conf/experiment`.
    report : callable
        Of the study.
    also : str
        Below `results/`: where its answer is written once more, beside those of another study.
    beside : sequence of str
        Files of the study that are copied as they are.

    Raises
    ------
    InputError
        As of `run`.
    """
    config = load([f"experiment={study}", *sys.argv[1:]])
    folder = Path(config.results_dir)
    results = run(config, report)
    write_committed(results, folder / config.slug)
    replace_files(folder / config.slug, {name: (results.folder / name).read_bytes() for name in beside})
    if also:
        place = folder / also
        replace_files(place.parent, {place.name: (folder / config.slug / "answer.md").read_bytes()})
