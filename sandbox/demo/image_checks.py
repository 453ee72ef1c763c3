"""What the demo promises of images: from the registry to Git to the cluster, and what a person decides."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pygit2

from sandbox.demo.checks import Check, all_healthy, require, seen
from sandbox.demo.world import REPOSITORY, DemoWorld, eventually

_OVERLAY = "kustomize/docs-site/overlays/production/kustomization.yaml"
_REGISTRY = "myacr.azurecr.io"
_BATCHES = 10
_MOVED = re.compile(r"^Tidegate-Image: (\S+) \S+ -> (\S+)$", re.MULTILINE)
_TRACE = re.compile(r"^Tidegate-Trace: (\w+)$", re.MULTILINE)


def _runs(world: DemoWorld, namespace: str, name: str, tag: str) -> bool:
    return world.image_of(namespace, name).endswith(f":{tag}")


def _image(world: DemoWorld, application: str) -> dict[str, Any]:
    images: list[dict[str, Any]] = world.api.application(application)["status"]["tidegate"]["images"]
    return images[0]


def _messages(world: DemoWorld, since: str) -> list[str]:
    """The messages of the commits after `since`, newest first."""
    repository = world.git.repository(REPOSITORY)
    require(repository is not None, f"{REPOSITORY} is gone")
    repo = repository.open() if repository else None
    if repo is None:
        return []
    try:
        walker = repo.walk(repo.references["refs/heads/main"].peel(pygit2.Commit).id)
        walker.hide(repo[since].peel(pygit2.Commit).id)
        return [commit.message for commit in walker]
    finally:
        repo.free()


def _pushed_image(world: DemoWorld) -> None:
    before, since = world.copy.read(_OVERLAY).decode(), world.copy.head()
    world.push_image("docs-site", "2026.01")
    live = eventually(lambda: _runs(world, "docs", "docs-site", "2026.01"), 15)
    require(live, f"{seen(world, 'docs-site')}; {_image(world, 'docs-site')}")
    after = world.copy.read(_OVERLAY).decode()
    require(after == before.replace('"2025.11"', '"2026.01"'), f"more than the tag was changed:\n{after}")
    traces = [trace for message in _messages(world, since) for trace in _TRACE.findall(message)]

    def told() -> bool:
        return bool(world.api.application("docs-site")["status"]["tidegate"]["trace"] in traces)

    require(eventually(told, 5), f"the trace of the commit, {traces}, is not that of the deployment")
    world.push_image("milvus", "v2.7.0")
    require(eventually(lambda: _runs(world, "milvus", "milvus", "v2.7.0"), 15), seen(world, "milvus"))
    require(eventually(lambda: all_healthy(world), 30), seen(world, "milvus"))


def _held_image(world: DemoWorld) -> None:
    world.push_image("docs-site", "2026.02")
    require(eventually(lambda: _runs(world, "docs", "docs-site", "2026.02"), 15), seen(world, "docs-site"))
    world.copy.revert(_image(world, "docs-site")["commit"])
    require(eventually(lambda: _runs(world, "docs", "docs-site", "2026.01"), 15), "the revert did not arrive")

    def held() -> bool:
        return bool(_image(world, "docs-site").get("hold", {}).get("rejected") == "2026.02")

    require(eventually(held, 10), f"no hold is shown: {_image(world, 'docs-site')}")
    checked = world.copy.head()
    world.push_image("docs-site", "2026.02")  # built anew under the rejected name: still rejected
    require(world.images.registry.settle(), "the registry's event was not delivered")
    require(not eventually(lambda: world.copy.head() != checked, 1.5), "the rejected image came back")
    conditions = world.api.application("docs-site")["status"]["conditions"]
    told = any(found["type"] == "ImageHeldWarning" for found in conditions)
    require(told, f"no condition tells of the hold: {conditions}")
    world.push_image("docs-site", "2026.03")
    require(eventually(lambda: _runs(world, "docs", "docs-site", "2026.03"), 15), "a newer tag lifts no hold")
    require("hold" not in _image(world, "docs-site"), "the hold is still shown")
    require(eventually(lambda: all_healthy(world), 30), seen(world, "docs-site"))


def _batch_files(number: int) -> dict[str, bytes | None]:
    name = f"batch-{number}"
    application = f"""apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: {name}
  namespace: argocd
  finalizers: [resources-finalizer.argocd.argoproj.io]
  annotations:
    argocd-image-updater.argoproj.io/image-list: it={_REGISTRY}/{name}
    argocd-image-updater.argoproj.io/write-back-method: git
    argocd-image-updater.argoproj.io/write-back-target: kustomization
spec:
  project: default
  source: {{repoURL: https://github.com/{REPOSITORY}.git, targetRevision: main, path: kustomize/{name}}}
  destination: {{server: https://kubernetes.default.svc, namespace: tools}}
  syncPolicy: {{automated: {{prune: true, selfHeal: true}}}}
"""
    deployment = f"""apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: 0
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: it, image: {_REGISTRY}/{name}}}]}}
"""
    kustomization = f"""resources: [deployment.yaml]
images:
  - name: {_REGISTRY}/{name}   # moved by Tidegate
    newTag: 1.0.0
"""
    return {
        f"apps/{name}.yaml": application.encode(),
        f"kustomize/{name}/deployment.yaml": deployment.encode(),
        f"kustomize/{name}/kustomization.yaml": kustomization.encode(),
    }


def _ten_batches(world: DemoWorld) -> None:
    """Ten images at once, while a person commits to the same branch."""
    names = [f"batch-{number}" for number in range(_BATCHES)]
    files = _ten_applications(world, names)
    since, stale = world.copy.head(), world.images.github.stale
    world.images.github.interruptions += [partial(_by_hand, world, number) for number in range(3)]
    with ThreadPoolExecutor(_BATCHES) as pool:
        list(pool.map(lambda name: world.push_image(name, "2.0.0"), names))
    live = eventually(lambda: all(_runs(world, "tools", name, "2.0.0") for name in names), 40)
    missing = [name for name in names if not _runs(world, "tools", name, "2.0.0")]
    require(live, f"these images did not arrive: {missing}")
    landed = [image for message in _messages(world, since) for image, _ in _MOVED.findall(message)]
    wanted = sorted(f"{_REGISTRY}/{name}" for name in names)
    require(sorted(landed) == wanted, f"not each image landed once: {sorted(landed)}")
    readme = world.copy.read("README.md")
    require(readme == b"By hand 2\n", f"a person's commit was lost: {readme!r}")
    require(world.images.github.stale == stale + 3, "no commit met a moved branch: nothing was tried")
    require(eventually(lambda: all_healthy(world), 60), "not everything is Healthy")
    _remove(world, files)


def _by_hand(world: DemoWorld, number: int) -> None:
    """A person is faster: the branch moves between our reading and our writing."""
    world.copy.commit({"README.md": f"By hand {number}\n".encode()}, f"By hand {number}")


def _ten_applications(world: DemoWorld, names: list[str]) -> dict[str, bytes | None]:
    files: dict[str, bytes | None] = {}
    for number, name in enumerate(names):
        world.images.registry.seed(name, "1.0.0")
        files |= _batch_files(number)
    world.copy.commit(files, "Ten applications")
    there = eventually(lambda: all(_runs(world, "tools", name, "1.0.0") for name in names), 40)
    require(there, "the ten applications did not come up")

    def followed() -> bool:
        found = world.api.applications()
        images = [found[name]["status"]["tidegate"]["images"] for name in names]
        return all(each and each[0].get("checkedAt") for each in images)

    require(eventually(followed, 20), "not every image is followed")
    return files


def _remove(world: DemoWorld, files: dict[str, bytes | None]) -> None:
    """In halves: to remove more at once would ask for confirmation."""
    for half in (range(_BATCHES // 2), range(_BATCHES // 2, _BATCHES)):
        names = [f"batch-{number}" for number in half]
        world.copy.commit({f"apps/{name}.yaml": None for name in names}, "Remove what was tried")
        gone = eventually(lambda names=names: not set(names) & set(world.api.applications()), 30)  # type: ignore[misc]
        require(gone, f"{names} are still applications")
    world.copy.commit({path: None for path in files if not path.startswith("apps/")}, "And their files")
    require(eventually(lambda: all_healthy(world), 30), "not everything is Healthy again")


IMAGE_CHECKS = (
    Check("a pushed image becomes a commit and reaches the cluster", _pushed_image),
    Check("an image rolled back by hand is held until there is a newer one", _held_image),
    Check("ten concurrent image batches on one branch land exactly once each", _ten_batches),
)
