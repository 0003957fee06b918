"""Compare sanction regimes: what does each change, against a world without it.

The same firms meet the same crossings and the same shocks under each regime; only what the senders do differs.
"""

from sim.config import Config
from sim.errors import InputError
from sim.policy.load import load_regime
from sim.world.tables import find_world, read_tables


def main(config: Config) -> None:
    """Run every regime of `config.regimes` and write the page that compares them.

    Raises
    ------
    InputError
        If the world or a regime cannot be used.
    """
    read_tables(find_world(config.world))
    for name in config.regimes:
        load_regime(name)
    raise InputError(f"{config.slug} cannot run yet: the model is not built.")
