"""Taking over the fields of other tools."""

from __future__ import annotations

from typing import Any

from shared.domain.plan.manager_migration import migration

TOOLS = ("kubectl-client-side-apply", "helm")


def entry(manager: str, *fields: str, operation: str = "Update", subresource: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {
        "manager": manager,
        "operation": operation,
        "apiVersion": "apps/v1",
        "fieldsV1": {"f:spec": {f"f:{field}": {} for field in fields}},
    }
    return {**found, "subresource": subresource} if subresource else found


def owners(*entries: dict[str, Any]) -> list[tuple[str, str, list[str]]] | None:
    found = migration({"metadata": {"managedFields": list(entries)}}, "tidegate", TOOLS)
    if found is None:
        return None
    return [
        (each["manager"], each["operation"], sorted(each["fieldsV1"]["f:spec"]))
        for each in found.managed_fields
    ]


def test_an_object_that_no_other_tool_managed_is_left_alone() -> None:
    assert owners(entry("tidegate", "replicas", operation="Apply"), entry("kubectl-edit", "paused")) is None


def test_what_a_tool_wrote_becomes_our_applied_fields() -> None:
    assert owners(entry("helm", "replicas")) == [("tidegate", "Apply", ["f:replicas"])]


def test_several_tools_and_our_own_fields_become_one_entry() -> None:
    found = owners(
        entry("helm", "replicas"),
        entry("tidegate", "paused", operation="Apply"),
        entry("kubectl-client-side-apply", "template"),
    )
    assert found == [("tidegate", "Apply", ["f:paused", "f:replicas", "f:template"])]


def test_people_and_sub_resources_keep_theirs() -> None:
    found = owners(
        entry("helm", "replicas"), entry("kubectl-edit", "paused"), entry("helm", "x", subresource="scale")
    )
    assert found == [
        ("tidegate", "Apply", ["f:replicas"]),
        ("kubectl-edit", "Update", ["f:paused"]),
        ("helm", "Update", ["f:x"]),
    ]


def test_the_patch_holds_only_for_the_version_that_was_read() -> None:
    found = migration({"metadata": {"managedFields": [entry("helm", "replicas")]}}, "tidegate", TOOLS)
    assert found is not None
    assert found.taken == ("helm",)
    assert found.patch("7")[1] == {"op": "replace", "path": "/metadata/resourceVersion", "value": "7"}
