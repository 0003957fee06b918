"""Compare sanction regimes: what does each change, against a world without it.

The same firms meet the same crossings and the same shocks under each regime; only what the senders do differs.
"""

import sys
from types import SimpleNamespace

from sim.config import Config
from sim.ensemble import executor_of, run_study, study_of
from sim.policy.load import load_regime
from sim.report import write_report
from sim.world.tables import find_world, read_tables


def main(config: Config) -> None:
    """Run every regime of `config.regimes` and write the page that compares them.

    Raises
    ------
    InputError
        If the world, a regime or a setting cannot be used; nothing was computed then.
    """
    regimes = [load_regime(name) for name in config.regimes]
    for warning in dict.fromkeys(warning for regime in regimes for warning in regime.warnings):
        sys.stderr.write(f"reroute: {warning}\n")
    tables = read_tables(find_world(config.world))
    results = run_study(study_of(config), executor_of(config))
    page = write_report(results, SimpleNamespace(tables=tables), regimes, config)
    sys.stdout.write(f"The page: {page}\n")
