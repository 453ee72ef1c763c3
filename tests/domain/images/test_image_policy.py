"""Image Updater's annotations: what is followed, and what is said of the rest."""

from __future__ import annotations

import pytest

from shared.domain.images.image_policy import Strategy, read_image_updates
from tests.domain.images.builders import application, policy


def problems(**notes: str) -> list[str]:
    found = read_image_updates(application({name.replace("_", "-"): text for name, text in notes.items()}))
    return [problem.text for problem in found.problems]


def test_without_a_list_nothing_is_followed_and_nothing_is_wrong() -> None:
    found = read_image_updates(application({"write-back-method": "argocd"}))
    assert (found.policies, found.problems) == ((), ())


def test_an_entry_has_alias_image_and_constraint() -> None:
    found = policy("shop=myacr.azurecr.io:443/team/shop:~1.2")
    assert (found.alias, str(found.image), found.constraint) == (
        "shop",
        "myacr.azurecr.io:443/team/shop",
        "~1.2",
    )
    assert (found.strategy, found.helm_name, found.helm_tag) == (Strategy.SEMVER, "image.name", "image.tag")


def test_several_images_are_a_list_with_blanks() -> None:
    found = read_image_updates(application({"image-list": " a=x.io/a:1.x ,, x.io/team/b "}))
    assert [(each.alias, str(each.image)) for each in found.policies] == [
        ("a", "x.io/a"),
        ("team_b", "x.io/team/b"),
    ]


@pytest.mark.parametrize("strategy", ["newest-build", "latest", "newest-push"])
def test_the_newest_is_the_one_pushed_last(strategy: str) -> None:
    assert policy(update_strategy=strategy).strategy is Strategy.NEWEST_PUSH


def test_an_alias_with_a_slash_is_written_with_an_underscore() -> None:
    found = policy("team/shop=x.io/shop")
    assert found.alias == "team_shop"


def test_an_images_own_note_wins_over_that_of_the_application() -> None:
    notes = {"image-list": "a=x.io/a,b=x.io/b", "allow-tags": "any", "b.allow-tags": "regexp:^v"}
    a, b = read_image_updates(application(notes)).policies
    assert (a.allow, b.allow) == ("any", "regexp:^v")


def test_filters_and_places_are_read() -> None:
    notes = {"ignore_tags": "*-rc*, dev", "helm.image_spec": "web.image", "kustomize.image_name": "shop"}
    found = policy(**notes)
    assert (found.ignore, found.helm_spec, found.kustomize_name) == (("*-rc*", "dev"), "web.image", "shop")


@pytest.mark.parametrize(
    ("notes", "text"),
    [
        ({"image_list": "nginx:>=1.0"}, "cut at commas and at the first '='"),
        ({"image_list": "a=x.io/a", "a.update_strategy": "wild"}, "is none of semver"),
        ({"image_list": "a=x.io/a", "a.update_strategy": "digest"}, "needs a tag"),
        ({"image_list": "a=x.io/A"}, "is no name of an image"),
        ({"image_list": "a=x.io/a", "write_back_method": "argocd"}, "Git is the only place"),
    ],
)
def test_what_cannot_be_followed_says_why(notes: dict[str, str], text: str) -> None:
    (found,) = problems(**notes)
    assert text in found


def test_one_wrong_entry_holds_up_no_other() -> None:
    found = read_image_updates(application({"image-list": "a=x.io/A,b=x.io/b"}))
    assert [each.alias for each in found.policies] == ["b"]
    assert [each.alias for each in found.problems] == ["a"]


def test_released_tags_are_read_from_our_own_annotation() -> None:
    notes = {"image-list": "a=x.io/a", "tidegate.dev/released-images": "a:1.2.0, b:3"}
    assert read_image_updates(application(notes)).released == {"a:1.2.0", "b:3"}
