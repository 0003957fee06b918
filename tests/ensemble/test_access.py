"""Results as users take them: tables, labelled arrays, CSV files; and what they are told when they err."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray
from small import BAN, small_study

import sim
from sim.ensemble import run_study
from sim.errors import InputError
from sim.results.export import HUB_COLUMNS
from sim.results.results import Results
from sim.results.sketch import RELATIVE_ERROR

pytestmark = pytest.mark.slow

RUNS = 12
WHICH = {"subject": "total", "commodity": "all", "direction": "export"}
LABELS = ["regime", "outcome", "subject", "commodity", "direction", "unit", "month"]


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> Results:
    """Results that tests only read, of a regime whose name begins as a formula does, and another."""
    folder = tmp_path_factory.mktemp("access")
    shutil.copy(BAN, folder / "-ban.yaml")
    return run_study(small_study(folder, RUNS, ["none", str(folder / "-ban.yaml")]), progress=False)


ENGINE = ("hydra", "omegaconf", "numba", "mesa", "dask", "scipy")


def test_reading_needs_no_engine(done):
    script = f"""
import sys
import sim
results = sim.open_results({str(done.folder)!r})
assert len(results.quantiles("registered_trade", subject="total"))
print(*({{name.partition(".")[0] for name in sys.modules}} & set({ENGINE})))
"""
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stdout.strip()) == (0, ""), answer.stderr


@pytest.fixture
def large(done) -> Results:
    """The same results, read as those of a study that is too large to be sorted and has no tidy table."""
    results = sim.open_results(done.folder)
    results.exact_runs = RUNS - 1
    return results


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sim", "export", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_importing_the_package_imports_nothing_heavy():
    code = "import sys, sim; print({'numpy', 'pandas', 'numba', 'sim.ensemble'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
    assert not hasattr(sim, "open_result")


def test_a_study_is_opened_by_its_folder_its_parent_and_the_letters_below_its_figures(done):
    folder = done.folder
    for path in (folder, str(folder), folder.parent, folder.parent / folder.name[:8]):
        assert sim.open_results(path).folder == folder


def test_the_nearest_study_is_named(done):
    wrong = done.folder.parent / f"{done.folder.name[:-1]}x"
    with pytest.raises(InputError, match=f"holds no finished study: did you mean {done.folder}?"):
        sim.open_results(wrong)
    with pytest.raises(InputError, match=r"holds no finished study: the folder of a study has a file manifest\.json"):
        sim.open_results(done.folder / "tables")


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda results: results.quantiles("wiat"), "outcome=wiat is not known: did you mean 'wait'"),
        (lambda results: results.paired("wait", subject="totl"), "outcome=wait, subject=totl .* 'total'"),
        (
            lambda results: results.quantiles("wait", commodity="cotton"),
            "there is only 'all'; a study with observe=full",
        ),
        (lambda results: results.tidy("wait", subject=["total", "nowhere"]), "subject=nowhere is not known: choose"),
        (lambda results: results.select("wait", subjects="total"), "subjects is not known: did you mean 'subject'"),
        (lambda results: results.wide("nonne", []), "regime=nonne is not known: did you mean 'none'"),
        (lambda results: results.wide("none", ["wait|total|all|both|day"]), r"'wait\|total\|all\|both\|days'"),
        (lambda results: results.paired("wait", against="-bann"), "against=-bann is not known: did you mean '-ban'"),
        (lambda results: results.to_xarray("wait", direction="exprt"), "direction=exprt .* 'export'"),
        (lambda results: results.to_csv("unused", "wiat"), "outcome=wiat"),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest(done, ask, told):
    with pytest.raises(InputError, match=told):
        ask(done)
    assert not Path("unused").exists()


def test_a_labelled_array_holds_the_values_and_survives_netcdf(done, tmp_path):
    array = done.to_xarray("registered_trade")
    assert array.dims == ("regime", "sample", "month", "series")
    assert array.attrs == {"units": "musd", "against": "none", "signature": done.signature}
    one = array.sel(regime="-ban").isel(sample=3).set_index(series=["subject", "commodity", "direction"])
    (place,) = done.runs.index[(done.runs["draw"] == int(one["draw"])) & (done.runs["run"] == int(one["run"]))]
    stored = done.wide("-ban", ["registered_trade|total|all|export|musd"])[place, :, 0]
    found = one.sel(subject="total", commodity="all", direction="export")
    assert found["month"].to_numpy().tolist() == list(done.months)
    assert found.to_numpy().tobytes() == stored.tobytes()
    array.to_netcdf(tmp_path / "trade.nc", engine="scipy")
    with xarray.open_dataarray(tmp_path / "trade.nc", engine="scipy") as again:
        xarray.testing.assert_identical(again.load(), array)


def test_without_xarray_a_sentence_says_what_to_install(done):
    code = (
        "import sys; sys.modules['xarray'] = None\n"
        f"import sim; sim.open_results({str(done.folder)!r}).to_xarray('wait')"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert answer.stderr.splitlines()[-1].endswith("needs xarray: python -m pip install xarray")


def test_csv_files_hold_what_the_frames_do(done, tmp_path):
    paths = done.to_csv(tmp_path / "new" / "folder", "registered_trade", **WHICH)
    assert [path.name for path in paths] == ["quantiles.csv", "differences.csv", "runs.csv"]
    quantiles, differences, runs = (pd.read_csv(path) for path in paths)
    for found, expected in (
        (quantiles, done.quantiles("registered_trade", **WHICH)),
        (differences, done.paired("registered_trade", **WHICH)),
        (runs, done.tidy("registered_trade", **WHICH)),
    ):
        assert [name for name in found.columns if not name.endswith("_name")] == expected.columns.tolist()
        assert set(found["outcome_name"]) == {"Registered trade"}
        assert found["regime"].tolist() == [name.replace("-ban", "'-ban") for name in expected["regime"]]
        assert found["month"].tolist() == expected["month"].tolist()
        numbers = expected.select_dtypes("number").columns
        np.testing.assert_array_equal(found[numbers].astype(np.float32), expected[numbers].astype(np.float32))
    assert runs["value"].astype(np.float32).tolist() == done.tidy("registered_trade", **WHICH)["value"].tolist()


def test_without_an_outcome_all_are_written_but_no_single_runs(done, tmp_path):
    paths = done.to_csv(tmp_path)
    assert [path.name for path in paths] == ["quantiles.csv", "differences.csv"]
    series = done.series[LABELS[1:-1]]
    for path, regimes in zip(paths, (2, 1), strict=True):
        table = pd.read_csv(path, keep_default_na=False)
        assert len(table) == regimes * len(done.months) * len(series)
        assert len(table[LABELS].drop_duplicates()) == len(table)
        assert set(table[LABELS[1:-1]].itertuples(index=False, name=None)) == set(
            series.itertuples(index=False, name=None)
        )


def test_how_exact_quantiles_are_is_told(done, large):
    assert done.manifest["quantile_error"] == done.quantile_error == 0
    assert large.quantile_error == RELATIVE_ERROR
    for results, error in ((done, 0), (large, RELATIVE_ERROR)):
        for found in (results.quantiles("wait", subject="total"), results.paired("wait", subject="total")):
            assert found.attrs["quantile_error"] == error


@pytest.mark.parametrize("spoil", ["cut", "flip", "remove"])
def test_a_spoilt_batch_is_told_when_it_is_read(done, tmp_path, spoil):
    folder = tmp_path / "runs"
    shutil.copytree(done.folder.parent, folder)
    path = sorted(folder.glob("batches/*.parquet"))[0]
    data = path.read_bytes()
    path.write_bytes(data[:-10] if spoil == "cut" else data[:-1] + bytes([data[-1] ^ 1]))
    if spoil == "remove":
        path.unlink()
    with pytest.raises(InputError, match=f"{path.name} is missing or spoilt: the command that made the study"):
        sim.open_results(folder).quantiles("wait")


def test_a_large_study_gives_the_same_single_runs(done, large, tmp_path, monkeypatch):
    monkeypatch.setattr("sim.results.reading.KEPT_BYTES", 0)
    pd.testing.assert_frame_equal(large.tidy("wait"), done.tidy("wait"))
    xarray.testing.assert_identical(large.to_xarray("wait"), done.to_xarray("wait"))
    large.to_csv(tmp_path, "wait", subject="total")
    assert len(pd.read_csv(tmp_path / "runs.csv")) == len(done.tidy("wait", subject="total"))


def test_names_of_quantiles(done):
    columns = done.quantiles("wait", quantiles=(0.025, 0.05, 0.5, 1)).columns.tolist()
    assert columns[-4:] == ["q2.5", "q05", "q50", "q100"]


def test_runs_in_the_columns_of_forecasting_hubs_are_the_same_runs(done, tmp_path):
    """Read back and undone, sample by sample: draw and run, month by horizon and by date, value."""
    (path,) = done.to_hub(tmp_path, "registered_trade", commodity="all", subject=["total", "overseas"])
    samples = pd.read_csv(path, keep_default_na=False)
    assert tuple(samples.columns) == HUB_COLUMNS
    assert set(samples["output_type"]) == {"sample"}
    assert set(samples["target"]) == {f"registered_trade{way} (musd)" for way in ("", " export", " import")}
    assert not samples.duplicated([name for name in HUB_COLUMNS if name != "value"]).any()
    months = [done.months[horizon - 1] for horizon in samples["horizon"]]
    assert [day[:7] for day in samples["target_end_date"]] == months
    assert (pd.to_datetime(samples["target_end_date"]) + pd.Timedelta(days=1)).dt.day.eq(1).all()
    way = samples["target"].str.extract(r"registered_trade ?(\w*) \(")[0].replace("", "both")
    regime = samples.pop("scenario_id").str.removeprefix("'")  # a mark of text that a spreadsheet would run
    undone = samples.assign(regime=regime, month=months, direction=way).rename(
        columns={"run_grouping": "draw", "stochastic_run": "run", "location": "subject"}
    )
    keys = ["regime", "draw", "run", "month", "subject", "direction"]
    tidy = done.tidy("registered_trade", commodity="all", subject=["total", "overseas"]).astype({"month": str})
    one, other = (
        each.astype({name: str for name in keys}).set_index(keys)["value"].sort_index() for each in (undone, tidy)
    )
    assert one.index.equals(other.index)
    assert np.allclose(one, other, rtol=1e-6)


def test_the_command_writes_the_files_and_says_where(done, tmp_path):
    store = f"export.store={done.folder.parent / done.folder.name[:8]}"
    answer = run(store, "export.outcome=wait", f"export.to={tmp_path}")
    assert (answer.returncode, answer.stderr) == (0, "")
    written = [tmp_path / name for name in ("quantiles.csv", "differences.csv", "runs.csv")]
    assert answer.stdout.splitlines() == [str(path) for path in written]
    assert all(path.stat().st_size for path in written)
    (tmp_path / "runs.csv").write_text("a table of the user's\n")
    before = {path: path.read_bytes() for path in written}
    refused = run(store, "export.outcome=wait", f"export.to={tmp_path}")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "is there already and is kept: name another place" in refused.stderr
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    for _ in range(2):  # the study's own folder is written anew
        assert run(store, "export.outcome=wait").returncode == 0
    hub = run(store, "export.outcome=wait", "export.format=hub", f"export.to={tmp_path / 'hub'}")
    assert (hub.returncode, hub.stdout.strip()) == (0, str(tmp_path / "hub" / "samples.csv"))
    refused = run(store, "export.outcome=wiat")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == "reroute: outcome=wiat is not known: did you mean 'wait'?\n"


def test_a_year_is_the_sum_of_its_months_run_by_run(done):
    yearly = done.quantiles("registered_trade", by="year", **WHICH)
    (column,) = done.select("registered_trade", **WHICH)["column"]
    for regime, row in yearly.set_index("regime").iterrows():
        sums = done.wide(regime, [column])[:, :, 0].astype(float).sum(axis=1)
        assert (row["year"], row["months"]) == (2021, len(done.months))
        assert row["mean"] == pytest.approx(sums.mean())
        assert row["q50"] == pytest.approx(np.quantile(sums, 0.5))


def test_differences_in_per_cent_are_shares_of_the_mean_compared_with(done):
    shares, amounts = (done.paired("registered_trade", unit=unit, **WHICH) for unit in ("%", None))
    base = done.quantiles("registered_trade", **WHICH).query("regime == 'none'")["mean"].to_numpy()
    assert set(shares["unit"]) == {"%"}
    assert shares["q95"].to_numpy() == pytest.approx(100 * amounts["q95"].to_numpy() / base)
    assert shares["mean"].to_numpy() == pytest.approx(100 * amounts["mean"].to_numpy() / base)


def test_brackets_take_an_outcome_or_a_regime(done):
    pd.testing.assert_frame_equal(done["wait"], done.quantiles("wait"))
    totals = done["-ban"]
    assert set(totals["regime"]) == {"-ban"}
    assert "registered_trade" in set(totals["outcome"])
    assert {"none", "-ban", "wait"} <= set(done._ipython_key_completions_())
    with pytest.raises(InputError, match="regime or outcome=wiat is not known: did you mean 'wait'"):
        done["wiat"]
