"""Our host and Microsoft's worker refuse the same functions."""

from __future__ import annotations

import pytest

from bench.lines import ROOT
from host.indexing import index_app
from shared.errors import InvalidSpecError
from tests.infra.real_worker import ask_worker
from tests.infra.signatures import CASES


@pytest.mark.parametrize("name", CASES)
def test_our_host_takes_what_azure_takes_and_refuses_what_azure_refuses(name: str) -> None:
    make, accepted = CASES[name]
    if accepted:
        assert index_app(make(), {})
    else:
        with pytest.raises(InvalidSpecError, match="function f"):
            index_app(make(), {})


@pytest.mark.slow
def test_the_real_worker_agrees_in_every_case() -> None:
    said = ask_worker("check", "tests.infra.signatures", path=[ROOT])
    assert {name: refusal == "" for name, refusal in said.items()} == {
        name: accepted for name, (_, accepted) in CASES.items()
    }, said
