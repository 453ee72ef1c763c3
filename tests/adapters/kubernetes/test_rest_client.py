"""HTTP with a cluster that misbehaves as no healthy one can be asked to."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest

from shared.adapters.kubernetes.cluster_connector import KubernetesConnector
from shared.domain.access.secret_text import SecretText
from shared.domain.manifests.resource_type import ResourceType
from shared.errors import (
    ConflictError,
    InvalidRequestError,
    PayloadTooLargeError,
    TidegateError,
    UnavailableError,
)
from shared.ports.cluster_connector import Cluster
from shared.ports.cluster_credentials import ClusterAccess
from tests.adapters.kubernetes.scripted_server import Asked, ScriptedServer, Told, json_of, status_of
from tests.controlplane.objects import config_map

CONFIG_MAP = ResourceType("", "v1", "ConfigMap", "configmaps", True)


@contextmanager
def cluster(answer: Callable[[Asked], Told]) -> Iterator[tuple[Cluster, list[Asked]]]:
    with ScriptedServer(answer) as server, closing(KubernetesConnector(server)) as connector:
        yield connector.connect(""), server.asked


def in_turn(*answers: Told) -> Callable[[Asked], Told]:
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def refused_by(told: Told) -> TidegateError:
    with cluster(lambda _: told) as (world, _), pytest.raises(TidegateError) as refused:
        world.objects.apply(CONFIG_MAP, config_map("shop", "a"))
    return refused.value


@pytest.mark.parametrize(
    ("told", "error", "text"),
    [
        (status_of(500, "etcd leader changed"), UnavailableError, "etcd leader changed"),
        (status_of(503, "the server is shutting down"), UnavailableError, "shutting down"),
        (status_of(504, "request timed out"), UnavailableError, "timed out"),
        (status_of(409, "the object has been modified"), ConflictError, "modified"),
        (status_of(410, "too old resource version"), ConflictError, "too old"),
        (status_of(413, "Request entity too large"), PayloadTooLargeError, "too large"),
        (status_of(422, "spec.x: Invalid value"), InvalidRequestError, r"spec\.x"),
        (status_of(400, "webhook does not support dry run"), InvalidRequestError, "webhook"),
        (Told(502, b"<html>bad gateway</html>"), UnavailableError, "bad gateway"),
        (Told(302, b"", {"Location": "http://elsewhere.invalid"}), UnavailableError, "answered 302"),
        (Told(200, b"<html>log in</html>"), UnavailableError, "answered no JSON"),
    ],
)
def test_each_refusal_says_whose_move_it_is(told: Told, error: type[TidegateError], text: str) -> None:
    refused = refused_by(told)
    assert type(refused).__mro__.index(error) <= 1
    assert str(refused).startswith("apply ConfigMap shop/a: ")
    with pytest.raises(error, match=text):
        raise refused


def test_a_server_that_is_busy_says_when_to_come_back() -> None:
    by_header = refused_by(json_of({"message": "slow down"}, 429, Retry_After="7"))
    by_body = refused_by(status_of(429, "slow down", details={"retryAfterSeconds": 3}))
    silent = refused_by(status_of(429, "slow down"))
    assert [getattr(each, "retry_after_seconds", -1) for each in (by_header, by_body, silent)] == [7, 3, None]


def test_a_read_is_repeated_when_the_kept_connection_was_closed() -> None:
    found = json_of({"apiVersion": "v1", "kind": "ConfigMap"})
    with cluster(in_turn(Told(hang_up=True), found)) as (world, asked):
        assert world.objects.get(CONFIG_MAP, "shop", "a") == {"apiVersion": "v1", "kind": "ConfigMap"}
        assert len(asked) == 2


def test_a_write_is_never_repeated_behind_the_callers_back() -> None:
    with cluster(lambda _: Told(hang_up=True)) as (world, asked):
        with pytest.raises(UnavailableError, match="did not answer"):
            world.objects.patch(CONFIG_MAP, "shop", "a", {})
        assert len(asked) == 1


def test_a_list_starts_again_when_its_continue_token_expired() -> None:
    def page(version: str, token: str, *names: str) -> Told:
        items = [{"metadata": {"name": name}} for name in names]
        return json_of({"metadata": {"resourceVersion": version, "continue": token}, "items": items})

    expired = status_of(410, "The provided continue parameter is too old")
    answers = in_turn(page("1", "t1", "a"), expired, page("9", "t2", "a"), page("9", "", "b"))
    with cluster(answers) as (world, asked):
        pages = list(world.objects.list_pages(CONFIG_MAP, page_size=1))

    assert [(each.resource_version, [item.name for item in each.items]) for each in pages] == [
        ("1", ["a"]),
        ("9", ["a"]),
        ("9", ["b"]),
    ]
    assert [each.query.get("continue") for each in asked] == [None, "t1", None, "t2"]


def test_a_list_that_always_expires_gives_up() -> None:
    with cluster(lambda _: status_of(410, "too old")) as (world, asked):
        with pytest.raises(UnavailableError, match="expired 3 times"):
            list(world.objects.list_pages(CONFIG_MAP))
        assert len(asked) == 3


def test_a_list_without_items_is_an_empty_page() -> None:
    with cluster(lambda _: json_of({"metadata": {"resourceVersion": "1"}, "items": None})) as (world, _):
        assert [page.items for page in world.objects.list_pages(CONFIG_MAP)] == [()]


def test_bookmarks_and_errors_of_a_watch_are_told_apart() -> None:
    bookmark = {"type": "BOOKMARK", "object": {"kind": "ConfigMap", "metadata": {"resourceVersion": "7"}}}
    error = {
        "type": "ERROR",
        "object": {"kind": "Status", "code": 410, "message": "too old resource version"},
    }
    lines = b"\n".join(json.dumps(each).encode() for each in (bookmark, error)) + b"\n"
    with cluster(lambda _: Told(body=lines)) as (world, _):
        changes = world.watch.watch(CONFIG_MAP, resource_version="1")
        first = next(changes)
        assert (first.kind.value, first.object.resource_version, first.object.name) == ("BOOKMARK", "7", "")
        with pytest.raises(ConflictError, match="watch ConfigMap: too old resource version"):
            next(changes)


def test_a_watch_that_breaks_off_is_unavailable_after_what_arrived() -> None:
    event = {"type": "ADDED", "object": {"metadata": {"name": "a"}}}
    line = json.dumps(event).encode() + b"\n"
    with cluster(lambda _: Told(body=line + line[:20], cut=True)) as (world, _):
        changes = world.watch.watch(CONFIG_MAP, resource_version="1")
        assert next(changes).object.name == "a"
        with pytest.raises(UnavailableError, match="did not answer"):
            next(changes)


def test_every_request_says_who_we_are() -> None:
    with cluster(lambda _: json_of({})) as (world, asked):
        world.objects.apply(CONFIG_MAP, config_map("shop", "a"), dry_run=True, force=False)
    (request,) = asked
    assert (request.method, request.path) == ("PATCH", "/api/v1/namespaces/shop/configmaps/a")
    assert request.query == {
        "fieldManager": "tidegate",
        "fieldValidation": "Warn",
        "force": "false",
        "dryRun": "All",
    }
    assert request.headers["User-Agent"] == "tidegate"
    assert request.headers["Authorization"] == "Bearer the-token"
    assert request.headers["Content-Type"] == "application/apply-patch+yaml"


def test_warnings_of_the_server_reach_the_log(caplog: pytest.LogCaptureFixture) -> None:
    warned = json_of({}, Warning='299 - "policy/v1beta1 is deprecated"')
    with cluster(lambda _: warned) as (world, _), caplog.at_level(logging.WARNING):
        world.objects.apply(CONFIG_MAP, config_map("shop", "a"))
    (record,) = caplog.records
    assert vars(record)["warning"] == '299 - "policy/v1beta1 is deprecated"'
    assert vars(record)["doing"] == "apply ConfigMap shop/a"


class Ending:
    """Credentials of a server whose token ends after `seconds`."""

    def __init__(self, server: str, seconds: float) -> None:
        self._access = ClusterAccess(server, token=SecretText("t1"), expires_at=time.time() + seconds)
        self.asked: list[bool] = []

    def access(self, reference: str, *, renew: bool = False) -> ClusterAccess:
        self.asked.append(renew)
        token = SecretText(f"t{len(self.asked)}")
        return replace(self._access, token=token)


@pytest.mark.parametrize(("seconds", "tokens"), [(3600, ["t1", "t1"]), (120, ["t2", "t3"])])
def test_a_token_that_ends_soon_is_replaced_before_it_is_refused(seconds: float, tokens: list[str]) -> None:
    with ScriptedServer(lambda _: json_of({"gitVersion": "v1.34.4"})) as server:
        credentials = Ending(server.url, seconds)
        with closing(KubernetesConnector(credentials)) as connector:
            for _ in tokens:
                connector.connect("").discovery.version()
        assert [asked.headers["Authorization"] for asked in server.asked] == [f"Bearer {t}" for t in tokens]
    assert True not in credentials.asked


class Moved:
    """Credentials that know an old address, and the right one when they are asked anew."""

    def __init__(self, old: str, new: str) -> None:
        self._old, self._new = old, new
        self.renewed = 0

    def access(self, reference: str, *, renew: bool = False) -> ClusterAccess:
        self.renewed += renew
        return ClusterAccess(self._new if self.renewed else self._old)


def test_a_cluster_whose_name_is_gone_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")  # a proxy would answer for every name
    with ScriptedServer(lambda _: json_of({"gitVersion": "v1.34.4"})) as server:
        credentials = Moved("http://gone.invalid", server.url)
        with closing(KubernetesConnector(credentials)) as connector:
            assert connector.connect("").discovery.version() == "v1.34.4"
    nowhere = Moved("http://gone.invalid", "http://gone.too.invalid")
    with (
        closing(KubernetesConnector(nowhere)) as connector,
        pytest.raises(UnavailableError, match="not answer"),
    ):
        connector.connect("").discovery.version()
    assert (credentials.renewed, nowhere.renewed) == (1, 1)


def test_a_cluster_that_is_merely_away_is_not_looked_for_elsewhere() -> None:
    with ScriptedServer(lambda _: Told(hang_up=True)) as server:
        credentials = Moved(server.url, server.url)
        with closing(KubernetesConnector(credentials)) as connector, pytest.raises(UnavailableError):
            connector.connect("").discovery.version()
    assert credentials.renewed == 0
