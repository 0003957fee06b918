"""Compare sanction regimes: what does each change, against a world without it.

The same firms meet the same crossings and the same shocks under each regime; only what the senders do differs. Run as a
module it also writes the committed copy of the default study under `results/compare_regimes/`.
"""

import sys
from pathlib import Path
from types import SimpleNamespace

from sim.config import Config, load
from sim.ensemble import Results, executor_of, run_study, study_of
from sim.policy.load import load_regime
from sim.report import write_committed, write_report
from sim.world.tables import find_world, read_tables


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
    for warning in dict.fromkeys(warning for regime in regimes for warning in regime.warnings):
        sys.stderr.write(f"reroute: {warning}\n")
    world = SimpleNamespace(tables=read_tables(find_world(config.world)))
    results = run_study(study_of(config), executor_of(config))
    page = write_report(results, world, regimes, config)
    sys.stdout.write(f"The page: {page}\n")
    return results


if __name__ == "__main__":
    settings = load(sys.argv[1:])
    write_committed(main(settings), Path(settings.results_dir) / settings.slug)
