"""Studies of what is uncertain: their words and pictures from numbers that are known, and each from its settings."""

import re

import numpy as np
import pandas as pd
import pytest

from sim.analysis.discovery import find_box, quality, share_ends, stability
from sim.analysis.rerouted import CLAIMS, ESTIMATORS, bias_table
from sim.calibration.factors import Factor, Prior
from sim.config import load
from sim.experiments import do_estimators_find_it, what_matters, when_it_fails, who_decides_how
from sim.policy.language.load import load_regime
from sim.report import studies
from sim.report.figures import by_rule, estimators, failing, variance_shares, what_moves
from sim.report.figures.by_rule import ByRule
from sim.report.figures.estimators import Estimated
from sim.report.figures.failing import Condition, Failing
from sim.report.figures.variance_shares import LUCK, UNTOLD, Mattering
from sim.report.policy import do_estimators_find_it as estimating
from sim.report.policy import what_matters as mattering
from sim.report.policy import when_it_fails as failed
from sim.report.policy import who_decides_how as deciding
from sim.report.shown import shown
from tests.report.test_figures import overlapping
from tests.small_results import SmallResults, months_of

RUNS, MONTHS = 60, months_of(2022, 2023)
FACTORS = ("sensitivity", "kappa", "lift", "level.goods_that_go_on", "compliance_share", "prior_relabelled")


class DrawnResults(SmallResults):
    """With a draw for each run."""

    def __init__(self, draws, *args):
        super().__init__(*args)
        self.draws = draws
        self.runs = pd.DataFrame({"draw": draws.index, "run": np.arange(len(draws))})


@pytest.fixture(scope="module")
def study(tables):
    """The cut rises by what is drawn of the first factor and a little by the third; luck is small."""
    random = np.random.default_rng(1)
    draws = pd.DataFrame(random.random((RUNS, len(FACTORS))), columns=list(FACTORS))
    whole = np.ones((RUNS, len(MONTHS)))
    left = 0.8 - 0.5 * draws["sensitivity"] - 0.1 * draws["lift"] + 0.02 * random.standard_normal(RUNS)
    values = {}
    for kind, level in (("direct", 6.0), ("embodied", 2.0)):
        values["sanctioned_trade", f"united_states/{kind}", "all", "export"] = {
            "none": level * whole,
            "uflpa": level * left.to_numpy()[:, None] * whole,
        }
        for commodity in ("apparel", "metals"):
            values["sanctioned_trade", f"united_states/{kind}", commodity, "export"] = {
                name: each / 2
                for name, each in values["sanctioned_trade", f"united_states/{kind}", "all", "export"].items()
            }
    values["registered_trade", "total", "all", "both"] = {"none": whole, "uflpa": 0.999 * whole}
    config = load(["regimes=[none,uflpa]", "start=2022-01-01", "end=2023-12-31"])
    regimes = [load_regime(name) for name in ("none", "uflpa")]
    return shown(DrawnResults(draws, MONTHS, "none", values), "none", tables, regimes, config, "", "")


def drawn(picture, subject):
    """Draw a picture, and hold it to what all pictures keep."""
    title = picture.finding(subject)
    assert not re.search(r"\bnan\b|\binf\b|None", f"{title} {picture.caption(subject)}")
    figure = picture.draw(subject, title)
    assert overlapping(figure) == []
    return title


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{MINUS SIGN}", "-")


def test_the_tornado_names_what_moves_the_cut_and_what_hangs_on_assumed_ranges(study) -> None:
    assert "goes most with sensitivity" in drawn(what_moves.PICTURE, study)
    said = re.search(
        r"between runs (\d+) % .* whose range is assumed, (\d+(?:\.\d)?) %", plain(what_moves.caption(study))
    )
    assert 80 < int(said[1]) <= 100  # sensitivity is assumed
    assert float(said[2]) < 15  # lift has a source
    assert what_moves.drawn(study)["outcome"].unique().tolist() == ["cut"]


def test_few_runs_have_no_tornado(study) -> None:
    results = study.results
    few = DrawnResults(
        results.draws.head(10),
        MONTHS,
        "none",
        {
            tuple(key.split("|")): {name: each[:10] for name, each in values.items()}
            for key, values in results._values.items()
        },
    )
    config = load(["regimes=[none,uflpa]", "start=2022-01-01", "end=2023-12-31"])
    bare = shown(few, "none", study.world, list(study.laws.values()), config, "", "")
    assert what_moves.PICTURE.table(bare).empty


@pytest.fixture
def matters(study):
    rows = [
        ("cut", name, share, share + 0.01, share - 0.05, share + 0.07)
        for name, share in zip(FACTORS, (0.5, 0.2, 0.08, 0.03, 0.02, 0.01), strict=True)
    ]
    rows += [("cut", LUCK, np.nan, 0.06, 0.04, 0.1), ("cut", UNTOLD, np.nan, 0.07, np.nan, np.nan)]
    rows += [("trade", *row[1:]) for row in rows]
    shares = pd.DataFrame(rows, columns=["outcome", "factor", "first", "share", "low", "high"])
    effects = pd.DataFrame({"outcome": "cut", "factor": FACTORS, "size": np.arange(6.0)[::-1]})
    return Mattering(study, shares, 400, effects)


def test_what_matters_tells_shares_luck_and_agreement(matters) -> None:
    assert "sensitivity makes 51 %" in plain(drawn(variance_shares.PICTURE, matters))
    over, others, ranges, resting = map(plain, mattering.sentences(matters, 400, 6))
    assert "goes with sensitivity" in over
    assert others.startswith("Likewise between runs: the ")
    assert "; " not in over
    assert "luck makes 6.0 %" in ranges
    assert "7.0 % is told by neither" in ranges
    assert "5 are among the five largest" in resting


def test_without_an_emulator_shares_are_not_told(matters) -> None:
    none = matters._replace(shares=pd.DataFrame(), effects=pd.DataFrame())
    assert "not told" in mattering.sentences(none, 8, 43)[-2]


@pytest.fixture(scope="module")
def fails():
    random = np.random.default_rng(3)
    prior = Prior((Factor("sensitivity", 0.05, 0.8), Factor("lift", 1.0, 30.0, True), Factor("kappa", 1.0, 4.0)))
    draws = prior.sobol(512, 1)
    failed = ((draws["sensitivity"] < 0.3) & (draws["lift"] < 8)).to_numpy() ^ (random.random(512) < 0.04)
    box = find_box(draws[:256], failed[:256])
    known = prior.sobol(64, 2)
    told = Condition(
        "uflpa",
        "A ban",
        box,
        quality(box, draws[256:], failed[256:]),
        quality(box, known, np.zeros(64, bool)),
        share_ends(0, 64),
        stability(draws[:256], failed[:256], resamples=10),
        known,
    )
    idle = Condition(
        "us_eu",
        "Two bans",
        {},
        None,
        None,
        (0.0, 1.0),
        pd.DataFrame(),
        pd.DataFrame(),
        "its measures are never in force",
    )
    return Failing([told, idle], failed_rule(), prior)


def failed_rule() -> str:
    return failed.RULE


def test_conditions_are_told_as_sentences_with_their_test(fails) -> None:
    title = drawn(failing.PICTURE, fails)
    assert re.search(r"sensitivity below 0\.\d+", title)
    assert re.search(r"lift below [\d.]+", title)
    often, where, sure = map(plain, failed.sentences(fails))
    assert "of “Two bans” nothing is told, since its measures are never in force" in often
    assert "under “A ban” 0 % of the posterior's runs fail (90 % interval from 0 %" in often
    assert "of failures lie" in where
    assert "of the posterior meets all conditions" in sure
    table = failing.table(fails)
    assert table["density"].iloc[0] > 0.85
    assert (table["density_low"] < table["density"]).all()


def test_conditions_that_do_not_stand_the_test_are_not_told(study) -> None:
    random = np.random.default_rng(11)
    draws = study.results.draws.assign(lift=random.random(RUNS))
    whole, values = np.ones((RUNS, len(MONTHS))), {}
    for kind in ("direct", "embodied"):
        left = np.where(random.random(RUNS) < 0.7, 0.8, 0.5)[:, None] * whole  # cuts of a fifth or a half, by luck
        for commodity, part in (("all", 1.0), ("apparel", 0.5), ("metals", 0.5)):
            both = {"none": part * whole, "uflpa": part * left}
            values["sanctioned_trade", f"united_states/{kind}", commodity, "export"] = both
    config = load(["regimes=[none,uflpa]", "start=2022-01-01", "end=2023-12-31"])
    laws = list(study.laws.values())
    lucky = shown(DrawnResults(draws, MONTHS, "none", values), "none", study.world, laws, config, "", "")
    found = failed.condition(lucky, lucky, "uflpa", 1)
    assert found.limits == {}
    assert "no condition of few limits" in found.why
    assert 0.2 < found.posterior.failing < 0.8
    subject = Failing([found], failed_rule(), Prior((Factor("lift", 0.0, 1.0),)))
    assert failing.PICTURE.table(subject).empty
    assert "No conditions were found" in failed.sentences(subject)[2]


def test_a_bias_table_says_how_far_an_estimator_is_off_and_whether_it_knows() -> None:
    true = np.linspace(50, 150, 41)
    found = pd.DataFrame(
        {
            "estimator": ESTIMATORS[0],
            "run": range(41),
            "true": true,
            "estimate": 2 * true,
            "low": 0.5 * true,
            "high": np.where(true < 100, 3.0, 0.9) * true,
            "regime": "uflpa",
        }
    )
    row = bias_table(found).iloc[0]
    assert (row["ratio_q05"], row["ratio_median"], row["ratio_q95"]) == pytest.approx((2.0, 2.0, 2.0))
    assert row["bias_median"] == pytest.approx(100.0)
    assert row["coverage"] == pytest.approx(20 / 41)
    placebo = bias_table(found.assign(true=0.0)).iloc[0]
    assert np.isnan(placebo["ratio_median"])
    assert np.isnan(bias_table(found.head(5)).iloc[0]["bias_q05"])


CALLED = {"none": "No sanctions", "uflpa": "A ban"}


@pytest.fixture
def estimated():
    random, frames = np.random.default_rng(4), []
    for regime, caused in (("none", 0.0), ("uflpa", -150.0)):
        for number, name in enumerate(ESTIMATORS):
            true = (caused if CLAIMS[name] == "caused" else 300.0) + 20 * random.standard_normal(40)
            guess = (3000.0 if number == 1 else 90.0 * number) + 30 * random.standard_normal(40)
            own = (guess - 300, guess + 300) if number == 0 else (np.nan, np.nan)
            frames.append(
                pd.DataFrame(
                    {
                        "estimator": name,
                        "run": range(40),
                        "true": true if caused or number in (1, 2, 3) else 0.0,
                        "estimate": guess,
                        "low": own[0],
                        "high": own[1],
                        "regime": regime,
                    }
                )
            )
    return Estimated(bias_table(pd.concat(frames)), "United States", "July 2022 to December 2024", False, CALLED)


def test_estimators_stand_beside_the_truth(estimated) -> None:
    drawn(estimators.PICTURE, estimated)
    said = plain(estimating._said(estimated, "uflpa"))
    assert "the maximum flow of products says that at most 3 bn USD" in said
    assert "times the truth" in said
    assert "its own 90 % interval holds the truth in" in said
    assert "the truth is 0" in estimating._false(estimated, "none")


def test_rules_are_held_against_each_other_and_those_without_a_fit_are_named() -> None:
    rows = []
    for number, rule in enumerate(("logit", "satisficing", "reinforcement")):
        for quantity, middle, verdict in (
            ("cut", 0.6, "higher"),
            ("trade", 0.001 * number, "no clear difference"),
            ("diverted", -0.5, ("lower", "lower", "higher")[number]),
            ("false_alarms", 90.0, "higher"),
        ):
            rows.append(
                {
                    "rule": rule,
                    "calibrated": number < 2,
                    "quantity": quantity,
                    "kind": "headline",
                    "runs": 60,
                    "q05": 0.9 * middle - 0.01,
                    "median": middle,
                    "q95": 1.1 * middle + 0.01,
                    "verdict": verdict,
                    "observed": np.nan,
                    "low": np.nan,
                    "high": np.nan,
                }
            )
        rows.append(
            rows[-1]
            | {
                "quantity": "share of decided consignments that is denied",
                "kind": "test",
                "median": 0.5,
                "q05": 0.4,
                "q95": 0.6,
                "observed": 0.45,
                "low": 0.3,
                "high": 0.6,
                "verdict": "within",
            }
        )
    subject = ByRule(pd.DataFrame(rows), "uflpa", "none", "2022 to 2024")
    drawn(by_rule.PICTURE, subject)
    same, found, tested = map(plain, deciding.sentences(subject))
    assert "cut of the goods in scope: logit 60 % (from 53 % to 67 %)" in found
    assert "all rules of choice say the same of the cut of the goods in scope (higher)" in same
    assert "rules part on the share of the direct loss" in same
    assert "NOT calibrated: reinforcement has no posterior" in tested
    assert "published 45 %" in tested


MODULES = {
    each.__name__.rpartition(".")[2]: each
    for each in (do_estimators_find_it, what_matters, when_it_fails, who_decides_how)
}


@pytest.mark.thorough
@pytest.mark.parametrize("name", MODULES)
def test_a_study_runs_from_its_settings_and_says_what_it_can_say(name, tmp_path) -> None:
    words = [f"experiment={name}", "debug=fast", "end=2021-02-28", f"results_dir={tmp_path}"]
    results = studies.run(load(words), MODULES[name].REPORT)
    text = (results.folder / "answer.md").read_text("utf-8")
    said = text.split("\n\n")[1].split("\n")
    assert len(said) == 3
    assert all(each.endswith(".") and each[0].isupper() for each in said), said
    assert not re.search(r"\bnan\b|None|\binf\b", text)
    assert f"slug={name}" in text
