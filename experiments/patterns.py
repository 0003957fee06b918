"""Show which of the fourteen patterns the model produces, before any calibration.

The world as it happened is run beside worlds without sanctions and without single counter-measures; each pattern is
judged by rules that were written down before (`sim.analysis.patterns`). Run as a module it also writes the committed
copy under `results/patterns/`.
"""

import sys
from pathlib import Path

from sim.analysis.stability import warnings_for
from sim.config import Config, load
from sim.ensemble import Results, executor_of, run_study, study_of, world_of
from sim.policy.language.load import load_regime
from sim.report.page.answer import write_committed
from sim.report.page.verdicts import write_patterns


def main(config: Config) -> Results:
    """Run the regimes that the patterns need, judge every pattern, write table, figure and findings.

    Parameters
    ----------
    config : Config
        Checked settings, as of `experiment=patterns`.

    Returns
    -------
    Results
        The stored study, its report written.

    Raises
    ------
    InputError
        If the world, a regime or a setting cannot be used, or the study lacks a regime or months that a pattern needs.
    """
    regimes = [load_regime(name) for name in config.regimes]
    world = world_of(config)
    for warning in warnings_for(world, config.behaviour):
        sys.stderr.write(f"reroute: {warning}\n")
    results = run_study(study_of(config, world), executor_of(config))
    sys.stdout.write(f"The findings: {write_patterns(results, world, regimes, config)}\n")
    return results


if __name__ == "__main__":
    settings = load(["experiment=patterns", *sys.argv[1:]])
    write_committed(main(settings), Path(settings.results_dir) / settings.slug)
