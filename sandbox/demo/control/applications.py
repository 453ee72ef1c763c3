"""Tidegate's applications, as far as the verbs need to know which of them a change is for."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from typing import Any

from sandbox.demo.api_client import ApiClient
from shared.domain.images.image_name import split_reference
from shared.domain.secrets.external_secret import KIND as EXTERNAL_SECRET
from shared.domain.secrets.external_secret import ExternalSecret
from shared.errors import InvalidSpecError

_IMAGE_LIST = "argocd-image-updater.argoproj.io/image-list"
_COMPLETED = ("Succeeded", "Failed", "Error")
Application = dict[str, Any]


class Applications:
    """Reads the REST API. Raises OSError while Tidegate is away, LookupError where there is no such."""

    def __init__(self, client: Callable[[], ApiClient]) -> None:
        self._client = client

    def page(self, name: str = "") -> str:
        """The address of an application in the page, or of the list."""
        url = f"{self._client().url}/applications"
        return f"{url}/argocd/{name}" if name else url

    def following(self, image: str) -> list[str]:
        """The applications that take their tags of this image, HOST/REPOSITORY, from the registry."""
        return [name for name, found in self._all() if image in _followed(found)]

    def owning(self, kind: str, namespace: str, name: str) -> list[str]:
        """The applications that have this object."""
        wanted = (kind, namespace, name)
        return [owner for owner, found in self._all() if wanted in _objects(found)]

    def holding(self, paths: Collection[str]) -> list[str]:
        """The applications in whose folders these files lie."""
        return [name for name, found in self._all() if _holds(found, paths)]

    def objects(self, kind: str, names: Collection[str] | None = None) -> list[tuple[str, str]]:
        """(namespace, name) of every object of a kind, of all applications or of some."""
        return sorted(
            (namespace, name)
            for owner, found in self._all()
            for its, namespace, name in _objects(found)
            if its == kind and (names is None or owner in names)
        )

    def external_secrets(self) -> Iterator[tuple[str, ExternalSecret]]:
        """Each ExternalSecret that Git has, with its application; those that cannot be read are left out."""
        for name, found in self._all():
            if not any(kind == EXTERNAL_SECRET for kind, _, _ in _objects(found)):
                continue
            answer = self._client().call("GET", f"/api/v1/applications/{name}/manifests")
            for manifest in map(json.loads, answer["manifests"]):
                if manifest["kind"] == EXTERNAL_SECRET:
                    try:
                        yield name, ExternalSecret.parse(manifest)
                    except InvalidSpecError:
                        continue

    def revisions(self, name: str) -> list[str]:
        """The commits that an application was last compared with, one for each source."""
        compared = self._one(name)["status"]["sync"]
        return [each for each in compared.get("revisions") or [compared.get("revision")] if each]

    def settled(self, name: str) -> bool:
        """Synced, Healthy, and no operation asked for or under way."""
        found = self._one(name)
        state = found["status"].get("operationState") or {}
        running = "operation" in found or state.get("phase", "Succeeded") not in _COMPLETED
        return not running and _state(found) == "Synced, Healthy"

    def said(self, names: Collection[str]) -> str:
        """What applications say of themselves, with their reasons."""
        return "; ".join(_said(name, found) for name, found in self._all() if name in names)

    def _all(self) -> list[tuple[str, Application]]:
        return sorted(self._client().applications().items())

    def _one(self, name: str) -> Application:
        return self._client().applications()[name]


def _state(application: Application) -> str:
    status = application["status"]
    return f"{status['sync']['status']}, {status['health']['status']}"


def _said(name: str, application: Application) -> str:
    reasons = [condition["message"] for condition in application["status"]["conditions"]]
    health = application["status"]["health"].get("message")
    return f"{name} is {_state(application)}" + "".join(f": {each}" for each in [health, *reasons] if each)


def _followed(application: Application) -> set[str]:
    text = (application["metadata"].get("annotations") or {}).get(_IMAGE_LIST, "")
    entries = [entry.strip().rpartition("=")[2] for entry in text.split(",")]
    return {split_reference(entry)[0] for entry in entries}


def _objects(application: Application) -> list[tuple[str, str, str]]:
    """(kind, namespace, name) of each object."""
    found = application["status"].get("resources") or []
    return [(each["kind"], each.get("namespace", ""), each["name"]) for each in found]


def _holds(application: Application, paths: Collection[str]) -> bool:
    spec = application["spec"]
    for source in spec.get("sources") or [spec.get("source") or {}]:
        folder = str(source.get("path") or "").strip("/")
        if folder == "." or (folder and any(f"{path}/".startswith(f"{folder}/") for path in paths)):
            return True
    return False
