"""The container registry of the demo, and GitHub's API, which takes what Tidegate commits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from sandbox.arm.server import SandboxArm
from sandbox.git.github_api import SandboxGitHubApi
from sandbox.git.server import SandboxGit
from sandbox.registry.server import SandboxRegistry

REGISTRY = "myacr.azurecr.io"
# What the seed's applications run: the registry begins with exactly these
_SEEDED = (
    ("docs-site", "2025.11"),
    ("milvus", "v2.6.4"),
    ("ai-app", "1.4.1"),
    ("litellm", "v1.77.5"),
    ("langfuse", "3.117.2"),
)
_SECRET = "demo-registry-secret"  # noqa: S105 the demo listens on loopback


@dataclass(frozen=True, slots=True)
class DemoImages:
    """`settings` belong to Tidegate's environment, `names` to TIDEGATE_NAMES."""

    registry: SandboxRegistry
    github: SandboxGitHubApi
    settings: Mapping[str, str]
    names: Mapping[str, str]

    def connect(self, url: str) -> None:
        """Tell the registry where Tidegate is."""
        self.registry.add_hook(f"{url}/api/acr", {"Authorization": f"Bearer {_SECRET}"})

    def repository_body(self, full_name: str) -> dict[str, Any]:
        """What a person says to register the repository, so that Tidegate may commit to it."""
        return {
            "repo": f"https://github.com/{full_name}.git",
            "username": "x-access-token",
            "password": self.github.token,
        }


@contextmanager
def demo_images(git: SandboxGit, azure: SandboxArm) -> Iterator[DemoImages]:
    """Start both. The identity that `azure` gives may pull every image."""
    with ExitStack() as stack:
        registry = stack.enter_context(SandboxRegistry(REGISTRY, azure.entra).start())
        github = stack.enter_context(SandboxGitHubApi(git).start())
        for repository, tag in _SEEDED:
            registry.seed(repository, tag)
        names = {f"https://{REGISTRY}/": f"{registry.url}/", "https://api.github.com/": f"{github.url}/"}
        yield DemoImages(registry, github, {"TIDEGATE_ACR_WEBHOOK_SECRETS": _SECRET}, names)
