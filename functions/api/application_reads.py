"""Application service: what can be read of one application. Source: Argo CD server/application."""

from __future__ import annotations

import json

from functions._http import Answer, json_answer
from functions.api.application_query import key_of, number_of, ref_of
from functions.api.call import Call
from shared.services.show_differences import ResourceFilter


def resource_tree(call: Call, name: str) -> Answer:
    return json_answer(call.services.show_tree(ref_of(call, name)))


def managed_resources(call: Call, name: str) -> Answer:
    """`?group=&kind=&namespace=&name=` leave some. States are JSON texts; Secrets show no value."""
    first = call.request.first
    wanted = ResourceFilter(first("group"), first("kind"), first("namespace"), first("name"))
    items = call.services.views.differences(ref_of(call, name), wanted)
    return json_answer({"items": items or None})


def manifests(call: Call, name: str) -> Answer:
    """`?revision=`, or `?revisions=` once for each source."""
    revisions = call.request.query.get("revisions") or call.request.query.get("revision") or ()
    return json_answer(
        call.services.views.manifests(ref_of(call, name), [each for each in revisions if each])
    )


def resource(call: Call, name: str) -> Answer:
    """`?group=&version=&kind=&namespace=&resourceName=` → `{manifest}`, a JSON text."""
    found = call.services.views.resource(ref_of(call, name), key_of(call), call.request.first("version"))
    return json_answer({"manifest": json.dumps(found, ensure_ascii=False)})


def events(call: Call, name: str) -> Answer:
    """`?resourceUID=&resourceName=&resourceNamespace=` are those of one object; without them of all."""
    first = call.request.first
    return json_answer(
        call.services.views.events(
            ref_of(call, name),
            uid=first("resourceUID"),
            name=first("resourceName"),
            namespace=first("resourceNamespace"),
        )
    )


def revision_metadata(call: Call, name: str, revision: str) -> Answer:
    """`?sourceIndex=`: who made a commit, when and why."""
    source = number_of(call, "sourceIndex") or 0
    return json_answer(call.services.views.manifests.commit(ref_of(call, name), revision, source))


def operation(call: Call, name: str) -> Answer:
    """The last change: `{operationState, stages, waves, trace, cause}`. Argo CD has none."""
    return json_answer(call.services.show_trace.operation(ref_of(call, name)))
