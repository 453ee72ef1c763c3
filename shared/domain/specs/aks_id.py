"""The Azure resource id of an AKS cluster."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from shared.errors import InvalidRequestError

_ID = re.compile(
    r"/subscriptions/([^/\s]+)/resourceGroups/([^/\s]+)"
    r"/providers/Microsoft\.ContainerService/managedClusters/([^/\s]+)/?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class AksId:
    """Three names that together mean one cluster. Azure's ids do not care about case; `text` keeps it."""

    subscription: str
    resource_group: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises InvalidRequestError for what is no id of a managed cluster."""
        found = _ID.fullmatch(text.strip())
        if found is None:
            raise InvalidRequestError(
                f"Cluster {text!r}: is no resource id of an AKS cluster. It looks like /subscriptions/ID"
                "/resourceGroups/GROUP/providers/Microsoft.ContainerService/managedClusters/NAME"
            )
        return cls(*found.groups())

    @property
    def text(self) -> str:
        """The id with the fixed parts in the case in which Azure writes them."""
        return (
            f"/subscriptions/{self.subscription}/resourceGroups/{self.resource_group}"
            f"/providers/Microsoft.ContainerService/managedClusters/{self.name}"
        )

    @property
    def key(self) -> str:
        """The same text for every spelling of the same id."""
        return self.text.lower()


def is_resource_id(text: str) -> bool:
    """Whether a reference to a cluster is meant as an Azure resource id."""
    return text.strip().lower().startswith("/subscriptions/")
