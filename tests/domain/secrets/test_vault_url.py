"""One vault has one spelling, and nothing else is a vault."""

from __future__ import annotations

import pytest

from shared.domain.secrets.vault_url import vault_url


@pytest.mark.parametrize(
    "written",
    [
        "https://shop-kv.vault.azure.net",
        "https://shop-kv.vault.azure.net/",
        "https://Shop-KV.Vault.Azure.Net:443/",
    ],
)
def test_a_vault_has_one_spelling(written: str) -> None:
    assert vault_url(written) == "https://shop-kv.vault.azure.net"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "shop-kv",
        "http://shop-kv.vault.azure.net",
        "https://shop-kv.vault.azure.net.evil.example",
        "https://evil.example/.vault.azure.net",
        "https://shop-kv.vault.azure.net.",
        "https://shop-kv.privatelink.vaultcore.azure.net",
        "https://shop-kv.vault.azure.net/\n",
    ],
)
def test_what_is_no_vault_has_none(written: str) -> None:
    assert vault_url(written) is None
