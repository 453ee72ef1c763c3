"""The shapes of the main answers of the REST API, as JSON Schema; tests hold them to real answers."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_WHOLE: Schema = {"type": "integer"}
_NUMBER: Schema = {"type": "number"}
_YES_NO: Schema = {"type": "boolean"}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_ANYTHING: Schema = {"type": "object", "additionalProperties": True}


def ref(name: str) -> Schema:
    """A schema of this document by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _object(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    """Fields that are always there, and fields that may be."""
    return {
        "type": "object",
        "required": sorted(required),
        "properties": {**required, **(optional or {})},
    }


def _page(item: str) -> Schema:
    return _object({"metadata": _ANYTHING, "items": _or_null(_list(ref(item)))})


_OBJECT_NAME = {"kind": _TEXT, "name": _TEXT}
_OBJECT_PLACE = {"group": _TEXT, "version": _TEXT, "namespace": _TEXT}
_HEALTH = _object({"status": _TEXT}, {"message": _TEXT})
_METADATA = _object(
    {"name": _TEXT, "namespace": _TEXT},
    {
        "creationTimestamp": _MOMENT,
        "resourceVersion": _TEXT,
        "annotations": {"type": "object", "additionalProperties": _TEXT},
        "labels": {"type": "object", "additionalProperties": _TEXT},
        "finalizers": _list(_TEXT),
        "deletionTimestamp": _MOMENT,
    },
)
_SOURCE = _object(
    {"repoURL": _TEXT},
    {"path": _TEXT, "chart": _TEXT, "targetRevision": _TEXT, "helm": _ANYTHING, "ref": _TEXT},
)
_RESULT = _object(
    {**_OBJECT_NAME, "status": _TEXT},
    {**_OBJECT_PLACE, "message": _TEXT, "syncPhase": _TEXT, "hookPhase": _TEXT, "hookType": _TEXT},
)
_STAGE = _object({"name": _TEXT}, {"at": _or_null(_TEXT), "seconds": _or_null(_NUMBER)})
_TASK = _object({**_OBJECT_NAME, "status": _TEXT}, {**_OBJECT_PLACE, "action": _TEXT, "message": _TEXT})
_WAVE = _object({"wave": _WHOLE, "total": _WHOLE, "done": _WHOLE, "failed": _WHOLE, "tasks": _list(_TASK)})
_REASON = _object({"type": _TEXT, "message": _TEXT}, {"since": _or_null(_TEXT)})

_APPLICATION_PARTS: dict[str, Schema] = {
    "Health": _HEALTH,
    "Metadata": _METADATA,
    "Source": _SOURCE,
    "Stage": _STAGE,
    "Reason": _REASON,
    "OperationResult": _RESULT,
    "Spec": _object(
        {"project": _TEXT},
        {
            "source": ref("Source"),
            "sources": _list(ref("Source")),
            "destination": _object({}, {"server": _TEXT, "name": _TEXT, "namespace": _TEXT}),
            "syncPolicy": _object(
                {},
                {
                    "automated": _object({}, {"prune": _YES_NO, "selfHeal": _YES_NO, "enabled": _YES_NO}),
                    "syncOptions": _list(_TEXT),
                },
            ),
        },
    ),
    "ResourceStatus": _object(
        _OBJECT_NAME,
        {
            **_OBJECT_PLACE,
            "status": _TEXT,
            "health": ref("Health"),
            "requiresPruning": _YES_NO,
            "hook": _YES_NO,
        },
    ),
    "Deployment": _object(
        {"id": _WHOLE, "revision": _TEXT},
        {
            "deployedAt": _MOMENT,
            "deployStartedAt": _MOMENT,
            "source": ref("Source"),
            "initiatedBy": ref("Initiator"),
            "images": _list(_TEXT),
        },
    ),
    "Initiator": _object({}, {"automated": _YES_NO, "username": _TEXT}),
    "OperationState": _object(
        {"phase": _TEXT},
        {
            "message": _TEXT,
            "startedAt": _MOMENT,
            "finishedAt": _MOMENT,
            "retryCount": _WHOLE,
            "operation": _object({}, {"sync": _ANYTHING, "initiatedBy": ref("Initiator")}),
            "syncResult": _object(
                {}, {"revision": _TEXT, "resources": _or_null(_list(ref("OperationResult")))}
            ),
        },
    ),
}
_APPLICATION_STATUS: dict[str, Schema] = {
    "Standing": _object(
        {},
        {
            "clock": {"type": "object", "additionalProperties": _NUMBER},
            "trace": _TEXT,
            "stages": _list(ref("Stage")),
            "paused": _YES_NO,
            "observedAt": _or_null(_TEXT),
            "staleSeconds": _WHOLE,
            "reasons": _list(ref("Reason")),
            "pinned": _or_null(_ANYTHING),
        },
    ),
    "Status": _object(
        {"sync": _object({"status": _TEXT}, {"revision": _TEXT}), "health": ref("Health")},
        {
            "resources": _list(ref("ResourceStatus")),
            "history": _list(ref("Deployment")),
            "conditions": _list(_object({"type": _TEXT, "message": _TEXT}, {"lastTransitionTime": _MOMENT})),
            "summary": _object({}, {"images": _list(_TEXT), "externalURLs": _list(_TEXT)}),
            "reconciledAt": _MOMENT,
            "sourceType": _TEXT,
            "operationState": ref("OperationState"),
            "tidegate": ref("Standing"),
        },
    ),
    "Application": _object({"metadata": ref("Metadata"), "spec": ref("Spec"), "status": ref("Status")}),
    "Counts": _object(
        {
            "total": _WHOLE,
            "sync": {"type": "object", "additionalProperties": _WHOLE},
            "health": {"type": "object", "additionalProperties": _WHOLE},
        }
    ),
    "ApplicationList": _object(
        {
            "metadata": _object(
                {"resourceVersion": _TEXT, "counts": ref("Counts")},
                {"remainingItemCount": _WHOLE, "continue": _TEXT},
            ),
            "items": _or_null(_list(ref("Application"))),
        }
    ),
    "ApplicationEvent": _object({"type": _TEXT, "application": ref("Application")}),
    "OperationView": _object(
        {"stages": _list(ref("Stage")), "waves": _list(_WAVE)},
        {"operationState": _or_null(ref("OperationState")), "trace": _TEXT, "cause": _or_null(ref("Cause"))},
    ),
    "RevisionMetadata": _object({"author": _TEXT, "date": _MOMENT, "message": _TEXT}),
    "Manifests": _object({"manifests": _list(_TEXT)}, {"revision": _TEXT, "sourceType": _TEXT}),
}
_RESOURCES: dict[str, Schema] = {
    "ResourceRef": _object(_OBJECT_NAME, {**_OBJECT_PLACE, "uid": _TEXT}),
    "ResourceNode": _object(
        _OBJECT_NAME,
        {
            **_OBJECT_PLACE,
            "uid": _TEXT,
            "parentRefs": _list(ref("ResourceRef")),
            "info": _list(_object({"name": _TEXT, "value": _TEXT})),
            "networkingInfo": _object(
                {},
                {
                    "targetLabels": {"type": "object", "additionalProperties": _TEXT},
                    "labels": {"type": "object", "additionalProperties": _TEXT},
                    "targetRefs": _list(ref("ResourceRef")),
                    "externalURLs": _list(_TEXT),
                },
            ),
            "images": _list(_TEXT),
            "health": ref("Health"),
            "createdAt": _MOMENT,
            "resourceVersion": _TEXT,
        },
    ),
    "ResourceTree": _object({"nodes": _or_null(_list(ref("ResourceNode")))}),
    "ManagedResource": _object(
        _OBJECT_NAME,
        {
            **_OBJECT_PLACE,
            **dict.fromkeys(("targetState", "liveState", "normalizedLiveState", "predictedLiveState"), _TEXT),
            "hook": _YES_NO,
            "modified": _YES_NO,
        },
    ),
    "ManagedResources": _object({"items": _or_null(_list(ref("ManagedResource")))}),
    "LiveResource": _object({"manifest": _TEXT}),
    "Event": _object(
        {},
        {
            "type": _TEXT,
            "reason": _TEXT,
            "message": _TEXT,
            "count": _or_null(_WHOLE),
            "firstTimestamp": _or_null(_TEXT),
            "lastTimestamp": _or_null(_TEXT),
            "eventTime": _or_null(_TEXT),
            "involvedObject": ref("ResourceRef"),
            "source": _ANYTHING,
        },
    ),
    "EventList": _page("Event"),
    "LogEntry": _object(
        {"content": _TEXT, "podName": _TEXT, "last": _YES_NO}, {"timeStamp": _TEXT, "timeStampStr": _TEXT}
    ),
}
# how one change went, from what began it to the pods, and what the queues gave up
_FOLLOWING: dict[str, Schema] = {
    "Cause": _object(
        {"kind": _TEXT, "text": _TEXT},
        {
            **dict.fromkeys(("source", "event", "by"), _TEXT),
            "at": _or_null(_MOMENT),
            "image": _object({"name": _TEXT, "tag": _TEXT}, {"digest": _TEXT}),
            "secret": _object({"vault": _TEXT, "name": _TEXT}),
            "commit": ref("CausingCommit"),
        },
    ),
    "CausingCommit": _object(
        {"repoURL": _TEXT, "revision": _TEXT},
        {"author": _TEXT, "message": _TEXT, "date": _or_null(_TEXT)},
    ),
    "Trace": _object(
        {
            "trace": _TEXT,
            "cause": _or_null(ref("Cause")),
            "stages": _list(ref("Stage")),
            "applications": _list(ref("TracedApplication")),
            "secrets": _list(ref("TracedSecret")),
        },
    ),
    "TracedApplication": _object(
        {"name": _TEXT, "namespace": _TEXT, "stages": _list(ref("Stage"))},
        {"revisions": _list(_TEXT), "phase": _TEXT, "message": _TEXT, "current": _YES_NO},
    ),
    "TracedSecret": _object(
        {"name": _TEXT, "namespace": _TEXT, "stages": _list(ref("Stage"))}, {"reason": _TEXT}
    ),
    "TraceSummary": _object({"trace": _TEXT, "at": _MOMENT, "cause": ref("Cause")}),
    "TracePage": _page("TraceSummary"),
    "Message": _object(
        {
            **dict.fromkeys(("id", "queue", "text"), _TEXT),
            **dict.fromkeys(("firstAt", "lastAt"), _MOMENT),
            **dict.fromkeys(("count", "bytes"), _WHOLE),
        },
        {**dict.fromkeys(("kind", "subject", "trace"), _TEXT), "reason": ref("FailureReason")},
    ),
    "FailureReason": _object(
        {}, dict.fromkeys(("error", "message", "where", "invocation", "function"), _TEXT)
    ),
    "MessagePage": _page("Message"),
}
_OTHERS: dict[str, Schema] = {
    "HealthReport": _object({"status": _TEXT}, {"parts": _list(ref("HealthPart"))}),
    "HealthPart": _object({"name": _TEXT, "status": _TEXT}, {"seconds": _or_null(_NUMBER), "reason": _TEXT}),
    "Error": _object({"error": _TEXT, "message": _TEXT, "code": _WHOLE}),
    "Credentials": _object({"username": _TEXT, "password": _TEXT}),
    "Session": _object({"token": _TEXT}),
    "UserInfo": _object({"loggedIn": _YES_NO, "username": _TEXT}),
    "SyncWish": _object(
        {},
        {
            **dict.fromkeys(("prune", "dryRun", "confirmed"), _YES_NO),
            "revision": _TEXT,
            "resources": _list(ref("ResourceRef")),
        },
    ),
    "RollbackWish": _object({"id": _WHOLE}, {"prune": _YES_NO, "dryRun": _YES_NO}),
    "ApplicationSet": _object({"metadata": ref("Metadata"), "spec": _ANYTHING}, {"status": _ANYTHING}),
    "ApplicationSetList": _page("ApplicationSet"),
    "Cluster": _object(
        {"name": _TEXT, "server": _TEXT, "connectionState": ref("ConnectionState")},
        {
            "serverVersion": _TEXT,
            "info": _object({}, {"applicationsCount": _WHOLE}),
            "tidegate": _object(
                {},
                {
                    "id": _TEXT,
                    "context": _TEXT,
                    "resourceId": _TEXT,
                    "aliases": _list(_TEXT),
                    "registered": _YES_NO,
                },
            ),
        },
    ),
    "ConnectionState": _object({"status": _TEXT}, {"message": _TEXT, "attemptedAt": _or_null(_TEXT)}),
    "ClusterList": _page("Cluster"),
    "Repository": _object({"repo": _TEXT}, {"username": _TEXT, "connectionState": ref("ConnectionState")}),
    "RepositoryList": _page("Repository"),
    "AuditEntry": _object({"at": _MOMENT}, {"who": _TEXT, "what": _TEXT, "subject": _TEXT, "detail": _TEXT}),
    "AuditPage": _page("AuditEntry"),
}

SCHEMAS: dict[str, Schema] = {
    **_APPLICATION_PARTS,
    **_APPLICATION_STATUS,
    **_RESOURCES,
    **_FOLLOWING,
    **_OTHERS,
}
