"""One report, written once from small results on the shipped world, that the tests of the report read."""

import os
from types import SimpleNamespace

import numpy as np
import pytest
from filelock import FileLock

from sim.config.compose import load
from sim.policy.language.load import load_regime
from sim.report.page.writing import write_report
from sim.world.tables.read import find_world, read_tables
from tests.small_results import SmallResults, months_of

MONTHS = months_of(2021, 2022, 2023)
RUNS = 20
REGIMES = ("none", "uflpa", "us_eu")
KINDS = ("direct", "transit_declared", "relabelled", "embodied", "parcel")


def study_values(tables, regimes=REGIMES, runs=RUNS):
    """Series of every kind; regimes differ from July 2022 on."""
    rng = np.random.default_rng(5)
    on = (np.arange(len(MONTHS)) >= 18).astype(float)

    def series(level, effect=0.0, *, noisy=True):
        base = (
            level * np.exp(0.1 * rng.normal(size=(runs, len(MONTHS)))) if noisy else np.full((runs, len(MONTHS)), level)
        )
        return {name: base * (1 + place * effect * on) for place, name in enumerate(regimes)}

    values = {}
    effects = {"united_states": -0.4, "vietnam": 0.2, "kyrgyzstan": 0.1}
    for market in tables.markets["market"]:
        values["registered_trade", market, "all", "both"] = series(50.0, effects.get(market, 0.0))
    values |= at_gates(tables, series)
    for origin, level in (("malaysia", 6.0), ("vietnam", 3.0), ("other_china", 1.0)):
        found = series(level)
        values["detained", origin, "all", "export"] = {
            name: each * on * (name != "none") for name, each in found.items()
        }
    for kind in KINDS:
        values["sanctioned_trade", f"united_states/{kind}", "all", "export"] = series(
            20.0 if kind == "direct" else 2.0, -0.3 if kind == "direct" else 0.1
        )
    add_up(values, "sanctioned_trade", "united_states")
    for outcome in ("registered_trade", "detained"):
        add_up(values, outcome, "total")
    for kind in KINDS:
        whole = values["sanctioned_trade", f"united_states/{kind}", "all", "export"]
        for commodity, share in (("apparel", 0.25), ("metals", 0.75)):
            part = {name: share * each for name, each in whole.items()}
            values["sanctioned_trade", f"united_states/{kind}", commodity, "export"] = part
    values["active_firms", "total", "all", "both"] = series(2400.0, 0.0)
    accounts = {"buyers": (-10.0, 0.5), "producers": (100.0, -0.2), "hubs": (9.0, 0.5), "denial": (1.0, 0.5)}
    for account, (level, effect) in accounts.items():
        values["incidence", account, "all", "both"] = series(level, effect)
    values["incidence_at", "united_states/buyers", "all", "export"] = series(-6.0, 0.9)
    values["registered_trade", "kyrgyzstan", "all", "export"] = series(30.0)
    values["partner_imports", "kyrgyzstan", "all", "export"] = series(20.0)
    return values


def at_gates(tables, series):
    """Series of every crossing; Khunjerab is closed in the first three months of a year."""
    places = zip(tables.places["place"], tables.places["kinds"], strict=True)
    values = {}
    for number, gate in enumerate(place for place, kinds in places if "crossing" in kinds):
        for way in ("export", "import"):
            values["throughput", gate, "all", way] = series(1000.0 * (number + 1))
            values["wait", gate, "all", way] = series(2.0)
        values["port_trade", gate, "all", "both"] = series(5.0 * (number + 1))
        values["background", gate, "all", "both"] = series(500.0)
        closed = np.where(np.arange(len(MONTHS)) % 12 < 3, 0.0, 1.0) if gate == "khunjerab" else np.ones(len(MONTHS))
        capacity = series(120_000.0, noisy=False)
        values["capacity", gate, "all", "both"] = {name: each * closed for name, each in capacity.items()}
    return values


def add_up(values, outcome, name):
    """Store the sum of an outcome's series as another of its subjects."""
    parts = [each for key, each in values.items() if key[0] == outcome]
    direction = next(key[3] for key in values if key[0] == outcome)
    values[outcome, name, "all", direction] = {regime: sum(part[regime] for part in parts) for regime in parts[0]}


@pytest.fixture(scope="session")
def tables():
    return read_tables(find_world("xinjiang"))


@pytest.fixture(scope="session")
def config():
    return load(["regimes=[none,uflpa,us_eu]", "design=stated", "design.runs=20"])


@pytest.fixture(scope="session")
def regimes():
    return [load_regime(name) for name in REGIMES]


@pytest.fixture(scope="session")
def results(tables, tmp_path_factory):
    """Results in a folder that all processes of this call of pytest share."""
    shared = "PYTEST_XDIST_WORKER" in os.environ
    folder = tmp_path_factory.getbasetemp().parent / "study" if shared else tmp_path_factory.mktemp("study")
    return SmallResults(MONTHS, "none", study_values(tables), folder=folder)


@pytest.fixture(scope="session")
def page(results, tables, regimes, config):
    """Path of the page of the report, drawn by the process that first asks for it; tables and figures lie beside it."""
    with FileLock(results.folder.with_name("study.lock")):
        drawn = results.folder / "page.html"
        return drawn if drawn.exists() else write_report(results, SimpleNamespace(tables=tables), regimes, config)
