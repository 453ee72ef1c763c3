"""The SDK's client of AKS, ready for many threads. Imported where it is used: it is heavy."""

from __future__ import annotations

from azure.mgmt.containerservice import ContainerServiceClient, models

from shared.adapters.azure.sdk_models import find_fields

__all__ = ["ContainerServiceClient"]

find_fields(models)
