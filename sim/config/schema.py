"""The types of all settings; what each means stands in `conf/config.yaml`."""

from dataclasses import FrozenInstanceError, dataclass, fields
from datetime import date

COMMANDS = ("run", "show", "check", "replay", "export")
RULES = ("logit", "satisficing", "reinforcement")
RESOLUTIONS = ("totals", "default", "full")
WAIT_RULES = ("queue", "bpr")
EXECUTORS = ("threads", "dask")
QUEUES = ("slurm", "pbs")
SAMPLERS = ("latin_hypercube", "sobol", "morris", "factorial")


class WriteOnce:
    """Base of the settings: each attribute is set once, by the constructor.

    The dataclasses cannot be declared frozen: OmegaConf would make its own nodes read-only and refuse to fill them.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if name in self.__dict__:
            raise FrozenInstanceError(f"cannot assign to field {name!r}: use dataclasses.replace")
        object.__setattr__(self, name, value)


@dataclass
class Behaviour(WriteOnce):
    """How firms, customs and markets act; `sim/data/parameters.csv` has the unit and range of each number."""

    rule: str
    # Choice: how strongly firms follow margins, and how fast
    theta_market: float
    theta_route: float
    elasticity_scale: float
    time_value_scale: float
    attention_price: float
    attention_risk: float
    route_adjustment: float
    adjustment_per_week: float
    relation_decay_per_week: float
    relation_weight: float
    search_per_week: float
    search_copied_share: float
    # Risk and enforcement as firms see them
    risk_aversion: float
    consignment_cost_usd: float
    prior_direct: float
    prior_transit_declared: float
    prior_relabelled: float
    prior_embodied: float
    prior_parcel: float
    release_hidden: float
    release_legitimate: float
    detention_days: float
    resale_share: float
    demurrage_share: float
    own_record_weight: float
    # Volume, growth, exit and entry of firms
    growth_per_week: float
    growth_cap_per_week: float
    base_margin: float
    volume_scale: float
    base_utilisation: float
    stock_weeks: float
    exit_first_year_per_week: float
    exit_per_week: float
    exit_scale: float
    entry_per_year: float
    # Intermediaries and payment
    markup_scale: float
    commission_share: float
    payment_days: float
    # Customs authorities
    inspection_budget_per_week: float
    sensitivity: float
    false_positive: float
    lift: float
    kappa: float
    exploration: float
    hit_discount: float
    # Crossings, transport and prices
    wait_fee_usd_per_t_day: float
    capacity_scale: float
    transport_cost_scale: float
    gate_cost_scale: float
    security_loss: float
    shock_rho: float
    shock_sd: float
    price_smoothing: float
    fringe: float
    price_floor: float
    price_ceiling: float
    anticipation: float
    lost_in_transit_scale: float
    made_here_scale: float
    # Compliance and listing
    compliance_share: float
    chill_utility: float
    listing_penalty: float
    divestment_per_year: float
    # Rival rules of choice
    aspiration_gap: float
    experimentation: float
    # The free-trade zone
    registration_per_year: float
    moving_cost_share: float
    commodity_change_per_year: float
    # Intermediaries that come and go
    hub_supply_elasticity: float
    hub_markup_adjustment: float
    hub_entry_per_year: float
    hub_listing_per_year: float
    payment_fade_per_year: float
    # What ports do by themselves
    port_hours_step: float
    port_busy_share: float
    port_expansion_share: float
    port_expansion_lag_weeks: float
    # Retail at the border
    retail_visitors_per_day: float
    retail_spending_yuan: float
    # Structure: whole numbers and shares that shape the arrays; never drawn
    slots: int
    rows_factor: int
    spin_up_weeks: int
    routes_per_lane: int
    largest_shared_cost: float

    def values(self) -> tuple[float, ...]:
        """Return the numbers that kernels take, in the order of `PARAMETERS`."""
        return tuple(float(getattr(self, name)) for name in PARAMETERS)


STRUCTURE = ("slots", "rows_factor", "spin_up_weeks", "routes_per_lane", "largest_shared_cost")
PARAMETERS = tuple(each.name for each in fields(Behaviour) if each.name not in ("rule", *STRUCTURE))


@dataclass
class Until(WriteOnce):
    """When a sweep may stop early: the outcome to watch and the half width to reach (share of its mean)."""

    outcome: str | None
    half_width: float | None


@dataclass
class Design(WriteOnce):
    """Which runs: their number for each regime, the seed, the sampler of parameters, the rule to stop."""

    runs: int
    seed: int
    sampler: str | None
    draws: int
    uncertain: list[str]
    until: Until


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
class History(WriteOnce):
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
    """The study's folder, the folder to write to, and the outcome to write if not all."""

    store: str | None
    to: str | None
    outcome: str | None


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
    behaviour: Behaviour
    design: Design
    machine: Machine
    crossing: Crossing
    history: History
    replay: Replay
    export: Export

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
