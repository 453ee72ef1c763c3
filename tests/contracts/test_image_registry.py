"""The promise of shared/ports/image_registry.py, on a registry of Azure and on a plain one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from sandbox.arm.entra import SandboxEntra
from sandbox.registry.server import SandboxRegistry
from sandbox.registry.store import HELM_CONFIG, OCI_INDEX, OCI_MANIFEST, Manifest
from sandbox.registry.tokens import ACR_RESOURCE
from shared.adapters.registry.image_registry import OciImageRegistry
from shared.adapters.system.clock import SystemClock
from shared.domain.access.secret_text import SecretText
from shared.domain.images.image_name import ImageName
from shared.domain.source.repository_credential import RepositoryCredential
from shared.errors import NotFoundError, UnauthenticatedError, UnavailableError
from shared.ports.image_registry import ImageRegistry

AZURE, PLAIN = "myacr.azurecr.io", "registry.my-org.example:5000"


@dataclass
class World:
    server: SandboxRegistry
    registry: ImageRegistry
    image: ImageName


def adapter(server: SandboxRegistry, credential: RepositoryCredential | None = None) -> OciImageRegistry:
    def identity() -> SecretText:
        return SecretText(server.entra.issue(ACR_RESOURCE).text)

    place = server.url

    def where(url: str) -> str:
        return url.replace(f"https://{server.host}", place)

    return OciImageRegistry(SystemClock(), identity=identity, credential=lambda _: credential, where=where)


@pytest.fixture(params=[AZURE, PLAIN])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    host: str = request.param
    with SandboxRegistry(host, SandboxEntra()) as server:
        server.tokens.logins["reader"] = "its-password"
        credential = RepositoryCredential("reader", SecretText("its-password")) if host == PLAIN else None
        made = adapter(server, credential)
        yield World(server, made, ImageName(host, "team/shop"))
        made.close()


def test_all_tags_are_there_with_their_digests_where_the_registry_says_them(world: World) -> None:
    pushed = {tag: world.server.seed("team/shop", tag).digest for tag in ("1.0.0", "1.1.0", "main")}
    found = {tag.name: tag for tag in world.registry.tags(world.image)}
    assert set(found) == set(pushed)
    if world.image.host == AZURE:
        assert {name: tag.digest for name, tag in found.items()} == pushed


def test_a_registry_of_azure_gives_the_newest_push_first() -> None:
    with SandboxRegistry(AZURE) as server:
        for tag in ("2.0.0", "1.0.0", "3.0.0"):
            server.seed("shop", tag)
        server.seed("shop", "1.0.0", text="rebuilt")
        registry = adapter(server)
        tags = registry.tags(ImageName(AZURE, "shop"))
        registry.close()
    assert [tag.name for tag in tags] == ["1.0.0", "3.0.0", "2.0.0"]
    assert [tag.updated_at for tag in tags] == sorted((tag.updated_at for tag in tags), reverse=True)


def test_a_list_of_several_pages_is_read_whole(world: World) -> None:
    for number in range(2100):
        world.server.store.put("team/shop", Manifest(OCI_MANIFEST, b"{}"), f"1.0.{number}")
    assert len({tag.name for tag in world.registry.tags(world.image)}) == 2100
    assert sum("last=" in seen.url for seen in world.server.requests) == 2


@pytest.mark.parametrize("by", ["tag", "digest"])
def test_a_tag_and_a_digest_lead_to_the_manifest(world: World, by: str) -> None:
    digest = world.server.seed("team/shop", "1.0.0").digest
    found = world.registry.manifest(world.image, "1.0.0" if by == "tag" else digest)
    assert found is not None
    assert (found.digest, found.media_type, found.is_image) == (digest, OCI_MANIFEST, True)


def test_what_cannot_be_pulled_is_none(world: World) -> None:
    world.server.seed("team/shop", "1.0.0")
    world.server.quarantine("team/shop", "1.0.0")
    assert world.registry.manifest(world.image, "1.0.0") is None
    assert world.registry.manifest(world.image, "2.0.0") is None


@pytest.mark.parametrize(
    ("body", "is_image"),
    [
        (b'{"config": {"mediaType": "application/vnd.oci.image.config.v1+json"}}', True),
        (b'{"config": {"mediaType": "application/vnd.docker.container.image.v1+json"}}', True),
        (b'{"config": {"mediaType": "%s"}}' % HELM_CONFIG.encode(), False),
        (
            b'{"artifactType": "x", "config": {"mediaType": "application/vnd.oci.image.config.v1+json"}}',
            False,
        ),
        (
            b'{"subject": {"digest": "x"}, "config": {"mediaType": "application/vnd.oci.empty.v1+json"}}',
            False,
        ),
    ],
)
def test_charts_signatures_and_referrers_are_no_images(world: World, body: bytes, is_image: bool) -> None:
    world.server.store.put("team/shop", Manifest(OCI_MANIFEST, body), "1.0.0")
    found = world.registry.manifest(world.image, "1.0.0")
    assert found is not None
    assert found.is_image is is_image


def test_an_index_of_platforms_is_an_image(world: World) -> None:
    world.server.store.put("team/shop", Manifest(OCI_INDEX, b'{"manifests": []}'), "1.0.0")
    found = world.registry.manifest(world.image, "1.0.0")
    assert found is not None
    assert found.is_image


def test_a_repository_that_is_not_there_is_not_found(world: World) -> None:
    with pytest.raises(NotFoundError, match=f"{world.image.host}/team/shop"):
        world.registry.tags(world.image)


def test_tokens_are_asked_for_once(world: World) -> None:
    world.server.seed("team/shop", "1.0.0")
    for _ in range(3):
        world.registry.tags(world.image)
        world.registry.manifest(world.image, "1.0.0")
    assert world.server.asked("/oauth2/token") == (2 if world.image.host == AZURE else 1)
    assert world.server.asked("/oauth2/exchange") == (1 if world.image.host == AZURE else 0)


def test_revoked_tokens_are_replaced(world: World) -> None:
    world.server.seed("team/shop", "1.0.0")
    world.registry.tags(world.image)
    world.server.tokens.revoke()
    assert [tag.name for tag in world.registry.tags(world.image)] == ["1.0.0"]


@pytest.mark.parametrize("trouble", [pytest.param("throttled", marks=pytest.mark.slow), "broken", "gone"])
def test_a_registry_that_is_away_is_unavailable(world: World, trouble: str) -> None:
    world.server.seed("team/shop", "1.0.0")
    troubles: dict[str, Callable[[], None]] = {
        "throttled": lambda: world.server.throttle(5),
        "broken": world.server.break_down,
        "gone": world.server.close,
    }
    troubles[trouble]()
    with pytest.raises(UnavailableError) as caught:
        world.registry.tags(world.image)
    if trouble == "throttled":
        assert caught.value.retry_after_seconds == 7


def test_a_wrong_password_is_refused_without_showing_it() -> None:
    with SandboxRegistry(PLAIN) as server:
        server.seed("shop", "1.0.0")
        registry = adapter(server, RepositoryCredential("reader", SecretText("guessed-by-nobody")))
        with pytest.raises(UnauthenticatedError) as caught:
            registry.tags(ImageName(PLAIN, "shop"))
        registry.close()
    assert "guessed-by-nobody" not in str(caught.value)
