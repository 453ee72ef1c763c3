"""Applications as the commands see them: their names, their states, their lines in a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import click

from tidegate.client import Client, Json, path_of
from tidegate.command_line import Decorator
from tidegate.failures import Exit, Failure

CONTROL_NAMESPACE = "argocd"
KIND = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application"}
_WRITTEN = ("name", "namespace", "labels", "annotations", "finalizers", "resourceVersion")
COMPLETED = ("Succeeded", "Failed", "Error")


@dataclass(frozen=True, slots=True)
class AppName:
    """An application as people name it: `shop`, or `team-a/shop` outside of the control namespace."""

    name: str
    namespace: str = ""

    @classmethod
    def parse(cls, text: str, namespace: str = "") -> AppName:
        """Raises Failure (2) for more than one slash, or for two namespaces that are not one."""
        before, slash, name = text.rpartition("/")
        if not name or "/" in before or (slash and not before):
            raise Failure(f"Application {text!r}: write NAME or NAMESPACE/NAME", Exit.USAGE)
        if before and namespace and before != namespace:
            raise Failure(f"Application {text}: --app-namespace says {namespace}", Exit.USAGE)
        return cls(name, before or namespace)

    def __str__(self) -> str:
        """Without the namespace where that is the control namespace."""
        return f"{self.namespace}/{self.name}" if self.namespace not in ("", CONTROL_NAMESPACE) else self.name

    def path(self, *more: str) -> str:
        return path_of("applications", self.name, *more)

    @property
    def query(self) -> dict[str, object]:
        return {"appNamespace": self.namespace}

    def read(self, client: Client, **query: object) -> Json:
        """The application now. Raises Failure (3) when there is none."""
        return client.get(self.path(), {**self.query, **query})


def name_of(application: Json) -> AppName:
    metadata = application["metadata"]
    return AppName(metadata["name"], metadata.get("namespace", ""))


def namespace_option() -> Decorator:
    return click.option(
        "-N", "--app-namespace", default="", help="Namespace of the application. Default: argocd."
    )


def sync_status(application: Json) -> str:
    return str(_status(application).get("sync", {}).get("status") or "Unknown")


def health_status(application: Json) -> str:
    return str(_status(application).get("health", {}).get("status") or "Unknown")


def cluster_of(application: Json) -> str:
    destination = application["spec"].get("destination") or {}
    return str(destination.get("name") or destination.get("server") or "")


def sources_of(application: Json) -> list[Json]:
    """One source or several, always as a list."""
    spec = application["spec"]
    return list(spec.get("sources") or [spec.get("source") or {}])


def revisions_of(entry: Json) -> list[str]:
    """The revision or the revisions of a sync status, a history entry or a sync result."""
    return [str(each) for each in entry.get("revisions") or [entry.get("revision") or ""] if each]


def sync_policy(application: Json) -> str:
    """Source: Argo CD's `app list` (Manual, Auto, Auto-Prune)."""
    automated = (application["spec"].get("syncPolicy") or {}).get("automated")
    if automated is None or automated.get("enabled") is False:
        return "Manual"
    return "Auto-Prune" if automated.get("prune") else "Auto"


def conditions_of(application: Json) -> list[Json]:
    return list(_status(application).get("conditions") or [])


def operation_of(application: Json) -> Json:
    """The last operation, {} when there was none."""
    return dict(_status(application).get("operationState") or {})


def running(application: Json) -> bool:
    """Is an operation asked for, or under way?"""
    phase = operation_of(application).get("phase", "")
    return "operation" in application or (phase != "" and phase not in COMPLETED)


def written_part(application: Json) -> Json:
    """What a person writes of an application: no status, and of what the server added its version."""
    metadata = {name: value for name, value in application["metadata"].items() if name in _WRITTEN}
    return {**KIND, "metadata": metadata, "spec": application["spec"]}


def _status(application: Json) -> dict[str, Any]:
    return application.get("status") or {}
