"""Application service. Source: Argo CD server/application (routes, bodies and words)."""

from __future__ import annotations

from typing import Any

from functions._http import Answer, json_answer
from functions.api.application_query import filter_of, mask_of, number_of, ref_of
from functions.api.call import Call, empty
from shared.domain.manifests.resource_key import ResourceKey
from shared.errors import InvalidRequestError
from shared.services.refresh_application import WAIT_SECONDS
from shared.services.show_applications import PageWish
from shared.services.start_sync import SyncWish

_POLICIES = ("", "foreground", "background")


def list_all(call: Call) -> Answer:
    """A page of the applications that fit; all of them without `?limit=`.

    Filters are those of `filter_of`; `?limit=` with `&offset=` or `&continue=`; `?fields=`. `metadata` has
    remainingItemCount, continue, and counts of each state among all that fit but for `sync` and `health`.
    Items are null when there are none, as Argo CD sends them.
    """
    mask = mask_of(call)
    wish = PageWish(
        number_of(call, "limit") or 0, number_of(call, "offset") or 0, call.request.first("continue")
    )
    page = call.services.show_applications.page(filter_of(call), wish, mask.below("items"))
    metadata = {
        "resourceVersion": page.version,
        "remainingItemCount": page.remaining,
        "continue": page.token,
        "counts": page.counts,
    }
    return json_answer(mask.of({"metadata": metadata, "items": page.items or None}))


def get(call: Call, name: str) -> Answer:
    """`?refresh=normal|hard` has it looked at again, and waits for that, 20 seconds or `?wait=`."""
    ref = ref_of(call, name)
    if refresh := call.request.first("refresh"):
        asked = number_of(call, "wait")
        seconds = WAIT_SECONDS if asked is None else min(float(asked), WAIT_SECONDS)
        call.services.refresh_application(ref, hard=refresh == "hard", seconds=seconds)
    return json_answer(call.services.show_applications.one(ref, mask_of(call)))


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
        ref_of(call, name), cascade=cascade, background=policy == "background", who=call.who
    )
    return empty()


def sync(call: Call, name: str) -> Answer:
    body = call.json()
    ref = ref_of(call, name, body)
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
    ref = ref_of(call, name, body)
    call.services.start_sync.roll_back(
        ref, wanted, prune=_flag(name, body, "prune"), dry_run=_flag(name, body, "dryRun"), who=call.who
    )
    return json_answer(call.services.show_applications.one(ref))


def terminate(call: Call, name: str) -> Answer:
    call.services.start_sync.terminate(ref_of(call, name), who=call.who)
    return empty()


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
