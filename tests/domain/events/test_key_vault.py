"""Key Vault's events: only which secret of which vault, however they are spelt."""

from __future__ import annotations

import pytest

from shared.domain.events.key_vault import VaultEvent
from shared.errors import InvalidRequestError

ID = "https://ai-app-kv.vault.azure.net/secrets/OpenAI-Key/ee4f9ea3c9d54ee2b1a4d2c1e5b8c0f1"


@pytest.mark.parametrize(
    "data",
    [
        {"Id": ID},
        {"id": f" {ID} "},
        {'"Id "'.strip('"'): ID.upper().replace("HTTPS", "https")},
        {"ID": "https://ai-app-kv.vault.azure.net:443/certificates/openai-key"},
    ],
)
def test_vault_and_name_are_read_from_the_id(data: dict[str, str]) -> None:
    assert VaultEvent.parse(data) == VaultEvent("https://ai-app-kv.vault.azure.net", "openai-key")


@pytest.mark.parametrize(
    "wrong", ["", "http://x/secrets/a", "https://x/keys/a/b", "https://x/secrets/", None, 1]
)
def test_what_names_no_secret_is_refused(wrong: object) -> None:
    with pytest.raises(InvalidRequestError, match=r"data\.Id"):
        VaultEvent.parse({"Id": wrong})
