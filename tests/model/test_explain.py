"""What agents say of themselves: parts that add up to the kernels' numbers, and the reasons that are the right ones."""

import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sim.agents import CustomsAgent, FirmAgent
from sim.agents.margins import PARTS, last_week, share_ordered
from sim.config import load
from sim.model import TradeModel
from sim.policy.compile.regime import compile_policy
from sim.policy.language.load import load_regime
from sim.run import Run
from sim.state import CHOICE_RULES, FIRM_KINDS
from sim.world.build import BuiltWorld, Settings, build_world
from sim.world.frozen import frozen
from sim.world.tables.read import read_tables

TINY = Path(__file__).parents[1] / "world" / "tiny"
VALUES = load([]).behaviour.values()
BAN_WEEK = 10
REGIME = """
purpose: A ban and a tariff of the made-up world.
background: adds
measures:
  ban:
    sender: overseas
    instrument: import_ban
    start: 2021-02-08
    scope: {true_origin: region}
    source: made up
"""


@pytest.fixture(scope="module")
def ban(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("regime") / "ban.yaml"
    path.write_text(REGIME, encoding="utf-8")
    return path


def build(rule: str) -> BuiltWorld:
    return build_world(read_tables(TINY), Settings(date(2021, 1, 1), date(2021, 12, 31), 4, 64, 4, rule=rule))


def model_of(built: BuiltWorld, ban: Path) -> TradeModel:
    return TradeModel(Run(built, frozen(compile_policy(load_regime(str(ban)), built)), VALUES, 3, 7))


@pytest.fixture(scope="module", params=CHOICE_RULES)
def built(request: pytest.FixtureRequest) -> BuiltWorld:
    return build(request.param)


@pytest.fixture
def model(built: BuiltWorld, ban: Path) -> TradeModel:
    """Firms of each rule of choice in turn."""
    return model_of(built, ban)


@pytest.fixture
def logit(ban: Path) -> TradeModel:
    return model_of(build("logit"), ban)


def step(model: TradeModel, weeks: int) -> TradeModel:
    for _ in range(weeks):
        model.step()
    return model


@pytest.mark.slow
def test_parts_add_up_to_the_margin(model: TradeModel) -> None:
    for weeks in (0, 1, 20):
        for firm in step(model, weeks).firms:
            table = firm.explain_table()
            assert table[list(PARTS)].sum(axis=1).to_numpy() == pytest.approx(table["margin"].to_numpy(), abs=1e-6)


def test_margins_and_targets_are_those_of_the_kernels(model: TradeModel) -> None:
    """The mean over last week's shares is the firm's margin, and its shares went the way to the target by the speed."""
    step(model, 20)
    slots, parameters = model.run.before.share.shape[0], model.run.parameters
    speeds = {"maker": parameters.adjustment_per_week, "trader": parameters.trader_adjustment_per_week}
    stayed = [firm for firm in model.firms if firm.active and last_week(model.run, firm.row) is not None]
    assert len(stayed) > 50
    for firm in stayed:
        table, before = firm.explain_table(), share_ordered(model.run, firm.row, model.run.before)
        speed = speeds[FIRM_KINDS[model.state.firms.kind[firm.row]]]
        used = firm.channel < model.run.built.arrays.channels.market.size
        assert used.sum() == len(table) <= slots
        assert before[used] @ table["margin"] == pytest.approx(firm.margin, abs=1e-6)
        went = before[used] + speed * (table["target"] - before[used])
        assert table["share"].to_numpy() == pytest.approx(went.to_numpy(), abs=1e-6)


def test_the_base_has_nothing_to_tell(model: TradeModel) -> None:
    for firm in model.firms:
        assert "no week before" in firm.explain()
        table = firm.explain_table()
        assert table["target"].to_numpy() == pytest.approx(table["share"].to_numpy(), abs=1e-5)


def test_a_free_row_says_so(model: TradeModel) -> None:
    model.state.firms.active[3] = 0
    assert model.firms[3].explain() == "Firm 3, before the first week: a free row."


def banned_firm(model: TradeModel) -> tuple[FirmAgent, str]:
    """A firm of the region that sells to the sender directly, and the name of that channel."""
    for firm in model.firms:
        table = firm.explain_table()
        if firm.made_here and "overseas" in table.index and table.at["overseas", "share"] > 0.1:
            return firm, "overseas"
    raise AssertionError("no such firm")


def test_a_ban_is_the_reason(logit: TradeModel) -> None:
    firm, name = banned_firm(logit)
    start = firm.explain_table().at[name, "share"]
    step(logit, BAN_WEEK + 5)
    text, table = firm.explain(), firm.explain_table()
    assert table.at[name, "share"] < start
    assert table.at[name, "risk"] < -0.01
    assert f"Last change: {name} fell" in text
    reasons = text.split("against the base its margin is ")[1]
    assert reasons.split(": ")[1].startswith("the risk of detention -")
    assert "it believes that" in text


def test_news_of_the_week_is_named(logit: TradeModel) -> None:
    """In the first week of the ban, what is new is the risk."""
    firm, name = banned_firm(logit)
    while not firm.risk.any():
        logit.step()
    assert f"the risk of detention of {name} changed its margin by -" in firm.explain()


def test_every_line_of_a_firm_is_about_something_it_has(model: TradeModel) -> None:
    step(model, 20)
    for firm in model.firms:
        text = firm.explain()
        assert text.startswith(f"Firm {firm.row}, week of 2021-")
        if not firm.active:
            continue
        assert all(f"- {name}: " in text for name in firm.markets)
        assert text.count("- ") >= len(firm.markets)
        assert text.count("route over") >= len(firm.markets)
        assert "nan" not in text


def test_every_row_in_use_has_something_to_say(model: TradeModel) -> None:
    rows = int(model.state.rows_used[0])
    born = [firm for firm in model.firms if firm.generation > 0]
    assert len(model.firms) == rows
    assert born or rows == model.run.built.arrays.population.place.size
    for firm in model.firms:
        assert str(firm.row) in firm.explain()


def test_customs_say_where_they_look(model: TradeModel) -> None:
    customs: CustomsAgent = model.customs[0]
    assert "it looks at nothing" in customs.explain()
    step(model, 40)
    table, text = customs.explain_table(), customs.explain()
    assert len(table) == len(customs.classes)
    expected = table["inspect_hidden"] * table["hidden"] + table["inspect_legitimate"] * table["legitimate"]
    assert (np.diff(expected) <= 1e-12).all()
    assert expected.iloc[0] > 0
    assert table["detained_musd"].sum() == pytest.approx(customs.detained_musd)
    origin, commodity = table.index[0]
    assert f"- {commodity} declared from {origin}: " in text
    assert text.count("\n- ") == min(len(table), 10)
    assert "nan" not in text


@pytest.mark.slow
def test_the_example_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    (example,) = (each for each in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "TradeModel" in each)
    exec(example, {})
    assert capsys.readouterr().out.startswith("Firm 0, week of 2021-06-28")
