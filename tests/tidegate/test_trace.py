"""`tidegate trace`: by application, by id, and the newest changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.services.worlds import REPO, config_map
from tests.tidegate.worlds import Terminal, scripted

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
IMAGE: dict[str, Any] = {
    "kind": "image",
    "text": "image myacr.azurecr.io/shop:1.1.0 was pushed",
    "source": "registry webhook",
    "event": "event-1",
    "image": {"name": "myacr.azurecr.io/shop", "tag": "1.1.0", "digest": "sha256:ab"},
    "commit": {
        "repoURL": "https://github.com/my-org/shop.git",
        "revision": "c" * 40,
        "author": "Tidegate",
        "message": "Update shop to 1.1.0\n\nmore",
    },
}
PUSHED = {"name": "image pushed", "at": "2026-01-01T12:00:00.000Z", "seconds": None}
CHOSEN = {"name": "tag chosen", "at": "2026-01-01T12:00:01.500Z", "seconds": 1.5}


def pushed(shop: Terminal) -> str:
    shop.world.receive_event(
        shop.world.push({"shop/greeting.yaml": config_map("greeting", "hi")}).to_message()
    )
    shop.world.run_for(5)
    return shop.world.status().clock.trace


def test_an_application_says_what_began_its_last_change(shop: Terminal) -> None:
    trace = pushed(shop)
    lines = shop("trace", "shop").stdout.splitlines()
    fields = dict(line.split(":", 1) for line in lines[: lines.index("")])
    assert fields["Trace"].strip() == trace
    assert fields["Cause"].strip().startswith("push of ")
    assert fields["Told By"].split() == ["Git", "webhook", "delivery"]
    assert fields["Author"].strip() == "Developer <developer@example.invalid>"


def test_an_id_shows_each_application_with_its_stages(shop: Terminal) -> None:
    trace = pushed(shop)
    text = shop("trace", "--id", trace).stdout
    assert f"Application:  argocd/shop {shop.world.git.head(REPO)[:7]} Succeeded" in text
    assert "healthy" in text
    assert json.loads(shop("trace", "--id", trace, "-o", "json").stdout)["cause"]["kind"] == "push"
    assert shop("trace", "shop", "-o", "name").stdout == f"{trace}\n"


def test_without_either_the_newest_changes_are_listed(shop: Terminal) -> None:
    trace = pushed(shop)
    assert shop("trace", "--limit", "1", "-o", "name").stdout == f"{trace}\n"
    assert shop("trace").stdout.splitlines()[1].split()[2] == trace


def test_an_image_that_no_application_has_yet_shows_how_far_it_got(tmp_path: Path) -> None:
    answer = {
        "trace": TRACE,
        "cause": IMAGE,
        "stages": [PUSHED, CHOSEN],
        "applications": [],
        "secrets": [],
    }
    path = f"GET /api/v1/traces/{TRACE}"
    lines = scripted(tmp_path, {path: [(200, answer)]}, "trace", "--id", TRACE).stdout.splitlines()
    assert "Image:    myacr.azurecr.io/shop:1.1.0 sha256:ab" in lines
    assert "Message:  Update shop to 1.1.0" in lines
    assert "No application has it yet" in lines
    assert "tag chosen    2026-01-01T12:00:01.500Z  1.500    1.500" in lines
    assert not [line for line in lines if "not yet" in line]


def test_what_an_older_change_has_not_reached_is_not_awaited(tmp_path: Path) -> None:
    steps = [
        {"name": name, "namespace": "argocd", "stages": [PUSHED], "current": current}
        for name, current in (("old", False), ("new", True))
    ]
    answer = {"trace": TRACE, "cause": None, "stages": [], "applications": steps, "secrets": []}
    done = scripted(tmp_path, {f"GET /api/v1/traces/{TRACE}": [(200, answer)]}, "trace", "--id", TRACE)
    old, new = done.stdout.split("Application:  argocd/new")
    assert ("not yet" in old, "not yet" in new) == (False, True)


def test_a_secret_shows_when_it_was_refreshed(tmp_path: Path) -> None:
    step = {"name": "keys", "namespace": "shop", "reason": "SecretSynced", "stages": [PUSHED]}
    answer = {"trace": TRACE, "cause": None, "stages": [], "applications": [], "secrets": [step]}
    done = scripted(tmp_path, {f"GET /api/v1/traces/{TRACE}": [(200, answer)]}, "trace", "--id", TRACE)
    assert "ExternalSecret:  shop/keys SecretSynced" in done.stdout


def test_wrong_usage_and_unknown_traces_have_their_statuses(shop: Terminal) -> None:
    assert shop("trace", "shop", "--id", TRACE).exit_code == 2
    assert shop("trace", "--id", TRACE).exit_code == 3
    assert shop("trace", "absent").exit_code == 3
