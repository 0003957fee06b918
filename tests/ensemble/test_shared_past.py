"""Runs that share their past under some regimes have the bits of runs under each regime alone."""

from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from small import BAN, SETTINGS, hold_to_runs_alone, small_study, with_runs

from sim.config import load
from sim.constants import NEVER
from sim.ensemble import Study, run_study
from sim.ensemble.compute.calls import Answer, Call, Context, answer
from sim.ensemble.compute.executors import Threads
from sim.ensemble.compute.shared_past import AHEAD, KNOWN, LISTS, PARTLY_READ, Branch, tree_of, weekly_reads
from sim.kernels.week import NOT_FINITE
from sim.policy.language.load import library
from sim.results.results import Results
from sim.state import Parameters, Policy, arrays_of
from sim.state.measures import BARS, CHANNEL_COLUMNS, CHANNELS, CLASS_COLUMNS, CLASSES, COMBINATIONS
from sim.world.frozen import frozen
from tests.shared_worlds import study_of

MIXED = """purpose: All kinds of measures in the made-up world.
background: replaces

measures:
  duty: {sender: overseas, instrument: tariff, start: 2021-01-20, level: 0.3, source: made up}
  pay: {sender: overseas, instrument: financial, start: 2021-02-03, level: 0.1, source: made up,
        scope: {ownership: private}}
  ban: {sender: overseas, instrument: import_ban, start: 2021-03-01, announced: 2021-02-01, source: made up,
        scope: {true_origin: region}, phase_in: {shape: linear, weeks: 3}}
  list: {sender: overseas, instrument: entity_listing, start: 2021-02-10, level: 0.5, source: made up,
         schedule: [{from: 2021-02-10, entities: 3}, {from: 2021-04-01, entities: 6}]}
  hazard: {sender: overseas, instrument: listing_hazard, start: 2021-03-01, level: 0.2, source: made up}
  care: {sender: overseas, instrument: due_diligence, start: 2021-03-15, announced: 2021-01-15, level: 0.4,
         source: made up}
  trace: {sender: overseas, instrument: tracing, start: 2021-04-01, level: 3, source: made up}
  first: {sender: overseas, instrument: inspection_priority, start: 2021-04-01, scope: {commodities: apparel},
          source: made up}
  money: {sender: overseas, instrument: customs_budget, start: 2021-02-15, level: 2, source: made up}
  shut: {sender: nearland, instrument: transit_ban, start: 2021-05-01, announced: 2021-03-10, end: 2021-06-01,
         scope: {crossings: rail_gate, commodities: apparel}, source: made up}
  narrow: {sender: nearland, instrument: crossing_capacity, start: 2021-03-20, level: 0.5,
           scope: {crossings: road_pass}, source: made up}
  unsafe: {sender: events, instrument: security, start: 2021-02-20, end: 2021-04-20, level: 0.1, low: 0.05, high: 0.2,
           scope: {crossings: rail_gate}, source: made up}
  boom: {sender: events, instrument: demand, start: 2021-03-01, level: 0.4, low: 0.2, high: 0.8,
         scope: {markets: farland}, source: made up}
  park: {sender: china, instrument: zone, start: 2021-02-01, level: 0.05, scope: {places: north_town}, source: made up}
  shops: {sender: china, instrument: allowance, start: 2021-01-10, level: 100, scope: {places: north_town},
          source: made up}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("regimes")


@pytest.fixture(scope="module")
def mixed(folder) -> Study:
    """One regime with measures of most kinds, two drawn levels, and a run with lists and fading frictions."""
    (folder / "mixed.yaml").write_text(MIXED, encoding="utf-8")
    words = [*SETTINGS, f"regimes=[{folder / 'mixed.yaml'}]", "behaviour.driver_levels=0.5", f"results_dir={folder}"]
    return study_of(load(words))


def regimes_in(folder: Path) -> list[str]:
    return [str(folder / "quiet.yaml"), BAN, str(folder / "both.yaml")]


@pytest.fixture(scope="module")
def three(folder) -> Study:
    """No measures and no background; a ban from February; the same ban with a duty from April."""
    (folder / "quiet.yaml").write_text("purpose: Nothing happens.\nbackground: replaces\nmeasures: {}\n")
    more = "  duty: {sender: overseas, instrument: tariff, start: 2021-04-05, level: 0.3, source: made up}\n"
    (folder / "both.yaml").write_text(Path(BAN).read_text() + more, encoding="utf-8")
    return small_study(folder, 20, regimes_in(folder))


@pytest.fixture
def study(three, tmp_path) -> Study:
    return replace(three, folder=tmp_path / "runs")


def one_run(study: Study, run: int = 3) -> Call:
    branch = study.branch(list(study.scenarios))
    return study.call(branch, np.array([0]), np.array([run]), study.design.draws)


def test_a_tree_of_known_weeks():
    """Small ones first: at each parting all but the last work on a copy."""
    tree = tree_of({"a": "1111", "b": "1122", "c": "1123", "d": "1122", "e": "1411"})
    pair = Branch(("b", "d"))
    later = Branch(("b", "c", "d"), 3, (pair, Branch(("c",))))
    middle = Branch(("a", "b", "c", "d"), 2, (Branch(("a",)), later))
    assert tree == Branch(("a", "b", "c", "d", "e"), 1, (Branch(("e",)), middle))
    assert tree.states == 2
    assert tree.weeks(0, 4) == 1 + 3 + 1 + 2 + 1 + 1 + 1
    assert tree.weeks(3, 4) == 4
    assert tree_of({"a": "11", "b": "11"}) == Branch(("a", "b"), NEVER)
    halves = tree_of({"a": "000", "b": "001", "c": "010", "d": "011"})
    assert halves.states == 3


def test_every_field_of_a_policy_has_its_place(mixed):
    """A new field: say in `shared_past` what a week reads of it. Until then regimes part by it in the first week."""
    named = {name for name, *_ in arrays_of(mixed.scenarios["mixed"].policy)}
    assert named == PARTLY_READ | set(AHEAD)
    assert not PARTLY_READ & set(AHEAD)


def moved_effect(name: str, array: np.ndarray, policy: Policy, chance: np.random.Generator) -> np.ndarray:
    """Let an effect write another column, or join it otherwise."""
    changed, of_channels = array.copy(), policy.effects.table == CHANNELS
    if name == "effects.table":
        changed[chance.choice(np.flatnonzero(of_channels & (policy.effects.column < len(CLASS_COLUMNS))))] = CLASSES
    else:
        place = chance.choice(np.flatnonzero(of_channels))
        changed[place] = (array[place] + 1) % len(CHANNEL_COLUMNS if name == "effects.column" else COMBINATIONS)
    return changed


def moved_start(array: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Let a member of a list be the next measure's."""
    changed, inner = array.copy(), [j for j in range(1, len(array) - 1) if array[j] > array[j - 1]]
    if inner:
        changed[chance.choice(inner)] -= 1
    return changed


def moved(name: str, array: np.ndarray, policy: Policy, chance: np.random.Generator) -> np.ndarray:
    """Change an element of an array of a policy, to something that kernels may read."""
    if name in LISTS:
        return moved_start(array, chance)
    if name in ("effects.column", "effects.table", "effects.combine"):
        return moved_effect(name, array, policy, chance)
    changed, place = array.copy(), tuple(chance.integers(length) for length in array.shape)
    if name == "intensity" and chance.random() < 0.5:  # what bars goods lasts longer, which is known before
        bars = np.flatnonzero(policy.role[BARS])[0]
        changed[bars, np.flatnonzero(array[bars])[-1] + 1] = 1
    elif name == KNOWN:
        changed[place] = chance.integers(len(policy.schedule.gone_week))
    elif name.endswith("_reach") and array.ndim == 1:
        changed[place] = array[chance.integers(array.size)]
    elif array.dtype == np.uint8:
        changed[place] = 1 - array[place]
    elif array.dtype.kind == "i":
        changed[place] = chance.integers(150)
    else:
        changed[..., place[-1]] = 0.2 * array[..., place[-1]] + 0.05
    return changed


def replaced(policy: Policy, name: str, array: np.ndarray) -> Policy:
    """Put an array in its place; weeks in which a measure changes are marked, as kernels rely on."""
    part, _, field = name.rpartition(".")
    policy = policy._replace(**({part: getattr(policy, part)._replace(**{field: array})} if part else {field: array}))
    moves = [
        np.diff(each, axis=1, prepend=np.zeros_like(each[:, :1])).any(axis=0)
        for each in (policy.intensity, policy.announced)
    ]
    return policy._replace(changed=policy.changed | moves[0] | moves[1])


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(PARTLY_READ | set(AHEAD)))
def test_policies_that_differ_in_one_element_part_in_time(mixed, name):
    """Whatever differs, and wherever, with queues at gates: a run alone has the bits of one that shares its past."""
    chance, (policy,) = np.random.default_rng(len(name)), (each.policy for each in mixed.scenarios.values())
    array = dict((path, array) for path, _, array in arrays_of(policy))[name]
    assert array.size, "the regime has nothing of this kind"
    rows = mixed.design.draws.copy()
    rows[:, Parameters._fields.index("capacity_scale")] = 0.05
    for _ in range(6):
        policies = {"as it is": policy, "changed": frozen(replaced(policy, name, moved(name, array, policy, chance)))}
        branch = tree_of({each: weekly_reads(other) for each, other in policies.items()})
        hold_to_runs_alone(mixed.context._replace(policies=policies), Call(branch, np.array([3]), rows))


@pytest.mark.thorough  # parts of a policy are held one by one above, and pairs of regimes at random in the fuzz tests
@pytest.mark.parametrize("observe", ["totals", "default", "full"])
def test_every_regime_of_the_library_has_the_bits_of_a_run_alone(tmp_path, observe):
    """In the shipped world, over its whole window; half of the weeks are shared."""
    names = [name for name in library() if "/" not in name]
    words = [f"regimes=[{','.join(names)}]", "firms=200", f"observe={observe}", f"results_dir={tmp_path}"]
    study = study_of(load(words))
    call, weeks = one_run(study), study.world.sizes.weeks
    assert call.branch.weeks(0, weeks) < 0.6 * weeks * len(names)
    together = hold_to_runs_alone(study.context, call)
    assert not together.status.any()
    assert len({values.tobytes() for values in together.values}) > 0.8 * len(names)


def test_a_past_is_simulated_once(three):
    """Firm-weeks are those that were simulated; there are a few more firms in the end."""
    weeks, call = three.world.sizes.weeks, one_run(three)
    assert [len(call.branch.regimes), *(len(each.regimes) for each in call.branch.parted)] == [3, 1, 2]
    assert call.branch.stop < call.branch.parted[1].stop < weeks
    together = hold_to_runs_alone(three.context, call)
    alone = [answer(three.context, call._replace(branch=Branch((name,)))).firm_weeks for name in three.scenarios]
    share = call.branch.weeks(0, weeks) / (3 * weeks)
    assert together.firm_weeks == pytest.approx(share * sum(alone), rel=0.05)
    assert share < 0.9


def test_nobody_waits_for_the_rest_of_a_run_that_is_stopped(three):
    asked = iter([False, False, True])
    with pytest.raises(CancelledError):
        answer(three.context, one_run(three), lambda: next(asked))
    assert not list(asked)


def test_a_run_that_fails_before_the_regimes_part_fails_under_each_alike(three):
    call = one_run(three)
    call.rows[0, Parameters._fields.index("price_smoothing")] = np.nan
    together = hold_to_runs_alone(three.context, call)
    assert (together.status[:, 0] == together.status[0, 0]).all()
    assert together.status[0, 0, 0] == NOT_FINITE


def test_a_run_that_fails_after_the_regimes_part_fails_under_one(three):
    policies, branch = dict(three.context.policies), one_run(three).branch
    ban, both = policies["ban"], policies["both"]
    duty = int(np.flatnonzero((both.intensity > 0).argmax(axis=1) > (ban.intensity > 0).argmax(axis=1).max())[0])
    full = both.effects.full.copy()
    full[both.effects.start[duty]] = np.nan
    policies["both"] = frozen(replaced(both, "effects.full", full))
    assert tree_of({name: weekly_reads(policy) for name, policy in policies.items()}) == branch
    together = hold_to_runs_alone(three.context._replace(policies=policies), one_run(three))
    assert together.status[:, 0, 0].tolist() == [0, 0, NOT_FINITE]
    assert together.status[2, 0, 1] >= branch.parted[1].stop


@pytest.mark.slow
def test_a_run_that_finds_no_room_goes_on_with_more_rows_under_each(three, folder, tmp_path):
    words = ["behaviour.rows_factor=1", "behaviour.entry_per_year=0.6", f"results_dir={tmp_path}"]
    study = study_of(load([*SETTINGS, f"regimes=[{','.join(regimes_in(folder))}]", *words]))
    rows = study.world.sizes.rows
    together = hold_to_runs_alone(study.context, one_run(study))
    assert not together.status.any()
    firms = together.values[
        :, 0, :, study.observation.series["column"].tolist().index("active_firms|total|all|both|firms")
    ]
    assert (firms[:, -1] > rows).all()


def batches(study: Study) -> dict[str, int]:
    """Batch to the time at which it was written."""
    return {path.name: path.stat().st_mtime_ns for path in (study.folder / "batches").glob("*.parquet")}


def everything(results: Results) -> dict[str, bytes]:
    columns = results.series["column"].tolist()
    return {regime: results.wide(regime, columns).tobytes() for regime in results.regimes}


def alone(study: Study, folder: Path) -> dict[str, bytes]:
    """Everything of a study that is done regime by regime."""
    found: dict[str, bytes] = {}
    for name, scenario in study.scenarios.items():
        one = replace(study, scenarios={name: scenario}, against=name, folder=folder / name)
        found |= everything(run_study(one, progress=False))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("draws", [1, 60])
def test_a_study_has_the_batches_of_studies_of_one_regime(study, tmp_path, draws):
    rows = np.repeat(study.design.draws, draws, axis=0)
    rows[:, Parameters._fields.index("price_smoothing")] *= np.linspace(0.8, 1.2, draws)
    study = replace(study, design=study.design._replace(draws=rows, runs=70 if draws == 1 else 2))
    assert everything(run_study(study, progress=False)) == alone(study, tmp_path / "alone")
    apart = {path.name for path in (tmp_path / "alone").rglob("*.parquet") if path.parent.name == "batches"}
    assert batches(study).keys() == apart


class Stopped(Threads):
    """Stops as Ctrl-C does, after some answers."""

    def __init__(self, answers: int) -> None:
        super().__init__(2)
        self.left = answers

    def answers(self, context: Context, calls: Iterable[Call]) -> Iterator[tuple[int, Answer]]:
        yield from islice(super().answers(context, calls), self.left)
        raise KeyboardInterrupt


@pytest.mark.slow
def test_what_is_stored_stays_out_of_the_tree(study, tmp_path):
    """Some runs of some regimes are there: those of others, and the rest, are added."""
    expected = alone(with_runs(study, 70), tmp_path / "alone")
    some = {name: study.scenarios[name] for name in ("quiet", "both")}
    run_study(replace(with_runs(study, 30), scenarios=some), progress=False)
    kept = batches(study)
    with pytest.raises(KeyboardInterrupt):
        run_study(with_runs(study, 70), Stopped(4), progress=False)
    results = run_study(with_runs(study, 70), progress=False)
    assert everything(results) == expected
    assert kept.items() <= batches(study).items()
    assert results.manifest["computed"]["runs"] < 3 * 70 - 2 * 30


@pytest.mark.slow
def test_regimes_that_go_on_from_one_history_share_what_comes_next(three, folder, tmp_path):
    """Saved before the ban begins: all regimes of one past go on together, those of pasts of their own do not."""
    expected = everything(run_study(replace(with_runs(three, 3), folder=tmp_path / "whole"), progress=False))
    names, saved = regimes_in(folder), {}
    for past in (names[:1], names):
        words = [f"regimes=[{','.join(past)}]", "design.runs=3", "history.save=2021-01-10"]
        saving = study_of(load([*SETTINGS, *words, f"results_dir={tmp_path / str(len(past))}"]))
        run_study(saving, progress=False)
        saved[len(past)] = saving.saving.folder
    for count, history in saved.items():
        words = [f"regimes=[{','.join(names)}]", "design.runs=3", f"history.load={history}", "history.save=2021-03-15"]
        study = study_of(load([*SETTINGS, *words, f"results_dir={tmp_path / 'on'}"]))
        assert len({study.source(name) for name in study.scenarios}) == count
        assert everything(run_study(study, progress=False)) == expected


@pytest.mark.slow
def test_measures_alike_part_where_a_draw_moves_the_level_of_one(tmp_path):
    """They say the same under two names, and the table of draws has a column for one of the names."""
    said = "{sender: overseas, instrument: tariff, start: 2021-03-01, level: 0.3, low: 0.1, high: 0.9, source: made up}"
    for name in ("duty", "toll", "same"):
        measure = f"  {'toll' if name == 'toll' else 'duty'}: {said}"
        (tmp_path / f"{name}.yaml").write_text(f"purpose: A duty.\nbackground: replaces\nmeasures:\n{measure}\n")
    (tmp_path / "draws.csv").write_text("level.duty\n0.3\n0.8\n")
    regimes = ",".join(str(tmp_path / f"{name}.yaml") for name in ("duty", "toll", "same"))
    words = [f"regimes=[{regimes}]", f"design.sampler={tmp_path / 'draws.csv'}", f"results_dir={tmp_path}"]
    study = study_of(load([*SETTINGS, *words, "design.runs=1"]))
    branch = study.branch(list(study.scenarios))
    assert [each.regimes for each in branch.parted] == [("duty", "same"), ("toll",)]
    weeks = study.world.sizes.weeks
    assert weeks / 2 < branch.stop < weeks
    hold_to_runs_alone(study.context, study.call(branch, np.array([1, 2]), np.array([0, 0]), study.design.draws))


@pytest.mark.slow
def test_regimes_without_room_for_their_batches_are_done_some_at_a_time(study, tmp_path, monkeypatch):
    monkeypatch.setattr("sim.ensemble.study.GATHERED_BYTES", 2 * 50 * study.run_bytes)
    assert study.regimes_a_call == 2
    assert everything(run_study(study, progress=False)) == alone(study, tmp_path / "alone")
