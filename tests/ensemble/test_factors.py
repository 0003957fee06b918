"""What can be drawn and fitted: parameters, and levels of measures, with their ranges."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sim.calibration.command import prior_of
from sim.config import load
from sim.ensemble.assemble import design_of
from sim.ensemble.plan.factors import Uncertain, factors_of, shared_levels
from sim.errors import InputError
from sim.parameters import TABLE
from sim.policy.language.load import load_regime
from sim.policy.language.measures import Regime

END = date(2024, 12, 31)
MEASURE = "{{sender: {sender}, instrument: {what}, start: {start}, level: {level}, {range}source: assumed}}"
EACH = ["each_driver_level", "each_measure_level"]


def regime(folder: Path, name: str, **measures: tuple[str, str, float, str]) -> Regime:
    """A regime of measures that are told by sender, start, level and range."""
    lines = [
        f"  {each}: "
        + MEASURE.format(
            sender=sender,
            what="demand, scope: {directions: export, markets: kazakhstan}" if sender == "events" else "tariff",
            start=start,
            level=level,
            range=f"{span}, " * bool(span),
        )
        for each, (sender, start, level, span) in measures.items()
    ]
    path = folder / f"{name}.yaml"
    path.write_text("\n".join(["purpose: Made up.", "background: replaces", "measures:", *lines, ""]))
    return load_regime(path)


@pytest.fixture
def one(tmp_path) -> Regime:
    return regime(
        tmp_path,
        "one",
        boom=("events", "2022-01-01", 0.3, "low: 0.1, high: 0.5"),
        slump=("events", "2022-01-01", -0.2, "low: -0.4, high: 0.1"),
        rise=("events", "2024-12-31", 0.3, "high: 0.5"),
        storm=("events", "2025-01-01", 0.3, "low: 0.1"),
        known=("events", "2022-01-01", 0.3, ""),
        duty=("united_states", "2022-01-01", 0.05, "low: 0, high: 0.25"),
    )


def test_a_range_of_a_factor_of_four_above_0_is_spread_by_factor(one):
    assert factors_of([*EACH, "lift", "driver_levels", "level.boom"], [one], END) == {
        "level.boom": Uncertain(0.1, 0.5, "log_uniform"),
        "level.rise": Uncertain(0.3, 0.5),
        "level.slump": Uncertain(-0.4, 0.1),
        "level.duty": Uncertain(0.0, 0.25),
        "lift": Uncertain(TABLE["lift"].low, TABLE["lift"].high, "log_uniform"),
        "driver_levels": Uncertain(-1.0, 1.0),
    }


def test_what_regimes_set_at_different_levels_moves_together(one, tmp_path):
    other = regime(
        tmp_path,
        "other",
        boom=("events", "2022-01-01", 0.4, "low: 0.1, high: 0.5"),
        fee=("united_states", "2022-01-01", 0.05, "low: 0, high: 0.25"),
    )
    both = [one, other]
    assert list(factors_of(EACH, both, END)) == [
        *("level.rise", "level.slump", "driver_levels"),
        *("level.duty", "level.fee"),
    ]
    assert list(shared_levels(both)) == [f"level.{name}" for name in ("duty", "fee", "rise", "slump", "storm")]
    with pytest.raises(InputError, match="level.boom: its level or range is not the same under one and other"):
        factors_of(["level.boom"], both, END)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("level.bom", "design.uncertain=level.bom is not known: did you mean 'level.boom'"),
        ("level.", r"design.uncertain=level\. is not known"),
        ("level.known", r"design.uncertain=level.known: .*one.yaml, line \d+: it has no range"),
    ],
)
def test_what_is_no_level_is_told(one, name, told):
    with pytest.raises(InputError, match=told):
        factors_of([name], [one], END)


def test_a_study_and_a_fit_have_the_same_factors():
    words = ["regimes=[observed]", "end=2024-12-31", "design=uncertain", "design.draws=8"]
    prior = prior_of(load(["command=calibrate", "end=2024-12-31", "design=uncertain"]))
    design = design_of(load(words))
    spread = np.ptp(design.draws, axis=0)
    assert {name for name, width in zip(design.columns, spread, strict=True) if width} == set(prior.names)
    assert {"level.goods_that_go_on", "level.back_to_kazakhstan", "measure_levels"} <= set(prior.names)
    assert not {"level.kazakh_russian_checks_2025", "level.us_entity_list", "driver_levels"} & set(prior.names)
    for factor in prior.factors:
        column = design.draws[:, design.columns.index(factor.name)]
        assert factor.low <= column.min() < column.max() <= factor.high
        assert not factor.by_factor or factor.low > 0


def test_a_study_without_such_measures_draws_the_rest():
    design = design_of(load(["regimes=[none]", "design=uncertain", "design.uncertain=[each_measure_level,lift]"]))
    assert np.ptp(design.draws[:, design.columns.index("lift")]) > 0
