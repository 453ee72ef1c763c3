"""The field that holds a tag is found, or it is said what is missing."""

from __future__ import annotations

import pytest

from shared.domain.images.tag_place import TagPlace, find_place
from shared.domain.images.write_back import TargetKind, WriteBack
from shared.errors import RenderError
from tests.domain.images.builders import REPO, policy

VALUES = WriteBack(REPO, "main", TargetKind.HELM_VALUES, "chart/values.yaml")
OVERLAY = WriteBack(REPO, "main", TargetKind.KUSTOMIZATION, "overlay")
D = "sha256:" + "a" * 64


def in_values(text: str, listed: str = "shop=myacr.azurecr.io/shop", **notes: str) -> TagPlace:
    return find_place(policy(listed, **notes), VALUES, {"chart/values.yaml": text.encode()}.get)


def in_overlay(text: str, file: str = "overlay/kustomization.yaml", **notes: str) -> TagPlace:
    found = policy("shop=myacr.azurecr.io/shop:main", **notes)
    return find_place(found, OVERLAY, {file: text.encode()}.get)


def test_a_tag_lies_in_values_beside_its_name() -> None:
    place = in_values("image: {name: myacr.azurecr.io/shop, tag: 1.0.0}")
    assert (place.file, place.path, place.tag, place.text_for("2")) == (
        "chart/values.yaml",
        ("image", "tag"),
        "1.0.0",
        "2",
    )


def test_a_number_is_the_text_that_is_written() -> None:
    assert in_values("image: {tag: 1.10}").tag == "1.10"


def test_a_field_may_hold_the_whole_image() -> None:
    place = in_values("web: {image: 'myacr.azurecr.io/shop:1.0.0'}", **{"helm.image_spec": "web.image"})
    assert (place.tag, place.text_for("2.0.0")) == ("1.0.0", "myacr.azurecr.io/shop:2.0.0")


def test_a_pinned_tag_keeps_its_name_for_the_strategy_digest() -> None:
    listed = "shop=myacr.azurecr.io/shop:main"
    place = in_values(f"image: {{tag: 'main@{D}'}}", listed, update_strategy="digest")
    assert place.tag == D
    assert in_values("image: {tag: main}", listed, update_strategy="digest").tag == ""


@pytest.mark.parametrize("file", ["kustomization.yaml", "kustomization.yml", "Kustomization"])
def test_a_tag_lies_in_the_entry_of_a_kustomization(file: str) -> None:
    text = "images:\n- name: other\n  newTag: x\n- name: myacr.azurecr.io/shop\n  newTag: '1'\n"
    place = in_overlay(text, f"overlay/{file}")
    assert (place.file, place.path, place.tag) == (f"overlay/{file}", ("images", 1, "newTag"), "1")


def test_another_name_in_the_manifests_is_replaced_by_the_image() -> None:
    text = "images: [{name: shop, newName: myacr.azurecr.io/shop, newTag: 1.0.0}]"
    assert in_overlay(text, **{"kustomize.image_name": "shop"}).tag == "1.0.0"


def test_a_digest_has_its_own_field() -> None:
    text = f"images: [{{name: myacr.azurecr.io/shop, digest: '{D}'}}]"
    assert in_overlay(text, update_strategy="digest").path == ("images", 0, "digest")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("image: {}", "has no image.tag"),
        ("image: {tag: {a: 1}}", "has no image.tag"),
        ("image: {name: myacr.azurecr.io/other, tag: 1.0.0}", "image.name says 'myacr.azurecr.io/other'"),
        ("image: [", "cannot be read"),
    ],
)
def test_values_without_the_field_say_what_to_add(text: str, problem: str) -> None:
    with pytest.raises(RenderError) as caught:
        in_values(text)
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("resources: []", "has no one entry of images"),
        ("images: [{name: myacr.azurecr.io/shop}]", "newTag"),
        ("images: [{name: myacr.azurecr.io/shop, newName: x.io/y, newTag: '1'}]", "newName says 'x.io/y'"),
        (
            "images: [{name: myacr.azurecr.io/shop, newTag: a}, {name: myacr.azurecr.io/shop, newTag: b}]",
            "has no one entry",
        ),
    ],
)
def test_a_kustomization_without_the_entry_says_what_to_add(text: str, problem: str) -> None:
    with pytest.raises(RenderError) as caught:
        in_overlay(text)
    assert problem in str(caught.value)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(RenderError, match=r"overlay/kustomization\.yaml: is not in the repository"):
        in_overlay("", "elsewhere.yaml")
