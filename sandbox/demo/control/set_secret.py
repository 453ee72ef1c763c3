"""`set-secret`: another value in the vault, as a person sets it in the portal."""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from sandbox.demo.control.effect import Step
from sandbox.demo.control.reach import Done, Reach, Verb
from sandbox.demo.control.refusal import RefusedError
from sandbox.demo.control.request_fields import RequestFields
from sandbox.vault.vault_content import VALUE_BYTES
from shared.domain.manifests.resource_type import ResourceType

_SECRET = ResourceType("", "v1", "Secret", "secrets", namespaced=True)
_NAME = re.compile(r"[0-9A-Za-z-]{1,127}")


@dataclass(frozen=True, slots=True)
class _Place:
    """One key of a Kubernetes Secret that an application's ExternalSecret fills from the vault."""

    application: str
    namespace: str
    secret: str
    key: str

    def __str__(self) -> str:
        return f"{self.key} of {self.namespace}/{self.secret}"

    def read(self, reach: Reach) -> bytes | None:
        live = reach.cluster.objects.get(_SECRET, self.namespace, self.secret)
        text = ((live or {}).get("data") or {}).get(self.key)
        try:
            return base64.b64decode(text, validate=True) if text is not None else None
        except (binascii.Error, ValueError):
            return None


def _run(reach: Reach, fields: RequestFields) -> Done:
    rule = "Write a name as Key Vault takes it: letters, digits and -"
    name = fields.text("name", "", _NAME, rule)
    if not name:
        raise RefusedError(fields.subject, "name", "is missing", "Name a secret, for example openai-api-key")
    given = fields.secret("value", VALUE_BYTES)
    value = given or secrets.token_urlsafe(24)
    places = _places(reach, name)
    names = sorted({place.application for place in places})
    changed = _Set(reach, reach.vaults.events.delivered, value.encode(), _before(reach, places))
    version = reach.vaults.set(reach.vault, name, value)
    how = "to the given value" if given else "to a new random value"
    read = f"it fills {', '.join(map(str, places))}" if places else "no ExternalSecret reads it"
    return Done(
        f"Set {name} in the vault {reach.vault} {how}; {read}",
        names,
        changed.steps(),
        {"vault": reach.vault, "name": name, "version": version.id, "generated": not given},
    )


def _places(reach: Reach, name: str) -> list[_Place]:
    """Where the newest version of a secret goes; Key Vault's names are compared without case."""
    return [
        _Place(application, found.namespace, found.target, entry.key)
        for application, found in reach.applications.external_secrets()
        for entry in found.entries
        if (entry.name, entry.version) == (name.lower(), "")
    ]


def _before(reach: Reach, places: Sequence[_Place]) -> list[tuple[_Place, bytes | None]]:
    return [(place, place.read(reach)) for place in places]


@dataclass(frozen=True, slots=True)
class _Set:
    """`events` were delivered before; `places` have what they held before."""

    reach: Reach
    events: int
    value: bytes = field(repr=False)
    places: Sequence[tuple[_Place, bytes | None]] = field(repr=False)

    def steps(self) -> list[Step]:
        event = Step("vault event", self._event)
        if not self.places:
            return [event]
        return [event, Step("Secret", self._filled), Step("Healthy", self._healthy)]

    def _event(self) -> str:
        told = self.reach.vaults.events.delivered > self.events
        return "Event Grid told Tidegate of the new version" * told

    def _filled(self) -> str:
        """A key may hold a part of the value, or decode it: that it changed is enough."""
        for place, before in self.places:
            now = place.read(self.reach)
            if now is None or (now == before and now != self.value):
                return ""
        return ", ".join(f"{place} is new" for place, _ in self.places)

    def _healthy(self) -> str:
        names = sorted({place.application for place, _ in self.places})
        settled = all(map(self.reach.applications.settled, names))
        return self.reach.applications.said(names) if settled else ""


SET_SECRET = Verb(
    "set-secret",
    "Set a secret in the vault, as a person does in the portal",
    {"name": "Must be given", "value": "Is never told again. Default: a random one"},
    _run,
)
