"""Studies with the real kernels, from the first call to the tidy table."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small import BAN, SETTINGS, TINY, small_study, with_runs

from sim.config import load
from sim.ensemble import Study, open_results, replay, run_study, study_of
from sim.ensemble.compute.calls import Call, answer
from sim.ensemble.compute.executors import Threads
from sim.ensemble.compute.shared_past import Branch
from sim.ensemble.plan.design import Design
from sim.ensemble.runner import carry_out
from sim.errors import InputError
from sim.kernels.start import begin
from sim.kernels.week import simulate
from sim.outcomes.outcomes import new_records
from sim.paths import shipped
from sim.results.results import Results
from sim.results.stored_runs import StoredRuns
from sim.state import Parameters, State, arrays_of, new_state, single


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Study:
    """A study whose folder no test writes to."""
    return small_study(tmp_path_factory.mktemp("base"))


@pytest.fixture
def study(base, tmp_path) -> Study:
    return replace(base, folder=tmp_path / "runs")


@pytest.fixture(scope="module")
def done(base, tmp_path_factory) -> Results:
    """Results that tests only read."""
    return run_study(replace(base, folder=tmp_path_factory.mktemp("done")), progress=False)


def everything(results: Results) -> dict[str, np.ndarray]:
    columns = results.series["column"].tolist()
    return {regime: results.wide(regime, columns) for regime in results.regimes}


def equal(one: Results, other: Results) -> bool:
    first, second = everything(one), everything(other)
    return first.keys() == second.keys() and all(first[name].tobytes() == second[name].tobytes() for name in first)


def batches(study: Study) -> dict[str, int]:
    """Batch to the time at which it was written."""
    return {path.name: path.stat().st_mtime_ns for path in (study.folder / "batches").glob("*.parquet")}


def test_one_thread_and_three_give_the_same_bits(study, done):
    one = run_study(replace(study, folder=study.folder / "one"), Threads(1), progress=False)
    three = run_study(replace(study, folder=study.folder / "three"), Threads(3), progress=False)
    assert equal(one, done)
    assert equal(three, done)
    assert any(values.any() for values in everything(done).values())


def test_runs_do_not_depend_on_the_call_they_are_in(base, done):
    rows = np.repeat(base.design.draws, 5, axis=0)
    together = answer(base.context, Call(Branch(("ban",)), np.arange(5), rows))
    shuffled = answer(base.context, Call(Branch(("ban",)), np.array([4, 1]), rows[:2]))
    assert shuffled.values.tobytes() == together.values[:, [4, 1]].tobytes()
    assert together.values.tobytes() == everything(done)["ban"][:5].tobytes()


def test_runs_do_not_depend_on_what_was_simulated_before(base):
    """Whatever lies in any array of the scratch state when a run begins must not show."""
    call = Call(Branch(("ban",)), np.arange(1), base.design.draws)
    state = new_state(base.world)
    expected = simulated(base, call, state)
    for name, _, array in arrays_of(state):
        kept = array.copy()
        array[...] = np.array(3).astype(array.dtype)
        assert simulated(base, call, state) == expected, f"{name} is not reset"
        array[...] = kept


@pytest.mark.slow
def test_spare_rows_change_no_bit_and_no_run_ends_for_want_of_them(tmp_path):
    """With no spare row at the start rows are made on the way; a history that was saved then goes on the same."""
    results = {}
    for rows_factor in (1, 10):
        words = [
            f"behaviour.rows_factor={rows_factor}",
            "behaviour.entry_per_year=0.6",
            "design.runs=3",
            "history.save=2021-04-14",
        ]
        study = study_of(load([*SETTINGS, "regimes=[none]", f"results_dir={tmp_path / str(rows_factor)}", *words]))
        results[rows_factor] = run_study(study, Threads(1), progress=False)
        saved = next((tmp_path / str(rows_factor)).rglob("history.json")).parent
        going_on = study_of(
            load([*SETTINGS, "regimes=[none]", f"results_dir={tmp_path / 'on'}", *words[:3], f"history.load={saved}"])
        )
        assert equal(run_study(going_on, Threads(1), progress=False), results[rows_factor])
    assert equal(results[1], results[10])
    assert results[1].runs["run"].tolist() == [0, 1, 2]


def simulated(study: Study, call: Call, state: State) -> bytes:
    record, status = new_records(study.world, 1), np.zeros(4, np.int64)
    span, policy = np.array([0, study.world.sizes.weeks]), study.context.policies[call.branch.regimes[0]]
    key = np.array([study.seed, call.runs[0]], np.uint64)
    begin(study.world, single(call.rows[0]), state)
    simulate(study.world, policy, single(call.rows[0]), key, span, state, record, status)
    return b"".join(field.tobytes() for field in record)


def test_runs_differ(done):
    values = everything(done)["none"]
    assert (values[0] != values[1]).any()


def test_done_again_nothing_is_written(study):
    run_study(study, progress=False)
    before = {
        path: path.stat().st_mtime_ns for path in study.folder.rglob("*") if path.is_file() and path.name != ".lock"
    }
    run_study(study, progress=False)
    assert before == {path: path.stat().st_mtime_ns for path in before}


@pytest.mark.slow
def test_more_runs_and_another_regime_compute_only_what_is_new(study, tmp_path):
    run_study(with_runs(study, 60), progress=False)
    first = batches(study)
    assert len(first) == 4
    run_study(with_runs(study, 70), progress=False)
    second = batches(study)
    assert first.items() <= second.items()
    assert len(second) == 6
    third = replace(small_study(tmp_path, 70, ["none", BAN, "uflpa"]), folder=study.folder)
    results = run_study(third, progress=False)
    assert second.items() <= batches(study).items()
    assert results.manifest["computed"]["runs"] == 70
    alone = run_study(replace(third, folder=tmp_path / "alone"), progress=False)
    assert equal(results, alone)


@pytest.mark.slow
def test_fewer_runs_are_the_first_of_more(study):
    many = run_study(with_runs(study, 60), progress=False)
    written = batches(study)
    few = run_study(with_runs(study, 7), progress=False)
    assert batches(study) == written
    assert few.runs["run"].tolist() == list(range(7))
    for regime, values in everything(few).items():
        assert values.tobytes() == everything(many)[regime][:7].tobytes()


@pytest.mark.parametrize("spoil", ["cut", "flip", "remove"])
def test_a_spoilt_batch_is_done_again(study, done, spoil):
    run_study(study, progress=False)
    path = sorted((study.folder / "batches").glob("*.parquet"))[0]
    data = path.read_bytes()
    if spoil == "remove":
        path.unlink()
    else:
        path.write_bytes(data[: len(data) // 2] if spoil == "cut" else data[:-1] + bytes([data[-1] ^ 1]))
    assert equal(run_study(study, progress=False), done)
    assert path.read_bytes() == data


def test_a_spoilt_tidy_table_or_manifest_is_written_again(study):
    results = run_study(study, progress=False)
    for name in ("outcomes.parquet", "manifest.json", "series.csv"):
        path = results.folder / name
        path.write_bytes(b"x")
        assert equal(run_study(study, progress=False), results)
        assert path.stat().st_size > 1


def test_a_regime_against_itself_differs_by_nothing(tmp_path):
    shutil.copy(shipped("conf") / "regime" / "none.yaml", tmp_path / "none_again.yaml")
    study = small_study(tmp_path, 8, ["none", str(tmp_path / "none_again.yaml")])
    results = run_study(study, progress=False)
    assert results.regimes == ("none", "none_again")
    one, other = everything(results).values()
    assert one.tobytes() == other.tobytes()
    differences = results.paired("registered_trade", subject="total")
    assert (differences[["mean", "q05", "q50", "q95"]] == 0).all(axis=None)


def test_two_regimes_of_one_name_are_refused(tmp_path):
    shutil.copy(shipped("conf") / "regime" / "none.yaml", tmp_path / "none.yaml")
    with pytest.raises(InputError, match="two of them are named 'none'"):
        small_study(tmp_path, 2, ["none", str(tmp_path / "none.yaml")])


@pytest.mark.slow
def test_the_tidy_table_holds_the_values_of_the_batches(done):
    tidy = pd.read_parquet(done.folder / "outcomes.parquet")
    assert tidy.columns.tolist() == [
        "regime", "draw", "run", "month", "outcome", "subject", "commodity", "direction", "unit", "value",
    ]  # fmt: skip
    assert len(tidy) == 2 * 20 * len(done.months) * len(done.series)
    column = tidy[["outcome", "subject", "commodity", "direction", "unit"]].astype(str).agg("|".join, axis=1)
    assert column.drop_duplicates().tolist() == done.series["column"].tolist()
    for regime, values in everything(done).items():
        part = tidy[tidy["regime"] == regime]
        cube = part["value"].to_numpy().reshape(len(done.series), 20, len(done.months))
        assert cube.transpose(1, 2, 0).tobytes() == values.tobytes()
        assert part["run"].to_numpy().reshape(cube.shape)[0, :, 0].tolist() == list(range(20))
        assert part["month"].astype(str).to_numpy().reshape(cube.shape)[0, 0].tolist() == list(done.months)


def test_lazy_rows_are_those_of_the_tidy_table(done):
    tidy = pd.read_parquet(done.folder / "outcomes.parquet")
    rows = done.tidy("registered_trade", subject="total", direction=["export", "import"])
    stored = tidy[
        (tidy["outcome"] == "registered_trade") & (tidy["subject"] == "total") & (tidy["direction"] != "both")
    ]
    pd.testing.assert_frame_equal(rows.astype(object), stored.reset_index(drop=True).astype(object))


def test_quantiles_and_paired_differences(done):
    column = "registered_trade|total|all|export|musd"
    values = {regime: done.wide(regime, [column])[:, :, 0].astype(float) for regime in done.regimes}
    which = {"subject": "total", "commodity": "all", "direction": "export"}
    found = done.quantiles("registered_trade", **which).query("regime == 'ban'")
    np.testing.assert_allclose(found[["q05", "q50", "q95"]].T, np.quantile(values["ban"], [0.05, 0.5, 0.95], axis=0))
    assert found["month"].tolist() == list(done.months)
    differences = done.paired("registered_trade", **which)
    assert differences["regime"].unique().tolist() == ["ban"]
    np.testing.assert_allclose(differences["mean"], (values["ban"] - values["none"]).mean(axis=0), atol=1e-4)


def test_quantiles_of_many_runs_are_near_the_exact_ones(done, study):
    many = open_results(done.folder)
    many.exact_runs = 5
    for exact, near in (
        (done.quantiles("registered_trade", subject="total"), many.quantiles("registered_trade", subject="total")),
        (done.paired("sanctioned_trade"), many.paired("sanctioned_trade")),
    ):
        assert (
            exact.drop(columns=["mean", "q05", "q50", "q95"]) == near.drop(columns=["mean", "q05", "q50", "q95"])
        ).all(axis=None)
        np.testing.assert_allclose(near["mean"], exact["mean"], rtol=1e-6, atol=1e-9)
    values = done.wide("none", ["registered_trade|total|all|both|musd"])[:, :, 0]
    found = many.quantiles("registered_trade", subject="total", commodity="all", direction="both").query(
        "regime == 'none'"
    )
    lower = np.quantile(values, [0.05, 0.5, 0.95], axis=0, method="lower")
    np.testing.assert_allclose(found[["q05", "q50", "q95"]].T, lower, rtol=0.0051)


@pytest.mark.slow
@pytest.mark.parametrize("draws", [1, 3, 60])
def test_stretches_hold_the_same_runs_as_the_whole(study, draws):
    rows = np.repeat(study.design.draws, draws, axis=0)
    rows[:, Parameters._fields.index("price_smoothing")] *= np.linspace(0.8, 1.2, draws)
    results = run_study(replace(study, design=Design(rows, 1, 60 if draws < 50 else 2)), progress=False)
    columns = results.series["column"].tolist()[:7]
    parts = list(StoredRuns(study.folder, results.manifest).stretches(columns))
    for regime in results.regimes:
        found = np.concatenate([part[regime] for part in parts])
        assert sorted(run.tobytes() for run in found) == sorted(run.tobytes() for run in results.wide(regime, columns))


def test_a_failed_run_is_listed_and_left_out(study):
    rows = np.repeat(study.design.draws, 3, axis=0)
    rows[1, Parameters._fields.index("price_smoothing")] = np.nan
    results = carry_out(replace(study, design=Design(rows, 1, 2)), progress=False)
    failed = sorted(map(tuple, results.failures[["regime", "draw", "run"]].to_numpy().tolist()))
    assert failed == [(regime, 2, run) for regime in ("ban", "none") for run in range(2)]
    assert (results.failures["code"] != 0).all()
    assert results.runs.to_numpy().tolist() == [[1, 0], [1, 1], [3, 0], [3, 1]]
    values = everything(results)["none"]
    assert np.isfinite(values).all()
    assert values[:2].tobytes() == values[2:].tobytes()
    tidy = pd.read_parquet(results.folder / "outcomes.parquet")
    assert sorted(tidy["draw"].unique()) == [1, 3]


def test_the_end_says_why_the_first_run_failed(tmp_path, capsys):
    study = small_study(tmp_path, 1)
    rows = study.design.draws.copy()
    rows[0, Parameters._fields.index("price_smoothing")] = np.nan
    results = carry_out(replace(study, design=Design(rows, 1, 1)))
    told = capsys.readouterr().err
    monday = study.first_monday.isoformat()
    assert "2 runs failed and are left out; manifest.json lists them. In the first markets left a number" in told
    assert f"in the week of {monday} (" in told
    assert f"replay.store={results.folder} replay.run=none/1/0" in told


@pytest.mark.slow
def test_draws_share_their_random_numbers(study):
    rows = np.repeat(study.design.draws, 60, axis=0)
    results = run_study(replace(study, design=Design(rows, 1, 2)), progress=False)
    values = everything(results)["none"].reshape(60, 2, -1)
    assert (values == values[:1]).all()
    alone = run_study(replace(study, design=study.design._replace(runs=2)), progress=False)
    assert everything(alone)["none"].tobytes() == np.ascontiguousarray(values[0]).tobytes()


@pytest.mark.slow
def test_a_table_of_draws_is_a_design(tmp_path, base):
    """Draw 1 stands as the settings do; draw 2 has another price."""
    (tmp_path / "draws.csv").write_text("price_floor\n0.2\n0.4\n")
    words = [*SETTINGS, "regimes=[none]", "design.runs=2", f"results_dir={tmp_path}"]
    study = study_of(load([*words, f"design.sampler={tmp_path / 'draws.csv'}"]))
    place = Parameters._fields.index("price_floor")
    assert study.design.draws[:, place].tolist() == [0.2, 0.4]
    assert (
        np.delete(study.design.draws, place, axis=1).tolist() == [np.delete(base.design.draws[0], place).tolist()] * 2
    )
    results = run_study(study, progress=False)
    assert results.runs.to_numpy().tolist() == [[1, 0], [1, 1], [2, 0], [2, 1]]
    assert results.draws["price_floor"].to_dict() == {1: 0.2, 2: 0.4}
    replay(load(["command=replay", f"replay.store={results.folder}", "replay.run=none/2/1"]))
    assert (results.folder / "replay_none_2_1.csv").exists()


def test_a_named_sampler_draws_from_the_ranges_of_the_parameters(tmp_path):
    settings = [word for word in SETTINGS if word != "design=stated"]
    words = [*settings, "regimes=[none]", f"results_dir={tmp_path}", "design=uncertain", "design.draws=32"]
    config = load([*words, "design.uncertain=[lift,made_here_scale]"])
    design = study_of(config).design
    assert design.draws.shape == (32, len(Parameters._fields))
    lift, made = (design.draws[:, Parameters._fields.index(name)] for name in ("lift", "made_here_scale"))
    assert 1 <= lift.min() < lift.max() <= 30
    assert 0.5 <= made.min() < made.max() <= 1.05
    assert np.median(lift) == pytest.approx(np.sqrt(30), rel=0.15)  # log-uniform: it spans more than a factor of four
    assert np.median(made) == pytest.approx(0.775, rel=0.1)
    assert len(np.unique(design.draws, axis=0)) == 32
    assert (np.ptp(design.draws, axis=0) > 0).sum() == 2


def test_what_the_manifest_tells(done, base):
    told = done.manifest
    assert told["regimes"] == ["none", "ban"]
    assert told["seed"] == 1
    assert told["design"] == {"first_draw": 0, "draws": 1, "runs": 20, "paired": False}
    assert told["computed"]["runs"] == 40
    firms, weeks = len(base.world.population.place), base.branch(["none", "ban"]).weeks(0, base.world.sizes.weeks)
    assert base.world.sizes.weeks < weeks < 2 * base.world.sizes.weeks
    assert told["computed"]["firm_weeks"] == pytest.approx(20 * firms * weeks, rel=0.25)
    assert {len(batch["sha256"]) for batch in told["batches"]} == {64}
    assert (done.folder / "config.yaml").read_text() == base.settings
    assert done.draws.loc[0].tolist() == base.design.draws[0].tolist()


def test_results_of_another_format_are_refused(study):
    results = run_study(with_runs(study, 2), progress=False)
    path = results.folder / "manifest.json"
    path.write_text(path.read_text().replace('"format": 1', '"format": 7').replace('"version": "', '"version": "7.'))
    with pytest.raises(InputError, match=r"reroute 7\..* \(format 7\)"):
        open_results(results.folder)


@pytest.mark.slow
def test_open_results_finds_the_study(study, tmp_path):
    results = run_study(with_runs(study, 2), progress=False)
    assert open_results(study.folder).folder == results.folder
    run_study(with_runs(study, 3), progress=False)
    with pytest.raises(InputError, match="several studies"):
        open_results(study.folder)
    with pytest.raises(InputError, match="no finished study"):
        open_results(tmp_path / "nothing")


@pytest.mark.slow
def test_replay_gives_the_stored_bits(tmp_path, capsys):
    results = run_study(small_study(tmp_path, 4), progress=False)
    words = ["command=replay", f"replay.store={results.folder}", "replay.run=ban/0/3"]
    replay(load(words))
    assert "The run ended well. It equals the stored one, bit for bit." in capsys.readouterr().out
    table = pd.read_csv(results.folder / "replay_ban_0_3.csv", dtype=str)
    stored = results.wide("ban", results.series["column"].tolist())[3]
    assert table.drop(columns="month").astype(np.float32).to_numpy().tobytes() == stored.tobytes()
    for wrong in ("ban/0/4", "ban/1/0", "eu/0/0", "ban", "ban/x/1"):
        with pytest.raises(InputError, match=f"replay.run={wrong}"):
            replay(load([*words[:-1], f"replay.run={wrong}"]))


def test_tiny_world_is_where_the_script_looks():
    assert (TINY / "places.csv").is_file()
    assert Path(TINY).is_absolute()


class Stopped(Threads):
    """Stops as Ctrl-C does, after some answers, which come in any order."""

    def __init__(self, answers: int) -> None:
        super().__init__(2)
        self.left, self.runs = answers, 0

    def answers(self, context, calls):
        for index, each in super().answers(context, calls):
            if not self.left:
                raise KeyboardInterrupt
            self.left -= 1
            self.runs += each.status[..., 0].size
            yield index, each


def rows_stored(study: Study) -> int:
    files = (study.folder / "batches").glob("*.parquet")
    return sum(len(pd.read_parquet(path, columns=["run"])) for path in files) // len(study.months)


@pytest.mark.slow
@pytest.mark.parametrize("draws", [1, 60])
@pytest.mark.parametrize("answers", [0, 1, 3, 7])
def test_whatever_was_computed_before_it_was_stopped_is_kept(study, tmp_path, draws, answers):
    rows = np.repeat(study.design.draws, draws, axis=0)
    rows[:, 0] += np.arange(draws) / 1000
    study = replace(study, design=Design(rows, int(draws > 1), 40 // draws or 1))
    expected = everything(run_study(replace(study, folder=tmp_path / "whole"), progress=False))
    stopped = Stopped(answers)
    with pytest.raises(KeyboardInterrupt):
        run_study(study, stopped, progress=False)
    assert rows_stored(study) == stopped.runs
    kept = {path: path.stat().st_mtime_ns for path in (study.folder / "batches").glob("*.parquet")}
    found = everything(run_study(study, progress=False))
    assert all(found[name].tobytes() == expected[name].tobytes() for name in expected)
    assert all(path.stat().st_mtime_ns == written for path, written in kept.items())
    assert rows_stored(study) == study.design.size * len(study.scenarios)
