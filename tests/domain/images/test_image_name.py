"""What an image is called, and where it is."""

from __future__ import annotations

import pytest

from shared.domain.images.image_name import ImageName, split_reference
from shared.errors import InvalidRequestError


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("myacr.azurecr.io/shop", "myacr.azurecr.io/shop"),
        ("MyAcr.azurecr.io/team/shop", "myacr.azurecr.io/team/shop"),
        ("localhost/shop", "localhost/shop"),
        ("registry:5000/shop", "registry:5000/shop"),
        ("nginx", "docker.io/library/nginx"),
        ("bitnami/nginx", "docker.io/bitnami/nginx"),
    ],
)
def test_a_name_without_a_host_is_docker_hubs(text: str, name: str) -> None:
    assert str(ImageName.parse(text)) == name


@pytest.mark.parametrize("text", ["", "a.io/", "a.io/Shop", "a.io/../b", "a.io/shop:1", "a.io/shop?x=1"])
def test_what_no_registry_takes_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="is no name of an image"):
        ImageName.parse(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a.io:5000/shop:1.0@sha256:ab", ("a.io:5000/shop", "1.0", "sha256:ab")),
        ("a.io:5000/shop", ("a.io:5000/shop", "", "")),
        ("shop:1", ("shop", "1", "")),
        ("shop@sha256:ab", ("shop", "", "sha256:ab")),
    ],
)
def test_a_reference_comes_apart_and_a_port_is_no_tag(text: str, parts: tuple[str, str, str]) -> None:
    assert split_reference(text) == parts
