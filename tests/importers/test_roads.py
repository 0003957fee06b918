"""Road networks in the TNTP format, with equilibria that are known by hand."""

import numpy as np
import pandas as pd
import pytest

from sim.errors import InputError
from sim.importers.roads import farthest, read_flows, read_roads
from sim.networks.equilibrium import user_equilibrium

HEAD = "<NUMBER OF ZONES> 2\n<NUMBER OF NODES> 4\n<FIRST THRU NODE> {first}\n<NUMBER OF LINKS> {links}\n{more}"
FIELDS = (
    "<END OF METADATA>\n\n~ \tinit_node\tterm_node\tcapacity\tlength\tfree_flow_time\tb\tpower\tspeed\ttoll\ttype\t;\n"
)


def network(folder, *rows, first=1, more=""):
    path = folder / "small_net.tntp"
    lines = "".join(f"\t{row}\t;\n" for row in rows)
    path.write_text(HEAD.format(first=first, links=len(rows), more=more) + FIELDS + lines, encoding="utf-8")
    return path


def trips(folder, text="Origin 1\n    1 : 4.0;   2 : 6.0;\n\nOrigin 2\n 1 : 0.0;\n"):
    path = folder / "small_trips.tntp"
    path.write_text(f"<NUMBER OF ZONES> 2\n<TOTAL OD FLOW> 10.0\n<END OF METADATA>\n\n{text}", encoding="utf-8")
    return path


def flows_of(roads):
    return user_equilibrium(roads.links, roads.demand, gap=1e-10, no_through=roads.no_through)[0]["flow"].to_numpy()


BRAESS = (
    "1 3 1 0 10 1 1 0 0 1",  # 10 + 10 x
    "4 2 1 0 10 1 1 0 0 1",
    "1 4 50 0 50 1 1 0 0 1",  # 50 + x
    "3 2 50 0 50 1 1 0 0 1",
    "3 4 1 0 2 0 1 0 0 1",
)


def test_the_network_of_braess(tmp_path):
    roads = read_roads(network(tmp_path, *BRAESS), trips(tmp_path))
    assert flows_of(roads) == pytest.approx([4, 4, 2, 2, 2], abs=1e-6)
    assert roads.no_through == ()
    assert roads.told == ("4 trips inside 1 zones (40.0 % of all) use no road and are set aside.",)


def test_a_toll_is_a_fixed_cost_in_units_of_time(tmp_path):
    """Two roads of 1 + x and 1 + x; a toll of 4 at half a minute each on the second shifts two trips: 4 and 2."""
    rows = ("1 2 1 0 1 1 1 0 0 1", "1 2 1 0 1 1 1 0 4 1")
    free = read_roads(network(tmp_path, *rows), trips(tmp_path))
    assert flows_of(free) == pytest.approx([3, 3], abs=1e-6)
    assert "1 links have tolls, which count nothing" in " ".join(free.told)
    dear = read_roads(network(tmp_path, *rows), trips(tmp_path), toll=0.5)
    assert flows_of(dear) == pytest.approx([4, 2], abs=1e-6)
    told_by_file = read_roads(network(tmp_path, *rows, more="<TOLL FACTOR> 0.5\n"), trips(tmp_path))
    assert flows_of(told_by_file) == pytest.approx([4, 2], abs=1e-6)


def test_a_length_is_a_fixed_cost_too(tmp_path):
    rows = ("1 2 1 0 1 1 1 0 0 1", "1 2 1 8 1 1 1 0 0 1")
    assert flows_of(read_roads(network(tmp_path, *rows), trips(tmp_path), distance=0.25)) == pytest.approx(
        [4, 2], abs=1e-6
    )


def test_links_of_constant_time(tmp_path):
    """A power of 0 gives time x (1 + B) at every flow, here 1.5: the other road of 1 + x / 4 fills up to it."""
    rows = ("1 2 0 0 1 0.5 0 0 0 1", "1 2 4 0 1 1 1 0 0 1")
    assert flows_of(read_roads(network(tmp_path, *rows), trips(tmp_path))) == pytest.approx([4, 2], abs=1e-6)


def test_zones_bar_through_traffic(tmp_path):
    """The cheap way from zone 1 over zone 3 is barred, so all take the dear one over node 4."""
    rows = ("1 3 9 0 1 0 4 0 0 1", "3 2 9 0 1 0 4 0 0 1", "1 4 9 0 5 0 4 0 0 1", "4 2 9 0 5 0 4 0 0 1")
    open_to_all = read_roads(network(tmp_path, *rows), trips(tmp_path))
    assert flows_of(open_to_all) == pytest.approx([6, 6, 0, 0], abs=1e-9)
    barred = read_roads(network(tmp_path, *rows, first=4), trips(tmp_path))
    assert barred.no_through == (1, 2, 3)
    assert "Zones 1 to 3 are barred to through traffic." in barred.told
    assert flows_of(barred) == pytest.approx([0, 0, 6, 6], abs=1e-9)


@pytest.mark.parametrize(
    "text",
    [
        "From \tTo \tVolume \tCost \n1 \t3 \t4.0 \t50\n4 2 4 50\n1 4 2 52\n3 2 2 52\n3 4 2 2\n",
        "<NUMBER OF LINKS> 5\n<END OF METADATA>\n~ Tail Head : Volume Cost ;\n"
        "1 3 : 4.0 50 ;\n4 2 : 4 50 ;\n1 4 : 2 52 ;\n3 2 : 2 52 ;\n3 4 : 2 2 ;\n",
    ],
)
def test_best_known_flows_in_both_forms(tmp_path, text):
    path = tmp_path / "small_flow.tntp"
    path.write_text(text, encoding="utf-8")
    roads = read_roads(network(tmp_path, *BRAESS), trips(tmp_path))
    flows, _ = user_equilibrium(roads.links, roads.demand, gap=1e-10)
    known = read_flows(path)
    assert farthest(flows, known) < 1e-6
    known.loc[0, "flow"] = 5.0
    assert farthest(flows, known) == pytest.approx(0.2)
    with pytest.raises(InputError, match="only one of both has a link from 4 to 2"):
        farthest(flows, known.drop(index=1))


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (("1 3 1 0 ten 1 1 0 0 1",), "small_net.tntp line 8: free flow time 'ten' is not a number of at least 0."),
        (("1 3 -1 0 10 1 1 0 0 1",), "small_net.tntp line 8: capacity '-1' is not a number"),
        (("1 3 1 0",), "small_net.tntp line 8: 4 fields stand there; a link has 7 to 10."),
        ((), "small_net.tntp holds no link"),
    ],
)
def test_faults_of_links(tmp_path, rows, sentence):
    with pytest.raises(InputError) as error:
        read_roads(network(tmp_path, *rows), trips(tmp_path))
    assert sentence in str(error.value)


def test_every_fault_at_once(tmp_path):
    with pytest.raises(InputError) as error:
        read_roads(network(tmp_path, "1 3 x 0 1 1 1", "1 3 1", *BRAESS), trips(tmp_path))
    assert len(str(error.value).splitlines()) == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1 : 5;\n", "line 5: '1 5' stands before an origin."),
        ("Origin 1\n2 : many;\n", "line 6: '2 : many' is not a destination with its trips."),
        ("Origin 1\n2 : 5; 3\n", "line 6: '3 : ' is not a destination with its trips."),
        ("Origin one\n", "names no origin"),
        ("Origin 1\n", "holds no trips"),
    ],
)
def test_faults_of_trips(tmp_path, text, sentence):
    with pytest.raises(InputError) as error:
        read_roads(network(tmp_path, *BRAESS), trips(tmp_path, text))
    assert sentence in str(error.value)


def test_costs_are_those_of_the_format_at_any_flow(tmp_path):
    draw = np.random.default_rng(1)
    rows = [
        f"1 2 {c:.3f} {d:.3f} {t:.3f} {b:.3f} {p:.3f} 0 {toll:.3f} 1"
        for c, d, t, b, p, toll in draw.uniform(0.1, 5, (40, 6))
    ]
    links = read_roads(network(tmp_path, *rows), trips(tmp_path), toll=0.3, distance=0.7).links
    table = pd.DataFrame([[float(word) for word in row.split()] for row in rows])
    for flow in (0.0, 0.7, 30.0):
        ours = links["cost"] * (1 + links["alpha"] * (flow / links["capacity"]) ** links["beta"])
        time_at = table[4] * (1 + table[5] * (flow / table[2]) ** table[6])
        assert ours.to_numpy() == pytest.approx((time_at + 0.3 * table[8] + 0.7 * table[3]).to_numpy(), rel=1e-12)
