"""The commands of docs/how-to/move-from-argo-cd.md, typed: taken over, handed to the root, and given back."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import yaml

from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.specs.bootstrap import Bootstrap
from tests.services.secret_worlds import SECRETS, VAULT, data_of, files, state_of
from tests.services.worlds import REPO, SHOP, application, config_map, engine
from tests.tidegate.worlds import Terminal

GREETING = ResourceKey("", "ConfigMap", "shop", "greeting")
SECRET = ResourceKey("", "Secret", "shop", "app-env")


def exported() -> str:
    """An Application as `kubectl get -o yaml` shows it."""
    manifest: dict[str, Any] = application()
    manifest["metadata"] |= {
        "creationTimestamp": "2025-01-01T00:00:00Z",
        "finalizers": ["resources-finalizer.argocd.argoproj.io"],
        "generation": 12,
        "resourceVersion": "123",
        "uid": "0b0e7d7e-2c8e-4a5b-9a39-6f2f5a5b0a01",
    }
    manifest["status"] = {"sync": {"status": "Synced"}, "history": [{"id": 1}]}
    return yaml.safe_dump(manifest)


def deployed_by_argo_cd(terminal: Terminal, text: str = "hello") -> None:
    """By a client-side apply, tracked by label."""
    live: dict[str, Any] = config_map("greeting", text)
    applied = json.dumps(live)
    live["metadata"] |= {
        "namespace": "shop",
        "uid": "one",
        "resourceVersion": "5",
        "labels": {"app.kubernetes.io/instance": "shop"},
        "annotations": {"kubectl.kubernetes.io/last-applied-configuration": applied},
        "managedFields": [
            {
                "manager": "argocd-controller",
                "operation": "Update",
                "apiVersion": "v1",
                "fieldsType": "FieldsV1",
                "fieldsV1": {"f:data": {"f:text": {}}},
            }
        ],
    }
    terminal.world.cluster.objects[GREETING] = live


def test_what_argo_cd_shows_is_taken_compared_and_not_written(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path).log_in()
    deployed_by_argo_cd(terminal)
    created = terminal("app", "create", "-f", "-", "--sync-policy", "none", given=exported())
    assert created.exit_code == 0, created.stderr
    terminal.world.run_for(5)
    assert terminal("app", "diff", "shop").exit_code == 0
    assert terminal.world.state() == ("Synced", "Healthy")
    assert terminal.world.cluster.writes() == []


def test_what_differs_is_shown_and_written_when_it_is_told_to_sync_by_itself(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path).log_in()
    deployed_by_argo_cd(terminal, "changed by hand")
    terminal("app", "create", "-f", "-", "--sync-policy", "none", given=exported())
    terminal.world.run_for(5)
    told = terminal("app", "diff", "shop")
    assert (told.exit_code, "-  text: changed by hand" in told.stdout) == (1, True)
    assert terminal.world.cluster.writes() == []
    terminal("app", "set", "shop", "--sync-policy", "automated", "--auto-prune", "--self-heal")
    terminal.world.run_for(5)
    assert terminal.world.cluster.objects[GREETING]["data"] == {"text": "hello"}


def test_going_back_leaves_the_objects(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path).log_in()
    deployed_by_argo_cd(terminal)
    terminal("app", "create", "-f", "-", given=exported())
    terminal.world.run_for(5)
    assert terminal("app", "delete", "shop", "--cascade=false", "--yes").exit_code == 0
    terminal.world.run_for(5)
    assert terminal.world.rows.application(SHOP) is None
    assert GREETING in terminal.world.cluster.objects


def test_the_root_takes_over_what_was_handed_over_by_hand() -> None:
    kept = {"apps/shop.yaml": application(), "shop/greeting.yaml": config_map("greeting")}
    world = engine(kept, bootstrap=Bootstrap(REPO))
    world.add(application(policy={}))
    world.run_for(5)
    assert world.state()[0] == "OutOfSync"
    world.ensure_bootstrap()
    world.run_for(5)
    stored = world.rows.application(SHOP)
    assert stored is not None
    assert (stored.origin, stored.manifest) == ("parent:argocd/root-app", application())
    assert world.state() == ("Synced", "Healthy")


def test_a_secret_is_taken_over_when_the_operators_owner_is_gone() -> None:
    world = engine(files())
    values = {"API_KEY": "sk-one", "DB_URL": "postgres://one"}
    for name, value in (("api-key", "sk-one"), ("db-url", "postgres://one")):
        world.vaults.put(VAULT, name, value)
    owner = {"kind": "ExternalSecret", "name": "app", "uid": "x", "controller": True}
    metadata = {"name": "app-env", "namespace": "shop", "uid": "u", "ownerReferences": [owner]}
    data = {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}
    world.cluster.objects[SECRET] = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": data}
    world.add(application("secrets"))
    world.run_for(5)
    assert (world.state(SECRETS)[1], world.cluster.writes()) == ("Degraded", [])
    assert "--cascade=orphan" in state_of(world).message
    del world.cluster.objects[SECRET]["metadata"]["ownerReferences"]
    world.run_for(300)
    assert world.state(SECRETS) == ("Synced", "Healthy")
    assert data_of(world) == values
    assert world.cluster.objects[SECRET]["metadata"]["uid"] == "u"
