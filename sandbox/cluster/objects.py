"""What can be done with objects over HTTP: each method of each kind of URL, one function.

Source: k8s.io/apiserver/pkg/endpoints/installer.go and handlers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from sandbox.cluster import api_error, patching
from sandbox.cluster.access.reviews import Reviews
from sandbox.cluster.bodies import Bodies
from sandbox.cluster.call import Call
from sandbox.cluster.eviction import evict
from sandbox.cluster.forms import Form, Whole, form_of
from sandbox.cluster.hand import Hand
from sandbox.cluster.list_options import ListOptions, too_large
from sandbox.cluster.options import delete_options, number, write_options
from sandbox.cluster.pod_log import LogOptions, followed, pod_log
from sandbox.cluster.reading import Page, Selection, get, list_page
from sandbox.cluster.request import Target, WriteOptions
from sandbox.cluster.scaling import scale_of, with_scale
from sandbox.cluster.watching import Watching, WatchOptions
from sandbox.cluster.wire import Answer
from sandbox.cluster.writes import Written

_Json = dict[str, Any]


_SPECIAL: Mapping[str, tuple[str, ...]] = {
    "pods": ("log", "eviction"),
    "namespaces": ("finalize",),
    "serviceaccounts": ("token",),
}


class Objects:
    """The resource URLs of one cluster. `stopped` ends its watches. Methods raise ApiError."""

    def __init__(self, hand: Hand, bodies: Bodies, reviews: Reviews) -> None:
        self.registry, self._hand, self._clock = hand.registry, hand, hand.clock.clock
        self._bodies, self._reviews = bodies, reviews
        self.stopped: Callable[[], bool] = lambda: False
        self._store, self._writes, self._deletions = hand.store, hand.writes, hand.deletions
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
            ("token", "POST"): self._token,
            ("eviction", "POST"): self._evict,
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
        if place in ("collection", "object") and call.verb not in target.kind.verbs:
            raise api_error.method_not_allowed()
        return route(call, target)

    def _get(self, call: Call, target: Target) -> Answer:
        if call.verb == "watch":
            return self._watch(call, target)
        return Answer(200, self._form(call).one(target.kind, get(self._store, target)))

    def _list(self, call: Call, target: Target) -> Answer:
        if call.verb == "watch":
            return self._watch(call, target)
        selection = self._selection(call, target)
        asked = ListOptions.parse(call)
        exactly = asked.version if asked.exact else 0
        page = Page(number(call, "limit"), call.query.get("continue", ""), exactly)
        if asked.version > self._store.version:
            raise too_large(asked.version, self._store.version)
        listed = list_page(self._store, target, selection, page)
        return Answer(200, self._form(call).many(target.kind, listed.items, listed.metadata))

    def _watch(self, call: Call, target: Target) -> Answer:
        asked = ListOptions.parse(call)
        options = WatchOptions(
            since=asked.version or None,
            seconds=number(call, "timeoutSeconds") or 1800,
            bookmarks=call.flag("allowWatchBookmarks"),
            initial=asked.initial,
            ends_initial=asked.ends_initial,
            form=self._form(call),
        )
        watching = Watching(self._store, target, self._selection(call, target), options, self.stopped)
        return Answer(200, watching.lines())

    def _create(self, call: Call, target: Target) -> Answer:
        if target.kind.asked_only:
            sent = self._bodies.read(call, target.kind.kind)
            return Answer(201, orjson.dumps(self._reviews.answer(target, sent, call.user)))
        options = write_options(call)
        written = self._writes.create(target, self._bodies.read(call, target.kind.kind), options)
        return _written(call, written, options)

    def _update(self, call: Call, target: Target) -> Answer:
        options = write_options(call)
        written = self._writes.update(target, self._bodies.read(call, target.kind.kind), options)
        return _written(call, written, options)

    def _patch(self, call: Call, target: Target) -> Answer:
        content_type = call.content_type
        if content_type == patching.APPLY and not call.query.get("fieldManager"):
            cause = api_error.FieldError.required("fieldManager", "is required for apply patch")
            raise api_error.invalid(api_error.Named("meta.k8s.io", "PatchOptions", ""), [cause])
        options = write_options(call)
        written = patching.patch(self._writes, target, content_type, call.message.body, options)
        return _written(call, written, options)

    def _delete(self, call: Call, target: Target) -> Answer:
        options = delete_options(call, self._bodies.options(call))
        return _written(call, self._deletions.delete(target, options))

    def _delete_collection(self, call: Call, target: Target) -> Answer:
        selection, options = self._selection(call, target), delete_options(call, self._bodies.options(call))
        listed = list_page(self._store, target, selection, Page())
        for stored in self._store.snapshot(target.kind.resource, target.namespace).items:
            if selection.takes(stored):
                each = Target(target.kind, *stored.key)
                call.changed |= self._deletions.delete(each, options).changed
        return Answer(200, Whole().many(target.kind, listed.items, listed.metadata))

    def _get_scale(self, call: Call, target: Target) -> Answer:
        return Answer(200, orjson.dumps(scale_of(get(self._store, target).body)))

    def _put_scale(self, call: Call, target: Target) -> Answer:
        scale = self._bodies.read(call, target.kind.kind)
        written = self._writes.change(target, lambda live: with_scale(live, scale), write_options(call))
        return _written(call, Written(scale_of(written.body), changed=written.changed))

    def _patch_scale(self, call: Call, target: Target) -> Answer:
        content_type = call.content_type
        if content_type in (patching.STRATEGIC, patching.APPLY):
            content_type = patching.MERGE
        edit = patching.editor(self._writes, target, content_type, call.message.body)
        written = self._writes.change(
            target, lambda live: with_scale(live, edit(scale_of(live))), write_options(call)
        )
        return _written(call, Written(scale_of(written.body), changed=written.changed))

    def _log(self, call: Call, target: Target) -> Answer:
        options = LogOptions.parse(call.query, self._clock.now())
        lines = pod_log(get(self._store, target).body, options, self._clock.now())
        plain = "text/plain; charset=utf-8"
        if not call.flag("follow"):
            return Answer(200, b"".join(lines), plain)

        def read() -> _Json | None:
            stored = self._store.get(target.kind.resource, target.key)
            return stored.body if stored else None

        return Answer(200, followed(read, options, self._clock, self.stopped), plain)

    def _token(self, call: Call, target: Target) -> Answer:
        get(self._store, target)
        sent = self._bodies.read(call, "TokenRequest")
        return Answer(201, orjson.dumps(self._reviews.token(target, sent)))

    def _evict(self, call: Call, target: Target) -> Answer:
        sent = self._bodies.read(call, "Eviction")
        options = delete_options(call, sent.get("deleteOptions") or {})
        return _written(call, evict(self._hand, target, options))

    def _form(self, call: Call) -> Form:
        return form_of(call.accept, call.query.get("includeObject", ""), self._clock)

    def _selection(self, call: Call, target: Target) -> Selection:
        labels, fields = call.query.get("labelSelector", ""), call.query.get("fieldSelector", "")
        return Selection.parse(target.kind, labels, fields, target.name)


def _subresources(target: Target) -> tuple[str, ...]:
    kind = target.kind
    offered = (("status", kind.status), ("scale", kind.scale))
    special = _SPECIAL.get(kind.resource, ())
    return tuple(name for name, there in offered if there) + special


def _written(call: Call, written: Written, options: WriteOptions | None = None) -> Answer:
    call.changed = written.changed
    warnings = tuple(f'unknown field "{path}"' for path in (options.dropped if options else ()))
    if call.query.get("fieldValidation") == "Ignore":
        warnings = ()
    return Answer(201 if written.created else 200, orjson.dumps(written.body), warnings=warnings)
