"""What reference equilibria hold on any network, and which tables and settings they refuse."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import InputError
from sim.networks.equilibrium import (
    capacitated_equilibrium,
    least_cost_flow,
    user_equilibrium,
)
from tests.analysis.small_networks import ONE_PAIR, crossings, demand_of, links_of, surplus

ROOT = Path(__file__).parents[2]


def over_all_routes(links, demand):
    """Capacitated equilibrium over every loopless route, so that it can carry whatever the network can."""
    graph = nx.DiGraph(zip(links["from_place"], links["to_place"], strict=True))
    pairs = set(zip(demand["from_place"], demand["to_place"], strict=True))
    routes = [route for pair in sorted(pairs) for route in nx.all_simple_paths(graph, *pair)]
    return capacitated_equilibrium(links, demand, theta=2.0, routes=routes)[0]


SOLVERS = {
    "deterministic": lambda links, demand, **given: user_equilibrium(links, demand, **given)[0],
    "logit": lambda links, demand, **given: user_equilibrium(links, demand, theta=2.0, **given)[0],
    "planner": least_cost_flow,
    "capacitated": lambda links, demand, **given: capacitated_equilibrium(links, demand, theta=2.0, **given)[0],
}
ON_ANY_NETWORK = SOLVERS | {"capacitated": over_all_routes}


def random_case(seed):
    """A ring with chords, so that every pair is joined; the ring alone has capacity for all demand."""
    draw = np.random.default_rng(seed)
    places = [f"p{number}" for number in range(draw.integers(3, 8))]
    demand = demand_of(*[(*draw.choice(places, 2, replace=False), draw.uniform(0, 10)) for _ in range(6)])
    total = demand["volume"].sum()
    chords = {tuple(draw.choice(places, 2, replace=False)): draw.uniform(0.05, 0.5) for _ in range(draw.integers(9))}
    ring = dict.fromkeys(zip(places, places[1:] + places[:1], strict=True), 1.1)
    part = chords | ring
    return links_of(*[(*ends, draw.uniform(0.5, 5), part[ends] * total, 0.15, 4.0) for ends in part]), demand


@pytest.mark.parametrize("solver", ON_ANY_NETWORK.values(), ids=ON_ANY_NETWORK)
@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32 - 1))
def test_flow_is_conserved_and_not_negative(solver, seed):
    links, demand = random_case(seed)
    flows = solver(links, demand)
    assert (flows["flow"] >= 0).all()
    assert np.isfinite(flows[["flow", "cost"]].to_numpy()).all()
    assert surplus(flows, demand).abs().max() <= 1e-9 * demand["volume"].sum()


@pytest.mark.parametrize("solver", ON_ANY_NETWORK.values(), ids=ON_ANY_NETWORK)
@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_order_of_rows_changes_no_bit(solver, seed):
    links, demand = random_case(seed)
    mixed = solver(links.sample(frac=1, random_state=seed), demand.sample(frac=1, random_state=seed))
    pd.testing.assert_frame_equal(mixed.sort_index(), solver(links, demand), check_exact=True)


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 2**32 - 1))
def test_hard_capacity_is_kept(seed):
    links, demand = random_case(seed)
    within = links["capacity"] + 1e-9 * demand["volume"].sum()
    assert (ON_ANY_NETWORK["planner"](links, demand)["flow"] <= within).all()
    assert (ON_ANY_NETWORK["capacitated"](links, demand)["flow"] <= within).all()


def test_rows_of_one_pair_add_up_and_empty_ones_play_no_part():
    links, demand = crossings()
    halves = pd.concat([demand.assign(volume=demand["volume"] / 2)] * 2 + [demand_of(("m0", "nowhere", 0.0))])
    whole, _ = user_equilibrium(links, demand, theta=40.0)
    parts, _ = user_equilibrium(links, halves, theta=40.0)
    assert parts["flow"].to_numpy() == pytest.approx(whole["flow"].to_numpy(), rel=1e-9)


@pytest.mark.parametrize("solver", SOLVERS.values(), ids=SOLVERS)
def test_demand_inside_a_place_uses_no_link_and_stops_nothing(solver):
    links, demand = crossings()
    flows = solver(links, pd.concat([demand, demand_of(("o0", "o0", 9.0), ("m0", "m0", 1.0))]))
    pd.testing.assert_frame_equal(flows, solver(links, demand), check_exact=True)


NAMED_ANEW = {
    "text in links, numbers in demand": (str, int),
    "numbers in links, text in demand": (int, str),
    "floats in links, as pandas reads them beside empty cells": (float, str),
}


@pytest.mark.parametrize("solver", list(SOLVERS.values())[:3], ids=list(SOLVERS)[:3])
@pytest.mark.parametrize(("in_links", "in_demand"), NAMED_ANEW.values(), ids=NAMED_ANEW)
def test_a_place_is_one_place_by_number_or_by_text(solver, in_links, in_demand):
    links, demand = random_case(7)
    numbers = {place: number for number, place in enumerate(sorted({*links["from_place"], *links["to_place"]}))}

    def named(table, kind):
        return table.assign(
            **{side: [kind(numbers[place]) for place in table[side]] for side in ("from_place", "to_place")}
        )

    flows = solver(named(links, in_links), named(demand, in_demand))
    same = solver(named(links, str), named(demand, str))
    pd.testing.assert_series_equal(flows["flow"], same["flow"], check_exact=True)


def test_a_place_named_both_ways_within_the_links_is_one_place():
    links = links_of((1, "2", 1.0, 1.0, 0.0, 1.0), (2, "3", 1.0, 1.0, 0.0, 1.0))
    flows, _ = user_equilibrium(links, demand_of(("1", 3, 2.0)))
    assert flows["flow"].tolist() == [2.0, 2.0]
    flows, _ = user_equilibrium(links, demand_of(("1", 3, 2.0)), theta=1.0, routes=[[1, 2, 3]])
    assert flows["flow"].tolist() == [2.0, 2.0]


def with_detour():
    """Two short links through place 2, and a way round it that costs three times as much."""
    rows = [(1, 2, 1.0), (2, 3, 1.0), (1, 4, 2.0), (4, 5, 2.0), (5, 3, 2.0), (5, 2, 2.0)]
    return links_of(*[(tail, head, cost, 10.0, 1.0, 0.0) for tail, head, cost in rows])


@pytest.mark.parametrize("solver", SOLVERS.values(), ids=SOLVERS)
def test_no_trip_passes_a_place_that_is_barred_to_through_traffic(solver):
    demand = demand_of((1, 2, 1.0), (1, 3, 4.0), (2, 2, 9.0))
    flows = solver(with_detour(), demand, no_through=[1, "2", 3.0])
    assert flows.loc[[1, 2, 3, 4], "flow"].tolist() == pytest.approx([0.0, 4.0, 4.0, 4.0], abs=1e-3)
    assert flows.loc[[0, 5], "flow"].sum() == pytest.approx(1.0)
    onward = solver(with_detour(), demand_of((2, 3, 5.0)), no_through=[2])
    assert onward["flow"].tolist() == pytest.approx([0.0, 5.0, 0.0, 0.0, 0.0, 0.0])


@pytest.mark.parametrize("solver", list(SOLVERS.values())[:3], ids=list(SOLVERS)[:3])
@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 2**32 - 1))
def test_barring_places_that_nobody_could_pass_changes_nothing(solver, seed):
    """A place that no link leaves, and one that none enters, cannot be passed anyway."""
    links, demand = random_case(seed)
    ends = pd.DataFrame([["begin", links["from_place"].iloc[0]], [links["to_place"].iloc[0], "end"]])
    more = links.iloc[:2].assign(from_place=ends[0].to_numpy(), to_place=ends[1].to_numpy())
    wide = pd.concat([links, more.assign(capacity=np.inf)], ignore_index=True)
    asked = pd.concat([demand, demand_of(("begin", "end", 1e-6))])
    barred = solver(wide, asked, no_through=["begin", "end"])
    assert barred["flow"].to_numpy() == pytest.approx(solver(wide, asked)["flow"].to_numpy(), rel=1e-6, abs=1e-6)


def test_a_route_through_a_barred_place_is_told():
    with pytest.raises(InputError, match="'1 to 2 to 3' is broken or passes a place twice, or one that none may pass"):
        user_equilibrium(with_detour(), demand_of((1, 3, 4.0)), theta=1.0, routes=[[1, 2, 3]], no_through=[2])
    with pytest.raises(InputError, match="No through traffic at 22: no link names it. The nearest .* is '2'"):
        user_equilibrium(with_detour(), demand_of((1, 3, 4.0)), no_through=[22])


@pytest.mark.parametrize("solver", SOLVERS.values(), ids=SOLVERS)
def test_without_demand_nothing_flows(solver):
    links, demand = crossings()
    flows = solver(links, demand.iloc[:0])
    assert (flows["flow"] == 0).all()
    assert flows["cost"].to_numpy() == pytest.approx(links["cost"].to_numpy())


# --- bad input


@pytest.mark.parametrize("solver", SOLVERS.values(), ids=SOLVERS)
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda links, demand: (links, demand_of(("m0", "o0", 1.0))), "from m0 to o0 cannot be carried: no links lead"),
        (lambda links, demand: (links, demand_of(("o0", "m00", 1.0))), "no link names 'm00'.*nearest.*'m0'"),
        (lambda links, demand: (links, demand_of(("o0", "m0", -1.0))), r"Row 0 of demand \(o0 to m0\): volume"),
        (lambda links, demand: (links, demand_of(("o0", None, 1.0))), "Row 0 of demand has no to_place"),
        (lambda links, demand: (links.assign(cost=np.nan), demand), r"Row 0 of links \(in0 to out0\): cost"),
        (lambda links, demand: (links.rename(columns={"cost": "costs"}), demand), "no column 'cost'; .*'costs'"),
    ],
)
def test_bad_tables_are_told_in_a_sentence(solver, change, sentence):
    with pytest.raises(InputError, match=sentence):
        solver(*change(*crossings()))


@pytest.mark.parametrize(
    ("settings_given", "sentence"),
    [
        ({"theta": 0.0}, "theta must be a finite number above zero, not 0.0"),
        ({"gap": float("nan")}, "gap must be a finite number above zero, not nan"),
        ({"routes": [["a", "b"]]}, "only with a logit scale"),
        ({"theta": 1.0, "routes": []}, "from a to b has no route among those given"),
        ({"theta": 1.0, "routes": [["a", "b"]]}, "needs one link from a to b, and there are 2. Tell it by index"),
        ({"theta": 1.0, "routes": [["a", "c"], [0]]}, "needs one link from a to c, and there are 0"),
        ({"theta": 1.0, "routes": [["a"]]}, "'a' is neither a sequence of two or more places nor"),
        ({"theta": 1.0, "routes": [[0, 1]]}, "'0 to 1' is broken or passes a place twice"),
    ],
)
def test_bad_settings_are_told_in_a_sentence(settings_given, sentence):
    links = links_of(
        ("a", "b", 1.0, 1.0, 0.0, 1.0), ("a", "b", 2.0, 1.0, 0.0, 1.0), ("c", "a", 1.0, 1.0, 0.0, 1.0)
    )  # fmt: skip
    with pytest.raises(InputError, match=sentence):
        user_equilibrium(links, ONE_PAIR, **settings_given)


def test_costs_beyond_the_range_of_numbers_are_refused():
    links = links_of(("a", "b", 1.0, 1e-200, 0.15, 4.0))
    with pytest.raises(InputError, match=r"Row 0 of links \(a to b\): its cost .* is beyond the range of numbers"):
        user_equilibrium(links, ONE_PAIR)


def test_rising_costs_need_capacity():
    links = links_of(("a", "b", 1.0, 0.0, 0.15, 4.0))
    with pytest.raises(InputError, match=r"Row 0 of links \(a to b\): capacity must be above zero"):
        user_equilibrium(links, ONE_PAIR)


@pytest.mark.slow
def test_the_room_is_imported_where_no_folder_can_be_written(tmp_path):
    """Neither beside the sources nor at home: a read-only install of a user without a home."""
    shutil.copytree(ROOT / "sim", tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in [tmp_path / "sim", *(each for each in (tmp_path / "sim").rglob("*") if each.is_dir())]:
        (folder / "__pycache__").touch()
    nowhere = {"PYTHONPATH": str(tmp_path), "HOME": "/proc/none", "XDG_CACHE_HOME": "/proc/none"}
    command = [sys.executable, "-c", "from sim.networks.equilibrium import user_equilibrium as f; print(f.__name__)"]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("NUMBA_", "REROUTE_"))} | nowhere
    answer = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert (answer.stdout, answer.returncode) == ("user_equilibrium\n", 0), answer.stderr
