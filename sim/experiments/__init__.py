"""Import name of the folder `experiments/`, the same in a checkout and in an installed package."""

from sim.paths import shipped

__path__ = [str(shipped("experiments"))]
