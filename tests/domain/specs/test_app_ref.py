"""The name of an Application."""

from __future__ import annotations

import pytest

from shared.domain.specs.app_ref import AppRef
from shared.errors import InvalidRequestError


def test_a_reference_is_read_and_written_the_same_way() -> None:
    assert AppRef.parse("argocd/shop") == AppRef("argocd", "shop")
    assert str(AppRef("argocd", "shop")) == "argocd/shop"


@pytest.mark.parametrize("text", ["", "shop", "/shop", "argocd/", "a/b/c"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="namespace/name"):
        AppRef.parse(text)
