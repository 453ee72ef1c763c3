"""Cluster service. Source: Argo CD server/cluster (routes, bodies and words)."""

from __future__ import annotations

from typing import Any

from functions._http import Answer, json_answer
from functions.api.call import Call, empty
from shared.errors import InvalidRequestError
from shared.services.register_cluster import ClusterWish

_SECRETS = ("bearerToken", "username", "password", "execProviderConfig", "awsAuthConfig")
_TLS_SECRETS = ("certData", "keyData")


def list_all(call: Call) -> Answer:
    """`?server=&name=` leave one. Items are null when there are none, as Argo CD sends them."""
    wanted = {field: call.request.first(field) for field in ("server", "name")}
    items = [
        item
        for item in call.services.show_clusters.many()
        if all(not value or item[field] == value for field, value in wanted.items())
    ]
    return json_answer({"metadata": {}, "items": items or None})


def get(call: Call, cluster: str) -> Answer:
    """By URL-encoded server, or by name with `?id.type=name`; any alias is good."""
    return json_answer(call.services.show_clusters.one(cluster))


def create(call: Call) -> Answer:
    """`{name, server, resourceId | context, aliases}`, `?upsert=`.

    `server` is one more name of the cluster when a resource id or context says where it is, and else the
    server of a context.
    """
    wish = _wish(call.json())
    upsert = call.request.first("upsert") == "true"
    row = call.services.register_cluster(wish, upsert=upsert, who=call.who)
    return json_answer(call.services.show_clusters.one(row.name))


def delete(call: Call, cluster: str) -> Answer:
    call.services.register_cluster.remove(cluster, who=call.who)
    return empty()


def _wish(body: dict[str, Any]) -> ClusterWish:
    name, server = _text(body, "name"), _text(body, "server")
    _refuse_secrets(name or server, body.get("config"))
    resource_id, context = _text(body, "resourceId"), _text(body, "context")
    if resource_id and context:
        raise InvalidRequestError(f"Cluster {name}: sets both resourceId and context. Keep one of them")
    aliases = body.get("aliases") or []
    if not isinstance(aliases, list) or not all(isinstance(each, str) for each in aliases):
        raise InvalidRequestError(f"Cluster {name}: aliases must be a list of texts")
    return ClusterWish(name, resource_id or context, (server, *aliases) if server else tuple(aliases))


def _refuse_secrets(name: str, config: object) -> None:
    """Say it instead of losing them: they would not be used."""
    if config is None:
        return
    if not isinstance(config, dict):
        raise InvalidRequestError(f"Cluster {name}: config must be an object")
    tls = config.get("tlsClientConfig") or {}
    found = [field for field in _SECRETS if config.get(field)]
    found += [
        f"tlsClientConfig.{field}" for field in _TLS_SECRETS if isinstance(tls, dict) and tls.get(field)
    ]
    if found:
        raise InvalidRequestError(
            f"Cluster {name}: config.{found[0]} is set, but credentials of clusters are not stored. "
            "Give resourceId of an AKS cluster or, in the embedded home, context of the kubeconfig"
        )


def _text(body: dict[str, Any], field: str) -> str:
    value = body.get(field)
    if value is not None and not isinstance(value, str):
        raise InvalidRequestError(f"Cluster: {field} must be a text")
    return (value or "").strip()
