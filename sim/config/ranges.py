"""Which values a setting may take; the ranges of the behavioural numbers stand in their table."""

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date

from sim.config.choices import questions, regime_names
from sim.config.needs import check_kind, check_needs
from sim.config.schema import (
    COMMANDS,
    EXECUTORS,
    FITTED,
    FORMATS,
    HUB,
    KINDS_OF_NAMES,
    LISTS,
    MONEY,
    PICTURES,
    POSTERIOR,
    QUEUES,
    RESOLUTIONS,
    RULES,
    SAMPLERS,
    STUDIES_THAT_DRAW,
    STUDIES_THAT_FIT,
    WAIT_RULES,
    XLSX,
    Config,
)
from sim.errors import InputError, folded, unknown
from sim.parameters import BEHAVIOUR, EACH_LEVEL, LEVEL, TABLE, names_of, not_drawn, out_of_range
from sim.terminal import unseen

LARGEST_SEED = 2**32 - 1
FIRST_YEAR, LAST_YEAR = 1950, 2150
MOST = {
    "firms": 10_000_000,
    "design.runs": 10_000_000,
    "design.draws": 1_000_000,
    "machine.threads": 10_000,
    "machine.workers": 1_000_000,
    "calibrate.runs": 1_000_000,
    "calibrate.waves": 100,
    "calibrate.draws": 1_000_000,
    "explorer.port": 65_535,
    "explorer.batches": 100_000,
    "explorer.settings": 900,
    "explorer.runs": 100_000,
    "explorer.checks": 10_000,
    "explorer.check_runs": 100_000,
}
"""Largest values of whole numbers: far above what anybody has use for, so that a slip of the hand is told at once."""

EXPORT = ("store", "to", "outcome", "format", "unit")
CALIBRATE = ("targets", "runs", "waves", "draws")
EXPLORER = ("page", "setting", "port", "headless", "batches", "settings", "runs", "checks", "check_runs")

MOST_RUNS = 100_000_000
"""Most runs of a study, all draws and regimes together."""

MOST_REGIMES = 1_000


def check(config: Config) -> None:
    """Refuse values that are out of range or do not fit each other.

    Raises
    ------
    InputError
        For the first of them.
    """
    _check_texts(asdict(config))
    _check_choices(config)
    _check_sampler(config)
    _check_dates(config)
    _check_compare(config)
    _check_numbers(config)
    _check_regimes(config)
    check_needs(config)
    _check_export(config)
    _check_replay(config)


def takes_draws(config: Config) -> bool:
    """Tell whether a number of draws means something: to the sampler, or to a study that draws over whole ranges.

    Parameters
    ----------
    config
        Checked settings.
    """
    return config.design.sampler in SAMPLERS or config.slug in STUDIES_THAT_DRAW


def check_effect(config: Config, given: Collection[str]) -> None:
    """Refuse settings that were given and would do nothing.

    Parameters
    ----------
    config
        Checked settings.
    given
        Keys of the command line.

    Raises
    ------
    InputError
        For the first of them; says what it takes.
    """
    dask = config.machine.executor == "dask"
    fits = config.command == "calibrate" or config.slug in STUDIES_THAT_FIT
    sampled, fitted = config.design.sampler in SAMPLERS, config.design.sampler in FITTED
    for key, has_effect, takes in (
        ("design.draws", takes_draws(config), f"a sampler: design=uncertain, or design.sampler={'|'.join(SAMPLERS)}"),
        (
            "design.uncertain",
            sampled or config.design.sampler == POSTERIOR,
            f"a sampler: design=posterior, design=uncertain, or design.sampler={'|'.join(SAMPLERS)}",
        ),
        ("design.posterior", fitted, f"{' or '.join(f'design={each}' for each in FITTED)}"),
        ("design.held", sampled or fitted, "draws of parameters: design=posterior or design=uncertain"),
        *((f"machine.{name}", dask, "machine=cluster") for name in ("address", "queue", "workers")),
        ("machine.threads", not dask, "machine=laptop"),
        *((f"replay.{name}", config.command == "replay", "`reroute replay`") for name in ("store", "run")),
        *(
            (
                key,
                config.command != "calibrate",
                "another command; a fit runs each draw once, of the world as it happened",
            )
            for key in ("regimes", "against", "design.runs", "design.draws")
        ),
        *((f"calibrate.{name}", fits, "`reroute calibrate` or experiment=backtest") for name in CALIBRATE),
        *((f"explorer.{name}", config.command == "explore", "`reroute explore`") for name in EXPLORER),
        *((f"export.{name}", config.command == "export", "`reroute export`") for name in EXPORT),
        ("list.what", config.command == "list", "`reroute list`"),
        *((f"convert.{name}", config.command == "convert", "`reroute convert`") for name in ("kind", "file", "to")),
        ("reproduce.signature", config.command == "reproduce", "`reroute reproduce`"),
    ):
        if key in given and not has_effect:
            raise InputError(f"{key} does nothing here: it takes {takes}.")
    check_kind(config, given)


def _check_texts(settings: Mapping[str, object], prefix: str = "") -> None:
    """Refuse texts that are empty or hold letters that are not seen, wherever they stand."""
    for name, value in settings.items():
        key = prefix + name
        if isinstance(value, Mapping):
            _check_texts(value, f"{key}.")
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str):
                _check_text(key, text)


def _check_text(key: str, text: str) -> None:
    if not text.strip():
        raise InputError(f"{key}=: needs a value.")
    if hidden := unseen(text):
        raise InputError(f"{key}={text.encode('unicode_escape').decode()}: holds {hidden!a}, which is not seen.")


def _check_choices(config: Config) -> None:
    for key, value, names in (
        ("command", config.command, COMMANDS),
        ("observe", config.observe, RESOLUTIONS),
        ("slug", config.slug, questions()),
        ("behaviour.rule", config.behaviour.rule, RULES),
        ("export.format", config.export.format, FORMATS),
        ("export.unit", config.export.unit, MONEY),
        ("list.what", config.list.what, (*LISTS, *KINDS_OF_NAMES)),
        ("crossing.wait_rule", config.crossing.wait_rule, WAIT_RULES),
        ("machine.executor", config.machine.executor, EXECUTORS),
    ):
        if value not in names:
            raise unknown(key, value, names)
    for name in config.figures:
        if name not in PICTURES:
            raise unknown("figures", name, PICTURES)
    if config.machine.queue is not None and config.machine.queue not in QUEUES:
        raise unknown("machine.queue", config.machine.queue, QUEUES)


def _check_sampler(config: Config) -> None:
    """Refuse a sampler that is neither known nor a table, and an uncertain parameter that is none or stands twice.

    Whether a level is one of the regimes is known once these are read.
    """
    design = config.design
    samplers = (*SAMPLERS, *FITTED)
    if design.sampler is not None and design.sampler not in samplers and not design.sampler.endswith(".csv"):
        raise unknown("design.sampler", design.sampler, samplers)
    parameters = names_of(BEHAVIOUR)
    for key, names, known in (
        ("design.uncertain", design.uncertain, (*parameters, *EACH_LEVEL)),
        ("design.held", design.held, parameters),
    ):
        for name in names:
            if name not in known and not name.startswith(LEVEL):
                raise not_drawn(key, name)
            if names.count(name) > 1:
                raise InputError(f"{key}={name}: it stands there twice.")
    if design.sampler in SAMPLERS and not design.uncertain:
        raise InputError(f"design.sampler={design.sampler} has nothing to draw: name parameters in design.uncertain.")


def _check_dates(config: Config) -> None:
    for key, text in (("start", config.start), ("end", config.end), ("history.save", config.history.save)):
        if text is not None and not _is_date(text):
            raise InputError(f"{key}={text} is not a date: write year-month-day, for example 2024-06-30.")
    for key, day in (("start", config.start_date), ("end", config.end_date)):
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise InputError(f"{key}={day}: a run lies within the years {FIRST_YEAR} to {LAST_YEAR}.")
    if config.end_date < config.start_date:
        raise InputError(f"end={config.end} lies before start={config.start}.")
    save = config.history.save
    if save is not None and not config.start <= save <= config.end:
        raise InputError(f"history.save={save} lies outside start={config.start} to end={config.end}.")


def _check_compare(config: Config) -> None:
    """Refuse months to compare that are none, lie outside the study, or end before they begin."""
    first, last = config.start[:7], config.end[:7]
    for key, month in (("compare.from", config.compare.first), ("compare.to", config.compare.last)):
        if month is None:
            continue
        if not _is_date(f"{month}-01"):
            hint = f": results are kept by month, so write {key}={month[:7]}" if _is_date(month) else ""
            raise InputError(f"{key}={month} is not a month{hint or ': write year-month, for example 2024-06'}.")
        if not first <= month <= last:
            raise InputError(f"{key}={month} lies outside start={config.start} to end={config.end}.")
    if (config.compare.first or first) > (config.compare.last or last):
        raise InputError(f"compare.to={config.compare.last} lies before compare.from={config.compare.first}.")


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _check_numbers(config: Config) -> None:
    for name, each in TABLE.items():
        value = getattr(config.behaviour, name)
        if not each.holds(value):
            raise out_of_range(f"behaviour.{name}", value, each)
    design, machine = config.design, config.machine
    for key, value in (
        ("firms", config.firms),
        ("design.runs", design.runs),
        ("design.draws", design.draws),
        ("machine.threads", machine.threads),
        ("machine.workers", machine.workers),
        *((f"calibrate.{name}", getattr(config.calibrate, name)) for name in CALIBRATE[1:]),
        *((f"explorer.{name}", getattr(config.explorer, name)) for name in ("port", *EXPLORER[4:])),
    ):
        _check_count(key, value)
    draws = design.draws if design.sampler in SAMPLERS else 1
    if draws * design.runs * len(config.regimes) > MOST_RUNS:
        raise InputError(
            f"design.runs={design.runs}: with its draws and regimes a study has at most {MOST_RUNS:,} runs."
        )
    if not 0 <= design.seed <= LARGEST_SEED:
        raise InputError(f"design.seed={design.seed}: outside its range 0 to {LARGEST_SEED}.")
    if (design.until.outcome is None) != (design.until.half_width is None):
        raise InputError("design.until.outcome and design.until.half_width belong together: give both or neither.")
    if design.until.half_width is not None and not 0 < design.until.half_width < 1:
        raise InputError(f"design.until.half_width={design.until.half_width:g}: outside its range above 0 and below 1.")


def _check_count(key: str, value: int | None) -> None:
    if value is not None and value < 1:
        raise InputError(f"{key}={value}: must be 1 or more.")
    if value is not None and value > MOST[key]:
        raise InputError(f"{key}={value}: must be {MOST[key]:,} or less.")


def _check_regimes(config: Config) -> None:
    if not config.regimes:
        raise InputError("regimes=[]: name at least one regime, for example 'regimes=[none,uflpa]'.")
    if len(config.regimes) > MOST_REGIMES:
        raise InputError(f"regimes: {len(config.regimes):,} are named; a study compares at most {MOST_REGIMES:,}.")
    names = regime_names(config.world)
    meant = [folded(name, names) for name in config.regimes]
    for name in meant:
        if meant.count(name) > 1:
            raise InputError(f"regimes=[{','.join(config.regimes)}]: {name} stands there twice.")
    is_run = config.command != "show"  # which compares with any regime of the library
    if is_run and config.against is not None and folded(config.against, names) not in meant:
        raise unknown("against", config.against, meant)


def _check_export(config: Config) -> None:
    if config.export.format == HUB and config.export.outcome is None:
        raise InputError("export.format=hub writes single runs of an outcome: name it, as export.outcome=wait.")
    if config.export.format == HUB and config.export.unit != MONEY[0]:
        raise InputError(f"export.unit={config.export.unit}: hubs take numbers as they are kept; leave it out.")
    if config.export.format == XLSX and config.export.outcome is not None:
        raise InputError(
            "export.format=xlsx writes the tables of the page: leave export.outcome out, or take export.format=tables."
        )


def _check_replay(config: Config) -> None:
    if config.command == "replay" and not re.fullmatch(r".+/\d+/\d+", config.replay.run or ""):
        raise InputError(f"replay.run={config.replay.run}: write regime/draw/run, for example uflpa/0/3.")
