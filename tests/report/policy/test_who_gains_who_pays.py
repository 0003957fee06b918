"""Accounts that add up: both sides of the ledger are equal, and a partner has the sum of its accounts."""

import numpy as np
import pytest

from sim.analysis import ledger
from sim.analysis.periods import Dates
from sim.report.policy import who_gains_who_pays as study
from tests.small_results import SmallResults, months_of

MONTHS = months_of(2023, 2024)
PERIOD = Dates(MONTHS).period(slice(12, 24))
LEVELS = {  # million dollars a month under `none`, and what `ban` adds; `producers` have what is left
    "buyers": (-10.0, -3.0),
    "payments": (500.0, -9.0),
    "subsidies": (1.0, 0.5),
    "on_the_way": (1.0, 0.25),
    "importers": (2.0, 1.0),
    "treasury": (20.0, -1.0),
    "hubs": (5.0, 2.0),
    "payment_agents": (4.0, 0.0),
    "carriers": (90.0, 7.0),
    "gates": (8.0, 0.25),
    "production": (300.0, -5.0),
    "days": (60.0, 1.5),
    "spoilage": (0.5, 0.0),
    "detention": (1.0, 1.0),
    "denial": (2.0, 0.75),
}
AT = {
    "buyers": (-4.0, -5.0),
    "treasury": (6.0, -2.0),
    "hubs": (2.0, 1.0),
    "importers": (1.0, 0.5),
    "false_alarms": (0.5, 0.5),
}
REGIMES = ("none", "ban")


def stored(runs=20, lost=0.0):
    rng = np.random.default_rng(5)
    luck = 0.05 * rng.normal(size=(runs, 1))

    def series(level, added):
        return {
            name: level + on * added * (1 + luck) + np.zeros(len(MONTHS)) for on, name in enumerate(("none", "ban"))
        }

    values = {("incidence", name, "all", "both"): series(*each) for name, each in LEVELS.items()}
    sides = {
        side: {
            regime: sum(values["incidence", name, "all", "both"][regime] for name in names)
            for regime in ("none", "ban")
        }
        for side, names in (("from", ledger.SOURCES), ("to", ledger.USES[:-1]))
    }
    values["incidence", "producers", "all", "both"] = {
        regime: sides["from"][regime] - sides["to"][regime] - lost for regime in ("none", "ban")
    }
    for name, each in AT.items():
        values["incidence_at", f"{name}/pakistan", "all", "both"] = series(*each)
        values["incidence_at", f"{name}/japan", "all", "both"] = series(0.0, 0.0)
    values["detained_count", "total", "all", "both"] = series(1.0, 2.0)
    return SmallResults(MONTHS, "none", values)


def test_both_sides_of_the_ledger_are_equal_and_a_hole_is_found() -> None:
    assert ledger.imbalance(stored(), "ban", PERIOD) < 1e-6
    assert ledger.imbalance(stored(lost=5.0), "ban", PERIOD) == pytest.approx(5 / 491, rel=1e-2)
    rows = ledger.ledger(stored(), ("ban", "none"), PERIOD)
    sums = rows.groupby("side")["difference"].sum()
    assert sums["from"] == pytest.approx(sums["to"], abs=1e-3)
    assert sums["from"] == pytest.approx(12 * (-9 + 0.5 + 0.25 + 1), rel=0.05)


def test_a_partner_has_its_accounts_less_what_it_loses() -> None:
    rows = ledger.partners(stored(), ("ban", "none"), PERIOD).set_index("subject")["difference"]
    assert rows["pakistan"] == pytest.approx(12 * (-5 - 2 + 1 - 0.5 - 0.5), rel=0.05)
    assert rows["japan"] == 0


def test_sentences_name_the_largest_gain_and_loss_and_say_that_accounts_add_up() -> None:
    results = stored()
    found = study.accounted(results, {"ban": PERIOD}, {"ban": []}, {"pakistan": "Pakistan"}, {"ban": "A ban"})
    said = study.sentences(results, found, {"ban": PERIOD}, "No ban")
    assert said[0].startswith("Under “A ban” the largest gain is that of intermediaries in hubs, +2")
    assert "and the largest loss is that of producers and traders of the region, −1" in said[0]
    assert "each regime against “No ban”" in said[0]
    assert said[1].startswith(
        "Partner by partner: under “A ban” nobody clearly gains, and the largest loss is that of Pakistan, −8"
    )
    assert said[2].startswith("Both sides of the ledger are equal within <0.1")
    assert "change by +23.8 a year" in said[2]
