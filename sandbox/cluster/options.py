"""What a request says in its query, headers and body beside the object: options of reads, writes, deletions.

Source: validation of metav1's options, sentences of a kube-apiserver 1.34.
"""

from __future__ import annotations

from typing import Any

from sandbox.cluster import api_error
from sandbox.cluster.call import Call
from sandbox.cluster.request import DeleteOptions, WriteOptions

_Json = dict[str, Any]


def write_options(call: Call) -> WriteOptions:
    """Options of a POST, PUT or PATCH. Raises 422."""
    return WriteOptions(
        manager=call.manager,
        dry_run=_dry_run(call.query.get("dryRun")),
        force=call.flag("force"),
        strict=call.query.get("fieldValidation") == "Strict",
    )


def delete_options(call: Call, sent: _Json) -> DeleteOptions:
    """Options of a DELETE, from its query and what its body said. Raises 422."""
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


def number(call: Call, name: str) -> int:
    """A whole number of the query, 0 when it is not there. Raises 400."""
    text = call.query.get(name) or "0"
    if not text.isdigit():
        raise api_error.bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    return int(text)
