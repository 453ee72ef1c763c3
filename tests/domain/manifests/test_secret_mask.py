"""People see which keys a Secret has, never what they hold."""

from __future__ import annotations

from typing import Any

from shared.domain.manifests.secret_mask import LAST_APPLIED, is_secret, masked, masked_alike

SECRET = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {
        "name": "db",
        "annotations": {LAST_APPLIED: '{"data":{"password":"aHVudGVyMg=="}}', "team": "web"},
    },
    "type": "Opaque",
    "data": {"password": "aHVudGVyMg==", "user": "cm9vdA=="},
    "stringData": {"url": "postgres://root:hunter2@db"},
}


def with_data(**data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}, "data": data}


def test_keys_stay_and_values_go() -> None:
    assert masked(SECRET) == {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "db", "annotations": {LAST_APPLIED: "++++++++", "team": "web"}},
        "type": "Opaque",
        "data": {"password": "++++++++", "user": "++++++++"},
        "stringData": {"url": "++++++++"},
    }


def test_the_original_keeps_its_values() -> None:
    masked(SECRET)
    assert SECRET["data"] == {"password": "aHVudGVyMg==", "user": "cm9vdA=="}


def test_a_malformed_secret_shows_nothing_either() -> None:
    broken = {"apiVersion": "v1", "kind": "Secret", "data": "hunter2", "stringData": ["hunter2"]}
    assert "hunter2" not in str(masked(broken))


def test_secrets_in_a_list_are_masked() -> None:
    listed = {
        "apiVersion": "v1",
        "kind": "List",
        "items": [SECRET, {"kind": "ConfigMap", "data": {"a": "b"}}],
    }
    assert masked(listed)["items"] == [masked(SECRET), {"kind": "ConfigMap", "data": {"a": "b"}}]


def test_other_kinds_are_shown_as_they_are() -> None:
    config = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "b"}}
    foreign = {"apiVersion": "example.com/v1", "kind": "Secret", "data": {"a": "b"}}
    assert masked(config) == config
    assert masked(foreign) == foreign
    assert is_secret({"kind": "Secret"})


def test_between_two_states_only_values_that_differ_have_different_masks() -> None:
    before, after = masked_alike([with_data(a="MQ==", b="Mg=="), with_data(a="MQ==", b="Mw==")])
    assert before is not None
    assert after is not None
    assert before["data"] == {"a": "++++++++", "b": "++++++++"}
    assert after["data"] == {"a": "++++++++", "b": "++++++++++++"}


def test_a_state_that_does_not_exist_stays_absent() -> None:
    assert masked_alike([None, with_data(a="MQ==")]) == [None, with_data(a="++++++++")]
