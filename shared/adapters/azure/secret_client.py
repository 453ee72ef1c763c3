"""The SDK's client of a Key Vault, ready for many threads. Imported where it is used: it is heavy."""

from __future__ import annotations

from azure.keyvault.secrets import SecretClient
from azure.keyvault.secrets._generated import models

from shared.adapters.azure.sdk_models import find_fields

__all__ = ["SecretClient"]

find_fields(models)
