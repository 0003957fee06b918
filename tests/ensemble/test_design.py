import numpy as np
import pytest

from sim.ensemble.plan.design import BLOCK_RUNS, Design, defaults_only


def pairs(design: Design) -> list[tuple[int, int]]:
    """Draw and run of every run, in the order of the blocks."""
    return [pair for block in design.blocks() for pair in zip(block.draw_numbers, block.run_numbers, strict=True)]


def design(draws: int, runs: int) -> Design:
    return Design(np.arange(draws, dtype=float)[:, None], 1, runs)


@pytest.mark.parametrize(("draws", "runs"), [(1, 1), (1, 120), (3, 70), (49, 2), (50, 3), (130, 1), (130, 7)])
def test_blocks_hold_every_run_once(draws, runs):
    every = [(draw, run) for draw in range(1, draws + 1) for run in range(runs)]
    assert sorted(pairs(design(draws, runs))) == every
    assert max(len(block) for block in design(draws, runs).blocks()) <= BLOCK_RUNS


@pytest.mark.parametrize(("draws", "few", "many"), [(1, 100, 200), (1, 20, 120), (7, 30, 60), (60, 1, 4)])
def test_more_runs_keep_the_full_blocks(draws, few, many):
    before, after = (set(design(draws, runs).blocks()) for runs in (few, many))
    assert {block for block in before if len(block) == BLOCK_RUNS} <= after


def test_more_draws_keep_the_full_blocks():
    before, after = (set(design(draws, 2).blocks()) for draws in (120, 250))
    assert {block for block in before if len(block) == BLOCK_RUNS} <= after


@pytest.mark.parametrize("runs", [1, 20, 50, 130])
def test_a_paired_design_has_each_run_with_its_own_draw(runs):
    paired = design(runs, runs)._replace(paired=True)
    assert pairs(paired) == [(run + 1, run) for run in range(runs)]
    assert paired.size == runs
    assert all(len(block) <= BLOCK_RUNS for block in paired.blocks())
    rows = np.concatenate([paired.rows(block) for block in paired.blocks()])
    assert (rows == paired.draws).all()


def test_fewer_runs_of_a_paired_design_are_its_first():
    paired = design(130, 130)._replace(paired=True)
    assert pairs(paired.upto(60)) == pairs(paired)[:60]
    assert set(paired.upto(100).blocks()) <= set(paired.blocks())


def test_a_part_of_pairs_keeps_draws_and_runs_together():
    *_, block = design(80, 80)._replace(paired=True).blocks()
    part = block.part(10, 15)
    assert part.places == range(10, 15)
    assert (part.draw_numbers - part.run_numbers == 1).all()
    assert part.part(2, 3).run_numbers.tolist() == [62]


def test_rows_belong_to_the_draws():
    many = design(60, 2)
    for block in many.blocks():
        assert (many.rows(block)[:, 0] == block.draw_numbers - 1).all()


def test_a_part_keeps_its_places():
    (block,) = defaults_only((1.0, 2.0), 30).blocks()
    part = block.part(10, 15)
    assert part.places == range(10, 15)
    assert part.run_numbers.tolist() == [10, 11, 12, 13, 14]
    assert part.draw_numbers.tolist() == [0] * 5


def test_few_large_files_for_many_runs():
    assert sum(1 for _ in design(3, 10_000).blocks()) == 600
    assert sum(1 for _ in design(10_000, 3).blocks()) == 600
