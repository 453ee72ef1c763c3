"""What the user types today, with `tidegate` in place of `argocd`, against a whole Tidegate."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from bench.lines import ROOT
from sandbox.demo.world import PASSWORD, TYPES, DemoWorld, eventually

APP = "ai-app-production"
URL = "https://github.com/my-org/helm-charts.git"
VALUES = "charts/ai-app/values.yaml"
GIVEN = ROOT / "sandbox/seed/helm-charts/apps/ai-app.yaml"


class Shell:
    """Types lines as the user does; with `pytest -s` they are seen with their answers."""

    def __init__(self, world: DemoWorld) -> None:
        self.world = world
        config = world.folder / "command-line" / "config.json"
        self._environment = {
            "PATH": "",
            "PYTHONPATH": str(ROOT),
            "HOME": str(world.folder),
            "TIDEGATE_CONFIG": str(config),
        }

    def __call__(self, line: str, *, given: str = "", status: int = 0) -> str:
        """Run one line (backslashes at line ends are taken out) and return what it printed."""
        words = shlex.split(line.replace("\\\n", " "))
        assert words[0] == "tidegate"
        run = subprocess.run(
            [sys.executable, "-m", *words],
            input=given,
            capture_output=True,
            text=True,
            env=self._environment,
            cwd=self.world.folder,
            timeout=90,
            check=False,
        )
        print(f"$ {line}\n{run.stderr}{run.stdout}")
        assert run.returncode == status, run.stderr
        return run.stdout


@pytest.fixture(scope="module")
def shell() -> Iterator[Shell]:
    """The demo's world, in which ai-app-production does not come from Git: its owner is the user."""
    with DemoWorld() as world:
        assert eventually(lambda: world.api.state(APP) == ("Synced", "Healthy"), 30)
        world.copy.commit({"apps/ai-app.yaml": None}, "ai-app is deployed by hand")
        assert eventually(lambda: not world.api.exists(APP), 30)
        world.cluster.objects.delete(TYPES["Namespace"], "", "production")  # it leaves its objects behind
        assert eventually(lambda: world.get("Namespace", "", "production") is None, 30)
        # the demo has registered the repository with a token of its own; here that is for the user to do
        world.api.call("DELETE", f"/api/v1/repositories/{quote(URL, safe='')}")
        yield Shell(world)


def set_tag(world: DemoWorld, tag: str) -> str:
    """Push another image tag, as GitHub Actions would; return the commit."""
    text = world.copy.read(VALUES).decode()
    changed = re.sub(r"(?m)^(\s+tag:).*$", rf'\1 "{tag}"', text, count=1)
    return world.copy.commit({VALUES: changed.encode()}, f"ai-app {tag}")


def runs(world: DemoWorld, tag: str) -> bool:
    return world.image_of("production", "ai-app").endswith(f":{tag}")


@pytest.mark.slow
def test_the_users_session_word_for_word(shell: Shell, tmp_path: Path) -> None:
    given = tmp_path / "argocd-app-ai-app.yaml"
    given.write_bytes(GIVEN.read_bytes())
    first, commit = _logged_in_with_two_deployments(shell, given)
    _looked_at_synced_and_rolled_back(shell, first)
    _deleted_and_created_from_options(shell)
    _registered(shell)
    _created_from_a_file(shell, given)
    shell.world.copy.revert(commit)
    assert eventually(lambda: shell.world.image_of("production", "ai-app") == first, 20)
    shell(f"tidegate app wait {APP} --timeout 60")
    assert shell.world.replicas_of("production", "ai-app") == 3


def _logged_in_with_two_deployments(shell: Shell, given: Path) -> tuple[str, str]:
    """The image of the first deployment and the commit of the second."""
    world = shell.world
    server = world.url.removeprefix("http://")
    said = shell(f"tidegate login {server} --username admin --password {PASSWORD}")
    assert said.startswith("'admin:login' logged in successfully")
    shell(f"tidegate app create -f {given}")
    shell(f"tidegate app wait {APP} --timeout 60")
    first = world.image_of("production", "ai-app")
    commit = set_tag(world, "1.5.0")
    shell(f"tidegate app wait {APP} --revision {commit} --timeout 60")
    assert runs(world, "1.5.0")
    return first, commit


def _looked_at_synced_and_rolled_back(shell: Shell, first: str) -> None:
    assert APP in shell("tidegate app list")
    assert "Health Status:  Healthy" in shell(f"tidegate app get {APP}")
    assert "Phase:          Succeeded" in shell(f"tidegate app sync {APP}")
    oldest = shell(f"tidegate app history {APP} -o id").split()[0]
    shell(f"tidegate app history {APP}")
    shell(f"tidegate app rollback {APP} {oldest}")
    assert shell.world.image_of("production", "ai-app") == first
    assert shell(f"tidegate app diff {APP}") == ""  # it is pinned there, and is as it should be there
    assert "received" in shell(f"tidegate trace {APP}")


def _deleted_and_created_from_options(shell: Shell) -> None:
    world = shell.world
    shell(f"tidegate app delete {APP} --cascade", given="y\n")
    assert eventually(lambda: not world.api.exists(APP), 40)
    assert world.get("Deployment", "production", "ai-app") is None
    line = (
        f"tidegate app create {APP} --repo {URL} --path charts/ai-app \\\n"
        "  --dest-server https://kubernetes.default.svc --dest-namespace production "
        "--sync-policy automated --auto-prune --self-heal"
    )
    assert shell(line) == f"application '{APP}' created\n"
    shell(f"tidegate app wait {APP} --timeout 60")
    assert runs(world, "1.5.0")


def _registered(shell: Shell) -> None:
    said = shell(f"tidegate repo add {URL} --username my-user --password PAT")
    assert said == f"Repository '{URL}' added\n"
    assert "Successful" in shell("tidegate repo list")
    shell("tidegate cluster add dev")
    assert "dev" in shell("tidegate cluster list")


def _created_from_a_file(shell: Shell, given: Path) -> None:
    assert shell(f"tidegate app create -f {given} --upsert") == f"application '{APP}' updated\n"
    shell(f"tidegate app wait {APP} --timeout 60")
    listed = shell(f"tidegate app resources {APP}")
    assert sum(line.split()[0] == "Pod" for line in listed.splitlines()) == 3
    assert shell(f"tidegate app logs {APP} --tail 2").count("\n") >= 3
    assert shell(f"tidegate app events {APP}").startswith("LAST SEEN")
