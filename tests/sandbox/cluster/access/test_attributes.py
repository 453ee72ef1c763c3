"""What a request wants, read from its URL as a kube-apiserver reads it."""

from __future__ import annotations

import pytest

from sandbox.cluster.access.attributes import Attributes


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/v1/pods", ("list", "", "pods", "", "", "")),
        ("GET", "/api/v1/namespaces/n/pods/p", ("get", "", "pods", "", "n", "p")),
        ("GET", "/api/v1/namespaces/n/pods/p/log", ("get", "", "pods", "log", "n", "p")),
        ("POST", "/apis/apps/v1/namespaces/n/deployments", ("create", "apps", "deployments", "", "n", "")),
        ("DELETE", "/api/v1/namespaces/n/pods", ("deletecollection", "", "pods", "", "n", "")),
        ("DELETE", "/api/v1/namespaces/n", ("delete", "", "namespaces", "", "n", "n")),
        ("PUT", "/api/v1/namespaces/n/finalize", ("update", "", "namespaces", "finalize", "n", "n")),
        ("PATCH", "/api/v1/nodes/x/status", ("patch", "", "nodes", "status", "", "x")),
        ("GET", "/api/v1/namespaces", ("list", "", "namespaces", "", "", "")),
        ("GET", "/apis/apps/v1", ("get", "", "", "", "", "")),
        ("GET", "/version", ("get", "", "", "", "", "")),
    ],
)
def test_verb_and_object_of_a_request(method: str, path: str, expected: tuple[str, ...]) -> None:
    found = Attributes.of(method, path, {})
    fields = (found.verb, found.group, found.resource, found.subresource, found.namespace, found.name)
    assert fields == expected


@pytest.mark.parametrize(
    ("value", "verb"), [("1", "watch"), ("true", "watch"), ("", "watch"), ("false", "list")]
)
def test_a_watch_is_a_verb_of_its_own(value: str, verb: str) -> None:
    assert Attributes.of("GET", "/api/v1/pods", {"watch": value}).verb == verb
