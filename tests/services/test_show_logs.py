"""What the containers of an application print."""

from __future__ import annotations

import pytest

from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.views.log_entries import LogFilter
from shared.errors import InvalidRequestError, NotFoundError, UnavailableError
from shared.ports.pod_logs import LogLine, LogQuery
from shared.services.show_logs import MOST_PODS, LogWish
from tests.services.rollouts import AT, add_pod, with_pods
from tests.services.worlds import SHOP, Engine, engine

WEB = ResourceKey("apps", "Deployment", "shop", "web")


def printing(world: Engine, **lines: list[tuple[int, str]]) -> Engine:
    """`web_1=[(second, text)]` is what pod web-1 prints."""
    for pod, printed in lines.items():
        several = [LogLine(AT.format(second), text) for second, text in printed]
        world.cluster.logs[f"shop/{pod.replace('_', '-')}"] = several
    return world


def shown(world: Engine, wish: LogWish = LogWish()) -> list[tuple[str, str]]:
    """(pod, text) of each line; the last entry is checked and left out."""
    entries = [entry for entry in world.views.logs(SHOP, wish) if entry is not None]
    assert [entry["last"] for entry in entries] == [False] * (len(entries) - 1) + [True]
    return [(entry["podName"], entry["content"]) for entry in entries[:-1]]


def test_the_pods_of_a_workload_are_merged_by_time_with_their_names() -> None:
    world = printing(
        with_pods("web-1", "web-2", "api-1"),
        web_1=[(1, "one"), (3, "three")],
        web_2=[(2, "two")],
        api_1=[(0, "other")],
    )
    assert shown(world, LogWish(owner=WEB)) == [("web-1", "one"), ("web-2", "two"), ("web-1", "three")]
    assert shown(world, LogWish(owner=WEB, follow=True)) == [
        ("web-1", "one"),
        ("web-2", "two"),
        ("web-1", "three"),
    ]
    assert shown(world)[0] == ("api-1", "other")
    assert len(shown(world)) == 4


def test_one_pod_is_shown_alone_and_one_of_somebody_else_is_not() -> None:
    world = printing(with_pods("web-1", "web-2"), web_1=[(1, "one")], web_2=[(2, "two")], stranger=[(1, "x")])
    assert shown(world, LogWish(pod="web-2")) == [("web-2", "two")]
    with pytest.raises(InvalidRequestError, match="Pod  stranger not found as part of application shop"):
        world.views.logs(SHOP, LogWish(pod="stranger"))
    with pytest.raises(InvalidRequestError, match="not found as part of"):
        world.views.logs(SHOP, LogWish(pod="web-1", namespace="elsewhere"))


def test_what_is_asked_of_a_log_is_asked_of_each_pod() -> None:
    world = printing(with_pods("web-1"), web_1=[(1, "one"), (2, "two"), (3, "three")])
    query = LogQuery(previous=True, tail_lines=1)
    assert shown(world, LogWish(query=query)) == [("web-1", "three")]
    assert world.cluster.calls[-1] == "log of Pod shop/web-1 app previous"


def test_without_a_container_it_is_the_one_that_the_pod_says_else_the_first() -> None:
    world = with_pods("web-1")
    add_pod(world, "web-2", "proxy", "app")
    add_pod(world, "web-3", "proxy", "app", annotations={"kubectl.kubernetes.io/default-container": "app"})
    printing(world, web_1=[], web_2=[], web_3=[])
    shown(world)
    assert [call for call in world.cluster.calls if call.startswith("log of")] == [
        "log of Pod shop/web-1 app",
        "log of Pod shop/web-2 proxy",
        "log of Pod shop/web-3 app",
    ]


def test_lines_are_filtered() -> None:
    world = printing(with_pods("web-1"), web_1=[(1, "good"), (2, "bad")])
    assert shown(world, LogWish(filter=LogFilter("!bad"))) == [("web-1", "good")]


@pytest.mark.parametrize("follow", [False, True])
def test_why_a_pod_has_no_log_stands_where_its_log_would_be(follow: bool) -> None:
    world = printing(with_pods("web-1", "web-2"), web_2=[(1, "here")])
    assert shown(world, LogWish(follow=follow)) == [
        ("web-1", 'log of Pod shop/web-1: pods "web-1" not found'),
        ("web-2", "here"),
    ]


def test_a_node_that_is_away_hides_nothing_of_the_others_and_alone_is_an_error() -> None:
    world = printing(with_pods("web-1", "web-2"), web_1=[], web_2=[(1, "here")])
    world.cluster.refusals["log of Pod shop/web-1 app"] = UnavailableError("node is away")
    assert shown(world) == [("web-1", "node is away"), ("web-2", "here")]
    with pytest.raises(UnavailableError):
        shown(world, LogWish(pod="web-1"))


def test_too_many_pods_are_refused_before_any_is_read() -> None:
    world = with_pods(*(f"web-{number}" for number in range(MOST_PODS + 1)))
    with pytest.raises(InvalidRequestError, match="11 pods are meant, and at most 10"):
        world.views.logs(SHOP, LogWish())
    assert not [call for call in world.cluster.calls if call.startswith("log of")]


def test_a_cluster_that_is_away_and_an_application_that_is_not_there_are_raised() -> None:
    with pytest.raises(NotFoundError):
        engine().views.logs(SHOP, LogWish())
    world = with_pods("web-1")
    world.cluster.failure = UnavailableError("away")
    with pytest.raises(UnavailableError):
        world.views.logs(SHOP, LogWish())
