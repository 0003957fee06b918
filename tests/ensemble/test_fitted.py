"""Studies that draw from a posterior: which draws, what is held, and what is refused or told."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from sim.config import load
from sim.ensemble import run_study, study_of
from sim.ensemble.assemble import design_of
from sim.ensemble.fitted import posterior_folder, posterior_of
from sim.ensemble.plan.digests import data_digest, rules_digest
from sim.ensemble.plan.factors import shared_levels
from sim.ensemble.plan.posterior import StoredPosterior, write_posterior
from sim.errors import InputError
from sim.parameters import BEHAVIOUR, TABLE, names_of
from sim.paths import shipped
from sim.policy.language.load import HAPPENED, load_regime
from sim.state import Parameters
from sim.world.tables.read import find_world, read_tables
from tests.ensemble.small import BAN, TINY

ROWS = 40
SHORT = (f"world={TINY}", "end=2021-05-31", "firms=60", "behaviour.spin_up_weeks=52", f"regimes=[none,{BAN}]")
LEVEL = next(iter(shared_levels([load_regime(HAPPENED)])))


def write(folder: Path, world: str | Path = TINY, columns: tuple[str, ...] = (), **fit: object) -> Path:
    """Write a posterior of a world: `lift` and `kappa` move together, and further columns over their ranges."""
    place = np.random.default_rng(1).random(ROWS)
    table = pd.DataFrame({"lift": 5 + 10 * place, "kappa": 10 * place})
    ranges = shared_levels([load_regime(HAPPENED)])
    for name in columns:
        low, high = ranges[name].ends
        table[name] = low + place * (high - low)
    weight = (1 + place) / (1 + place).sum()
    tables = read_tables(find_world(world))
    said = {
        "world": str(world),
        "rule": "logit",
        "firms": 60,
        "start": "2021-01-01",
        "end": "2024-12-31",
        "data": data_digest(tables, load_regime(HAPPENED)),
        "rules": rules_digest(),
        "version": "0.0.0",
        "good": True,
        "runs_that_meet_all_targets": 0.42,
    }
    write_posterior(folder, StoredPosterior(table, weight, np.log(weight), said | fit))
    return folder


@pytest.fixture(scope="module")
def posterior(tmp_path_factory) -> Path:
    return write(tmp_path_factory.mktemp("posterior"))


def design(posterior: Path, *words: str):
    return design_of(load([*SHORT, f"design.posterior={posterior}", *words]))


def column(found, name: str) -> np.ndarray:
    return found.draws[:, found.columns.index(name)]


def pairs(found) -> set[tuple[float, float]]:
    return set(zip(column(found, "lift"), column(found, "kappa"), strict=True))


@pytest.mark.parametrize("runs", [1, 7, 100])
def test_each_run_has_a_draw_of_its_own_from_the_posterior(posterior, runs):
    """Also more runs than stored draws; factors that belong together stay so."""
    found = design(posterior, f"design.runs={runs}")
    assert (found.paired, found.runs, found.size, len(found.draws)) == (True, runs, runs, runs)
    stored = pd.read_csv(posterior / "posterior.csv")
    assert pairs(found) <= set(zip(stored["lift"], stored["kappa"], strict=True))


def test_more_runs_begin_with_the_draws_of_fewer_and_equal_seeds_are_equal(posterior):
    few, many = (design(posterior, f"design.runs={runs}").draws for runs in (30, 90))
    assert (many[:30] == few).all()
    assert (design(posterior, "design.runs=30").draws == few).all()
    assert (design(posterior, "design.runs=30", "design.seed=2").draws != few).any()


def test_what_the_posterior_lacks_is_drawn_from_its_range_apart_from_it(posterior):
    found = design(posterior, "design.runs=256", "design.uncertain=[lift,theta_market]")
    theta, allowed = column(found, "theta_market"), TABLE["theta_market"]
    assert allowed.low <= theta.min() < theta.max() <= allowed.high
    assert len(np.unique(theta)) == 256
    assert abs(np.corrcoef(theta, column(found, "lift"))[0, 1]) < 0.2
    drawn = {name for name in Parameters._fields if np.ptp(column(found, name)) > 0}
    assert drawn == {"lift", "kappa", "theta_market"}


@pytest.mark.parametrize("value", [5, TABLE["lift"].default])
def test_a_value_of_ones_own_holds_in_every_draw_also_that_of_the_table(posterior, value):
    found = design(posterior, "design.runs=20", f"behaviour.lift={value}", "design.uncertain=[lift,theta_market]")
    assert (column(found, "lift") == value).all()
    assert np.ptp(column(found, "kappa")) > 0


def test_a_value_of_ones_own_holds_in_draws_from_ranges_too():
    words = ("design=uncertain", "design.draws=8", "design.uncertain=[lift,theta_market]", "behaviour.lift=9")
    found = design_of(load([*SHORT, *words]))
    assert (column(found, "lift") == 9).all()
    assert np.ptp(column(found, "theta_market")) > 0


def test_the_point_is_one_draw_the_densest(posterior):
    found = design(posterior, "design=point", "design.runs=5")
    stored = pd.read_csv(posterior / "posterior.csv")
    best = stored.loc[stored["log_density"].idxmax()]
    assert (len(found.draws), found.runs, found.paired) == (1, 5, False)
    assert (column(found, "lift")[0], column(found, "kappa")[0]) == (best["lift"], best["kappa"])


def test_a_world_without_a_posterior_draws_from_ranges():
    config = load([*SHORT, "design.runs=16"])
    assert posterior_folder(config) is None
    found = design_of(config)
    assert found.paired
    for name in set(config.design.uncertain) & set(names_of(BEHAVIOUR)):
        assert TABLE[name].low <= column(found, name).min() < column(found, name).max() <= TABLE[name].high


def test_the_point_of_a_world_without_a_posterior_is_refused():
    with pytest.raises(InputError, match="the world tiny has no posterior.*design=stated"):
        design_of(load([*SHORT, "design=point"]))


def test_levels_are_drawn_where_the_regimes_have_them_as_they_were_fitted(tmp_path):
    write(tmp_path, "xinjiang", (LEVEL,))
    words = [f"design.posterior={tmp_path}", "design.runs=20", "design.uncertain=[theta_market]"]
    found = design_of(load([*words, f"regimes=[{HAPPENED}]"]))
    assert found.levels == (LEVEL,)
    stored = pd.read_csv(tmp_path / "posterior.csv")
    drawn = set(zip(column(found, "lift"), column(found, LEVEL), strict=True))
    assert drawn <= set(zip(stored["lift"], stored[LEVEL], strict=True))
    assert design_of(load([*words, f"regimes=[{HAPPENED}]", f"design.held=[{LEVEL}]"])).levels == ()
    name = LEVEL.partition(".")[2]
    measure = next(each for each in load_regime(HAPPENED).measures if each.name == name)
    high = max(measure.ends)
    other = tmp_path / "other.yaml"
    lines = ["purpose: another level", "background: adds", f"include: {HAPPENED}", "change:", f"  {name}:"]
    other.write_text("\n".join([*lines, f"    level: {high}"]) + "\n", encoding="utf-8")
    assert high != measure.level
    assert design_of(load([*words, f"regimes=[{other}]"])).levels == ()


@pytest.mark.parametrize("path", sorted((shipped("conf") / "calibration").rglob("fit.yaml")), ids=str)
def test_a_shipped_posterior_is_that_of_today(path):
    """Whoever changes numbers fits anew."""
    fit = yaml.safe_load(path.read_text(encoding="utf-8"))
    config = load([f"world={fit['world']}", f"behaviour={fit['rule']}"])
    assert posterior_folder(config) == path.parent
    assert posterior_of(config, read_tables(find_world(fit["world"]))).fit["good"]


def _renew(folder: Path, **fit: object) -> Path:
    path = folder / "fit.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text(encoding="utf-8")) | fit), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("fit", "told"),
    [
        ({"world": "atoll"}, ["atoll", "tiny"]),
        ({"data": "0123456789ab"}, ["0123456789ab", "version 0.0.0", "now "]),
        ({"rules": "0123456789ab"}, ["0123456789ab", "version 0.0.0", "now "]),
        ({"rule": "satisficing"}, ["satisficing", "logit"]),
    ],
)
def test_a_posterior_of_something_else_is_refused_with_both_and_the_way_out(tmp_path, fit, told):
    folder = _renew(write(tmp_path), **fit)
    with pytest.raises(InputError) as error:
        design(folder)
    for words in (*told, "design=uncertain", "reroute calibrate"):
        assert words in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("lift", "lifft", "posterior.csv=lifft is not known: did you mean 'lift'?"),
        ("kappa", "level.not_there", "level.not_there"),
        ("\n", "\n999", "row 2, lift=999"),
    ],
)
def test_a_column_or_value_that_cannot_be_is_named(tmp_path, old, new, told):
    path = write(tmp_path) / "posterior.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as error:
        design(tmp_path)
    assert told in str(error.value)


def test_a_folder_without_a_posterior_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"posterior.csv is missing"):
        design(tmp_path)


@pytest.mark.slow
def test_runs_of_a_posterior_are_the_same_bits_and_go_on_from_fewer(posterior, tmp_path):
    """Fewer runs, more, and more at once: a run is its own draw and number, and nothing else."""

    def runs(folder: str, count: int):
        words = [*SHORT, f"design.posterior={posterior}", f"design.runs={count}", f"results_dir={tmp_path / folder}"]
        return run_study(study_of(load(words)), progress=False)

    few, more, once = runs("one", 3), runs("one", 6), runs("two", 6)
    columns = few.series["column"].tolist()
    for regime in few.regimes:
        assert more.wide(regime, columns).tobytes() == once.wide(regime, columns).tobytes()
        assert more.wide(regime, columns)[:3].tobytes() == few.wide(regime, columns).tobytes()
    assert once.runs.to_numpy().tolist() == [[run + 1, run] for run in range(6)]
    assert len(np.unique(once.wide("none", columns).sum(axis=(1, 2)))) == 6
