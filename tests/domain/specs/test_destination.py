"""Where an Application deploys."""

from __future__ import annotations

import pytest

from shared.domain.specs.destination import Destination
from shared.domain.specs.fields import Fields
from shared.errors import InvalidSpecError


def parsed(**data: object) -> Destination:
    return Destination.parse(Fields("Application argocd/shop", "spec.destination", data))


def test_a_cluster_is_named_or_addressed() -> None:
    assert parsed(name="prod", namespace="shop") == Destination("shop", name="prod")
    assert parsed(server="https://aks") == Destination("", server="https://aks")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"name": "a", "server": "b"}, "sets both name 'a' and server 'b'. Keep one of them"),
        ({"name": "", "server": ""}, "sets neither name nor server. Add one of them"),
    ],
)
def test_both_or_neither_is_refused(data: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvalidSpecError) as caught:
        parsed(**data)
    assert str(caught.value) == f"Application argocd/shop: spec.destination {sentence}"
