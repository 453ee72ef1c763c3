"""The address of a vault in one spelling."""

from __future__ import annotations

import re

# A token goes to no other host. Source: Microsoft's names of vaults in each cloud
_SUFFIXES = (".vault.azure.net", ".vault.azure.cn", ".vault.usgovcloudapi.net")
_URL = re.compile(r"https://([0-9A-Za-z](?:-?[0-9A-Za-z])*)(\.[a-z.]+)(?::443)?/?", re.IGNORECASE)


def vault_url(text: str) -> str | None:
    """Return the URL without slash, port or capitals; None for what is no address of a vault."""
    found = _URL.fullmatch(text)
    if found is None or found[2].lower() not in _SUFFIXES:
        return None
    return f"https://{found[1]}{found[2]}".lower()
