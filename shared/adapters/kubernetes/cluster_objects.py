"""The objects of one cluster, over its REST API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from shared.adapters.kubernetes.listed_objects import read_object, read_page
from shared.adapters.kubernetes.refusals import Call, ExpiredError, ObjectAbsentError
from shared.adapters.kubernetes.rest_client import RestClient
from shared.domain.manifests.manifest import Manifest, metadata_of
from shared.domain.manifests.resource_type import ResourceType
from shared.errors import InvalidRequestError, UnavailableError
from shared.ports.cluster_objects import FIELD_MANAGER, ObjectPage, PatchKind, Propagation

_APPLY = "application/apply-patch+yaml"
# Unknown fields are dropped with a warning, as kubectl and Argo CD have it by default
_WRITE = {"fieldManager": FIELD_MANAGER, "fieldValidation": "Warn"}
_LIST_ATTEMPTS = 3


class KubernetesObjects:
    """See the port cluster_objects."""

    def __init__(self, client: RestClient) -> None:
        self._client = client

    def get(self, type: ResourceType, namespace: str, name: str) -> Manifest | None:
        try:
            return self._manifest(_call("get", "GET", type, namespace, name))
        except ObjectAbsentError:
            return None

    def list_pages(
        self,
        type: ResourceType,
        *,
        namespace: str = "",
        label_selector: str = "",
        field_selector: str = "",
        page_size: int = 500,
    ) -> Iterator[ObjectPage]:
        """See the port.

        When the continue token expires (the server forgets it after about five minutes), the LIST starts
        again: objects come a second time, in pages of another resource_version, which replace the first.
        """
        chosen = {"labelSelector": label_selector, "fieldSelector": field_selector}
        query = {"limit": str(page_size)} | {name: text for name, text in chosen.items() if text}
        for _ in range(_LIST_ATTEMPTS):
            try:
                yield from self._pages(type, namespace, query)
            except ExpiredError:
                continue
            return
        raise UnavailableError(
            f"list {type.kind}: its pages expired {_LIST_ATTEMPTS} times before the last one"
        )

    def apply(
        self,
        type: ResourceType,
        manifest: Manifest,
        *,
        dry_run: bool = False,
        force: bool = True,
        manager: str = FIELD_MANAGER,
    ) -> Manifest:
        namespace, name = _where(manifest)
        if not name:
            raise InvalidRequestError(f"apply {type.kind}: metadata.name is missing. Give the object a name")
        query = {**_WRITE, "fieldManager": manager, "force": "true" if force else "false"}
        query |= {"dryRun": "All"} if dry_run else {}
        call = _call("dry-run apply" if dry_run else "apply", "PATCH", type, namespace, name)
        return self._manifest(replace(call, query=query, body=manifest, content_type=_APPLY))

    def create(self, type: ResourceType, manifest: Manifest) -> Manifest:
        namespace, name = _where(manifest)
        call = _call("create", "POST", type, namespace, name)
        return self._manifest(replace(call, path=_path(type, namespace), query=_WRITE, body=manifest))

    def patch(
        self, type: ResourceType, namespace: str, name: str, patch: Any, kind: PatchKind = PatchKind.MERGE
    ) -> Manifest:
        call = _call("patch", "PATCH", type, namespace, name)
        return self._manifest(replace(call, query=_WRITE, body=patch, content_type=kind.value))

    def delete(
        self,
        type: ResourceType,
        namespace: str,
        name: str,
        *,
        propagation: Propagation = Propagation.FOREGROUND,
        uid: str = "",
    ) -> bool:
        options: dict[str, Any] = {
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "propagationPolicy": propagation.value,
        }
        if uid:
            options["preconditions"] = {"uid": uid}
        try:
            self._client.send(replace(_call("delete", "DELETE", type, namespace, name), body=options))
        except ObjectAbsentError:
            return False
        return True

    def _manifest(self, call: Call) -> Manifest:
        manifest: Manifest = self._client.json(call)
        return manifest

    def _pages(self, type: ResourceType, namespace: str, query: dict[str, str]) -> Iterator[ObjectPage]:
        call = list_call(type, namespace)
        token = ""
        while True:
            page = read_page(
                self._client.send(replace(call, query={**query, "continue": token} if token else query)),
                call.doing,
            )
            items = tuple(read_object(type, raw) for raw in page.items or ())
            token = page.next_token
            yield ObjectPage(items, page.resource_version)
            if not token:
                return


def list_call(type: ResourceType, namespace: str) -> Call:
    """Return the LIST of a kind, in all namespaces when `namespace` is ""."""
    where = f" in {namespace}" if namespace else ""
    return Call(f"list {type.kind}{where}", "GET", _path(type, namespace), plural=type.plural)


def _call(doing: str, method: str, type: ResourceType, namespace: str, name: str) -> Call:
    """Return a call about one object; `name` may be "" for an object that the server shall name."""
    within = f"{namespace}/" if type.namespaced and namespace else ""
    subject = f"{doing} {type.kind} {within}{name}".rstrip()
    if type.namespaced and not namespace:
        raise InvalidRequestError(
            f"{subject}: metadata.namespace is missing. {type.kind} lives in a namespace"
        )
    secret = (type.group, type.kind) == ("", "Secret")
    return Call(subject, method, _path(type, namespace, name), plural=type.plural, secret=secret)


def _path(type: ResourceType, namespace: str, name: str = "") -> str:
    """Return the URL path. Raises InvalidRequestError for a name that would mean another path.

    Quoting is not enough: the server reads `%2F` as a slash, and `x/scale` as a sub-resource.
    """
    for part in (namespace, name):
        if "/" in part or part in {".", ".."}:
            raise InvalidRequestError(
                f"{type.kind} {name}: {part!r} is no name. Use letters, digits, - and ."
            )
    return type.path(quote(namespace, safe=""), quote(name, safe=":"))


def _where(manifest: Manifest) -> tuple[str, str]:
    metadata = metadata_of(manifest)
    return str(metadata.get("namespace") or ""), str(metadata.get("name") or "")
