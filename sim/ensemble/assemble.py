"""From settings to a study: tables are read, the world is built, regimes are compiled against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import numpy as np
import yaml

from sim.config import Config, check, held_values
from sim.config.schema import FITTED
from sim.ensemble.compute.cluster import Dask
from sim.ensemble.compute.executors import Executor, Threads
from sim.ensemble.fitted import posterior_design, posterior_of
from sim.ensemble.plan.design import Design, defaults_only
from sim.ensemble.plan.factors import factors_of
from sim.ensemble.plan.samplers import SAMPLERS, from_table, sampled
from sim.ensemble.study import Scenario, Study, Until
from sim.errors import InputError
from sim.machine import Need, check_memory
from sim.outcomes.outcomes import OUTCOMES
from sim.parameters import BEHAVIOUR, names_of
from sim.policy.compile.regime import compile_regime
from sim.policy.language.load import load_regimes
from sim.state import State, fitted
from sim.state.axes import sizes_of
from sim.store.blocks import BLOCK_RUNS
from sim.store.history import History, week_after
from sim.world.build import BuiltWorld
from sim.world.frozen import frozen
from sim.world.open import runs_at_a_time, world_of
from sim.world.size import declared_bytes
from sim.world.tables.read import Tables, find_world, read_tables


def study_of(config: Config, built: BuiltWorld | None = None, design: Design | None = None) -> Study:
    """Assemble the study that settings describe.

    Parameters
    ----------
    config
        Checked settings.
    built
        Their world, where it is built already.
    design
        Their draws, where these are chosen already.

    Returns
    -------
    Study
        Nothing is computed or written yet.

    Raises
    ------
    InputError
        If a setting, the world, a regime or the history to continue from is at fault.
    """
    check(config)
    tables = built.tables if built else read_tables(find_world(config.world))
    design = design or design_of(config, tables)  # before a world is built: what is at fault there is told at once
    built = built or world_of(config, tables)
    until = config.design.until
    first_monday = built.week_starts[0].item()
    save = week_after(date.fromisoformat(config.history.save), first_monday) if config.history.save else 0
    study = Study(
        world=built.arrays,
        labels=built.labels,
        months=built.months,
        first_monday=first_monday,
        scenarios=scenarios(config.regimes, built),
        against=Path(config.reference).stem,
        design=design,
        seed=config.design.seed,
        resolution=config.observe,
        folder=Path(config.results_dir) / config.slug / "runs",
        settings=yaml.safe_dump(asdict(config), sort_keys=False),
        until=Until(until.outcome, until.half_width) if until.outcome and until.half_width else None,
        history=History(Path(config.history.load)) if config.history.load else None,
        save=save,
    )
    _check_memory(study, config)
    if study.history:
        study.history.check(study)
    return study


def _check_memory(study: Study, config: Config) -> None:
    """Refuse more runs at a time than this machine has memory for; Dask's workers have their own.

    How many states a run holds at once is looked up only where a state for each regime would be too many.
    """
    regimes = list(study.scenarios)
    try:
        check_memory(_needs(study, config, len(regimes)))
    except InputError:
        check_memory(_needs(study, config, study.branch(regimes).states))


def _needs(study: Study, config: Config, states: int) -> list[Need]:
    """Memory for runs that hold so many states each."""
    sizes, months = sizes_of(study.world), len(study.months)
    record = sum(each.cells.count(sizes) for each in OUTCOMES.values()) * months * np.dtype(float).itemsize
    state = sum(size for *_, size in declared_bytes(State, sizes))
    threads, regimes = runs_at_a_time(config), len(study.scenarios)
    firms = f"{sizes['P']:,} firms, {sizes['K']:,} channels and {months} months"
    return [
        Need(
            threads * (states * (state + record) + regimes * study.run_bytes),
            f"machine.threads={threads} with {firms}",
            "take fewer threads, firms, months or regimes",
        ),
        Need(
            max(threads, min(regimes, study.regimes_a_call)) * BLOCK_RUNS * study.run_bytes,
            f"observe={config.observe} with {months} months",
            "keep fewer series (observe=totals) or take fewer months",
        ),
    ]


def design_of(config: Config, tables: Tables | None = None) -> Design:
    """Choose the draws of parameters and levels.

    Parameters
    ----------
    config
        Checked settings; `design.sampler` is empty, the name of a sampler, `posterior`, `point`, or the path of a table
        of draws.
    tables
        Of the world; read if they are not given and a posterior is held against them.

    Returns
    -------
    Design
        The parameters as they stand, or draws from a posterior or from the ranges of `sim/data/parameters.csv` and of
        measures of the regimes, or one for each row of the table.

    Raises
    ------
    InputError
        If a parameter or level is out of its range, the table or posterior is at fault, or the design would be too
        large.
    """
    check(config)
    chosen = config.design
    sampler, runs = chosen.sampler, chosen.runs
    if sampler is None:
        return defaults_only(config.behaviour.values(), runs)
    parameters = dict(zip(names_of(BEHAVIOUR), config.behaviour.values(), strict=True))
    regimes = list(load_regimes(config.regimes, config.world).values())
    held, ranges = {*chosen.held, *held_values(config)}, factors_of(chosen.uncertain, regimes, config.end_date)
    uncertain = {name: each for name, each in ranges.items() if name not in held}
    if sampler in FITTED:
        stored = posterior_of(config, tables or read_tables(find_world(config.world)))
        return posterior_design(config, stored, uncertain, regimes)
    if sampler in SAMPLERS:
        return sampled(sampler, chosen.draws, uncertain, parameters, runs=runs, seed=chosen.seed)
    return from_table(_table_of_draws(sampler, config.world), parameters, runs=runs, regimes=regimes)


def _table_of_draws(name: str, world: str) -> Path:
    """Find a table of draws: the file of that name, or else one that lies in the folder of the world."""
    path, beside = Path(name), find_world(world) / name
    return beside if not path.exists() and beside.exists() else path


def scenarios(names: Sequence[str], built: BuiltWorld) -> dict[str, Scenario]:
    """Read regimes and compile them against a world.

    Parameters
    ----------
    names
        Names of the library, or paths of files.
    built
        The world.

    Returns
    -------
    dict of str to Scenario
        In the order of `names`; the text is what a regime says, not how its file is written.

    Raises
    ------
    InputError
        If a regime is at fault, or two have one name.
    """
    found: dict[str, Scenario] = {}
    for regime in load_regimes(names, built.tables.folder).values():
        text = repr(replace(regime, file="", warnings=()))
        compiled = compile_regime(regime, built)
        found[regime.name] = Scenario(text, frozen(fitted(compiled.policy, built.arrays)), compiled.levels)
    return found


def executor_of(config: Config) -> Executor:
    """Choose where runs are computed.

    Parameters
    ----------
    config
        Checked settings.

    Returns
    -------
    Executor
        Threads of this process, or Dask workers.
    """
    machine = config.machine
    return (
        Dask(machine.address, machine.queue, machine.workers)
        if machine.executor == "dask"
        else Threads(machine.threads)
    )
