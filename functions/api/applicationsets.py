"""ApplicationSet service. Source: Argo CD server/applicationset (routes and bodies)."""

from __future__ import annotations

from functions._http import Answer, json_answer
from functions.api.call import Call, empty
from shared.domain.generate.application_set import ApplicationSet
from shared.domain.manifests.manifest import Manifest
from shared.domain.specs.app_ref import AppRef
from shared.errors import InvalidRequestError, NotFoundError
from shared.services.hosted_sets import shown

_CONTROL = "argocd"


def list_all(call: Call) -> Answer:
    items = [_without_kind(shown(stored)) for stored in call.services.hosted_sets.all()]
    return json_answer({"metadata": {}, "items": items or None})


def get(call: Call, name: str) -> Answer:
    return _one(call, _ref(call, name))


def create(call: Call) -> Answer:
    """`?upsert=true` replaces one that says something else."""
    manifest = call.json()
    parsed = ApplicationSet.parse(manifest)
    found = call.services.hosted_sets.get(parsed.ref)
    differs = found is not None and found.manifest.get("spec") != manifest.get("spec")
    if differs and call.request.first("upsert") != "true":
        raise InvalidRequestError(
            "existing ApplicationSet spec is different, use upsert flag to force update"
        )
    metadata = {**manifest["metadata"], "namespace": parsed.ref.namespace}
    call.services.audit(call.who, "applicationset.create", str(parsed.ref))
    call.services.hosted_sets.apply({**manifest, "metadata": metadata}, found.origin if found else "api")
    return _one(call, parsed.ref)


def delete(call: Call, name: str) -> Answer:
    ref = _ref(call, name)
    _require(call, ref)
    call.services.audit(call.who, "applicationset.delete", str(ref))
    call.services.hosted_sets.remove(ref)
    return empty()


def _one(call: Call, ref: AppRef) -> Answer:
    return json_answer(_without_kind(_require(call, ref)))


def _require(call: Call, ref: AppRef) -> Manifest:
    found = call.services.hosted_sets.get(ref)
    if found is None:
        raise NotFoundError(f'applicationsets.argoproj.io "{ref.name}" not found')
    return shown(found)


def _ref(call: Call, name: str) -> AppRef:
    return AppRef(call.request.first("appsetNamespace") or _CONTROL, name)


def _without_kind(manifest: Manifest) -> Manifest:
    """The API omits apiVersion and kind in its answers, as Argo CD's does."""
    return {name: value for name, value in manifest.items() if name not in ("apiVersion", "kind")}
