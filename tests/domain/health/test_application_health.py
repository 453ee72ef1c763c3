"""The worst object speaks for the application, and is named."""

from __future__ import annotations

from typing import Any

from shared.domain.health.application_health import application_health
from shared.domain.health.health import Health, HealthStatus
from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey
from tests.domain.health.live_objects import live, said


def claim(name: str, phase: str, **annotations: str) -> tuple[ResourceKey, Manifest | None]:
    notes = {f"argocd.argoproj.io/{key.replace('_', '-')}": value for key, value in annotations.items()}
    found = live("v1", "PersistentVolumeClaim", status={"phase": phase}, name=name, annotations=notes)
    return ResourceKey.of(found), found


def missing(name: str) -> tuple[ResourceKey, Manifest | None]:
    return ResourceKey("", "PersistentVolumeClaim", "shop", name), None


def child(name: str, status: str) -> tuple[ResourceKey, Manifest | None]:
    health: dict[str, Any] = {"health": {"status": status, "message": "why"}}
    found = live("argoproj.io/v1alpha1", "Application", status=health, name=name)
    return ResourceKey.of(found), found


def of(*resources: tuple[ResourceKey, Manifest | None], **known: Any) -> str:
    return said(application_health(resources, **known))


def test_the_worst_object_is_named_with_its_reason() -> None:
    assert of(claim("a", "Bound"), claim("b", "Lost"), claim("c", "Pending")) == (
        "Degraded: PersistentVolumeClaim shop/b"
    )
    assert of(child("x", "Degraded"), claim("b", "Lost")).endswith("shop/x: why (and 1 more)")


def test_all_well_needs_no_words_and_nothing_at_all_is_well() -> None:
    assert of(claim("a", "Bound")) == "Healthy"
    assert of() == "Healthy"


def test_a_missing_object_alone_does_not_count_but_all_missing_does() -> None:
    assert of(claim("a", "Bound"), missing("b")) == "Healthy"
    assert of(missing("a"), missing("b")) == "Missing: none of 2 objects exists"
    assert of(missing("a")) == "Missing: PersistentVolumeClaim shop/a"


def test_hooks_and_ignored_objects_do_not_count() -> None:
    assert of(claim("a", "Bound"), claim("hook", "Lost", hook="PreSync")) == "Healthy"
    assert of(claim("a", "Lost", ignore_healthcheck="true")) == "Healthy"
    assert of(claim("a", "Lost", hook="Skip"), missing("b")).startswith("Missing")


def test_children_count_unless_they_are_missing_or_unknown() -> None:
    assert of(claim("a", "Bound"), child("x", "Missing"), child("y", "Unknown")) == "Healthy"
    assert of(claim("a", "Bound"), child("x", "Progressing")).startswith(
        "Progressing: Application.argoproj.io"
    )


def test_an_application_that_declares_itself_does_not_judge_itself() -> None:
    key, manifest = child("x", "Degraded")
    assert of((key, manifest), itself=key) == "Healthy"


def test_what_is_known_already_is_not_judged_again() -> None:
    key, manifest = claim("a", "Bound")
    known = {key: Health(HealthStatus.DEGRADED, "ImagePullBackOff")}
    assert of((key, manifest), healths=known) == "Degraded: PersistentVolumeClaim shop/a: ImagePullBackOff"
    assert of((key, manifest), healths={key: None}) == "Healthy"
