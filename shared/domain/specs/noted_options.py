"""Sync options that we accept and do in our own way, so that nobody is left to wonder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shared.domain.manifests.manifest import metadata_of
from shared.domain.specs.sync_options import SyncOptions

_NOTED = {
    "ServerSideApply=false": "every object is applied server-side",
    "Replace=true": "the object is applied server-side, which has no limit of size and replaces nothing",
    "Force=true": "the object is applied server-side; what cannot change is an error, never a new object",
    "ClientSideApplyMigration=false": "fields of kubectl, Helm and Argo CD are taken over at the first sync",
}


def noted_options(
    application: SyncOptions, manifests: Iterable[Mapping[str, Any]]
) -> tuple[tuple[str, str], ...]:
    """Return a warning, as (type, message), for each such option, naming where it stands; each once.

    Source: our own rule, see docs/differences.md: an option is done, refused or noted, never ignored.
    """
    found = {option: "spec.syncPolicy.syncOptions" for option in _NOTED if application.has(option)}
    for manifest in manifests:
        own = SyncOptions.of_resource(manifest)
        for option in _NOTED:
            if own.has(option):
                found.setdefault(option, f"{manifest.get('kind')} {metadata_of(manifest).get('name')}")
    return tuple(
        ("SyncOptionWarning", f"{option} of {where} is noted: {_NOTED[option]}")
        for option, where in found.items()
    )
