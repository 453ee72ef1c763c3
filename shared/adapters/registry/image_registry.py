"""The image_registry port over the OCI distribution API, and over ACR's own list of tags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import requests

from shared.adapters.registry.registry_http import RegistryHttp, refusal
from shared.adapters.registry.registry_tokens import Challenge, RegistryTokens, basic, is_azure
from shared.domain.access.secret_text import SecretText
from shared.domain.images.image_name import ImageName
from shared.domain.images.registry_tag import FoundManifest, RegistryTag, sortable_time
from shared.domain.source.repository_credential import RepositoryCredential
from shared.errors import UnavailableError
from shared.ports.clock import Clock

_INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
_OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_CONFIGS = ("application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json")
_ACCEPT = ", ".join((*_INDEXES, _OCI_MANIFEST, _DOCKER_MANIFEST))
_OK, _UNAUTHORISED, _NOT_FOUND = 200, 401, 404
_PAGE, _PAGES = 1000, 50
_HUB_HOST = "registry-1.docker.io"


class OciImageRegistry:
    """Implements shared/ports/image_registry.py.

    Args:
        clock: tells when tokens end.
        identity: gives an Entra token for `https://containerregistry.azure.net`; asked for Azure's only.
        credential: registry host → user name and password, None where none is registered.
        where: written URL → where it is, like git's insteadOf.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        identity: Callable[[], SecretText],
        credential: Callable[[str], RepositoryCredential | None],
        where: Callable[[str], str],
    ) -> None:
        self._http = RegistryHttp()
        self._where, self._credential = where, credential
        self._tokens = RegistryTokens(
            self._http, clock, identity=identity, credential=credential, where=where
        )

    def close(self) -> None:
        self._http.close()

    def tags(self, image: ImageName) -> tuple[RegistryTag, ...]:
        """All pages, or an error: never a choice from a part."""
        if is_azure(image.host):
            return self._pages(
                image, f"/acr/v1/{image.repository}/_tags?orderby=timedesc&n={_PAGE}", _azure_tags
            )
        return self._pages(image, f"/v2/{image.repository}/tags/list?n={_PAGE}", _plain_tags)

    def manifest(self, image: ImageName, reference: str) -> FoundManifest | None:
        answer = self._get(image, f"/v2/{image.repository}/manifests/{quote(reference, safe=':')}", _ACCEPT)
        if answer.status_code == _NOT_FOUND:
            return None
        _require(image, answer)
        media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip()
        digest = answer.headers.get("Docker-Content-Digest", "")
        return FoundManifest(digest, media_type, _is_image(media_type, _json(image, answer)))

    def _pages(
        self, image: ImageName, path: str, read: Callable[[dict[str, Any]], list[RegistryTag]]
    ) -> tuple[RegistryTag, ...]:
        found: list[RegistryTag] = []
        for _ in range(_PAGES):
            answer = self._get(image, path, "application/json")
            _require(image, answer)
            found += read(_json(image, answer))
            following = answer.links.get("next", {}).get("url")
            if not following:
                return tuple(found)
            path = _below(image, path, following)
        raise UnavailableError(f"Image {image}: has more than {_PAGES * _PAGE} tags. Purge old ones")

    def _get(self, image: ImageName, path: str, accept: str) -> requests.Response:
        """Ask with the token that we have; on a 401 get the one that is asked for, once."""
        scope = _scope(image, path)
        known = self._tokens.known(image.host, scope)
        headers = {"Accept": accept}
        url = self._where(f"https://{_HUB_HOST if image.host == 'docker.io' else image.host}{path}")
        answer = self._http.send("GET", url, headers=headers | _bearer(known))
        if answer.status_code != _UNAUTHORISED:
            return answer
        challenge = Challenge.of(answer)
        if challenge is None:
            credential = self._credential(image.host)
            if credential is None:
                return answer
            return self._http.send("GET", url, headers=headers | {"Authorization": basic(credential)})
        token = self._tokens.answer(image.host, challenge, scope)
        return self._http.send("GET", url, headers=headers | _bearer(token))


def _scope(image: ImageName, path: str) -> str:
    right = "metadata_read" if path.startswith("/acr/") else "pull"
    return f"repository:{image.repository}:{right}"


def _bearer(token: SecretText | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token.reveal()}"} if token else {}


def _below(image: ImageName, path: str, following: str) -> str:
    """The next page, which must be on the same registry: our token goes there."""
    parts = urlsplit(urljoin(path, following))
    if parts.netloc and parts.netloc != image.host:
        raise UnavailableError(f"Image {image}: the list of tags leads to {parts.netloc}")
    return f"{parts.path}?{parts.query}"


def _require(image: ImageName, answer: requests.Response) -> None:
    if answer.status_code != _OK:
        raise refusal(f"Image {image}", answer)


def _json(image: ImageName, answer: requests.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError as error:
        raise UnavailableError(f"Image {image}: the registry answers what is no JSON") from error
    return body if isinstance(body, dict) else {}


def _plain_tags(body: dict[str, Any]) -> list[RegistryTag]:
    return [RegistryTag(str(name)) for name in body.get("tags") or ()]


def _azure_tags(body: dict[str, Any]) -> list[RegistryTag]:
    return [
        RegistryTag(
            str(each.get("name", "")),
            str(each.get("digest", "")),
            sortable_time(each.get("lastUpdateTime", "")),
        )
        for each in body.get("tags") or ()
    ]


def _is_image(media_type: str, body: dict[str, Any]) -> bool:
    """Source: OCI image spec 1.1: a manifest with an artifactType or a subject is about another one."""
    if media_type in _INDEXES:
        return not body.get("artifactType")
    if media_type == _DOCKER_MANIFEST:
        return True
    config = body.get("config") or {}
    other = body.get("artifactType") or body.get("subject")
    return media_type == _OCI_MANIFEST and not other and config.get("mediaType") in _CONFIGS
