import numpy as np
import pytest
from scipy.optimize import linprog

from sim.analysis.decisions.fronts import YES_OR_NO, Range, non_dominated, search
from tests.analysis.decisions.inspection_game import expected, solve

GAMES = [
    ((2.0, 1.0), (10.0, 10.0), 8.0, 1.0),
    ((2.0, 1.0), (10.0, 40.0), 8.0, 0.7),
    ((5.0, 4.0), (300.0, 100.0), 90.0, 1.0),
    ((1.0, 9.0), (50.0, 50.0), 5.0, 0.5),  # only the dearer class is worth a look
]


def arrays(game: tuple) -> tuple[np.ndarray, np.ndarray, dict[str, float]]:
    values, goods, budget, found = game
    return np.array(values), np.array(goods), {"budget": budget, "found": found}


@pytest.mark.parametrize("game", GAMES)
def test_the_closed_form_is_what_a_linear_programme_finds(game: tuple) -> None:
    values, goods, how = arrays(game)
    slopes = values * how["found"] * how["budget"] / goods
    bounds = [(0, 1), (0, 1), (None, None)]  # shares of both classes, and what the smuggler expects at most
    limits = np.column_stack([-np.diag(slopes), [-1, -1]])
    best = linprog([0, 0, 1], A_ub=limits, b_ub=-values, A_eq=[[1, 1, 0]], b_eq=[1], bounds=bounds)
    solution = solve(values, goods, **how)
    assert (solution.share, solution.passes) == pytest.approx((best.x[0], best.fun))


@pytest.mark.parametrize("game", GAMES)
def test_no_mix_of_the_smuggler_does_better_than_the_game_is_worth(game: tuple) -> None:
    values, goods, how = arrays(game)
    solution = solve(values, goods, **how)
    mix = np.array([solution.in_first, 1 - solution.in_first])
    every = expected(np.linspace(0, 1, 501), values, goods, **how) @ mix
    assert every.min() == pytest.approx(solution.passes)
    assert expected(solution.share, values, goods, **how).max() == pytest.approx(solution.passes)


def test_being_predictable_has_its_price_where_both_classes_are_worth_a_look() -> None:
    prices = [solve(*arrays(game)[:2], **arrays(game)[2]).price_of_predictability for game in GAMES]
    assert min(prices[:3]) > 0.01
    assert prices[3] == pytest.approx(0)


def test_a_budget_that_opens_a_class_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="whole"):
        solve([1, 1], [10, 5], budget=6, found=1)


def test_points_that_no_other_beats_are_those_of_the_definition() -> None:
    random = np.random.default_rng(2)
    points = random.integers(0, 6, (80, 3)).astype(float)
    beaten = [any((other <= each).all() and (other < each).any() for other in points) for each in points]
    assert (non_dominated(points) == ~np.array(beaten)).all()


@pytest.mark.parametrize("game", GAMES[:2])
def test_the_search_finds_the_closed_form_of_the_inspection_game_at_every_budget(game: tuple) -> None:
    values, goods, how = arrays(game)

    def evaluate(choices):
        rows = [(each["share"], each["budget"]) for each in choices]
        passes = [expected(s, values, goods, budget=b, found=how["found"]).max() for s, b in rows]
        return np.column_stack([passes, [b for _, b in rows]])

    levers = {"share": Range(0, 1), "budget": Range(0.5, how["budget"])}
    found = search(levers, evaluate, aims=2, population=40, generations=25, seed=1)
    front = non_dominated(found.aims)
    best = [solve(values, goods, budget=b, found=how["found"]).passes for _, b in found.aims[front]]
    assert (found.aims[front, 0] >= np.array(best) - 1e-12).all()
    assert (found.aims[front, 0] - best).max() < 0.05 * values.max()
    assert np.median(found.aims[front, 0] - best) < 0.01 * values.max()


def test_the_same_seed_looks_at_the_same_choices() -> None:
    levers = {"a": Range(0.1, 10, is_log=True), "b": YES_OR_NO}

    def evaluate(choices):
        return np.array([[each["a"], each["b"] - each["a"]] for each in choices])

    first, again, other = (search(levers, evaluate, aims=2, population=6, generations=2, seed=s) for s in (1, 1, 2))
    assert first.choices == again.choices
    assert first.choices != other.choices
    assert all(0.1 <= each["a"] <= 10 and isinstance(each["b"], bool) for each in first.choices)


def test_what_is_done_now_is_looked_at_first() -> None:
    now = {"a": 2.5, "b": True}

    def evaluate(choices):
        return np.array([[each["a"], each["b"] - each["a"]] for each in choices])

    levers = {"a": Range(0.1, 10, is_log=True), "b": YES_OR_NO}
    assert search(levers, evaluate, aims=2, population=4, generations=1, seed=3, first=[now]).choices[0] == now
