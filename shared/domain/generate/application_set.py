"""The ApplicationSet, and the Applications that it stands for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from shared.domain.generate.generators import KnownCluster, parameters_of
from shared.domain.generate.placeholders import filled, left_over
from shared.domain.manifests.manifest import Manifest
from shared.domain.specs.app_ref import AppRef
from shared.domain.specs.application import Application
from shared.domain.specs.fields import Fields

FINALIZER = "resources-finalizer.argocd.argoproj.io"
_POLICIES = ("", "sync", "create-only", "create-update", "create-delete")
_NOT_BUILT = ("goTemplate", "templatePatch", "strategy", "preservedFields", "ignoreApplicationDifferences")


@dataclass(frozen=True, slots=True)
class ApplicationSet:
    """An argoproj.io/v1alpha1 ApplicationSet as read. `updates` and `deletes` follow applicationsSync."""

    ref: AppRef
    generators: tuple[Fields, ...]
    template: Fields
    updates: bool = True
    deletes: bool = True
    preserves_resources: bool = False

    @classmethod
    def parse(cls, manifest: Manifest, *, control_namespace: str = "argocd") -> Self:
        """Raises InvalidSpecError with the field to mend, also for what is not built yet."""
        metadata = Fields("ApplicationSet", "metadata", manifest.get("metadata") or {})
        ref = AppRef(metadata.text("namespace") or control_namespace, metadata.text("name"))
        if not ref.name:
            raise metadata.error("name", "is missing", "An ApplicationSet needs a name")
        whole = Fields(f"ApplicationSet {ref}", "", manifest)
        _check_kind(whole)
        spec = whole.child("spec")
        for name in _NOT_BUILT:
            if spec.data.get(name):
                raise spec.error(name, "is not built yet", "Write the set without it for now")
        policy = spec.child("syncPolicy")
        chosen = policy.text("applicationsSync")
        if chosen not in _POLICIES:
            raise policy.error(
                "applicationsSync", f"says {chosen!r}", f"Write one of {', '.join(_POLICIES[1:])}"
            )
        return cls(
            ref,
            spec.children("generators"),
            spec.child("template"),
            updates=chosen in ("", "sync", "create-update"),
            deletes=chosen in ("", "sync", "create-delete"),
            preserves_resources=policy.flag("preserveResourcesOnDeletion"),
        )

    def applications(self, clusters: Iterable[KnownCluster]) -> list[Manifest]:
        """Every Application that the set stands for, in the order of its generators.

        Raises InvalidSpecError when a generator, the template or one result is wrong, or when two results
        have one name: then nothing of the set is changed, unlike Argo CD, which goes on with the rest.
        """
        known = list(clusters)
        found: dict[str, Manifest] = {}
        for generator in self.generators:
            for parameters in parameters_of(generator, known):
                manifest = self._application(parameters)
                name = str(manifest["metadata"]["name"])
                if name in found:
                    raise self.template.error("metadata.name", f"gives two applications the name {name!r}")
                found[name] = manifest
        return list(found.values())

    def _application(self, parameters: dict[str, str]) -> Manifest:
        template = filled(dict(self.template.data), parameters)
        missing = left_over(template.get("metadata"))
        if missing:
            raise self.template.error("metadata", f"uses {missing[0]}, which no generator gives")
        metadata = {**(template.get("metadata") or {}), "namespace": self.ref.namespace}
        if not metadata.get("finalizers") and not self.preserves_resources:
            metadata["finalizers"] = [FINALIZER]
        manifest = {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Application",
            "metadata": metadata,
            "spec": template.get("spec") or {},
        }
        Application.parse(manifest)
        return manifest


def _check_kind(whole: Fields) -> None:
    group = whole.text("apiVersion").partition("/")[0]
    if whole.text("kind") != "ApplicationSet" or group != "argoproj.io":
        found = f"{whole.text('apiVersion')} {whole.text('kind')}".strip() or "nothing"
        raise whole.error("kind", f"says {found}", "Write argoproj.io/v1alpha1 and ApplicationSet")
