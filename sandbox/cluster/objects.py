"""What can be done with objects over HTTP: each method of each kind of URL, one function.

Source: k8s.io/apiserver/pkg/endpoints/installer.go and handlers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
import yaml

from sandbox.cluster import api_error, patching
from sandbox.cluster.call import Call
from sandbox.cluster.deletion import Deletions
from sandbox.cluster.pod_log import LogOptions, followed, pod_log
from sandbox.cluster.reading import Page, Selection, get, list_body, partial
from sandbox.cluster.registry import Registry
from sandbox.cluster.request import DeleteOptions, Target, WriteOptions
from sandbox.cluster.scaling import scale_of, with_scale
from sandbox.cluster.store import Store
from sandbox.cluster.watching import Watching, WatchOptions
from sandbox.cluster.wire import Answer
from sandbox.cluster.writes import Writes, Written

_Json = dict[str, Any]
_MEDIA = (
    "the body of the request was in an unknown format - accepted media types include: application/json, "
    "application/yaml, application/vnd.kubernetes.protobuf"
)


class Objects:
    """The resource URLs of one cluster. `stopped` ends its watches. Methods raise ApiError."""

    def __init__(
        self,
        store: Store,
        registry: Registry,
        writes: Writes,
        deletions: Deletions,
        stopped: Callable[[], bool],
    ) -> None:
        self.registry = registry
        self._store, self._writes, self._deletions, self._stopped = store, writes, deletions, stopped
        self._routes: Mapping[tuple[str, str], Callable[[Call, Target], Answer]] = {
            ("collection", "GET"): self._list,
            ("collection", "POST"): self._create,
            ("collection", "DELETE"): self._delete_collection,
            ("object", "GET"): self._get,
            ("object", "PUT"): self._update,
            ("object", "PATCH"): self._patch,
            ("object", "DELETE"): self._delete,
            ("status", "GET"): self._get,
            ("status", "PUT"): self._update,
            ("status", "PATCH"): self._patch,
            ("scale", "GET"): self._get_scale,
            ("scale", "PUT"): self._put_scale,
            ("scale", "PATCH"): self._patch_scale,
            ("finalize", "PUT"): self._update,
            ("log", "GET"): self._log,
        }

    def answer(self, call: Call, target: Target) -> Answer:
        """Answer one request for a resource."""
        place = target.subresource or ("object" if target.name else "collection")
        if target.subresource and target.subresource not in _subresources(target):
            raise api_error.unknown_resource()
        route = self._routes.get((place, call.message.method))
        nowhere = place == "collection" and target.kind.namespaced and not target.namespace
        if route is None or (nowhere and call.message.method != "GET"):
            raise api_error.method_not_allowed()
        if (
            place == "collection"
            and call.message.method == "DELETE"
            and "deletecollection" not in target.kind.verbs
        ):
            raise api_error.method_not_allowed()
        return route(call, target)

    def _get(self, call: Call, target: Target) -> Answer:
        if call.flag("watch"):
            call.verb = "watch"
            return self._watch(call, target)
        stored = get(self._store, target)
        wanted = "as=PartialObjectMetadata;" in call.accept + ";"
        return Answer(200, orjson.dumps(partial(stored)) if wanted else stored.encoded)

    def _list(self, call: Call, target: Target) -> Answer:
        if call.flag("watch"):
            call.verb = "watch"
            return self._watch(call, target)
        call.verb = "list"
        selection = self._selection(call, target)
        page = Page(_number(call, "limit"), call.query.get("continue", ""))
        wanted = "as=PartialObjectMetadataList" in call.accept
        return Answer(200, list_body(self._store, target, selection, page, metadata=wanted))

    def _watch(self, call: Call, target: Target) -> Answer:
        since = call.query.get("resourceVersion") or "0"
        if not since.isdigit():
            raise api_error.bad_request(
                f'resourceVersion: Invalid value: "{since}": strconv.ParseUint: invalid syntax'
            )
        options = WatchOptions(
            since=int(since) if since != "0" else None,
            seconds=_number(call, "timeoutSeconds") or 1800,
            bookmarks=call.flag("allowWatchBookmarks"),
            initial_events=call.flag("sendInitialEvents"),
            metadata="as=PartialObjectMetadata" in call.accept,
        )
        watching = Watching(self._store, target, self._selection(call, target), options, self._stopped)
        return Answer(200, watching.lines())

    def _create(self, call: Call, target: Target) -> Answer:
        written = self._writes.create(target, _sent(call, target), _write_options(call))
        return _written(call, written)

    def _update(self, call: Call, target: Target) -> Answer:
        written = self._writes.update(target, _sent(call, target), _write_options(call))
        return _written(call, written)

    def _patch(self, call: Call, target: Target) -> Answer:
        content_type = call.content_type
        if content_type == patching.APPLY and not call.query.get("fieldManager"):
            cause = api_error.FieldError.required("fieldManager", "is required for apply patch")
            raise api_error.invalid(api_error.Named("meta.k8s.io", "PatchOptions", ""), [cause])
        return _written(
            call, patching.patch(self._writes, target, content_type, call.message.body, _write_options(call))
        )

    def _delete(self, call: Call, target: Target) -> Answer:
        return _written(call, self._deletions.delete(target, _delete_options(call)))

    def _delete_collection(self, call: Call, target: Target) -> Answer:
        call.verb = "deletecollection"
        selection, options = self._selection(call, target), _delete_options(call)
        body = list_body(self._store, target, selection, Page())
        for stored in self._store.snapshot(target.kind.resource, target.namespace).items:
            if selection.takes(stored):
                each = Target(target.kind, *stored.key)
                call.changed |= self._deletions.delete(each, options).changed
        return Answer(200, body)

    def _get_scale(self, call: Call, target: Target) -> Answer:
        return Answer(200, orjson.dumps(scale_of(get(self._store, target).body)))

    def _put_scale(self, call: Call, target: Target) -> Answer:
        scale = _sent(call, target)
        written = self._writes.change(target, lambda live: with_scale(live, scale), _write_options(call))
        return _written(call, Written(scale_of(written.body), changed=written.changed))

    def _patch_scale(self, call: Call, target: Target) -> Answer:
        content_type = call.content_type
        if content_type in (patching.STRATEGIC, patching.APPLY):
            content_type = patching.MERGE
        edit = patching.editor(self._writes, target, content_type, call.message.body)
        written = self._writes.change(
            target, lambda live: with_scale(live, edit(scale_of(live))), _write_options(call)
        )
        return _written(call, Written(scale_of(written.body), changed=written.changed))

    def _log(self, call: Call, target: Target) -> Answer:
        options = LogOptions.parse(call.query, datetime.now(UTC))
        lines = pod_log(get(self._store, target).body, options)
        plain = "text/plain; charset=utf-8"
        if not call.flag("follow"):
            return Answer(200, b"".join(lines), plain)

        def read() -> _Json | None:
            stored = self._store.get(target.kind.resource, target.key)
            return stored.body if stored else None

        return Answer(200, followed(read, options, self._stopped), plain)

    def _selection(self, call: Call, target: Target) -> Selection:
        labels, fields = call.query.get("labelSelector", ""), call.query.get("fieldSelector", "")
        return Selection.parse(target.kind, labels, fields, target.name)


def _subresources(target: Target) -> tuple[str, ...]:
    kind = target.kind
    offered = (("status", kind.status), ("scale", kind.scale))
    special = {"pods": ("log",), "namespaces": ("finalize",)}.get(kind.resource, ())
    return tuple(name for name, there in offered if there) + special


def _written(call: Call, written: Written) -> Answer:
    call.changed = written.changed
    return Answer(201 if written.created else 200, orjson.dumps(written.body))


def _sent(call: Call, target: Target) -> _Json:
    """Decode a sent object. Raises 400 and 415."""
    if call.content_type not in ("application/json", "application/yaml", ""):
        raise api_error.ApiError(415, "UnsupportedMediaType", _MEDIA)
    unrecognized = (
        f"the object provided is unrecognized (must be of type {target.kind.kind}): couldn't get version/kind"
    )
    try:
        yaml_sent = call.content_type == "application/yaml"
        body = yaml.safe_load(call.message.body) if yaml_sent else orjson.loads(call.message.body)
    except (orjson.JSONDecodeError, yaml.YAMLError) as error:
        raise api_error.bad_request(f"{unrecognized}; json parse error: {error}") from error
    if not isinstance(body, dict):
        raise api_error.bad_request(f"{unrecognized}; json parse error: json: cannot unmarshal into Go value")
    return body


def _write_options(call: Call) -> WriteOptions:
    return WriteOptions(
        manager=call.manager,
        dry_run=_dry_run(call.query.get("dryRun")),
        force=call.flag("force"),
        strict=call.query.get("fieldValidation") == "Strict",
    )


def _delete_options(call: Call) -> DeleteOptions:
    sent: _Json = {}
    if call.message.body:
        try:
            sent = orjson.loads(call.message.body)
        except orjson.JSONDecodeError as error:
            raise api_error.bad_request(f"couldn't get version/kind; json parse error: {error}") from error
    conditions = sent.get("preconditions") or {}
    grace = call.query.get("gracePeriodSeconds") or sent.get("gracePeriodSeconds")
    return DeleteOptions(
        propagation=_propagation(call.query.get("propagationPolicy") or sent.get("propagationPolicy") or ""),
        uid=conditions.get("uid") or "",
        resource_version=conditions.get("resourceVersion") or "",
        dry_run=_dry_run(call.query.get("dryRun") or (sent.get("dryRun") or [None])[0]),
        grace_seconds=None if grace is None else int(grace),
    )


def _propagation(policy: str) -> str:
    if policy not in ("", "Foreground", "Background", "Orphan"):
        allowed = ("Foreground", "Background", "Orphan", "nil")
        cause = api_error.FieldError.unsupported("propagationPolicy", policy, allowed)
        raise api_error.invalid(api_error.Named("meta.k8s.io", "DeleteOptions", ""), [cause])
    return policy


def _dry_run(value: str | None) -> bool:
    if value not in (None, "", "All"):
        cause = api_error.FieldError.unsupported("dryRun", value, ("All",))
        raise api_error.invalid(api_error.Named("meta.k8s.io", "PatchOptions", ""), [cause])
    return value == "All"


def _number(call: Call, name: str) -> int:
    text = call.query.get(name) or "0"
    if not text.isdigit():
        raise api_error.bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    return int(text)
