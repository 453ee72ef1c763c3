"""One sandbox for all scenarios of a process; each gets a host, a repository and a namespace of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from sandbox.cluster.server import SandboxCluster
from sandbox.git.server import SandboxGit
from shared.adapters.tools.manifest_tool import KubetoolsManifestTool
from shared.settings import load_settings
from tests.scenarios.local_world import LocalWorld, Surroundings

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Surroundings]:
    with (
        SandboxGit(tmp_path_factory.mktemp("git")).start() as git,
        SandboxCluster(pod_seconds=0.01) as cluster,
        closing(KubetoolsManifestTool(load_settings({}).kubetools)) as tool,
    ):
        yield Surroundings(cluster, git, tool)


@pytest.fixture
def local_world(surroundings: Surroundings, tmp_path: Path) -> Iterator[Callable[..., LocalWorld]]:
    """Make worlds; they are closed after the test."""
    with ExitStack() as stack:

        def make(**options: Any) -> LocalWorld:
            number = next(_NUMBERS)
            folder = tmp_path / f"world-{number}"
            folder.mkdir()
            return stack.enter_context(
                closing(LocalWorld(surroundings, folder, f"scenario-{number}", **options))
            )

        yield make


@pytest.fixture
def world(local_world: Callable[..., LocalWorld]) -> LocalWorld:
    return local_world()
