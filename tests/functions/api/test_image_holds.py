"""A person lets a held image go on."""

from __future__ import annotations

from shared.domain.access.secret_text import SecretText
from tests.functions.doors import PASSWORD, Client
from tests.services.image_worlds import image_world


def test_a_hold_is_lifted_and_the_audit_log_says_by_whom() -> None:
    with image_world(admin_password=SecretText(PASSWORD)) as world:
        client = Client(world.engine).log_in()
        path = "/api/v1/applications/shop/image-holds/it"
        assert client.call("DELETE", path).status == 404
        world.push_image("1.1.0")
        world.run()
        world.set_by_hand("1.0.0")
        world.run()
        told = client.call("DELETE", path)
        assert (told.status, told.json) == (200, {"alias": "it", "released": "1.1.0"})
        world.run()
        assert world.tag() == "1.1.0"
        entries, _ = world.engine.audit.entries()
        (lifted,) = (entry for entry in entries if entry.what == "image.release")
        assert (lifted.who, lifted.subject, lifted.detail) == ("admin", "argocd/shop", "it:1.1.0")


def test_nobody_lifts_it_without_logging_in() -> None:
    with image_world(admin_password=SecretText(PASSWORD)) as world:
        told = Client(world.engine).call("DELETE", "/api/v1/applications/shop/image-holds/it")
        assert told.status == 401
