"""The Application: what to deploy, from where, to where, and how."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from shared.domain.manifests.manifest import Manifest
from shared.domain.specs.app_ref import AppRef
from shared.domain.specs.destination import Destination
from shared.domain.specs.fields import Fields
from shared.domain.specs.ignore_rule import IgnoreRule
from shared.domain.specs.source import Source
from shared.domain.specs.sync_policy import SyncPolicy
from shared.domain.specs.unsupported import unsupported_in_rule, unsupported_in_source

_REFRESH = "argocd.argoproj.io/refresh"
_DELETION_APPROVED = "argocd.argoproj.io/deletion-approved"
_SKIP_RECONCILE = "argocd.argoproj.io/skip-reconcile"
_HOSTED = "tidegate.dev/hosted"
_RESOURCES_FINALIZER = "resources-finalizer.argocd.argoproj.io"
_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_NAMESPACE = re.compile(_LABEL)
_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_LONGEST_NAME, _LONGEST_NAMESPACE = 253, 63


class Cascade(StrEnum):
    """What happens to the objects of an Application that is removed."""

    NONE = "none"
    FOREGROUND = "foreground"
    BACKGROUND = "background"


@dataclass(frozen=True, slots=True)
class InfoItem:
    """A line of text for people."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Application:
    """An argoproj.io/v1alpha1 Application as read, with its defaults filled in.

    `sources` has at least one entry. `instance_name` is what tracking ids and ARGOCD_APP_NAME say: the
    name, or `namespace_name` outside of the control namespace. `hydrated` stands for spec.sourceHydrator,
    whose synced branch is then the one source.
    """

    ref: AppRef
    instance_name: str
    destination: Destination
    sources: tuple[Source, ...]
    project: str = "default"
    sync_policy: SyncPolicy = SyncPolicy()
    ignore_differences: tuple[IgnoreRule, ...] = ()
    info: tuple[InfoItem, ...] = ()
    revision_history_limit: int = 10
    labels: dict[str, str] = field(default_factory=dict)
    annotations: dict[str, str] = field(default_factory=dict)
    finalizers: tuple[str, ...] = ()
    hydrated: bool = False

    @classmethod
    def parse(cls, manifest: Manifest, *, control_namespace: str = "argocd") -> Self:
        """Read a manifest; one without a namespace lives in `control_namespace`.

        Raises InvalidSpecError with the subject `Application namespace/name` and the field to mend.
        """
        metadata = Fields("Application", "", manifest).child("metadata")
        ref = _ref(metadata, control_namespace)
        whole = Fields(f"Application {ref}", "", manifest)
        _check_kind(whole)
        metadata, spec = whole.child("metadata"), whole.child("spec")
        return cls(
            ref=ref,
            instance_name=ref.name if ref.namespace == control_namespace else f"{ref.namespace}_{ref.name}",
            destination=Destination.parse(spec.child("destination")),
            sources=_sources(spec),
            project=spec.text("project") or "default",
            sync_policy=SyncPolicy.parse(spec.child("syncPolicy")),
            ignore_differences=tuple(IgnoreRule.parse(rule) for rule in spec.children("ignoreDifferences")),
            info=tuple(InfoItem(item.text("name"), item.text("value")) for item in spec.children("info")),
            revision_history_limit=_history_limit(spec),
            labels=metadata.text_map("labels"),
            annotations=metadata.text_map("annotations"),
            finalizers=metadata.texts("finalizers"),
            hydrated=spec.has("sourceHydrator"),
        )

    @property
    def cascade(self) -> Cascade:
        """Its finalizer decides. Source: Argo CD application_defaults.go; the plain name is foreground."""
        if f"{_RESOURCES_FINALIZER}/background" in self.finalizers:
            return Cascade.BACKGROUND
        if {_RESOURCES_FINALIZER, f"{_RESOURCES_FINALIZER}/foreground"} & set(self.finalizers):
            return Cascade.FOREGROUND
        return Cascade.NONE

    @property
    def hosted(self) -> bool:
        """Does Tidegate keep the Applications and ExternalSecrets that it renders, or the cluster?"""
        return self.annotations.get(_HOSTED) != "false"

    @property
    def refresh(self) -> str:
        """`""`, `"normal"` or `"hard"`. Source: Argo CD IsRefreshRequested: any other value is normal."""
        if _REFRESH not in self.annotations:
            return ""
        return "hard" if self.annotations[_REFRESH] == "hard" else "normal"

    @property
    def deletion_approved(self) -> str:
        """The time from which deletions count as confirmed, as written; "" when nobody has."""
        return self.annotations.get(_DELETION_APPROVED, "")

    @property
    def skip_reconcile(self) -> bool:
        return self.annotations.get(_SKIP_RECONCILE) == "true"

    def unsupported(self) -> tuple[str, ...]:
        """What it asks for that is not built yet, a sentence each; empty when all of it can be done."""
        sentences = []
        if self.hydrated:
            sentences.append("spec.sourceHydrator: rendered-manifest branches are not written yet")
        one = len(self.sources) == 1
        for index, source in enumerate(self.sources):
            sentences += unsupported_in_source(source, "spec.source" if one else f"spec.sources[{index}]")
        for index, rule in enumerate(self.ignore_differences):
            sentences += unsupported_in_rule(rule, f"spec.ignoreDifferences[{index}]")
        return tuple(sentences)


def _ref(metadata: Fields, control_namespace: str) -> AppRef:
    ref = AppRef(metadata.text("namespace") or control_namespace, metadata.text("name"))
    owned = Fields(f"Application {ref}", "metadata", metadata.data)
    if not ref.name:
        raise metadata.error("name", "is missing", "An Application needs a name")
    if len(ref.name) > _LONGEST_NAME or not _NAME.fullmatch(ref.name):
        raise owned.error("name", "is no Kubernetes name", "Use lower-case letters, digits, '-' and '.'")
    if len(ref.namespace) > _LONGEST_NAMESPACE or not _NAMESPACE.fullmatch(ref.namespace):
        raise owned.error("namespace", "is no Kubernetes name", "Use lower-case letters, digits and '-'")
    return ref


def _check_kind(whole: Fields) -> None:
    group = whole.text("apiVersion").partition("/")[0]
    if whole.text("kind") != "Application" or group != "argoproj.io":
        found = f"{whole.text('apiVersion')} {whole.text('kind')}".strip() or "nothing"
        raise whole.error("kind", f"says {found}", "Write argoproj.io/v1alpha1 and Application")


def _history_limit(spec: Fields) -> int:
    limit = spec.whole_number("revisionHistoryLimit", 10)
    if limit < 0:
        raise spec.error("revisionHistoryLimit", f"is {limit}", "Write 0 to keep none")
    return limit


def _sources(spec: Fields) -> tuple[Source, ...]:
    """spec.sources wins over spec.source when it has entries; a hydrator over both, as in Argo CD."""
    if spec.has("sourceHydrator"):
        return (_hydrated(spec.child("sourceHydrator")),)
    many = tuple(Source.parse(entry, one_of_many=True) for entry in spec.children("sources"))
    for name in ("ref", "name"):
        given = [getattr(source, name) for source in many if getattr(source, name)]
        twice = next((value for value in given if given.count(value) > 1), None)
        if twice:
            raise spec.error("sources", f"gives two sources the {name} {twice!r}", "Rename one of them")
    if many:
        return many
    if not spec.has("source"):
        raise spec.error("source", "is missing", "Name a repository and a path in it")
    return (Source.parse(spec.child("source")),)


def _hydrated(hydrator: Fields) -> Source:
    """The branch that a hydrator writes. Source: Argo CD SourceHydrator.GetSyncSource."""
    dry, synced = hydrator.child("drySource"), hydrator.child("syncSource")
    merged = {
        "repoURL": synced.text("repoURL") or dry.text("repoURL"),
        "path": synced.text("path"),
        "targetRevision": synced.text("targetBranch"),
    }
    return Source.parse(Fields(hydrator.owner, hydrator.at("syncSource"), merged))
