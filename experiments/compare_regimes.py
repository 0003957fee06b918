"""Compare sanction regimes: what does each change, against a world without it.

The same firms meet the same crossings and the same shocks under each regime; only what the senders do differs. Run as a
module it also writes the committed copy of the default study under `results/compare_regimes/`.
"""

import sys
from pathlib import Path

from sim.analysis.stability import warnings_for
from sim.config import Config, load
from sim.ensemble import Results, executor_of, run_study, study_of, world_of
from sim.policy.language.load import load_regime
from sim.report.page.answer import write_committed
from sim.report.page.writing import write_report


def main(config: Config) -> Results:
    """Run every regime of `config.regimes` and write the page that compares them.

    Parameters
    ----------
    config : Config
        Checked settings.

    Returns
    -------
    Results
        The stored study, its report written.

    Raises
    ------
    InputError
        If the world, a regime or a setting cannot be used; nothing was computed then.
    """
    regimes = [load_regime(name) for name in config.regimes]
    world = world_of(config)
    warnings = [warning for regime in regimes for warning in regime.warnings] + warnings_for(world, config.behaviour)
    for warning in dict.fromkeys(warnings):
        sys.stderr.write(f"reroute: {warning}\n")
    results = run_study(study_of(config, world), executor_of(config))
    page = write_report(results, world, regimes, config)
    sys.stdout.write(f"The page: {page}\n")
    return results


if __name__ == "__main__":
    settings = load(sys.argv[1:])
    write_committed(main(settings), Path(settings.results_dir) / settings.slug)
