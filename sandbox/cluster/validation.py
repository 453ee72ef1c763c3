"""Refusals with 422: names, required fields, immutable fields.

Source: pkg/apis/*/validation of Kubernetes 1.34; sentences checked against a running server.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.cluster.api_error import FieldError, invalid
from sandbox.cluster.custom_schema import violations
from sandbox.cluster.kinds import Kind
from sandbox.cluster.selectors import from_selector, selects

_Json = dict[str, Any]
_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_SUBDOMAIN_WORDS = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
    "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    f"'{_SUBDOMAIN}')"
)
_LABEL_WORDS = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start "
    "and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    f"'{_LABEL}')"
)
_SERVICE_NAME = "[a-z]([-a-z0-9]*[a-z0-9])?"
_SERVICE_WORDS = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
    "character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for "
    f"validation is '{_SERVICE_NAME}')"
)
_LABEL_VALUE = "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?"
_LABEL_VALUE_WORDS = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
    "start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex "
    f"used for validation is '{_LABEL_VALUE}')"
)
_PATH_NAMED = frozenset({"Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"})


def check(kind: Kind, body: _Json, live: _Json | None = None) -> None:
    """Raise 422 if the object, or its change from `live`, is not allowed."""
    errors = [*_metadata(kind, body)]
    if rule := _RULES.get(kind.kind if kind.model else ""):
        errors += rule(body)
    if kind.schema is not None:
        errors += violations(kind.schema, body)
    if live is not None:
        errors += _immutable(kind, body, live)
    if errors:
        raise invalid(kind.of_kind(str(body["metadata"].get("name", ""))), errors)


def _metadata(kind: Kind, body: _Json) -> list[FieldError]:
    metadata = body["metadata"]
    name = str(metadata.get("name") or "")
    if not name:
        return [FieldError.required("metadata.name", "name or generateName is required")]
    return [*_name(kind, name), *_labels(metadata.get("labels") or {})]


def _name(kind: Kind, name: str) -> list[FieldError]:
    if kind.group and kind.kind in _PATH_NAMED:
        problem = _path_name(name)
    elif kind.kind == "Service" and not kind.group:
        problem = _pattern(name, _SERVICE_NAME, 63, _SERVICE_WORDS)
    elif kind.kind == "Namespace" and not kind.group:
        problem = _pattern(name, _LABEL, 63, _LABEL_WORDS)
    else:
        problem = _pattern(name, _SUBDOMAIN, 253, _SUBDOMAIN_WORDS)
    return [FieldError.invalid("metadata.name", name, problem)] if problem else []


def _path_name(name: str) -> str:
    if "/" in name:
        return "may not contain '/'"
    return "may not contain '%'" if "%" in name else ""


def _pattern(text: str, pattern: str, longest: int, words: str) -> str:
    if len(text) > longest:
        return f"must be no more than {longest} bytes"
    return "" if re.fullmatch(pattern, text) else words


def _labels(labels: Mapping[str, Any]) -> list[FieldError]:
    found: list[FieldError] = []
    for value in labels.values():
        if problem := _pattern(str(value), _LABEL_VALUE, 63, _LABEL_VALUE_WORDS):
            found.append(FieldError.invalid("metadata.labels", value, problem))
    return found


def _workload(body: _Json) -> list[FieldError]:
    spec = body.get("spec") or {}
    template = spec.get("template") or {}
    labels = (template.get("metadata") or {}).get("labels")
    selector, errors = spec.get("selector"), []
    if selector is None:
        errors.append(FieldError.required("spec.selector"))
    elif not (selector.get("matchLabels") or selector.get("matchExpressions")):
        words = "empty selector is invalid for deployment"
        errors.append(FieldError.invalid("spec.selector", selector, words))
    if selector is None or not selects(from_selector(selector), labels or {}):
        words = "`selector` does not match template `labels`"
        errors.append(FieldError.invalid("spec.template.metadata.labels", labels, words))
    if (spec.get("replicas") or 0) < 0:
        words = "must be greater than or equal to 0"
        errors.append(FieldError.invalid("spec.replicas", spec["replicas"], words))
    return errors + _pod_spec(template.get("spec") or {}, "spec.template.spec")


def _pod(body: _Json) -> list[FieldError]:
    return _pod_spec(body.get("spec") or {}, "spec")


def _job(body: _Json) -> list[FieldError]:
    spec = ((body.get("spec") or {}).get("template") or {}).get("spec") or {}
    errors = _pod_spec(spec, "spec.template.spec")
    if spec.get("restartPolicy", "Always") == "Always":
        path = "spec.template.spec.restartPolicy"
        problem = 'Required value: valid values: "OnFailure", "Never"'
        errors.append(FieldError(path, problem, "FieldValueRequired"))
    return errors


def _pod_spec(spec: _Json, path: str) -> list[FieldError]:
    containers = spec.get("containers")
    if not containers:
        return [FieldError.required(f"{path}.containers")]
    errors: list[FieldError] = []
    seen: set[str] = set()
    for number, container in enumerate(containers):
        here, name = f"{path}.containers[{number}]", str(container.get("name") or "")
        errors += _container(here, container, name)
        if name in seen:
            problem = f'Duplicate value: "{name}"'
            errors.append(FieldError(f"{here}.name", problem, "FieldValueDuplicate"))
        seen.add(name)
    return errors


def _container(path: str, container: _Json, name: str) -> list[FieldError]:
    errors: list[FieldError] = []
    if not name:
        errors.append(FieldError.required(f"{path}.name"))
    elif problem := _pattern(name, _LABEL, 63, _LABEL_WORDS):
        errors.append(FieldError.invalid(f"{path}.name", name, problem))
    if not container.get("image"):
        errors.append(FieldError.required(f"{path}.image"))
    for number, port in enumerate(container.get("ports") or ()):
        if not 0 < int(port.get("containerPort") or 0) < 65536:
            where = f"{path}.ports[{number}].containerPort"
            errors.append(FieldError.required(where))
    return errors


def _service(body: _Json) -> list[FieldError]:
    spec = body.get("spec") or {}
    if spec.get("clusterIP") == "None" or spec.get("type") == "ExternalName" or spec.get("ports"):
        return []
    return [FieldError.required("spec.ports")]


def _ingress(body: _Json) -> list[FieldError]:
    spec, errors = body.get("spec") or {}, []
    if not spec.get("rules") and not spec.get("defaultBackend"):
        words = "either `defaultBackend` or `rules` must be specified"
        errors.append(FieldError.invalid("spec", [], words))
    for r, rule in enumerate(spec.get("rules") or ()):
        for p, path in enumerate((rule.get("http") or {}).get("paths") or ()):
            if not path.get("pathType"):
                errors.append(
                    FieldError.required(
                        f"spec.rules[{r}].http.paths[{p}].pathType", "pathType must be specified"
                    )
                )
    return errors


def _binding(body: _Json) -> list[FieldError]:
    reference = body.get("roleRef") or {}
    if reference.get("kind") in ("Role", "ClusterRole"):
        return [] if reference.get("name") else [FieldError.required("roleRef.name")]
    return [FieldError.unsupported("roleRef.kind", reference.get("kind", ""), ("Role", "ClusterRole"))]


def _definition(body: _Json) -> list[FieldError]:
    spec = body.get("spec") or {}
    wanted = f"{(spec.get('names') or {}).get('plural', '')}.{spec.get('group', '')}"
    name = body["metadata"].get("name")
    if name != wanted:
        words = 'must be spec.names.plural+"."+spec.group'
        return [FieldError.invalid("metadata.name", name, words)]
    return []


_RULES: Mapping[str, Callable[[_Json], list[FieldError]]] = {
    "Deployment": _workload,
    "ReplicaSet": _workload,
    "StatefulSet": _workload,
    "DaemonSet": _workload,
    "Pod": _pod,
    "Job": _job,
    "Service": _service,
    "Ingress": _ingress,
    "RoleBinding": _binding,
    "ClusterRoleBinding": _binding,
    "CustomResourceDefinition": _definition,
}
_FIXED: Mapping[str, tuple[tuple[str, ...], str]] = {
    "Deployment": (("spec", "selector"), "field is immutable"),
    "ReplicaSet": (("spec", "selector"), "field is immutable"),
    "DaemonSet": (("spec", "selector"), "field is immutable"),
    "Job": (("spec", "template"), "field is immutable"),
    "RoleBinding": (("roleRef",), "cannot change roleRef"),
    "ClusterRoleBinding": (("roleRef",), "cannot change roleRef"),
    "Secret": (("type",), "field is immutable"),
}
_STATEFUL_SPEC = frozenset(
    {
        "replicas",
        "ordinals",
        "template",
        "updateStrategy",
        "revisionHistoryLimit",
        "persistentVolumeClaimRetentionPolicy",
        "minReadySeconds",
    }
)


def _immutable(kind: Kind, body: _Json, live: _Json) -> list[FieldError]:
    if kind.kind == "StatefulSet":
        return _stateful_change(body, live)
    if kind.kind in ("ConfigMap", "Secret") and live.get("immutable"):
        return _frozen(body, live)
    path, words = _FIXED.get(kind.kind if kind.model else "", ((), ""))
    old, new = _at(live, path), _at(body, path)
    return [FieldError.invalid(".".join(path), new, words)] if path and old != new else []


def _stateful_change(body: _Json, live: _Json) -> list[FieldError]:
    old = {k: v for k, v in (live.get("spec") or {}).items() if k not in _STATEFUL_SPEC}
    new = {k: v for k, v in (body.get("spec") or {}).items() if k not in _STATEFUL_SPEC}
    if old == new:
        return []
    problem = (
        "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
        "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and "
        "'minReadySeconds' are forbidden"
    )
    return [FieldError("spec", problem, "FieldValueForbidden")]


def _frozen(body: _Json, live: _Json) -> list[FieldError]:
    changed = [key for key in ("immutable", "data", "binaryData") if body.get(key) != live.get(key)]
    problem = "Forbidden: field is immutable when `immutable` is set"
    return [FieldError(key, problem, "FieldValueForbidden") for key in changed]


def _at(body: Any, path: tuple[str, ...]) -> Any:
    for part in path:
        body = body.get(part) if isinstance(body, dict) else None
    return body
