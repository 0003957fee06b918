"""Calibration: which values of uncertain parameters agree with published figures, and how sure that is.

Waves of runs teach an emulator what the simulation says at other values; Markov chains ask it millions of times for
the posterior; the simulation itself is run at draws from it, weighted by how far the emulator was wrong there.
What is published is never taken to be exact: each target has an error, and each group of targets a discrepancy, by
which the model as a whole may be off, that is estimated with the rest.
"""

from sim.calibration.factors import Factor, Prior
from sim.calibration.hamiltonian import sample_posterior
from sim.calibration.posterior import Posterior
from sim.calibration.reweighting import Reweighted, reweight
from sim.calibration.settling import Settled, settled
from sim.calibration.targets import Targets
from sim.calibration.waves import Fit, Wave, calibrate

__all__ = [
    "Factor",
    "Fit",
    "Posterior",
    "Prior",
    "Reweighted",
    "Settled",
    "Targets",
    "Wave",
    "calibrate",
    "reweight",
    "sample_posterior",
    "settled",
]
