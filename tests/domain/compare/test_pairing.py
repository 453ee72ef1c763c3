"""Desired and live objects make one comparison."""

from __future__ import annotations

from shared.domain.compare.comparison import Comparison, SyncStatus
from shared.domain.compare.pairing import Verdict, compare
from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey


def settings(name: str, **annotations: str) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": name,
            "namespace": "shop",
            "annotations": {
                f"argocd.argoproj.io/{key.replace('_', '-')}": v for key, v in annotations.items()
            },
        },
    }


def key(name: str) -> ResourceKey:
    return ResourceKey("", "ConfigMap", "shop", name)


def compared(
    desired: list[Manifest], live: list[Manifest], verdicts: dict[ResourceKey, Verdict] | None = None
) -> Comparison:
    existing = {ResourceKey.of(each): each for each in live}
    return compare(desired, existing, tracked=existing.keys(), revisions=("abc",), verdicts=verdicts or {})


def named(comparison: Comparison) -> list[str]:
    return [diff.key.name for diff in comparison.resources]


def test_what_git_has_no_more_comes_last_and_waits_to_be_pruned() -> None:
    comparison = compared([settings("b"), settings("a")], [settings("z"), settings("c"), settings("a")])
    assert named(comparison) == ["b", "a", "c", "z"]
    assert [diff.desired for diff in comparison.resources[2:]] == [None, None]


def test_a_verdict_of_modified_makes_it_out_of_sync() -> None:
    comparison = compared([settings("a")], [settings("a")], {key("a"): Verdict(modified=True)})
    assert comparison.status is SyncStatus.OUT_OF_SYNC
    assert compared([settings("a")], [settings("a")]).status is SyncStatus.SYNCED


def test_a_verdict_on_an_object_that_is_gone_means_nothing() -> None:
    (diff,) = compared([settings("a")], [], {key("a"): Verdict(modified=True)}).resources
    assert (diff.live, diff.modified) == (None, False)


def test_the_webhook_that_refused_the_dry_run_is_named() -> None:
    verdicts = {key("a"): Verdict(modified=True, unconfirmed="policy.example.org")}
    assert (
        compared([settings("a")], [settings("a")], verdicts).resources[0].unconfirmed == "policy.example.org"
    )


def test_hooks_are_part_of_no_comparison_on_either_side() -> None:
    comparison = compared(
        [settings("pre", hook="PreSync"), settings("a")], [settings("old", hook="PostSync")]
    )
    assert named(comparison) == ["a"]


def test_what_says_skip_is_neither_compared_nor_pruned() -> None:
    assert named(compared([settings("a", hook="Skip")], [settings("a")])) == []


def test_of_two_objects_with_one_name_the_last_counts() -> None:
    (diff,) = compared([settings("a"), settings("a", note="second")], []).resources
    assert diff.desired == settings("a", note="second")


def test_objects_that_are_not_in_the_inventory_are_nobodys_business() -> None:
    live = {key("stranger"): settings("stranger")}
    assert compare([], live, tracked=(), revisions=("abc",), verdicts={}).resources == ()


def test_hosted_objects_are_marked() -> None:
    hosted = compare([settings("a")], {}, tracked=(), revisions=(), verdicts={}, hosted={key("a")})
    assert hosted.resources[0].hosted
