"""The same bits whatever the threads, the processor and whether compiled at all; and machine code without surprises."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.state import CHOICE_RULES
from tests.kernels.run_bits import REGIME, digest_of

SCRIPT = Path(__file__).parent / "run_bits.py"
SHORT = "2021-01-14"


@pytest.fixture(scope="module")
def regime(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("regime") / "ban.yaml"
    path.write_text(REGIME, encoding="utf-8")
    return str(path)


def elsewhere(regime: str, folder: Path, rule: str = "logit", **switches: str) -> list[str]:
    """Digest of the same study, and number of fused operations, in a process with its own cache of machine code."""
    environment = os.environ | {"REROUTE_CACHE_DIR": str(folder)} | switches
    command = [sys.executable, str(SCRIPT), regime, SHORT, "1", "64", rule]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=3000)
    assert answer.returncode == 0, answer.stderr
    assert "cached code" not in answer.stderr
    return answer.stdout.split()


def test_one_and_two_threads(regime: str) -> None:
    assert digest_of(regime, SHORT, 1, 64) == digest_of(regime, SHORT, 2, 64)


@pytest.mark.slow
@pytest.mark.parametrize("rule", CHOICE_RULES)
def test_plain_python(regime: str, tmp_path: Path, rule: str) -> None:
    assert elsewhere(regime, tmp_path, rule, NUMBA_DISABLE_JIT="1") == [digest_of(regime, SHORT, 1, 64, rule)]


def test_rules_differ(regime: str) -> None:
    """Else the test above would say nothing about them."""
    assert len({digest_of(regime, SHORT, 1, 64, rule) for rule in CHOICE_RULES}) == len(CHOICE_RULES)


@pytest.mark.thorough
def test_a_generic_processor(regime: str, tmp_path: Path) -> None:
    switches = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
    assert elsewhere(regime, tmp_path, **switches)[0] == digest_of(regime, SHORT, 1, 64)


@pytest.mark.thorough
def test_compiled_as_numba_does_of_itself(regime: str, tmp_path: Path) -> None:
    assert elsewhere(regime, tmp_path, REROUTE_PLAIN_NUMBA="1") == [digest_of(regime, SHORT, 1, 64), "0"]


@pytest.mark.thorough
def test_checked_bounds_and_no_fused_multiply_add(regime: str, tmp_path: Path) -> None:
    assert elsewhere(regime, tmp_path, NUMBA_BOUNDSCHECK="1") == [digest_of(regime, SHORT, 1, 64), "0"]
