"""Who gains and who pays: numbers worked out by hand, a title that says only what is clear, texts kept apart."""

from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.collections import LineCollection, PathCollection

from sim.analysis.gains import gains, mirror_gaps
from sim.analysis.periods import Dates
from sim.analysis.scopes import InScope
from sim.report import style
from sim.report.figures import who_gains
from sim.report.page import page as whole
from sim.report.shown import Shown
from tests.report.test_figures import PURPOSE, overlapping
from tests.small_results import SmallResults, months_of

MONTHS = months_of(2021, 2022)
NAMES = {"united_states": "United States", "kyrgyzstan": "Kyrgyzstan"}
LEVELS = {  # million dollars a month under `none`, and what `ban` adds in 2022
    "buyers": (-10.0, -3.0),
    "payments": (500.0, -9.0),
    "subsidies": (1.0, 0.5),
    "treasury": (20.0, -1.0),
    "hubs": (5.0, 2.0),
    "payment_agents": (4.0, 0.0),
    "carriers": (90.0, 7.0),
    "gates": (8.0, 0.25),
    "production": (300.0, -5.0),
    "days": (60.0, 1.5),
    "spoilage": (0.5, 0.0),
    "detention": (0.0, 1.0),
    "denial": (0.0, 0.75),
    "producers": (50.0, -4.0),
    "on_the_way": (1.0, 0.0),
}
LEVELS_AT = {"buyers": (-4.0, -5.0), "treasury": (6.0, -2.0)}


def stored(regimes=("none", "ban"), levels=None, noise=0.0, runs=20):
    """Accounts over two years; the regimes differ in the second, each by one more time what `LEVELS` says."""
    rng = np.random.default_rng(3)
    on = (np.arange(len(MONTHS)) >= 12).astype(float)

    def series(level, added):
        return {
            name: level + on * (place * added + noise * rng.normal(size=(runs, 1)) * (place > 0))
            for place, name in enumerate(regimes)
        }

    values = {("incidence", name, "all", "both"): series(*each) for name, each in (levels or LEVELS).items()}
    for name, each in LEVELS_AT.items():
        values["incidence_at", f"united_states/{name}", "all", "export"] = series(*each)
    return SmallResults(MONTHS, regimes[0], values)


DATES = Dates(MONTHS)
SECOND_YEAR = DATES.period(slice(12, 24))


def study_of(results, senders=("united_states",)):
    in_scope = {regime: {sender: InScope((), DATES) for sender in senders} for regime in results.regimes}
    study = Shown(
        results=results,
        against=results.against,
        world=None,
        dates=DATES,
        scopes=in_scope,
        window=slice(12, 24),
        names=NAMES,
    )
    vars(study)["looks"] = looks(results.regimes)
    return study


def looks(regimes):
    return style.looks_of(regimes, regimes[0], dict.fromkeys(regimes, PURPOSE))


def test_accounts_are_signed_so_that_more_is_better_and_those_of_senders_stand_apart():
    table = gains(stored(), "none", {"ban": SECOND_YEAR}, {"ban": ["united_states"]}).set_index("subject")
    assert table["difference"].to_dict() == {
        "buyers_at_senders": -60.0,
        "buyers_elsewhere": 24.0,
        "treasury_at_senders": -24.0,
        "treasury_elsewhere": 12.0,
        "producers": -48.0,
        "hubs": 24.0,
        "payment_agents": 0.0,
        "gates": 3.0,
        "carriers": 84.0,
        "subsidies": -6.0,
        "days": -18.0,
        "spoilage": 0.0,
        "detention": -12.0,
        "denial": -9.0,
    }
    assert table.loc["days", "mean_against"] == -720.0
    assert set(table["unit"]) == {"musd a year"}


def test_without_senders_buyers_stand_together_and_months_before_the_period_do_not_count():
    both = gains(stored(), "none", {"ban": DATES.period(slice(0, 24))}, {"ban": []}).set_index("subject")["difference"]
    assert both["buyers"] == -18.0
    assert not any("senders" in subject for subject in both.index)


def test_what_stands_apart_adds_up_to_the_whole_account():
    table = gains(stored(), "none", {"ban": SECOND_YEAR}, {"ban": ["united_states"]}).set_index("subject")["difference"]
    whole = table.filter(like="buyers").sum(), table.filter(like="treasury").sum()
    assert whole == (12 * LEVELS["buyers"][1], 12 * LEVELS["treasury"][1])


def test_intervals_are_those_of_the_paired_runs():
    results = stored(noise=1.0, runs=40)
    table = gains(results, "none", {"ban": SECOND_YEAR}, {"ban": []}).set_index("subject").loc["hubs"]
    (ban, none) = (results.wide(name, ["incidence|hubs|all|both"])[:, 12:, 0].sum(axis=1) for name in ("ban", "none"))
    assert table[["run_q05", "run_q95"]].tolist() == pytest.approx(np.quantile(ban - none, [0.05, 0.95]), rel=1e-5)


def test_nothing_is_drawn_without_accounts_or_without_a_regime_to_compare():
    alone = SmallResults(MONTHS, "none", {("registered_trade", "total", "all", "both"): {"none": np.ones((2, 24))}})
    assert gains(alone, "none", {}, {}).empty
    assert gains(stored(("none",)), "none", {}, {}).empty


def test_the_title_names_the_largest_gain_and_loss_with_interval_but_no_carrier():
    title = who_gains.finding(study_of(stored())).replace("\xa0", " ")
    assert title == (
        "Under “ban” the largest gain is that of buyers elsewhere (+24 m USD a year; 9 in 10 runs: from +24 to +24); "
        "the largest loss that of buyers in the United States "
        "(\u221260 m USD a year; 9 in 10 runs: from \u221260 to \u221260)"
    )


def test_of_several_regimes_the_title_tells_the_one_that_moves_most():
    title = who_gains.finding(study_of(stored(("none", "mild", "strict")), senders=("united_states", "japan")))
    assert title.startswith("Of 2 regimes “strict” moves most: the largest gain")
    assert "buyers in the senders' markets (\u2212120" in title


def test_the_title_claims_nothing_where_intervals_include_zero():
    study = study_of(stored(levels=LEVELS, noise=50.0, runs=40))
    title = who_gains.finding(study).replace("\xa0", " ")
    assert title.startswith("Under “ban” there is no clear difference from “none” in what anybody gains or pays (")
    size = who_gains.table(study).query("subject in @who_gains.PARTIES and subject != 'carriers'")["detectable"].max()
    assert title.endswith(f"({size / 1000:.2f} bn USD a year or more would have been seen in any)")


def test_of_too_few_runs_no_range_is_told():
    study = study_of(stored(noise=1.0, runs=19))
    title = who_gains.finding(study).replace("\xa0", " ")
    assert "m USD a year)" in title
    assert "9 in 10" not in title + who_gains.caption(study)
    assert "19 runs a regime are too few" in who_gains.caption(study)
    drawn = who_gains.draw(study, "A title").axes[0].collections
    assert not any(len(each.get_segments()) for each in drawn if isinstance(each, LineCollection))


def test_the_title_says_so_where_only_losses_are_clear():
    levels = {name: (level, -abs(added)) for name, (level, added) in LEVELS.items()} | {"buyers": (-10.0, -6.0)}
    results = stored(levels=levels | {"subsidies": (1.0, 0.0), "treasury": (20.0, -4.0)})
    assert who_gains.finding(study_of(results)).endswith("; nobody clearly gains")


@pytest.mark.slow
@pytest.mark.parametrize("number", [2, 3, *(pytest.param(each, marks=pytest.mark.thorough) for each in (5, 6, 7)), 23])
def test_texts_keep_apart(number):
    regimes = ("none", *(f"a_regime_of_long_{place}" for place in range(1, number)))
    study = study_of(stored(regimes, noise=1.0))
    figure = who_gains.draw(study, "A title. " * 15)
    style.png_of(figure, "Source and signature")
    assert overlapping(figure) == []


def test_dots_stand_at_the_differences_of_the_rows_they_are_named_by():
    study = study_of(stored(noise=0.01))
    figure = who_gains.draw(study, "A title")
    axes = figure.axes[0]
    dots = np.concatenate([each.get_offsets() for each in axes.collections if isinstance(each, PathCollection)])
    named = {tick: text.get_text() for tick, text in zip(axes.get_yticks(), axes.get_yticklabels(), strict=True)}
    drawn = {named[row]: value for value, row in dots}
    for subject, value in who_gains.table(study).set_index("subject")["difference"].items():
        text = who_gains.label(study, subject)
        assert drawn[text[0].upper() + text[1:]] == pytest.approx(value)
    assert drawn["Carriers (freight)"] > 0 > drawn["Detention at borders"]


def test_mirror_gaps_are_the_ratio_of_the_two_books():
    def series(none, ban):
        return {"none": np.full((20, 24), none), "ban": np.full((20, 24), ban)}

    values = {
        ("registered_trade", "kyrgyzstan", "all", "both"): series(40.0, 40.0),
        ("registered_trade", "kyrgyzstan", "all", "export"): series(30.0, 30.0),
        ("registered_trade", "vietnam", "all", "export"): series(30.0, 30.0),
        ("partner_imports", "kyrgyzstan", "all", "export"): series(20.0, 15.0),
        ("partner_imports", "vietnam", "all", "export"): series(0.0, 30.0),
    }
    results = SmallResults(MONTHS, "none", values)
    table = mirror_gaps(results, SECOND_YEAR)
    assert table.set_index(["regime", "subject"])["mean"]["ban", "kyrgyzstan"] == 2.0
    rows = whole._mirror_rows(SimpleNamespace(results=results, last=SECOND_YEAR, names=NAMES))
    assert rows == [
        {"hub": "Kyrgyzstan", "gaps": ["1.50 (1.50 to 1.50)", "2.00 (2.00 to 2.00)"]},
        {"hub": "vietnam", "gaps": ["\u2013", "1.00 (1.00 to 1.00)"]},
    ]


@pytest.mark.slow
def test_the_page_shows_both(page):
    text = page.read_text(encoding="utf-8")
    assert '<figure id="who_gains"' in text
    assert "Mirror gaps" in text
    assert '<th scope="row">Kyrgyzstan</th>' in text
