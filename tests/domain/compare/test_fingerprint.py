"""A fingerprint changes with what matters and with nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable

import pytest

from shared.domain.compare.fingerprint import desired_hash, fingerprint, verdict_key
from shared.domain.manifests.manifest import Manifest
from tests.domain.compare.golden_cases import case

LIVE = case("replicas-edited").live


def changed(edit: Callable[[Manifest], object]) -> Manifest:
    live = copy.deepcopy(LIVE)
    edit(live)
    return live


def body(live: Manifest) -> bytes:
    return json.dumps(live).encode()


IRRELEVANT: dict[str, Callable[[Manifest], object]] = {
    "status": lambda o: o.update(status={"readyReplicas": 9}),
    "resourceVersion": lambda o: o["metadata"].update(resourceVersion="999999"),
    "generation": lambda o: o["metadata"].update(generation=77),
    "time of a manager": lambda o: o["metadata"]["managedFields"][0].update(time="2030-01-01T00:00:00Z"),
    "status written": lambda o: o["metadata"]["managedFields"].append(
        {"manager": "kubelet", "operation": "Update", "subresource": "status", "fieldsV1": {"f:status": {}}}
    ),
}
RELEVANT: dict[str, Callable[[Manifest], object]] = {
    "spec": lambda o: o["spec"].update(replicas=6),
    "label": lambda o: o["metadata"]["labels"].update(team="x"),
    "annotation": lambda o: o["metadata"]["annotations"].update(note="x"),
    "owner of a field": lambda o: o["metadata"]["managedFields"][0].update(manager="somebody"),
    "another object of the name": lambda o: o["metadata"].update(uid="0000"),
    "another part": lambda o: o.update(data={}),
    "deletion": lambda o: o["metadata"].update(deletionTimestamp="2030-01-01T00:00:00Z"),
}


@pytest.mark.parametrize("what", IRRELEVANT)
def test_it_stays_when_only_this_changes(what: str) -> None:
    other = changed(IRRELEVANT[what])
    assert fingerprint(other) == fingerprint(LIVE)
    assert fingerprint(body(other)) == fingerprint(body(LIVE))


@pytest.mark.parametrize("what", RELEVANT)
def test_it_changes_with(what: str) -> None:
    other = changed(RELEVANT[what])
    assert fingerprint(other) != fingerprint(LIVE)
    assert fingerprint(body(other)) != fingerprint(body(LIVE))


def test_parts_cannot_be_shifted_into_each_other() -> None:
    one, other = {"a": "1", "metadata": {}}, {"a\0": "1", "metadata": {}}
    assert fingerprint(one, "uid") != fingerprint(other, "uid")


def test_without_the_key_nobody_can_make_it() -> None:
    assert fingerprint(LIVE, key=b"secret") != fingerprint(LIVE)
    assert len(fingerprint(LIVE, key=b"secret")) == 32


def test_a_verdict_is_kept_for_the_rules_under_which_it_was_found() -> None:
    desired = case("clean").desired
    assert desired_hash(desired) != desired_hash(desired, ignored=["/spec/replicas"])
    assert desired_hash(desired, managers=["b", "a"]) == desired_hash(desired, managers=["a", "b"])
    assert verdict_key(desired_hash(desired), "f") == f"{desired_hash(desired)}-f"
