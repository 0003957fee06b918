"""The types of all settings; what each means stands in `conf/config.yaml`.

The numbers of behaviour, with their defaults, are the rows of `sim/data/parameters.csv`.
"""

from dataclasses import FrozenInstanceError, dataclass, field, is_dataclass, make_dataclass
from datetime import date
from functools import cache
from typing import Any, get_origin, get_type_hints

from sim.parameters import BEHAVIOUR, TABLE, names_of

COMMANDS = (
    "run",
    "list",
    "show",
    "estimate",
    "studies",
    "new",
    "check",
    "convert",
    "calibrate",
    "explore",
    "replay",
    "export",
    "verify",
    "reproduce",
)
RULES = ("logit", "satisficing", "reinforcement")
RESOLUTIONS = ("totals", "default", "full")
WAIT_RULES = ("queue", "bpr")
EXECUTORS = ("threads", "dask")
QUEUES = ("slurm", "pbs")
TRADE, ENTITIES, ROADS = KINDS_OF_FILES = ("trade", "entities", "roads")
"""Public files that `reroute convert` reads."""

TABLES, HUB, XLSX = FORMATS = ("tables", "hub", "xlsx")
"""What an export writes: quantiles and differences, single runs in the columns of forecasting hubs, or a workbook."""

REGIMES, WORLD, OUTCOMES = LISTS = ("regimes", "world", "outcomes")
"""What `reroute list` lists; besides these each kind of name of a world."""

PICTURES = ("png", "svg", "pdf")
"""Formats in which figures are written; PNG always is, since page and answer show it."""

KINDS_OF_NAMES = ("markets", "groups", "senders", "origins", "goods", "crossings", "hubs", "places")
MONEY = ("m_usd", "bn_usd", "m_yuan", "bn_yuan")
"""Units in which money can be told; results are kept in million dollars."""
SAMPLERS = ("latin_hypercube", "sobol", "morris", "factorial")
STUDIES_THAT_FIT = ("backtest",)
"""Studies that make fits of their own, by the settings of `calibrate`."""
STUDIES_THAT_DRAW = ("what_matters", "when_it_fails")
"""Studies that draw over whole ranges besides, as often as `design.draws` says."""

POSTERIOR, POINT = FITTED = ("posterior", "point")
"""Samplers that take what a fit has found."""


class WriteOnce:
    """Base of the settings: each attribute is set once, by the constructor.

    The dataclasses cannot be declared frozen: OmegaConf would make its own nodes read-only and refuse to fill them.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if name in self.__dict__:
            raise FrozenInstanceError(f"cannot assign to field {name!r}: use dataclasses.replace")
        object.__setattr__(self, name, value)


def _values(self: "Behaviour") -> tuple[float, ...]:
    """Return the numbers of a run, in the order of `sim.state.Parameters`."""
    return tuple(float(getattr(self, name)) for name in names_of(BEHAVIOUR))


Behaviour = make_dataclass(
    "Behaviour",
    [("rule", str), *((name, each.type, field(default=each.default)) for name, each in TABLE.items())],
    bases=(WriteOnce,),
    namespace={"__doc__": "How firms, customs and markets act: a rule, and every parameter.", "values": _values},
)
Behaviour.__module__ = __name__  # so that settings can be sent to other processes


@dataclass
class UntilSettings(WriteOnce):
    """When a sweep may stop early: the outcome to watch and the half width to reach (share of its mean)."""

    outcome: str | None
    half_width: float | None


@dataclass
class DesignSettings(WriteOnce):
    """Which runs: their number for each regime, the seed, where parameters come from, the rule to stop."""

    runs: int
    seed: int
    sampler: str | None
    draws: int
    uncertain: list[str]
    held: list[str]
    posterior: str | None
    until: UntilSettings


@dataclass
class Machine(WriteOnce):
    """Where runs are computed; changes no number."""

    executor: str
    threads: int | None
    address: str | None
    queue: str | None
    workers: int | None


@dataclass
class Crossing(WriteOnce):
    """How a wait at a crossing arises: `queue` (hard capacity) or `bpr` (a textbook curve)."""

    wait_rule: str


@dataclass
class HistorySettings(WriteOnce):
    """The day whose state is saved, and the folder of a saved history to continue from."""

    save: str | None
    load: str | None


@dataclass
class Replay(WriteOnce):
    """The study's folder and the run (regime/draw/run) to do again."""

    store: str | None
    run: str | None


@dataclass
class Export(WriteOnce):
    """The study's folder, the folder to write to, the outcome to write if not all, in which columns and which money."""

    store: str | None
    to: str | None
    outcome: str | None
    format: str
    unit: str


@dataclass
class Listing(WriteOnce):
    """What `reroute list` lists."""

    what: str


@dataclass(
    init=False, repr=False, eq=False
)  # written out: `from` is a word of Python, which generated code cannot hold
class Compare(WriteOnce):
    """First and last month over which regimes are compared: `from` and `to`, `YYYY-MM`, or none."""

    __annotations__ = {"from": "str | None", "to": "str | None"}

    def __init__(self, **months: str | None) -> None:
        for name, month in months.items():
            setattr(self, name, month)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Compare) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.first, self.last))

    def __repr__(self) -> str:
        return f"Compare(from {self.first} to {self.last})"

    @property
    def first(self) -> str | None:
        """The first month; None: the first in which a pair differs."""
        return getattr(self, "from")

    @property
    def last(self) -> str | None:
        """The last month; None: the last of the study."""
        return self.to


@dataclass
class Verify(WriteOnce):
    """The folder of stored runs to hold against its checksums."""

    store: str | None


@dataclass
class Convert(WriteOnce):
    """The public file to read, of which kind it is, where to write, and what each kind needs besides."""

    kind: str | None
    file: str | None
    to: str | None
    codes: str | None
    year: int | None
    reporter: str | None
    day: str | None
    program: str | None
    sender: str | None
    trips: str | None
    flows: str | None
    toll: float | None
    distance: float | None


@dataclass
class Reproduce(WriteOnce):
    """The first letters of the signature of a committed result."""

    signature: str | None


@dataclass
class Calibrate(WriteOnce):
    """How much a fit takes: the table of targets, runs of each wave, the most waves, draws that are simulated."""

    targets: str | None
    runs: int
    waves: int
    draws: int


@dataclass
class Explorer(WriteOnce):
    """The page to write and how many runs it takes; a setting of its levers to be run truly; where the app listens."""

    page: str | None
    setting: str | None
    port: int
    headless: bool
    batches: int
    settings: int
    runs: int
    checks: int
    check_runs: int


@dataclass
class Config(WriteOnce):
    """All settings of a command; `conf/config.yaml` says what each means."""

    command: str
    regimes: list[str]
    against: str | None
    world: str
    firms: int | None
    start: str
    end: str
    observe: str
    slug: str
    results_dir: str
    trace: bool
    figures: list[str]
    behaviour: Behaviour
    design: DesignSettings
    machine: Machine
    crossing: Crossing
    history: HistorySettings
    list: Listing
    replay: Replay
    export: Export
    verify: Verify
    convert: Convert
    reproduce: Reproduce
    calibrate: Calibrate
    explorer: Explorer
    compare: Compare

    @property
    def start_date(self) -> date:
        """First day; the week that holds it is the first."""
        return date.fromisoformat(self.start)

    @property
    def end_date(self) -> date:
        """Last day; the week that holds it is the last."""
        return date.fromisoformat(self.end)

    @property
    def reference(self) -> str:
        """The regime that others are compared with."""
        return self.against or self.regimes[0]


def held_values(config: Config) -> dict[str, float]:
    """Give the parameters that keep their value in every draw: those named, and those with another than the table's.

    Parameters
    ----------
    config
        Settings.

    Returns
    -------
    dict of str to float
        In the order of the table.
    """
    values = dict(zip(names_of(BEHAVIOUR), config.behaviour.values(), strict=True))
    return {name: value for name, value in values.items() if name in config.design.held or value != TABLE[name].default}


@cache
def setting_types(schema: type = Config, prefix: str = "") -> dict[str, Any]:
    """Give every setting its type; a section's own name comes before those of its settings."""
    found: dict[str, Any] = {}
    for name, kind in get_type_hints(schema).items():
        found[prefix + name] = kind
        if is_dataclass(kind):
            found |= setting_types(kind, f"{prefix}{name}.")
    return found


def is_list(key: str) -> bool:
    """Tell whether a setting is a list."""
    return get_origin(setting_types().get(key)) is list
