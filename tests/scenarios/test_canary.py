"""Values that nobody may see are planted everywhere and searched for everywhere.

Planted: in the vault (four, one of them inside of a JSON text), in a Secret that a chart makes, in the same
Secret changed by hand, and as the password of a repository. Then everything goes on that might let one slip:
events, timer, drift, differences, refusals of the vault and of the cluster, logs, streams, exports.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import requests

from functions.api.routes import route_map
from sandbox.demo.secret_checks import value_of
from sandbox.demo.vaults import API_KEY, DATABASE, VAULT
from sandbox.demo.world import PASSWORD, TYPES, DemoWorld, eventually
from shared.domain.manifests.manifest import Manifest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]
APP = "canary"
# The chart makes its value itself: Git does not hold it
_SALT = secrets.token_hex(8)
CHART = hashlib.sha256(_SALT.encode()).hexdigest()
VALUES = {
    "vault, first": f"sk-{secrets.token_hex(12)}",
    "vault, by event": f"sk-{secrets.token_hex(12)}",
    "vault, by timer": f"postgres://\"{secrets.token_hex(12)}'/<db>&x=1",
    "vault, in JSON": secrets.token_hex(12),
    "chart": CHART,
    "by hand": secrets.token_hex(12),
}
FILES = {
    "charts/canary/Chart.yaml": "apiVersion: v2\nname: canary\nversion: 0.1.0\n",
    "charts/canary/templates/secret.yaml": (
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: chart-made\nstringData:\n"
        f'  password: {{{{ "{_SALT}" | sha256sum }}}}\n'
    ),
    "charts/canary/templates/external.yaml": "\n---\n".join(
        json.dumps(
            {
                "apiVersion": "external-secrets.io/v1",
                "kind": "ExternalSecret",
                "metadata": {"name": name},
                "spec": {
                    "secretStoreRef": {"name": "azure-keyvault-store", "kind": "ClusterSecretStore"},
                    "data": [{"secretKey": "PASSWORD", "remoteRef": {"key": "json", "property": path}}],
                },
            }
        )
        for name, path in (("nested", "login.password"), ("missing", "login.nothing"))
    ),
    "apps/canary.yaml": json.dumps(
        {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Application",
            "metadata": {"name": APP, "namespace": "argocd"},
            "spec": {
                "project": "default",
                "source": {
                    "repoURL": "https://github.com/my-org/helm-charts.git",
                    "targetRevision": "main",
                    "path": "charts/canary",
                },
                "destination": {"server": "https://kubernetes.default.svc", "namespace": "canary"},
                "syncPolicy": {"automated": {}, "syncOptions": ["CreateNamespace=true"]},
            },
        }
    ),
}


@dataclass
class Search:
    """Counts what was searched; `found` says where a value was."""

    forms: dict[str, list[bytes]]
    searched: dict[str, int] = field(default_factory=dict)
    found: set[str] = field(default_factory=set)

    def __call__(self, kind: str, where: str, data: bytes) -> None:
        self.searched[kind] = self.searched.get(kind, 0) + 1
        for name, forms in self.forms.items():
            if any(form in data for form in forms):
                self.found.add(f"{name}: {kind} {where}")


def forms_of(value: str) -> list[bytes]:
    """A value as it may be written: plain, in JSON, in a URL, in hex, and in base64 wherever it begins."""
    plain = value.encode()
    shifted = [base64.b64encode(b"x" * shift + plain)[4 if shift else 0 :] for shift in range(3)]
    cut = [each.rstrip(b"=")[:-1] for each in shifted]
    written = {plain, json.dumps(value)[1:-1].encode(), quote(value, safe="").encode(), plain.hex().encode()}
    return [*written, *cut]


@pytest.fixture(scope="module")
def search() -> Iterator[Search]:
    with DemoWorld() as world:
        values = {**VALUES, "repository password": world.images.github.token, "admin password": PASSWORD}
        found = Search({name: forms_of(value) for name, value in values.items()})
        live_through(world)
        for refused in (True, False):
            walk_the_api(world, found, refused=refused)
        world.tidegate.stop()
        walk_the_disk(world, found)
        yield found


def live_through(world: DemoWorld) -> None:
    """Everything that handles the values, with what goes wrong on the way."""
    vault = world.vaults.vaults
    world.set_secret(API_KEY, VALUES["vault, first"])
    login = {"login": {"user": "shop", "password": VALUES["vault, in JSON"]}}
    world.set_secret("json", json.dumps(login))
    world.copy.commit({path: text.encode() for path, text in FILES.items()}, "Plant canaries")
    expect(lambda: (data_of(world, "nested") or {}).get("PASSWORD") == VALUES["vault, in JSON"])
    expect(lambda: (data_of(world, "chart-made") or {}).get("password") == CHART)
    world.set_secret(API_KEY, VALUES["vault, by event"])
    expect(lambda: value_of(world, "OPENAI_API_KEY") == VALUES["vault, by event"])
    vault.events.losing = True
    world.set_secret(DATABASE, VALUES["vault, by timer"])
    expect(lambda: value_of(world, "DATABASE_URL") == VALUES["vault, by timer"])
    vault.events.losing = False
    by_hand = base64.b64encode(VALUES["by hand"].encode()).decode()
    for namespace, name, key in (("canary", "chart-made", "password"), ("canary", "nested", "PASSWORD")):
        world.cluster.objects.patch(TYPES["Secret"], namespace, name, {"data": {key: by_hand}})
    expect(lambda: (data_of(world, "nested") or {}).get("PASSWORD") == VALUES["vault, in JSON"])
    expect(lambda: world.api.state(APP)[0] == "OutOfSync")
    vault.change(VAULT, API_KEY, enabled=False)
    expect(lambda: world.api.state("secrets")[1] == "Degraded")


def data_of(world: DemoWorld, name: str) -> dict[str, str] | None:
    found: Manifest | None = world.get("Secret", "canary", name)
    if found is None:
        return None
    return {key: base64.b64decode(value).decode() for key, value in (found.get("data") or {}).items()}


def expect(met: Any) -> None:
    assert eventually(met, 20), "the world of the canaries does not get there"


def walk_the_api(world: DemoWorld, search: Search, *, refused: bool) -> None:
    """Every GET route for every application and object; with `refused` as somebody who is not logged in."""
    session = requests.Session()
    if not refused:
        token = world.api.call("POST", "/api/v1/session", {"username": "admin", "password": PASSWORD})[
            "token"
        ]
        session.headers["Authorization"] = f"Bearer {token}"
    names = sorted(world.api.applications())
    for rule in route_map().iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        for path in paths_of(world, rule.rule, names):
            with (
                suppress(requests.ReadTimeout, requests.ConnectionError),
                session.get(world.url + path, stream=True, timeout=3) as answer,
            ):
                body = next(answer.iter_content(1 << 20), b"") if "/stream/" in path else answer.content
                kind = "refusals" if answer.status_code >= 400 else "answers"
                search(kind, path, body + str(answer.headers).encode())
    session.close()


def paths_of(world: DemoWorld, rule: str, names: list[str]) -> Iterator[str]:
    """The rule filled in: all applications, all their objects, all their pods."""
    for name in names if "<name>" in rule else [""]:
        path = rule.replace("<name>", name).replace("<revision>", "main").replace("<repo>", "x")
        path = path.replace("<cluster>", "in-cluster").replace("<pod>", "none")
        yield path
        if not path.endswith("/resource"):
            continue
        for node in world.api.call("GET", f"/api/v1/applications/{name}/resource-tree")["nodes"]:
            query = {field: node.get(field, "") for field in ("group", "version", "kind", "namespace")}
            yield f"{path}?{urlencode({**query, 'resourceName': node['name']})}"


def walk_the_disk(world: DemoWorld, search: Search) -> None:
    """All that Tidegate has written: rows and queues (in one file, with what was deleted), blobs, its log."""
    for path in sorted(world.storage.home.rglob("*")):
        if path.is_file():
            kind = "blobs" if "blobs" in path.parts else "files"
            search(kind, path.relative_to(world.storage.home).as_posix(), path.read_bytes())
    for number, line in enumerate(world.tidegate.log().splitlines()):
        search("log lines", str(number), line.encode())


def test_no_value_is_anywhere(search: Search) -> None:
    print("searched:", ", ".join(f"{count} {kind}" for kind, count in sorted(search.searched.items())))
    print(f"for {len(search.forms)} values in {sum(map(len, search.forms.values()))} forms")
    assert search.found == set()


def test_enough_was_searched_to_say_so(search: Search) -> None:
    least = {"answers": 100, "refusals": 100, "blobs": 5, "files": 5, "log lines": 10}
    assert {kind: search.searched[kind] >= count for kind, count in least.items()} == dict.fromkeys(
        least, True
    )


@pytest.mark.parametrize("value", [VALUES["vault, by timer"], "short"], ids=["planted", "short"])
def test_the_search_finds_what_it_looks_for(value: str) -> None:
    for written in (value, json.dumps({"a": value}), quote(value, safe="")):
        for around in (b"", b"a", b"ab"):
            search = Search({"value": forms_of(value)})
            search("plain", "", around + written.encode())
            search("base64", "", base64.b64encode(around + value.encode() + around))
            assert len(search.found) == 2
