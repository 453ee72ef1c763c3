"""The emulator is believed only for what the cluster contracts try on it and on a real kube-apiserver.

Everything is played anew, in processes of their own: nothing here can be out of date.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.cluster.recorder import FOLDER, Form, left_in

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = sorted(
    str(path.relative_to(ROOT)) for path in (ROOT / "tests/contracts").glob("test_cluster_*.py")
)
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider")
SUITE = (*PYTEST, *CONTRACTS, "tests/contracts/test_pod_logs.py", "-k", "sandbox")
DEMO = ("-m", "sandbox.demo", "--check")
_ALONE = ("kill", "test_canary.py", "test_recorder.py")  # on clusters of their own, or this
_IGNORED = (f"--ignore=tests/scenarios/{name}" for name in _ALONE)
SCENARIOS = (*PYTEST, "tests/scenarios", "-m", "not control_plane", *_IGNORED)
_PATIENCE_SECONDS = 1500

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., frozenset[Form]]:
    """Play something, and return the forms of calls that every sandbox cluster in it was asked for."""

    def play(*command: str) -> frozenset[Form]:
        folder = tmp_path_factory.mktemp("recordings")
        played = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=os.environ | {FOLDER: str(folder)},
            capture_output=True,
            text=True,
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
        assert played.returncode == 0, (
            f"not played to its end: {played.stdout[-3000:]}{played.stderr[-3000:]}"
        )
        return left_in(folder)

    return play


@pytest.fixture(scope="module")
def tried(recorded: Callable[..., frozenset[Form]]) -> frozenset[tuple[str, str, str, str]]:
    """What the contracts try, whoever asks in them."""
    return frozenset(bare(form) for form in recorded(*SUITE))


def bare(form: Form) -> tuple[str, str, str, str]:
    return (form.verb, form.what, form.content_type, form.options)


@pytest.mark.parametrize("command", [DEMO, SCENARIOS], ids=["demo", "scenarios"])
def test_tidegate_asks_for_nothing_that_no_contract_tries(
    command: tuple[str, ...],
    recorded: Callable[..., frozenset[Form]],
    tried: frozenset[tuple[str, str, str, str]],
) -> None:
    sent = {form for form in recorded(*command) if form.agent == "tidegate"}
    assert {form.verb for form in sent} >= {"get", "list", "patch"}
    assert sorted(str(form) for form in sent if bare(form) not in tried) == []
