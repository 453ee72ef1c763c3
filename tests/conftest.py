"""What the whole session shares: the real control plane, Azurite, and the closing lines about worlds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from shared.adapters.azure.storage_account import StorageAccount
from shared.domain.access.secret_text import SecretText
from tests.azurite.azurite import Azurite
from tests.controlplane.control_plane import ControlPlane

_HERE = Path(__file__).parent
_WORLDS = {"adapters", "contracts", "host", "sandbox", "scenarios", "tidegate", "web"}
_REAL, _SANDBOX = "real kube-apiserver", "sandbox"
_WORLD = "cluster_world"
_OUTCOMES = ("passed", "failed", "error", "skipped")


@pytest.fixture(scope="session")
def control_plane() -> Iterator[ControlPlane]:
    """One real control plane for all tests that ask for it; with xdist one worker runs them all."""
    with ControlPlane() as running:
        yield running


@pytest.fixture(scope="session")
def azurite() -> Iterator[Azurite]:
    """One Azurite for all tests of a worker that ask for it; names of their own keep tests apart."""
    with Azurite() as running:
        yield running


@pytest.fixture
def storage(azurite: Azurite) -> Iterator[StorageAccount]:
    """The account of Azurite, with connections of this test's own."""
    with closing(StorageAccount.by_connection(SecretText(azurite.connection))) as account:
        yield account


@pytest.fixture
def own_name() -> str:
    """A name for a table, container or queue that no other test has."""
    return f"t{uuid4().hex[:16]}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what runs on the real control plane, and gather it on one worker (`--dist loadgroup`).

    What starts servers, processes or whole worlds is slow.
    """
    for item in items:
        if item.path.relative_to(_HERE).parts[0] in _WORLDS:
            item.add_marker(pytest.mark.slow)
        world = _world_of(item)
        if world:
            item.user_properties.append((_WORLD, world))
        if world == _REAL:
            item.add_marker(pytest.mark.control_plane)
            item.add_marker(pytest.mark.xdist_group("control_plane"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests ran on which cluster: an emulator is believed only where the real one agrees."""
    counts: dict[str, Counter[str]] = {}
    for outcome in _OUTCOMES:
        for report in terminalreporter.stats.get(outcome, ()):
            world = dict(getattr(report, "user_properties", ())).get(_WORLD)
            if isinstance(world, str):
                counts.setdefault(world, Counter())[outcome] += 1
    for report in terminalreporter.stats.get("passed", ()):
        if line := dict(getattr(report, "user_properties", ())).get("closing_line"):
            terminalreporter.write_line(str(line))
    if counts:
        worlds = (f"{world} {_said(counts.get(world, Counter()))}" for world in (_SANDBOX, _REAL))
        terminalreporter.write_line(f"cluster worlds: {', '.join(worlds)}")


def _said(count: Counter[str]) -> str:
    return " ".join(f"{count[outcome]} {outcome}" for outcome in _OUTCOMES if count[outcome]) or "0 ran"


def _world_of(item: pytest.Item) -> str:
    """Which cluster a test runs on: by its parameter, or because it asks for the real control plane."""
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    if _WORLD in parameters:
        return _SANDBOX if parameters[_WORLD] == "sandbox" else _REAL
    return _REAL if "control_plane" in getattr(item, "fixturenames", ()) else ""
