"""Key Vault's events, as Event Grid delivers them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from shared.errors import InvalidRequestError

SECRET_CREATED = "Microsoft.KeyVault.SecretNewVersionCreated"  # noqa: S105 the name of an event
CERTIFICATE_CREATED = "Microsoft.KeyVault.CertificateNewVersionCreated"
VAULT_EVENTS = frozenset({SECRET_CREATED, CERTIFICATE_CREATED})
_ID = re.compile(r"(https://[^/:]+)(?::443)?/(?:secrets|certificates)/([0-9A-Za-z-]{1,127})(?:/[^/]*)?", re.I)


@dataclass(frozen=True, slots=True)
class VaultEvent:
    """A secret of a vault has a new version. `vault` is its URL, `name` is lower case.

    Which version is left out on purpose: events come late and out of order, and the latest counts.
    """

    vault: str
    name: str

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> Self:
        """Read the data of an event. Raises InvalidRequestError.

        Source: Microsoft's reference of Key Vault events, whose examples differ in the case of their fields
        and in blanks around them. A certificate is read as the secret of its name.
        """
        named = {str(key).strip().lower(): value for key, value in data.items()}
        found = _ID.fullmatch(str(named.get("id") or "").strip())
        if found is None:
            raise InvalidRequestError("Key Vault event: data.Id is no address of a secret")
        return cls(found[1].lower(), found[2].lower())
