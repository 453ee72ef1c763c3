"""Repository service. Source: Argo CD server/repository (routes, bodies and words)."""

from __future__ import annotations

from typing import Any

from functions._http import Answer, json_answer
from functions.api.call import Call, empty
from shared.domain.access.secret_text import SecretText
from shared.errors import InvalidRequestError
from shared.services.register_repository import RepositoryWish

# What Argo CD takes and we do not: to be told, not to be lost
_WAITING = (
    *("sshPrivateKey", "bearerToken", "tlsClientCertData", "tlsClientCertKey", "githubAppPrivateKey"),
    *("gcpServiceAccountKey", "githubAppID", "proxy", "insecure", "enableLfs", "enableOCI"),
)


def list_all(call: Call) -> Answer:
    """`?repo=` leaves one. Items are null when there are none, as Argo CD sends them."""
    wanted = call.request.first("repo")
    items = [item for item in call.services.register_repository.many() if wanted in ("", item["repo"])]
    return json_answer({"metadata": {}, "items": items or None})


def get(call: Call, repo: str) -> Answer:
    return json_answer(call.services.register_repository.one(repo))


def create(call: Call) -> Answer:
    """`{repo, username, password, name, project, type}`, `?upsert=`. The password is never answered."""
    upsert = call.request.first("upsert") == "true"
    return json_answer(call.services.register_repository(_wish(call.json()), upsert=upsert, who=call.who))


def update(call: Call, repo: str) -> Answer:
    """Replace one that is registered."""
    call.services.register_repository.one(repo)
    wish = _wish({**call.json(), "repo": repo})
    return json_answer(call.services.register_repository(wish, upsert=True, who=call.who))


def delete(call: Call, repo: str) -> Answer:
    call.services.register_repository.remove(repo, who=call.who)
    return empty()


def _wish(body: dict[str, Any]) -> RepositoryWish:
    texts = {
        field: _text(body, field) for field in ("repo", "username", "password", "name", "project", "type")
    }
    waiting = [field for field in _WAITING if body.get(field)]
    if waiting or texts["type"] not in ("", "git"):
        raise InvalidRequestError(
            f"Repository: {waiting[0] if waiting else 'type ' + repr(texts['type'])} waits. "
            "Register a Git repository by its https URL, with username and password or token"
        )
    password = SecretText(texts["password"]) if texts["password"] else None
    return RepositoryWish(texts["repo"].strip(), texts["username"], password, texts["name"], texts["project"])


def _text(body: dict[str, Any], field: str) -> str:
    value = body.get(field)
    if value is not None and not isinstance(value, str):
        raise InvalidRequestError(f"Repository: {field} must be a text")
    return value or ""
