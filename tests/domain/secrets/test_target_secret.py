"""The Secret that is made, and whose it is."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest

from shared.domain.manifests.manifest import Manifest
from shared.domain.secrets.external_secret import CreationPolicy, ExternalSecret
from shared.domain.secrets.target_secret import (
    foreign_keys,
    holds,
    is_owned,
    manager_of,
    require_ours,
    target_manifest,
)
from shared.errors import ConflictError, InvalidSpecError

SECRET = ExternalSecret("shop", "app", ("SecretStore", "vault"), "app-env", ())
OURS = {
    "annotations": {"tidegate.dev/external-secret": "app"},
    "labels": {"tidegate.dev/installation": "inst"},
}


def made(
    secret: ExternalSecret = SECRET, values: dict[str, bytes] | None = None, **metadata: Any
) -> Manifest:
    own: Manifest = {"metadata": {"name": "app", **metadata}}
    return target_manifest(secret, own, {"K": b"v"} if values is None else values, "inst")


def live(**fields: Any) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "app-env", "namespace": "shop"},
        **fields,
    }


def test_it_holds_the_bytes_and_says_whose_it_is() -> None:
    found = made(values={"B": b"\xff\x00", "A": b""})
    assert {key: base64.b64decode(value) for key, value in found["data"].items()} == {
        "A": b"",
        "B": b"\xff\x00",
    }
    assert is_owned(found, "app", "inst")
    assert not is_owned(found, "other", "inst")
    assert not is_owned(found, "app", "elsewhere")


def test_labels_and_annotations_are_copied_but_for_those_that_track() -> None:
    found = made(
        labels={"team": "ai", "app.kubernetes.io/instance": "x"},
        annotations={
            "note": "n",
            "argocd.argoproj.io/tracking-id": "x",
            "tidegate.dev/restart-on-change": "true",
        },
    )["metadata"]
    assert found["labels"] == {"team": "ai", "tidegate.dev/installation": "inst"}
    assert found["annotations"] == {"note": "n", "tidegate.dev/external-secret": "app"}


@pytest.mark.parametrize("policy", [CreationPolicy.MERGE, CreationPolicy.CREATE_OR_MERGE])
def test_what_is_merged_carries_no_metadata_of_ours(policy: CreationPolicy) -> None:
    found = made(replace(SECRET, creation=policy), labels={"team": "ai"})
    assert found["metadata"] == {"name": "app-env", "namespace": "shop"}


def test_an_orphan_belongs_to_nobody() -> None:
    found = made(replace(SECRET, creation=CreationPolicy.ORPHAN), labels={"team": "ai"})
    assert found["metadata"]["labels"] == {"team": "ai"}
    assert not is_owned(found, "app", "inst")


def test_immutable_is_passed_on() -> None:
    assert made(replace(SECRET, immutable=True))["immutable"] is True
    assert "immutable" not in made()


def test_more_than_a_secret_may_hold_is_refused_with_the_largest_keys() -> None:
    with pytest.raises(InvalidSpecError, match=r"1048577 bytes.*The largest are big, small"):
        made(values={"small": b"x", "big": b"x" * 1_048_576})


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ({"annotations": {"tidegate.dev/external-secret": "more"}}, "another ExternalSecret \\(more\\)"),
        (OURS | {"labels": {"tidegate.dev/installation": "elsewhere"}}, "another installation"),
        (
            {"annotations": {"argocd.argoproj.io/tracking-id": "web:/Secret:shop/app-env"}},
            "the application web",
        ),
        (
            {"ownerReferences": [{"kind": "ExternalSecret", "name": "app", "controller": True}]},
            "cascade=orphan",
        ),
    ],
)
def test_a_secret_of_somebody_else_is_not_taken(metadata: dict[str, Any], words: str) -> None:
    found = live()
    found["metadata"] |= metadata
    with pytest.raises(ConflictError, match=words):
        require_ours(SECRET, found, "inst")
    require_ours(replace(SECRET, creation=CreationPolicy.MERGE), found, "inst")


def test_our_own_and_nobodys_may_be_written() -> None:
    own = live()
    own["metadata"] |= OURS
    for found in (None, live(), own):
        require_ours(SECRET, found, "inst")


def test_only_an_owner_drops_keys() -> None:
    found = live(data={"K": "dg==", "OLD": "eA=="})
    assert foreign_keys(SECRET, found, {"K": b"v"}) == ("OLD",)
    assert foreign_keys(replace(SECRET, creation=CreationPolicy.MERGE), found, {"K": b"v"}) == ()
    assert foreign_keys(SECRET, live(), {"K": b"v"}) == ()


def test_what_a_secret_holds() -> None:
    found = live(data={"K": "dg==", "MORE": "eA=="})
    assert holds(found, {"K": b"v"})
    assert not holds(found, {"K": b"w"})
    assert not holds(found, {"L": b"v"})
    assert not holds(None, {"K": b"v"})


def test_each_external_secret_has_a_field_manager_of_its_own() -> None:
    long = replace(SECRET, name="x" * 253)
    assert manager_of(SECRET) == "tidegate-secrets/app"
    assert len(manager_of(long)) <= 128
    assert manager_of(long) != manager_of(replace(SECRET, name="x" * 252))
