"""What an AKS kubeconfig says: where the cluster is, and who we have to be there."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.domain.access.secret_text import SecretText
from shared.errors import UnavailableError
from shared.ports.cluster_credentials import ClusterAccess

AKS_SERVER_ID = "6dae42f8-4368-4678-94ff-3960e28e3630"
_VERSION = 1
_MISSHAPEN = (LookupError, TypeError, AttributeError, ValueError, StopIteration)


@dataclass(frozen=True, slots=True)
class AksEndpoint:
    """`scope` is what to ask Entra ID for; "" where `access` holds a local account of the cluster.

    `asked_at` (epoch seconds) is when Azure said so.
    """

    access: ClusterAccess
    scope: str
    asked_at: float

    def body(self) -> dict[str, Any] | None:
        """The stored form, or None where there is something in it that must not be stored."""
        if not self.scope:
            return None
        return {
            "v": _VERSION,
            "server": self.access.server,
            "ca": self.access.ca_pem,
            "scope": self.scope,
            "askedAt": self.asked_at,
        }

    @classmethod
    def stored(cls, body: Mapping[str, Any]) -> AksEndpoint | None:
        """Read the stored form; None when another version of us wrote it."""
        if body.get("v") != _VERSION:
            return None
        return cls(ClusterAccess(body["server"], body["ca"]), body["scope"], body["askedAt"])


def read_kubeconfig(data: bytes, cluster: str, asked_at: float) -> AksEndpoint:
    """Take server and CA from a user kubeconfig; a program that would fetch a token is not run, but replaced.

    Raises UnavailableError, without a word of the content, for what is no kubeconfig.
    Source: AKS writes `exec: kubelogin get-token --server-id …`, or `auth-provider` with `apiserver-id`.
    """
    import yaml

    try:
        document = yaml.safe_load(data)
        context = _named(document, "contexts", document["current-context"])["context"]
        place = _named(document, "clusters", context["cluster"])["cluster"]
        user = _named(document, "users", context["user"])["user"]
        access = ClusterAccess(str(place["server"]), _decoded(place.get("certificate-authority-data")))
        server_id = _server_id(user)
        if not server_id:
            access = _with_account(access, user)
    except (yaml.YAMLError, *_MISSHAPEN) as error:
        # not from the error: its own words may quote the account
        raise UnavailableError(
            f"Cluster {cluster}: Azure answered a kubeconfig that we cannot read ({type(error).__name__})"
        ) from None
    return AksEndpoint(access, f"{server_id}/.default" if server_id else "", asked_at)


def _named(document: Mapping[str, Any], part: str, name: str) -> Any:
    return next(entry for entry in document[part] if entry["name"] == name)


def _server_id(user: Mapping[str, Any]) -> str:
    """The audience that the cluster wants; "" when the kubeconfig brings its own account."""
    if program := user.get("exec"):
        return _after("--server-id", program.get("args") or ()) or AKS_SERVER_ID
    if provider := user.get("auth-provider"):
        return str((provider.get("config") or {}).get("apiserver-id") or AKS_SERVER_ID)
    return ""


def _after(option: str, arguments: Iterable[Any]) -> str:
    rest = iter(arguments)
    return next((str(next(rest, "")) for argument in rest if argument == option), "")


def _with_account(access: ClusterAccess, user: Mapping[str, Any]) -> ClusterAccess:
    token, key = user.get("token"), _decoded(user.get("client-key-data"))
    certificate = _decoded(user.get("client-certificate-data"))
    if not token and not (certificate and key):
        raise ValueError("no account")
    return ClusterAccess(
        access.server,
        access.ca_pem,
        SecretText(str(token)) if token else None,
        certificate,
        SecretText(key) if key else None,
    )


def _decoded(text: Any) -> str:
    return base64.b64decode(text, validate=True).decode() if text else ""
