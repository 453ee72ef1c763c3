"""Tokens by scope: asked for when needed, together, and anew when they were refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from azure.core.credentials import AccessToken
from azure.identity import CredentialUnavailableError, DefaultAzureCredential, ManagedIdentityCredential

from sandbox.arm.entra import SandboxEntra
from sandbox.arm.server import SandboxArm
from shared.adapters.azure.entra_tokens import EntraTokens, app_identity
from shared.adapters.system.clock import FixedClock, SystemClock
from shared.errors import UnavailableError

SCOPE = "resource/.default"


class Unchallenged:
    """An identity by a command line: it refuses challenges, and gives a new token each time."""

    def __init__(self) -> None:
        self.given = 0

    def get_token(self, *scopes: str, claims: str | None = None) -> AccessToken:
        if claims:
            raise CredentialUnavailableError("run the login again")
        self.given += 1
        return AccessToken(f"token-{self.given}", 4_000_000_000)


class Nobody:
    def get_token(self, *scopes: str, claims: str | None = None) -> AccessToken:
        raise CredentialUnavailableError("no identity here, and a secret-word")


def test_scopes_have_tokens_of_their_own() -> None:
    credential = SandboxArm(SandboxEntra(FixedClock())).credential()
    tokens = EntraTokens(credential, FixedClock())
    assert tokens.token("a/.default") == tokens.token("a/.default") != tokens.token("b/.default")
    assert credential.asked == ["a/.default", "b/.default"]


def test_an_identity_that_cannot_be_challenged_is_asked_plainly() -> None:
    credential = Unchallenged()
    tokens = EntraTokens(credential, FixedClock())
    assert tokens.token(SCOPE).text.reveal() == "token-1"
    assert tokens.token(SCOPE, renew=True).text.reveal() == "token-2"
    assert tokens.token(SCOPE).text.reveal() == "token-2"


@pytest.mark.parametrize("renew", [False, True])
def test_without_an_identity_the_way_out_is_named(renew: bool) -> None:
    with pytest.raises(UnavailableError, match=r"no token for resource/.default.*has an identity") as refused:
        EntraTokens(Nobody(), FixedClock()).token(SCOPE, renew=renew)
    assert "secret-word" not in str(refused.value)


@pytest.fixture
def arm(monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxArm]:
    with SandboxArm() as arm:
        for name, value in arm.identity.items():
            monkeypatch.setenv(name, value)
        yield arm


@pytest.mark.parametrize("client_id", ["", "0000-c1"])
def test_the_apps_identity_is_the_one_of_the_platform(arm: SandboxArm, client_id: str) -> None:
    identity = app_identity(client_id)
    assert isinstance(identity, ManagedIdentityCredential | DefaultAzureCredential)
    with identity:
        tokens = EntraTokens(identity, SystemClock())
        first, second = tokens.token(SCOPE), tokens.token(SCOPE, renew=True)
    assert first.text != second.text
    assert [token.resource for token in arm.entra.issued] == ["resource", "resource"]
    assert all((f"client_id={client_id}" in each.url) is bool(client_id) for each in arm.requests)
