"""Application service. Source: Argo CD server/application (routes, bodies and words)."""

from __future__ import annotations

from typing import Any

from functions._http import Answer, json_answer
from functions.api.call import Call, empty
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.specs.app_ref import AppRef
from shared.errors import InvalidRequestError
from shared.services.start_sync import SyncWish

_CONTROL = "argocd"
_POLICIES = ("", "foreground", "background")


def list_all(call: Call) -> Answer:
    """`?projects=&selector=&appNamespace=`. Items are null when there are none, as Argo CD sends them."""
    query = call.request.query
    items = call.services.show_applications.many(
        projects=query.get("projects") or query.get("project") or (),
        labels=_labels(call.request.first("selector")),
        namespace=call.request.first("appNamespace"),
    )
    return json_answer({"metadata": {"resourceVersion": str(len(items))}, "items": items or None})


def get(call: Call, name: str) -> Answer:
    """`?refresh=normal|hard` has the application looked at again."""
    ref = _ref(call, name)
    if refresh := call.request.first("refresh"):
        call.services.start_sync.refresh(ref, hard=refresh == "hard")
    return json_answer(call.services.show_applications.one(ref))


def create(call: Call) -> Answer:
    upsert = call.request.first("upsert") == "true"
    ref = call.services.create_application(call.json(), upsert=upsert, who=call.who)
    return json_answer(call.services.show_applications.one(ref))


def update(call: Call, name: str) -> Answer:
    manifest = call.json()
    metadata = manifest.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("name") != name:
        raise InvalidRequestError(f"Application {name}: metadata.name in the body is another")
    ref = call.services.create_application.update(manifest, who=call.who)
    return json_answer(call.services.show_applications.one(ref))


def delete(call: Call, name: str) -> Answer:
    """`?cascade=true|false&propagationPolicy=`. Without cascade the finalizer decides."""
    policy = call.request.first("propagationPolicy").lower()
    text = call.request.first("cascade")
    if policy not in _POLICIES or (policy and text == "false"):
        raise InvalidRequestError(
            f"Application {name}: propagationPolicy {policy!r} is not foreground or background, "
            "or was given with cascade=false"
        )
    cascade = None if text == "" else text != "false"
    call.services.create_application.delete(
        _ref(call, name), cascade=cascade, background=policy == "background", who=call.who
    )
    return empty()


def sync(call: Call, name: str) -> Answer:
    body = call.json()
    ref = _ref(call, name, body)
    revisions = _list(name, body, "revisions") or ([body["revision"]] if body.get("revision") else [])
    wish = SyncWish(
        revisions=tuple(_text(name, "revision", revision) for revision in revisions),
        prune=_flag(name, body, "prune"),
        dry_run=_flag(name, body, "dryRun"),
        confirmed=_flag(name, body, "confirmed"),
        resources=tuple(_key(name, item) for item in _list(name, body, "resources")),
    )
    call.services.start_sync(ref, wish, who=call.who)
    return json_answer(call.services.show_applications.one(ref))


def roll_back(call: Call, name: str) -> Answer:
    body = call.json()
    wanted = body.get("id")
    if isinstance(wanted, str) and wanted.isdecimal():
        wanted = int(wanted)  # int64 is text in the JSON of protocol buffers
    if not isinstance(wanted, int) or isinstance(wanted, bool):
        raise InvalidRequestError(f"Application {name}: id {wanted!r} is not the id of a deployment")
    ref = _ref(call, name, body)
    call.services.start_sync.roll_back(
        ref, wanted, prune=_flag(name, body, "prune"), dry_run=_flag(name, body, "dryRun"), who=call.who
    )
    return json_answer(call.services.show_applications.one(ref))


def terminate(call: Call, name: str) -> Answer:
    call.services.start_sync.terminate(_ref(call, name), who=call.who)
    return empty()


def resource_tree(call: Call, name: str) -> Answer:
    return json_answer(call.services.show_tree(_ref(call, name)))


def _ref(call: Call, name: str, body: dict[str, Any] | None = None) -> AppRef:
    namespace = call.request.first("appNamespace") or str((body or {}).get("appNamespace") or "")
    return AppRef(namespace or _CONTROL, name)


def _labels(selector: str) -> list[tuple[str, str]]:
    """Equality selectors `a=b,c=d`; anything else is refused."""
    pairs = []
    for part in filter(None, selector.split(",")):
        name, equals, value = part.replace("==", "=").partition("=")
        if not equals or name.endswith("!"):
            raise InvalidRequestError(f"Selector {part!r}: only label=value is understood yet")
        pairs.append((name.strip(), value.strip()))
    return pairs


def _flag(name: str, body: dict[str, Any], field: str) -> bool:
    value = body.get(field, False)
    if value not in (True, False, None):
        raise InvalidRequestError(f"Application {name}: {field} must be true or false, not {value!r}")
    return bool(value)


def _list(name: str, body: dict[str, Any], field: str) -> list[Any]:
    value = body.get(field) or []
    if not isinstance(value, list):
        raise InvalidRequestError(f"Application {name}: {field} must be a list, not {value!r}")
    return value


def _text(name: str, field: str, value: object) -> str:
    if not isinstance(value, str):
        raise InvalidRequestError(f"Application {name}: {field} must be a text, not {value!r}")
    return value


def _key(name: str, item: object) -> ResourceKey:
    if not isinstance(item, dict) or not item.get("kind") or not item.get("name"):
        raise InvalidRequestError(f"Application {name}: resources must have kind and name, not {item!r}")
    return ResourceKey(
        str(item.get("group") or ""),
        str(item["kind"]),
        str(item.get("namespace") or ""),
        str(item["name"]),
    )
