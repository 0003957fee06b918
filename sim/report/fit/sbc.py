"""Check the fit on made-up figures, and write table and figure: `python -m sim.report.fit.sbc` (`make sbc`)."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from sim.calibration.command import prepared
from sim.calibration.sbc import check
from sim.config import load
from sim.machine import usable_cores
from sim.report.figures import picture
from sim.report.fit.ranks import PICTURE
from sim.report.page import swap
from sim.report.page.csv import table_files
from sim.terminal import say

TRUTHS = 48
"""Made-up fits; asked for were 40 or more."""

USUAL = ("command=calibrate", "design=uncertain", "end=2024-12-31")


def run(words: Sequence[str], truths: int = TRUTHS) -> Path:
    """Draw the prior as the first wave of a fit does, hold truths out, fit them, and write what was found.

    Parameters
    ----------
    words : sequence of str
        Settings, `key=value`; runs that the fit stored before are not made again.
    truths : int
        Runs that are held out.

    Returns
    -------
    Path
        Folder `RESULTS/calibration/sbc` with `tables/*.csv` and `figures/ranks.png`.

    Raises
    ------
    InputError
        If settings, targets or factors are at fault.
    """
    config = load([*USUAL, *words])
    work = prepared(config)
    seed = config.design.seed
    drawn = work.prior.sobol(config.calibrate.runs, seed)
    figures = work.simulate(drawn)
    simulated, drawn = work.targets.scaled(figures), drawn.loc[figures.index]
    checked = check(
        drawn, simulated, work.prior, work.targets, truths=truths, seed=seed, workers=usable_cores(), tell=say
    )
    source = (
        f"Source: reroute, world {config.world}, {len(drawn)} runs of the prior, {truths} of them held out as truths"
    )
    files = table_files(picture.tables([PICTURE], checked))
    files |= picture.files(picture.draw_all([PICTURE], checked, source))
    folder = Path(config.results_dir) / "calibration" / "sbc"
    swap.replace_files(folder, files, swap.OUTDATED)
    say(f"{PICTURE.finding(checked)} {folder}")
    return folder


if __name__ == "__main__":
    run(sys.argv[1:])
