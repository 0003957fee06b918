"""Compare sanction regimes: what does each change, against a world without it.

The same firms meet the same crossings and the same shocks under each regime; only what the senders do differs.
"""

from sim.config import Config
from sim.errors import InputError


def main(config: Config) -> None:
    """Run every regime of `config.regimes` and write the page that compares them.

    Raises
    ------
    InputError
        If the world or a regime cannot be used.
    """
    raise InputError(f"The study {config.slug} is not built yet.")
