"""Bad command lines and bad files: each ends with 2 and one plain sentence, and touches nothing."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.__main__ import main

TINY = Path(__file__).parents[1] / "world" / "tiny"

# The words after `reroute`, and what the sentence must name: where it is wrong, and what would be right.
BAD_WORDS = [
    (["rum"], ["command=rum", "'run'"]),
    (["design.runs=5", "run"], ["run", "the command comes first"]),
    (
        ["regimes"],
        [
            "command=regimes",
            "run, list, show, estimate, studies, new, check, convert, calibrate, explore, replay, ",
            "replay, export, verify, reproduce",
        ],
    ),
    (["run", "regimes"], ["regimes", "regimes=...?"]),
    (["regime=none"], ["'regime'", "'regimes'"]),
    (["behaviour.theta_maket=6"], ["behaviour.theta_maket=6", "'behaviour.theta_market'"]),
    (["theta_market=6"], ["theta_market=6", "'behaviour.theta_market'"]),
    (["design.run=5"], ["design.run=5", "'design.runs'"]),
    (["+foo=1"], ["+foo=1", "without + or ~"]),
    (["++design.runs=1"], ["++design.runs=1", "without + or ~"]),
    (["~debug"], ["~debug", "without + or ~"]),
    (["behaviour=null"], ["behaviour=null", "logit"]),
    (["behaviour=logti"], ["behaviour=logti", "'logit'"]),
    (["machine=laptob"], ["machine=laptob", "'laptop'"]),
    (["debug=fats"], ["debug=fats", "'fast'"]),
    (["experiment=compare_regime"], ["experiment=compare_regime", "'compare_regimes'"]),
    (["slug=compare_regime"], ["slug=compare_regime", "'compare_regimes'"]),
    (["observe=totls"], ["observe=totls", "'totals'"]),
    (["behaviour.rule=satisfising"], ["behaviour.rule=satisfising", "'satisficing'"]),
    (["behaviour=reinforcment"], ["behaviour=reinforcment", "'reinforcement'"]),
    (["regimes=none,uflpa"], ["regimes=none,uflpa", "'regimes=[none,uflpa]'"]),
    (["regimes=none"], ["regimes=none", "'regimes=[none]'"]),
    (["regimes=[none"], ["regimes=[none", "bracket"]),
    (["regimes=[]"], ["regimes=[]", "at least one"]),
    (["regimes=[none,none]"], ["none", "twice"]),
    (["regimes=[UFLPA,uflpa]"], ["[UFLPA,uflpa]", "uflpa stands there twice"]),
    (["regimes=[none,UFLPA]", "against=US-EU"], ["against=US-EU", "none, uflpa"]),
    (["against=uflp"], ["against=uflp", "'uflpa'"]),
    (["behaviour.attention_price=7"], ["behaviour.attention_price=7", "0.02 to 0.5", "sim/data/parameters.csv"]),
    (["behaviour.theta_market=nan"], ["behaviour.theta_market=nan", "3 to 12"]),
    (["behaviour.theta_market=six"], ["behaviour.theta_market=six", "not a number"]),
    (["behaviour.theta_market=null"], ["behaviour.theta_market=null", "needs a value"]),
    (["design.runs=1.5"], ["design.runs=1.5", "not a whole number"]),
    (["design.runs=0"], ["design.runs=0", "1 or more"]),
    (["firms=-5"], ["firms=-5", "1 or more"]),
    (["design.seed=-1"], ["design.seed=-1", "outside its range"]),
    (["design.until.half_width=0.01"], ["design.until.outcome", "together"]),
    (["design.until=0.01"], ["design.until=0.01", "design.until.half_width"]),
    (["trace=perhaps"], ["trace=perhaps", "true or false"]),
    (["end=2020-06-30"], ["end=2020-06-30", "start=2021-01-01"]),
    (["end=2024-02-30"], ["end=2024-02-30", "year-month-day"]),
    (["start=2022"], ["start=2022", "year-month-day"]),
    (["history.save=2030-01-01"], ["history.save=2030-01-01", "end=2028-12-31"]),
    (["compare.from=2023"], ["compare.from=2023", "year-month"]),
    (["compare.to=2023-05-17"], ["compare.to=2023-05-17", "compare.to=2023-05"]),
    (["compare.to=2030-01"], ["compare.to=2030-01", "end=2028-12-31"]),
    (["compare.from=2023-05", "compare.to=2023-04"], ["compare.to=2023-04", "compare.from=2023-05"]),
    (["world=a=b"], ["world=a=b", "quote"]),
    (["world=xinjang"], ["xinjang"]),
    (["behaviour=logit,logti"], ["behaviour=logit,logti", "--multirun"]),
    (["behaviour.search_per_week=0.3"], ["behaviour.search_per_week=0.3", "0.005 to 0.05"]),
    (["design.sampler=latin_hypercub"], ["design.sampler=latin_hypercub", "'latin_hypercube'"]),
    (["design=uncertan"], ["design=uncertan", "'uncertain'"]),
    (["design=uncertain", "design.uncertain=[lifft]"], ["design.uncertain=lifft", "'lift'"]),
    (
        ["design=uncertain", "design.uncertain=[slots]"],
        ["design.uncertain=slots", "structure", "--multirun behaviour.slots="],
    ),
    (["design=uncertain", "design.uncertain=[each_drivers_level]"], ["each_drivers_level", "'each_driver_level'"]),
    (
        ["design=uncertain", "design.uncertain=[level.goods_that_go]"],
        ["level.goods_that_go", "'level.goods_that_go_on'"],
    ),
    (["design=uncertain", "design.uncertain=[lift,lift]"], ["design.uncertain=lift", "twice"]),
    (["design=stated", "design.sampler=sobol"], ["design.sampler=sobol", "design.uncertain"]),
    (["design=stated", "design.uncertain=[lift]"], ["design.uncertain", "design.sampler="]),
    (["design=stated", "design.posterior=x"], ["design.posterior", "design=posterior"]),
    (["design=stated", "design.held=[lift]"], ["design.held", "design=posterior"]),
    (["design.held=[lifft]"], ["design.held=lifft", "'lift'"]),
    (["design.held=lift"], ["design.held=lift", "brackets"]),
    (["design=uncertain", "design.draws=0"], ["design.draws=0", "1 or more"]),
    (["machine=cluster", "machine.queue=slrum"], ["machine.queue=slrum", "'slurm'"]),
    (["--multirun", "design.seed=1,x"], ["design.seed=x", "not a whole number"]),
    (["--multirun", "behaviour=logit,logti"], ["behaviour=logti", "'logit'"]),
    (["--multirn", "design.seed=1,2"], ["--multirn", "--help"]),
    (["replay", "replay.run=uflpa/0/3"], ["replay.store", "needs a value"]),
    (["replay", "replay.store=results", "replay.run=uflpa"], ["replay.run=uflpa", "regime/draw/run"]),
    (["export"], ["export.store", "needs a value"]),
    (["reproduce"], ["reproduce.signature", "needs a value"]),
    (["reproduce.signature=74c1"], ["reproduce.signature does nothing here", "`reroute reproduce`"]),
    (
        ["reproduce", "reproduce.signature=68200e12", "results_dir=nowhere"],
        ["reproduce.signature=68200e12", "no result"],
    ),
    (["convert"], ["convert.kind", "needs a value"]),
    (["convert", "convert.kind=trad", "convert.file=a", "convert.to=b"], ["convert.kind=trad", "'trade'"]),
    (["convert", "convert.kind=trade", "convert.file=a", "convert.to=b"], ["convert.codes", "needs a value"]),
    (["convert", "convert.kind=roads", "convert.file=a", "convert.to=b"], ["convert.trips", "needs a value"]),
    (["convert", "convert.kind=entities", "convert.file=a", "convert.to=b"], ["convert.sender", "needs a value"]),
    (
        ["convert", "convert.kind=roads", "convert.file=a", "convert.to=b", "convert.trips=c", "convert.year=2019"],
        ["convert.year does nothing here", "convert.kind=trade"],
    ),
    (
        ["convert", "convert.kind=roads", "convert.file=nowhere", "convert.to=b", "convert.trips=c"],
        ["convert.file=nowhere", "No such file"],
    ),
    (
        [
            "convert",
            "convert.kind=entities",
            "convert.file=a",
            "convert.to=b",
            "convert.sender=c",
            "convert.day=1.5.2024",
        ],
        ["convert.day=1.5.2024", "year-month-day"],
    ),
    (["convert.file=a"], ["convert.file does nothing here", "`reroute convert`"]),
    (["calibrate", "regimes=[us_eu]"], ["regimes does nothing here", "the world as it happened"]),
    (["calibrate.runs=10"], ["calibrate.runs does nothing here", "`reroute calibrate`"]),
    (["calibrate", "calibrate.waves=0"], ["calibrate.waves=0", "1 or more"]),
    (["verify"], ["verify.store", "needs a value"]),
    (["verify", "verify.store=nowhere"], ["nowhere", "holds no stored runs"]),
    (["export", "export.store=x", "export.format=hubs"], ["export.format=hubs", "'hub'"]),
    (["export", "export.store=x", "export.format=hub"], ["export.format=hub", "export.outcome="]),
    (["export", "export.store=nowhere"], ["nowhere", "no finished study"]),
    (["--config-name=other"], ["--config-name", "conf/"]),
    (["hydra/launcher=jolib"], ["hydra/launcher", "jolib", "--help"]),
    (["hydra.run.dir=elsewhere"], ["hydra.run.dir=elsewhere", "--help"]),
    (["hydra.sweeper._target_=os.system"], ["hydra.sweeper._target_", "--help"]),
    (["hydra.job.chdir=true"], ["hydra.job.chdir=true", "--help"]),
    (["world=${oc.env:HOME}"], ["world=${oc.env:HOME}", "write the value itself"]),
    (["slug='${oc.env:HOME}'"], ["${oc.env:HOME}", "write the value itself"]),
    (["regimes=[none,", "uflpa]"], ["regimes=[none,", "'regimes=[none,uflpa]'"]),
    (["regimes=[none,", "uflpa", "design.runs=2"], ["regimes=[none,", "quotes"]),
    (["world=dünya"], ["dünya"]),
    (["regimes=[none,dünya.yaml]"], ["dünya.yaml"]),
    (["world="], ["world=", "needs a value"]),
    (["world=a\x1b[31m"], ["world=a\\x1b[31m", "not seen"]),
    (["results_dir=a\nb"], ["results_dir=a\\nb", "not seen"]),
    (["regimes=[none,", "uflpa]", "world=a\nb"], ["world=a\\nb", "not seen"]),
    (["debug=fast", "--multirun", "world=a\nb"], ["world=a\\nb", "not seen"]),
    (["debug=fast", "--multirun", "design.seed=1,2"], ["design.seed=1,2", "before flags"]),
    (["regimes=[none,", "uflpa]"], ["regimes=[none,", "quotes round it: 'regimes=[none,uflpa]'"]),
    (["regimes=[none,", f"{'a' * 9000}]"], ["quotes round all of it"]),
    (["world=a\u202eb"], ["world=a\\u202eb", "not seen"]),
    (["world=no(1)"], ["world=no(1)", "\"world='no(1)'\""]),
    (["world=no,where"], ["world=no,where", "\"world='no,where'\""]),
    (["debug@here=fast"], ["debug@here=fast", "debug=value"]),
    (["regimes=[[none]]"], ["regimes=[[none]]", "list of names"]),
    (["regimes=[null]"], ["regimes=[null]", "list of names"]),
    (["observe=FULL"], ["observe=FULL", "'full'"]),
    (["design.runs=100000000"], ["design.runs=100000000", "10,000,000 or less"]),
    (["firms=1000000000000"], ["firms=1000000000000", "or less"]),
    (["start=0001-01-01"], ["start=0001-01-01", "1950 to 2150"]),
    (["end=9999-12-31"], ["end=9999-12-31", "1950 to 2150"]),
    (["design.runs=10000000", "regimes=[a,b,c,d,e,f,g,h,i,j,k]"], ["design.runs=10000000", "at most 100,000,000"]),
    (["design.draws=50"], ["design.draws", "design=uncertain"]),
    (["machine.queue=slurm"], ["machine.queue", "machine=cluster"]),
    (["export.to=elsewhere"], ["export.to", "reroute export"]),
    (["replay.run=uflpa/0/3"], ["replay.run", "reroute replay"]),
    (["--multirun", "design.seed=range(1,100000000)"], ["range(1,100000000)", "10,000 jobs"]),
    (["--multirun", "design.seed=interval(1,5)"], ["interval(1,5)", "range(1,10)"]),
    (["--multirun", "regimes=glob(*)"], ["glob(*)", "name the values"]),
    (["regimes=" + "[" * 5000 + "]" * 5000], ["too deep"]),
    (["world=" + "a" * 30_000], ["at most 20,000 letters"]),
    (["--cfg", "jobs"], ["--cfg", "'jobs'", "--help"]),
]

BREAKAGES: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "unknown place": (
        lambda world: swap(world / "legs.csv", "north_rail,north_town", "north_rail,north_twon"),
        ["legs.csv", "row 2", "from_place", "north_twon", "north_town"],
    ),
    "negative capacity": (
        lambda world: swap(
            world / "crossings.csv", "rail_gate,both,export,capacity,,,3", "rail_gate,both,export,capacity,,,-3"
        ),
        ["crossings.csv", "row 2", "value", "-3"],
    ),
    "market out of reach": (
        lambda world: drop(world / "legs.csv", "far_city"),
        ["markets.csv", "farland", "route"],
    ),
    "missing table": (lambda world: (world / "demand.csv").unlink(), ["demand.csv", "missing"]),
    "empty table": (lambda world: (world / "demand.csv").write_bytes(b""), ["demand.csv", "empty"]),
    "binary table": (lambda world: (world / "demand.csv").write_bytes(bytes(range(256))), ["demand.csv", "binary"]),
    "missing column": (
        lambda world: swap(world / "demand.csv", "value_musd", "worth"),
        ["demand.csv", "row 1", "value_musd", "missing"],
    ),
    "no folder": (shutil.rmtree, ["world"]),
}

BAD_REGIMES = [
    ("regimes=[none,uflpaa]", None, ["uflpaa", "uflpa"]),
    ("regimes=[none,own.yaml]", None, ["own.yaml"]),
    ("regimes=[none,own.yaml]", "purpose: [broken\nmeasures: {}\n", ["own.yaml", "line"]),
    ("regimes=[none,own.yaml]", "", ["own.yaml"]),
]


def swap(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def drop(path: Path, word: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if word not in line), encoding="utf-8")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(each): each.read_bytes() if each.is_file() else b"" for each in sorted(folder.rglob("*"))}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Current folder with an earlier result in it."""
    kept = tmp_path / "results" / "compare_regimes" / "answer.md"
    kept.parent.mkdir(parents=True)
    kept.write_text("an earlier answer", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HYDRA_FULL_ERROR", os.environ.get("HYDRA_FULL_ERROR", "0"))
    return tmp_path


def refuse(
    words: list[str], names: list[str], here: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Run the command in this process and hold its answer to the rule."""
    before = contents(here)
    monkeypatch.setattr(sys, "argv", ["reroute", *words])
    with pytest.raises(SystemExit) as ending:
        main()
    out, sentence = capfd.readouterr()
    assert (ending.value.code, out) == (2, "")
    assert_plain(sentence, names)
    assert contents(here) == before


def assert_plain(sentence: str, names: list[str]) -> None:
    assert sentence.startswith("reroute: ")
    assert sentence.count("\n") == 1
    assert "Traceback" not in sentence
    assert [name for name in names if name not in sentence] == []


def some_slow(rows: list, every: int) -> list:
    """Leave all but some rows to `make test`: a row takes a tenth of a second."""
    return [row if place % every == 0 else pytest.param(*row, marks=pytest.mark.slow) for place, row in enumerate(rows)]


@pytest.mark.parametrize(
    ("words", "names"), some_slow(BAD_WORDS, 3), ids=[" ".join(words)[:60] for words, _ in BAD_WORDS]
)
def test_a_bad_command_line(
    words: list[str], names: list[str], here: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    refuse(words, names, here, monkeypatch, capfd)


@pytest.mark.parametrize("fault", BREAKAGES)
def test_a_bad_world(
    fault: str, here: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    damage, names = BREAKAGES[fault]
    shutil.copytree(TINY, here / "own_world")
    damage(here / "own_world")
    refuse(["world=own_world"], names, here, monkeypatch, capfd)


@pytest.mark.parametrize(("word", "text", "names"), BAD_REGIMES, ids=["misspelt", "missing", "broken", "empty"])
def test_a_bad_regime(
    word: str,
    text: str | None,
    names: list[str],
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    if text is not None:
        (here / "own.yaml").write_text(text, encoding="utf-8")
    refuse([f"world={TINY}", word], names, here, monkeypatch, capfd)


def reroute(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sim", *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def some_thorough(rows: list, every: int) -> list:
    """Leave all but some rows to `make thorough`: the sentence of each is held above, a process costs a second."""
    return [
        row if place % every == 0 else pytest.param(*row, marks=pytest.mark.thorough) for place, row in enumerate(rows)
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "names"),
    some_thorough(BAD_WORDS[::5], 5),
    ids=[" ".join(words)[:60] for words, _ in BAD_WORDS[::5]],
)
def test_a_bad_command_line_as_a_process(words: list[str], names: list[str], here: Path) -> None:
    before = contents(here)
    answer = reroute(*words, cwd=here)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert_plain(answer.stderr, names)
    assert contents(here) == before


@pytest.mark.slow
def test_check_tells_every_fault_at_once(
    here: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    world = here / "own_world"
    shutil.copytree(TINY, world)
    monkeypatch.setattr(sys, "argv", ["reroute", "check", "world=own_world"])
    main()
    for fault in ("unknown place", "negative capacity", "missing table"):
        BREAKAGES[fault][0](world)
    capfd.readouterr()
    monkeypatch.setattr(sys, "argv", ["reroute", "check", "world=own_world"])
    with pytest.raises(SystemExit) as ending:
        main()
    told = capfd.readouterr().err
    assert ending.value.code == 2
    assert all(word in told for word in ("north_twon", "-3", "demand.csv"))
    assert "Traceback" not in told


@pytest.mark.slow
@pytest.mark.parametrize("name", ["dünya", "日本", "two words", "a;b&c!", "O#1~"])
def test_any_letters_of_a_path_are_read(
    name: str, here: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(TINY, here / name)
    monkeypatch.setattr(sys, "argv", ["reroute", "check", f"world={name}"])
    main()
    out, err = capfd.readouterr()
    told = err.splitlines()
    if name == "日本":  # of the drawn network, where no font has the letter
        told = [line for line in told if not line.startswith("reroute: no installed font has the letter")]
    assert told == []
    assert name in out


@pytest.mark.slow
def test_letters_beyond_ascii_are_read_and_written_by_a_process(here: Path) -> None:
    shutil.copytree(TINY, here / "dünya")
    answer = reroute("check", "world=dünya", cwd=here)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "dünya" in answer.stdout


def test_trace_shows_where_a_fault_was_found(here: Path) -> None:
    answer = reroute("debug=trace", "start=2022", cwd=here)
    assert answer.returncode == 2
    assert "Traceback" in answer.stderr
    assert answer.stderr.rstrip().splitlines()[-1].startswith("reroute: start=2022 is not a date")
