"""Prints a digest of what a small study computes; run as a script under other switches of the compiler."""

import hashlib
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import numba
import numpy as np

from sim.config import load
from sim.kernels.start import begin
from sim.kernels.week import simulate
from sim.outcomes.outcomes import new_records
from sim.policy.compile.regime import compile_policy
from sim.policy.language.load import load_regime
from sim.state import new_state, single
from sim.world.build import Settings, build_world
from sim.world.frozen import frozen
from sim.world.tables.read import read_tables

TINY = Path(__file__).parents[1] / "world" / "tiny"
REGIME = """
purpose: A ban of the made-up world.
background: adds
measures:
  ban:
    sender: overseas
    instrument: import_ban
    start: 2021-01-08
    scope: {true_origin: region}
    source: made up
  closure:
    sender: events
    instrument: transit_ban
    announced: 2020-12-14
    start: 2021-01-06
    scope: {crossings: rail_gate, directions: export}
    source: made up
"""


def digest_of(regime: str, weeks: str, threads: int, firms: int, rule: str = "logit") -> str:
    """Digest over the records of four runs, worked off in calls of one run, on some threads."""
    settings = Settings(date(2021, 1, 1), date.fromisoformat(weeks), 2, firms, 4, rule=rule)
    built = build_world(read_tables(TINY), settings)
    policy = frozen(compile_policy(load_regime(regime), built))
    numbers, world = single(load([]).behaviour.values()), built.arrays

    def one(run: int) -> bytes:
        record, status, span = new_records(world, 1), np.zeros(4, np.int64), np.array([0, world.sizes.weeks])
        state = new_state(world)
        begin(world, numbers, state)
        simulate(world, policy, numbers, np.array([1, run], np.uint64), span, state, record, status)
        return b"".join(array.tobytes() for array in record)

    with ThreadPoolExecutor(threads) as pool:
        return hashlib.blake2b(b"".join(pool.map(one, range(4))), digest_size=16).hexdigest()


def fused_operations() -> int:
    """Fused multiply-adds in the machine code of `simulate`; only code that was compiled here can be read."""
    return sum(len(re.findall(r"\bvfn?m(?:add|sub)", code)) for code in simulate.inspect_asm().values())


if __name__ == "__main__":
    sys.stdout.write(digest_of(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]) + "\n")
    if not numba.config.DISABLE_JIT:
        sys.stdout.write(f"{fused_operations()}\n")
