"""Sentences and figures of single questions of policy say what was put in, and every figure can be drawn."""

from dataclasses import replace
from io import BytesIO
from types import SimpleNamespace

import pytest
from PIL import Image

from sim.errors import InputError
from sim.report.figures import open_winter, queues, shut_crossings, shut_together, where_to_look
from sim.report.figures.picture import draw
from sim.report.policy import chokepoints, enforcement_frontier, khorgos_hours, khunjerab_winter
from sim.report.policy.needs import need_names, need_regimes
from tests.report.policy import made_up

SHUT, WAITED, LOOKED = made_up.closed(), made_up.waited(), made_up.targeted()
OPENED = made_up.opened({"as they happened": 1.0, "none": 2.0})
SUBJECTS = ((open_winter, OPENED), (chokepoints, SHUT), (queues, WAITED), (where_to_look, LOOKED))
DRAWN = [(picture, subject) for figures, subject in SUBJECTS for picture in figures.PICTURES]


@pytest.mark.slow
@pytest.mark.parametrize(("picture", "subject"), DRAWN, ids=[picture.name for picture, _ in DRAWN])
def test_every_figure_is_drawn_with_its_rows(picture, subject) -> None:
    drawn = draw(picture, subject, "Source: made up")
    assert len(drawn.table)
    assert Image.open(BytesIO(drawn.png)).width > 1000


def test_closures_are_told_with_crossing_month_kink_and_pair() -> None:
    first, second, third = chokepoints.sentences(SHUT)
    assert first.startswith("30 days shut hurt most at Khorgos (road) in ")
    assert "Khorgos (road): from day 3" in second
    assert "a day costs more" in second
    assert "no clear kink in the loss by days shut at Khorgos (rail), Alashankou (rail), torugart" in second
    assert third.startswith("The worst pair is Khorgos (road) and Khorgos (rail) in ")
    assert "no clear difference" in third


def test_without_a_kink_no_day_is_told() -> None:
    straight = replace(SHUT, kinks=SHUT.kinks.assign(is_clear=False))
    assert "from day" not in shut_together.finding_days(straight)
    assert chokepoints.sentences(straight)[1].startswith("No clear kink")


def test_ranks_are_those_of_each_month_among_the_crossings_drawn() -> None:
    table = shut_crossings.ranks(SHUT)
    assert table["crossing"].nunique() == shut_crossings.RANKED
    for _, part in table.groupby("month"):
        assert sorted(part["rank"]) == [*range(1, shut_crossings.RANKED + 1)]


def test_queues_are_back_in_the_year_that_was_put_in() -> None:
    *_, back = khorgos_hours.sentences(WAITED)
    assert "A mean wait of more than 1\N{NO-BREAK SPACE}day is back for good" in back
    assert "hours as before and demand 8\N{NO-BREAK SPACE}% a year faster: in 2027" in back
    assert "round the clock and demand as it grows: not by 2032 (in no run)" in back


def test_plans_take_the_last_year_after_which_a_loss_can_be_counted() -> None:
    months = [f"{year}-{month:02d}" for year in (2023, 2024, 2025) for month in range(1, 13)][:30]
    assert chokepoints.plan_of(months).months == tuple(months[12:24])
    assert chokepoints.plan_of(months[:29]).months == tuple(months[:12])
    assert chokepoints.plan_of(months[:6]).months == ("2023-02",)


def test_the_front_and_the_price_of_predictability_are_told_with_their_ranges() -> None:
    first, second, third = enforcement_frontier.sentences(LOOKED)
    assert first.startswith("With 190 inspections a week, as it is, the ban cuts ")
    assert "polysilicon" in first
    assert second.startswith("From 56.6 to 660 inspections a week ")
    assert "past hits followed, no clear difference" in third
    assert "spread at random, 5" in third
    assert where_to_look.finding_points(LOOKED).startswith("8 of 8 points of the front look first at polysilicon")
    assert "none looks first at vehicle parts" in where_to_look.finding_points(LOOKED)


def test_a_study_without_its_regimes_is_told_in_one_sentence() -> None:
    stored = SimpleNamespace(regimes=("none",))
    need_regimes(stored, ["none"], "chokepoints")
    with pytest.raises(InputError, match="lacks observed, which the study chokepoints compares"):
        need_regimes(stored, ["observed"], "chokepoints")


def test_a_study_of_a_crossing_that_the_world_lacks_is_told_in_one_sentence(tables) -> None:
    need_names(tables, ["khorgos_road", "pakistan"], "khorgos_hours")
    with pytest.raises(InputError, match=r"no crossing or market 'khorgos_rode'.*nearest is 'khorgos_road'"):
        need_names(tables, ["khorgos_rode"], "khorgos_hours")


def test_an_open_winter_is_told_with_its_parts_parties_and_shocks() -> None:
    first, second, third = khunjerab_winter.sentences(OPENED)
    assert "in the 4 months in which it used to be shut, Khunjerab passes 40" in first
    assert "only moved from other months" in first
    assert "trade with Pakistan by all ways together: 9" in second
    assert "trade of the region: no clear difference" in second
    assert third.startswith("The open winter clearly leaves producers 12\N{NO-BREAK SPACE}m")
    assert "; gates 7\N{NO-BREAK SPACE}m" in third
    assert "spoilage" not in third  # it stands in the account of producers already
    assert "less (9 in 10 runs" in third


def test_of_too_few_runs_nobody_clearly_gains() -> None:
    few = OPENED.found._replace(parties=OPENED.found.parties.assign(verdict="too few runs"))
    assert open_winter.finding_to_whom(replace(OPENED, found=few)).endswith("cannot be said: too few runs.")
