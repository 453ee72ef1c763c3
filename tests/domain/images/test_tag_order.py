"""Which tag is the newest."""

from __future__ import annotations

from collections.abc import Sequence

from shared.domain.images.registry_tag import RankedTag, RegistryTag
from shared.domain.images.tag_order import TagOrder, order_tags
from tests.domain.images.builders import policy

SIGNATURE = "sha256-" + "a" * 64 + ".sig"


def ranked(*versions: str, others: Sequence[str] = (), refused: Sequence[str] = ()) -> list[RankedTag]:
    """Versions from old to new, all of which match; `refused` by a filter."""
    found = [RankedTag(name, name not in refused, version=False, matches=False) for name in others]
    return found + [RankedTag(name, name not in refused, version=True, matches=True) for name in versions]


def semver(tags: Sequence[str], ranking: Sequence[RankedTag]) -> TagOrder:
    return order_tags(policy(), [RegistryTag(tag) for tag in tags], ranking)


def test_the_highest_version_is_first_and_what_is_no_version_none() -> None:
    found = semver(["1.10.0", "1.9.0", "main"], ranked("1.9.0", "1.10.0", others=["main"]))
    assert found.candidates == ("1.10.0", "1.9.0")


def test_a_filter_takes_a_tag_out_and_its_order_stays() -> None:
    found = semver(["1.0.0", "1.1.0"], ranked("1.0.0", "1.1.0", refused=["1.1.0"]))
    assert found.candidates == ("1.0.0",)
    assert found.is_newer("1.1.0", "1.0.0") is True


def test_what_the_registry_has_lost_has_an_order_and_is_never_chosen() -> None:
    found = semver(["1.0.0"], ranked("1.0.0", "2.0.0"))
    assert (found.candidates, found.is_newer("2.0.0", "1.0.0")) == (("1.0.0",), True)


def test_the_newest_push_wins_over_the_higher_name() -> None:
    tags = [RegistryTag("9", "", "2026-01-01"), RegistryTag("1", "", "2026-01-03"), RegistryTag("5", "", "")]
    found = order_tags(policy(update_strategy="newest-push"), tags, ranked("1", "5", "9"))
    assert found.candidates == ("1", "9")
    assert (found.is_newer("1", "9"), found.is_newer("5", "9")) == (True, None)


def test_the_last_name_wins_alphabetically() -> None:
    tags = [RegistryTag("b"), RegistryTag("a"), RegistryTag(SIGNATURE)]
    found = order_tags(policy(update_strategy="name"), tags, ranked(others=["a", "b", SIGNATURE]))
    assert found.candidates == ("b", "a")


def test_the_strategy_digest_follows_its_one_tag() -> None:
    main = policy("shop=x.io/shop:main", update_strategy="digest")
    tags = [RegistryTag("main"), RegistryTag("9.0.0")]
    assert order_tags(main, tags, ranked("9.0.0", others=["main"])).candidates == ("main",)
    assert order_tags(main, tags[1:], ranked("9.0.0")).candidates == ()


def test_a_tag_is_not_newer_than_itself() -> None:
    assert TagOrder((), ()).is_newer("a", "a") is False
