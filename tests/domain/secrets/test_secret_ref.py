"""Which ExternalSecret of which cluster, as text."""

from __future__ import annotations

import pytest

from shared.domain.secrets.secret_ref import SecretRef
from shared.errors import InvalidRequestError


def test_it_reads_what_it_writes() -> None:
    ref = SecretRef("uid", "shop", "app")
    assert SecretRef.parse(str(ref)) == ref


@pytest.mark.parametrize("text", ["", "a/b", "a//c", "a/b/c/d", "/b/c"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="<cluster>/<namespace>/<name>"):
        SecretRef.parse(text)
