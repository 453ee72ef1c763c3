"""What Azure's documentation says that a registry and Event Grid send.

Values are written anew; the fields, their case and the blanks in them are those of the documentation.
Source: learn.microsoft.com, "Azure Container Registry webhook reference", "Azure Container Registry as an
Event Grid source", "Azure Key Vault as Event Grid source".
"""

from __future__ import annotations

from typing import Any

Body = dict[str, Any]
REGISTRY, VAULT = "myacr.azurecr.io", "https://ai-app-kv.vault.azure.net"
_DIGEST = "sha256:" + "5d" * 32
_REQUEST = {
    "id": "3cbb6949-7549-4fa1-86cd-a6d5451dffc7",
    "host": REGISTRY,
    "method": "PUT",
    "useragent": "docker/17.09.0-ce go/go1.8.3 UpstreamClient(Docker-Client/17.09.0-ce \\(linux\\))",
}
_IMAGE = "application/vnd.docker.distribution.manifest.v2+json"
_CHART = "application/vnd.acr.helm.chart"
_CHART_TARGET = {
    "mediaType": _CHART,
    "size": 25265,
    "digest": _DIGEST,
    "repository": "repo",
    "tag": "wordpress-5.4.0.tgz",
    "name": "wordpress",
    "version": "5.4.0.tgz",
}


def _head(action: str) -> Body:
    return {
        "id": "cb8c3971-9adc-488b-bdd8-43cbb4974ff5",
        "timestamp": "2017-11-17T16:52:01.343145347Z",
        "action": action,
    }


PUSH: Body = _head("push") | {
    "target": {
        "mediaType": _IMAGE,
        "size": 524,
        "digest": _DIGEST,
        "length": 524,
        "repository": "shop",
        "tag": "1.1.0",
    },
    "request": _REQUEST,
}
PING: Body = {"action": "ping"}
DELETE: Body = _head("delete") | {
    "target": {"mediaType": _IMAGE, "digest": _DIGEST, "repository": "shop"},
    "request": _REQUEST | {"method": "DELETE", "useragent": "python-requests/2.18.4"},
}
QUARANTINE: Body = _head("quarantine") | {
    "target": {"size": 524, "digest": _DIGEST, "length": 524, "repository": "shop", "tag": "1.1.0"},
    "request": {"id": "978fc988-zzz-yyyy-xxxx-4f6e331d1591", "host": REGISTRY, "method": "PUT"},
}
CHART_PUSH: Body = _head("chart_push") | {"target": _CHART_TARGET}
CHART_DELETE: Body = _head("chart_delete") | {"target": _CHART_TARGET}
WEBHOOKS = {body["action"]: body for body in (PUSH, PING, DELETE, QUARANTINE, CHART_PUSH, CHART_DELETE)}


def registry_event(kind: str, body: Body) -> Body:
    """`kind` is e.g. `ImagePushed`. The newer documentation adds where the registry is."""
    target = body["target"]
    return {
        "id": "831e1650-001e-001b-66ab-eeb76e069631",
        "topic": _arm_id("Microsoft.ContainerRegistry/registries/myacr"),
        "subject": f"{target['repository']}:{target.get('tag', '')}".rstrip(":"),
        "eventType": f"Microsoft.ContainerRegistry.{kind}",
        "eventTime": "2018-04-25T21:39:47.6549614Z",
        "data": body | {"location": "westus", "connectedregistry": {"name": "myconnectedregistry"}},
        "dataVersion": "2.0",
        "metadataVersion": "1",
    }


def vault_event(kind: str, name: str = "api-key") -> Body:
    """`kind` is e.g. `SecretNewVersionCreated`; `ObjectName ` and ` ee05…` have their blanks."""
    folder = kind.partition("N")[0].partition("E")[0].lower() + "s"
    return {
        "id": "00eccf70-95a7-4e7c-8299-2eb17ee9ad64",
        "topic": _arm_id("Microsoft.KeyVault/vaults/ai-app-kv"),
        "subject": name,
        "eventType": f"Microsoft.KeyVault.{kind}",
        "eventTime": "2019-07-25T01:08:33.1036736Z",
        "data": {
            "Id": f"{VAULT}/{folder}/{name}/ee059b2bb5bc48398a53b168c6cdcb10",
            "VaultName": "ai-app-kv",
            "ObjectType": folder[:-1].title(),
            "ObjectName ": name,
            "Version": " ee059b2bb5bc48398a53b168c6cdcb10",
            "NBF": "1559081980",
            "EXP": "1559082102",
        },
        "dataVersion": "1",
        "metadataVersion": "1",
    }


def as_cloud_event(event: Body) -> Body:
    """The same in CloudEvents 1.0."""
    return {
        "specversion": "1.0",
        "id": event["id"],
        "source": event["topic"],
        "subject": event["subject"],
        "type": event["eventType"],
        "time": event["eventTime"],
        "data": event["data"],
    }


def _arm_id(resource: str) -> str:
    return (
        f"/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/sample-rg/providers/{resource}"
    )


REGISTRY_EVENTS = [
    registry_event("ImagePushed", PUSH),
    registry_event("ImageDeleted", DELETE),
    registry_event("ChartPushed", CHART_PUSH),
    registry_event("ChartDeleted", CHART_DELETE),
]
_KINDS = ("NewVersionCreated", "NearExpiry", "Expired")
VAULT_EVENTS = [
    *(vault_event(f"{what}{kind}") for what in ("Certificate", "Key", "Secret") for kind in _KINDS),
    vault_event("VaultAccessPolicyChanged")
    | {"data": {"Id": None, "VaultName": "ai-app-kv", "ObjectType": "VaultAccessPolicy", "ObjectName ": "x"}},
]
EVENTS = {event["eventType"].partition(".")[2]: event for event in (*REGISTRY_EVENTS, *VAULT_EVENTS)}
