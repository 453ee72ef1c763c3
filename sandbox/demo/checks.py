"""What the demo promises, each promise a sentence that is tried."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import yaml

from sandbox.demo.clusters import ENVIRONMENTS
from sandbox.demo.world import TYPES, DemoWorld, eventually

_SEED = Path(__file__).resolve().parents[1] / "seed"
_VALUES = "charts/ai-app/values.yaml"
APPLICATIONS = {
    "root-app",
    "ai-app-production",
    "litellm",
    "langfuse",
    "milvus",
    "docs-site",
    "tools",
    "secrets",
}


class NotSoError(Exception):
    """A promise that was not kept, and what was seen instead."""


@dataclass(frozen=True, slots=True)
class Check:
    """`anywhere`: also on the real control plane, whose nodes play every image."""

    sentence: str
    run: Callable[[DemoWorld], None]
    anywhere: bool = True


def require(met: bool, problem: str) -> None:
    if not met:
        raise NotSoError(problem)


def all_healthy(world: DemoWorld) -> bool:
    found = world.api.applications()
    states = {name: world_state(app) for name, app in found.items()}
    return set(states) >= APPLICATIONS - {"ai-app-production"} and set(states.values()) == {
        ("Synced", "Healthy")
    }


def world_state(application: dict[str, dict[str, dict[str, str]]]) -> tuple[str, str]:
    status = application["status"]
    return status["sync"]["status"], status["health"]["status"]


def seen(world: DemoWorld, name: str) -> str:
    """What an application says of itself, in one line."""
    status = world.api.application(name)["status"]
    reasons = [condition["message"] for condition in status["conditions"]]
    return (
        f"{name} is {status['sync']['status']}, {status['health']}; {'; '.join(reasons) or 'no conditions'}"
    )


def _given_files(world: DemoWorld) -> None:
    for line in (_SEED / "CHECKSUMS").read_text().splitlines():
        digest, _, name = line.partition("  ")
        found = hashlib.sha256((_SEED / name).read_bytes()).hexdigest()
        require(found == digest, f"{name} is not the user's file")
    pushed = world.copy.read("apps/ai-app.yaml")
    given = (_SEED / "helm-charts" / "apps" / "ai-app.yaml").read_bytes()
    require(pushed == given, "the repository holds another apps/ai-app.yaml than the user's")


def _all_healthy(world: DemoWorld) -> None:
    require(eventually(lambda: all_healthy(world), 60), _worst(world))


def _worst(world: DemoWorld) -> str:
    return "; ".join(seen(world, name) for name in sorted(world.api.applications()))


def _set_image(world: DemoWorld, tag: str) -> str:
    text = world.copy.read(_VALUES).decode()
    before = next(line for line in text.splitlines() if line.strip().startswith("tag:"))
    after = before[: before.index("tag:")] + f'tag: "{tag}"'
    return world.copy.replace(_VALUES, before, after, f"Bump ai-app to {tag}")


def _runs(world: DemoWorld, tag: str) -> bool:
    return world.image_of("production", "ai-app").endswith(f":{tag}")


def _push_changes(world: DemoWorld) -> None:
    _set_image(world, "1.4.2")
    require(eventually(lambda: _runs(world, "1.4.2"), 15), seen(world, "ai-app-production"))
    require(eventually(lambda: all_healthy(world), 30), _worst(world))


def _lost_webhook(world: DemoWorld) -> None:
    world.git.lose_webhooks()
    try:
        _set_image(world, "1.4.3")
        require(eventually(lambda: _runs(world, "1.4.3"), 20), seen(world, "ai-app-production"))
    finally:
        world.git.deliver_webhooks()
    require(eventually(lambda: all_healthy(world), 30), _worst(world))


def _healed(world: DemoWorld) -> None:
    require(world.replicas_of("production", "ai-app") == 3, "production/ai-app does not have 3 replicas")
    before = world.get("Deployment", "production", "ai-app") or {}
    world.scale("production", "ai-app", 5)
    require(
        eventually(lambda: _put_back(world, before["metadata"]["generation"]), 15),
        seen(world, "ai-app-production"),
    )
    require(eventually(lambda: all_healthy(world), 30), _worst(world))


def _put_back(world: DemoWorld, generation: int) -> bool:
    found = world.get("Deployment", "production", "ai-app") or {}
    return bool(found["spec"]["replicas"] == 3 and found["metadata"]["generation"] >= generation + 2)


def _reverted(world: DemoWorld) -> None:
    commit = _set_image(world, "1.5.0")
    require(eventually(lambda: _runs(world, "1.5.0"), 15), seen(world, "ai-app-production"))
    world.copy.revert(commit)
    require(eventually(lambda: _runs(world, "1.4.3"), 15), seen(world, "ai-app-production"))
    require(eventually(lambda: all_healthy(world), 30), _worst(world))


def _broken_image(world: DemoWorld) -> None:
    commit = _set_image(world, "broken-1")

    def degraded() -> bool:
        health = world.api.application("ai-app-production")["status"]["health"]
        return health["status"] == "Degraded" and "broken-1" in health.get("message", "")

    require(eventually(degraded, 20), seen(world, "ai-app-production"))
    world.copy.revert(commit)
    require(eventually(lambda: all_healthy(world), 30), _worst(world))


def _broken_chart(world: DemoWorld) -> None:
    commit = world.copy.commit(
        {"charts/milvus/templates/wrong.yaml": b"a: {{ .Values.nothing.here }}\n"}, "Break milvus"
    )

    def says_so() -> bool:
        status = world.api.application("milvus")["status"]
        return any(
            found["type"] == "ComparisonError" and "wrong.yaml" in found["message"]
            for found in status["conditions"]
        )

    require(eventually(says_so, 15), seen(world, "milvus"))
    others = {
        name: world_state(app)
        for name, app in world.api.applications().items()
        if name not in ("milvus", "root-app")
    }
    require(set(others.values()) == {("Synced", "Healthy")}, f"other applications were touched: {others}")
    require(world.get("Deployment", "milvus", "milvus") is not None, "milvus lost its Deployment")
    world.copy.revert(commit)
    require(eventually(lambda: all_healthy(world), 30), _worst(world))


def _rolled_back(world: DemoWorld) -> None:
    _set_image(world, "1.6.0")
    require(eventually(lambda: _runs(world, "1.6.0") and all_healthy(world), 30), _worst(world))
    history = world.api.application("ai-app-production")["status"]["history"]
    world.api.call("POST", "/api/v1/applications/ai-app-production/rollback", {"id": history[-2]["id"]})
    require(eventually(lambda: _runs(world, "1.4.3"), 15), seen(world, "ai-app-production"))
    require(eventually(lambda: all_healthy(world), 30), _worst(world))
    time.sleep(2.5)  # a poll goes by: auto-sync is on and must not bring the rejected revision back
    require(_runs(world, "1.4.3"), "auto-sync brought the rejected revision back")
    _set_image(world, "1.6.1")
    require(eventually(lambda: _runs(world, "1.6.1"), 15), "the pin did not end at the next newer commit")
    require(eventually(lambda: all_healthy(world), 30), _worst(world))


def _removed_without_finalizer(world: DemoWorld) -> None:
    commit = world.copy.commit({"apps/tools.yaml": None}, "Remove tools")
    require(eventually(lambda: not world.api.exists("tools"), 20), "tools is still an application")
    require(world.get("Deployment", "tools", "echo") is not None, "the objects of tools went with it")
    world.copy.revert(commit)
    require(eventually(lambda: all_healthy(world), 30), _worst(world))


def _removed_with_finalizer(world: DemoWorld) -> None:
    commit = world.copy.commit({"apps/docs-site.yaml": None}, "Remove docs-site")
    require(eventually(lambda: not world.api.exists("docs-site"), 30), "docs-site is still an application")
    require(world.get("Deployment", "docs", "docs-site") is None, "the objects of docs-site stayed")
    world.copy.revert(commit)
    require(eventually(lambda: all_healthy(world), 40), _worst(world))


def _empty_branch(world: DemoWorld) -> None:
    names = [f"apps/{path.name}" for path in sorted((_SEED / "helm-charts" / "apps").iterdir())]
    files: dict[str, bytes | None] = {**dict.fromkeys(names), "apps/README.md": b"empty\n"}
    commit = world.copy.commit(files, "Empty apps by mistake")

    def refused() -> bool:
        conditions = world.api.application("root-app")["status"]["conditions"]
        return any("would prune too much" in found["message"] for found in conditions)

    require(eventually(refused, 15), seen(world, "root-app"))
    require(set(world.api.applications()) >= APPLICATIONS, "applications were pruned")
    require(world.get("Deployment", "docs", "docs-site") is not None, "objects were pruned")
    world.copy.revert(commit)
    require(eventually(lambda: all_healthy(world), 30), _worst(world))


def _forged_webhook(world: DemoWorld) -> None:
    url = f"{world.tidegate.url}/api/webhook"
    headers = {"X-GitHub-Event": "push", "Content-Type": "application/json"}
    for extra in ({}, {"X-Hub-Signature-256": "sha256=" + "0" * 64}):
        answer = requests.post(url, b"{}", headers={**headers, **extra}, timeout=10)
        require(answer.status_code == 401, f"a forged webhook was answered {answer.status_code}")


def _cluster_away(world: DemoWorld) -> None:
    sandbox = world.sandbox
    require(sandbox is not None, "only the sandbox can be sent away")
    if sandbox is None:
        return
    sandbox.away()
    try:
        _set_image(world, "1.7.0")

        def says_so() -> bool:
            conditions = world.api.application("ai-app-production")["status"]["conditions"]
            return any(found["type"].endswith("Error") for found in conditions)

        require(eventually(says_so, 20), seen(world, "ai-app-production"))
    finally:
        sandbox.back()
    require(eventually(lambda: _runs(world, "1.7.0"), 30), seen(world, "ai-app-production"))
    require(eventually(lambda: all_healthy(world), 30), _worst(world))


def _application_set(world: DemoWorld) -> None:
    """The set names an application as apps/ai-app.yaml does: that one leaves first, and comes back after."""
    commit = world.copy.commit({"apps/ai-app.yaml": None}, "ai-app comes from the set")
    require(eventually(lambda: not world.api.exists("ai-app-production"), 15), "ai-app-production stayed")
    manifest = yaml.safe_load((_SEED / "applicationset-ai-app.yaml").read_text())
    world.api.call("POST", "/api/v1/applicationsets", manifest)
    require(eventually(lambda: all_healthy(world), 30), _worst(world))
    _deployed_everywhere(world)
    _generator_error(world, manifest)
    world.api.call("DELETE", f"/api/v1/applicationsets/{manifest['metadata']['name']}")
    require(eventually(lambda: not world.api.exists("ai-app-dev"), 20), "the set's applications stayed")
    require(_environment_image(world, "dev") == "", "the objects on dev stayed")
    world.copy.revert(commit)
    require(
        eventually(lambda: world.api.exists("ai-app-production") and all_healthy(world), 30), _worst(world)
    )


def _environment_image(world: DemoWorld, name: str) -> str:
    found = world.environment(name).objects.get(TYPES["Deployment"], "production", "ai-app")
    return str(found["spec"]["template"]["spec"]["containers"][0]["image"]) if found else ""


def _deployed_everywhere(world: DemoWorld) -> None:
    for name in ENVIRONMENTS:
        require(_environment_image(world, name) != "", f"the cluster {name} has no Deployment ai-app")


def _generator_error(world: DemoWorld, manifest: dict[str, Any]) -> None:
    """A generator that fails changes nothing, and says why."""
    generators = [*manifest["spec"]["generators"], {"git": {"repoURL": "x"}}]
    wrong = {**manifest, "spec": {**manifest["spec"], "generators": generators}}
    world.api.call("POST", "/api/v1/applicationsets?upsert=true", wrong)
    found = world.api.call("GET", f"/api/v1/applicationsets/{manifest['metadata']['name']}")
    errors = [each for each in found["status"]["conditions"] if each["type"] == "ErrorOccurred"]
    require(errors[0]["status"] == "True" and "git" in errors[0]["message"], f"no error is shown: {errors}")
    require(all(world.api.exists(f"ai-app-{name}") for name in ENVIRONMENTS), "applications were removed")


def _store_lost(world: DemoWorld) -> None:
    before = _versions(world)
    world.lose_store()
    require(eventually(lambda: all_healthy(world), 40), _worst(world))
    time.sleep(1.0)  # whatever would still be written gets the time to be
    require(_versions(world) == before, "objects were written though Git and the cluster agree")
    _set_image(world, "1.8.0")
    require(eventually(lambda: _runs(world, "1.8.0"), 20), seen(world, "ai-app-production"))
    require(eventually(lambda: all_healthy(world), 30), _worst(world))


def _versions(world: DemoWorld) -> dict[str, str]:
    """The generation and labels of what the applications own: what an apply would change."""
    found = {}
    for kind in ("Deployment", "Service", "ConfigMap"):
        for page in world.cluster.objects.list_pages(TYPES[kind], label_selector="tidegate.dev/installation"):
            for item in page.items:
                manifest = item.manifest()
                owners = [
                    entry.get("time")
                    for entry in manifest["metadata"].get("managedFields", [])
                    if entry["manager"] == "tidegate"
                ]
                found[f"{kind} {item.namespace}/{item.name}"] = (
                    f"{manifest['metadata'].get('generation')} {item.labels} {owners}"
                )
    return found


def _cluster_emptied(world: DemoWorld) -> None:
    before = _deployments(world)
    for namespace in {name.partition("/")[0] for name in before}:
        world.cluster.objects.delete(TYPES["Namespace"], "", namespace)

    def back() -> bool:
        now = _deployments(world)
        return set(now) == set(before) and not set(now.values()) & set(before.values())

    require(eventually(back, 90), f"of {sorted(before)} only {sorted(_deployments(world))} came back")
    require(eventually(lambda: all_healthy(world), 60), _worst(world))


def _deployments(world: DemoWorld) -> dict[str, str]:
    """namespace/name → uid of every Deployment that Tidegate manages."""
    selector = "tidegate.dev/installation"
    pages = world.cluster.objects.list_pages(TYPES["Deployment"], label_selector=selector)
    return {f"{item.namespace}/{item.name}": item.uid for page in pages for item in page.items}


CHECKS = (
    Check("the repository holds the user's manifests byte for byte", _given_files),
    Check("everything is Synced and Healthy from nothing but the bootstrap repository", _all_healthy),
    Check("a webhook without the right signature is refused", _forged_webhook),
    Check("a push changes a Deployment", _push_changes),
    Check("a push whose webhook is lost arrives by the poll", _lost_webhook),
    Check("replicas changed by hand from 3 to 5 are put back", _healed),
    Check("git revert brings the old image back", _reverted),
    Check("a rollback pins, and auto-sync resumes at the next newer commit", _rolled_back),
    Check("a broken image shows Degraded with its reason", _broken_image, anywhere=False),
    Check("a chart that does not render says why and touches no other application", _broken_chart),
    Check(
        "an application removed from apps/ without the finalizer leaves its objects",
        _removed_without_finalizer,
    ),
    Check(
        "an application removed from apps/ with the finalizer takes its objects along",
        _removed_with_finalizer,
    ),
    Check("an empty branch prunes nothing without confirmation", _empty_branch),
    Check("the user's ApplicationSet deploys to dev, staging and production, unchanged", _application_set),
    Check("the store is lost: everything returns from Git, and nothing is written", _store_lost),
    Check("the cluster is emptied: everything is applied again", _cluster_emptied),
    Check("a cluster that is away shows its reason, and nothing is lost", _cluster_away, anywhere=False),
)
