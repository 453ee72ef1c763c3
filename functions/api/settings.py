"""Version, settings, export and import."""

from __future__ import annotations

from functions._http import Answer, json_answer
from functions.api.call import VERSION, Call


def version(call: Call) -> Answer:
    """Source: Argo CD shows only Version to those who have not logged in."""
    return json_answer({"Version": VERSION})


def settings(call: Call) -> Answer:
    """The part of Argo CD's settings that clients read. Readable without login, as there."""
    return json_answer(
        {
            "appLabelKey": "app.kubernetes.io/instance",
            "trackingMethod": "annotation",
            "resourceOverrides": {},
            "plugins": [],
            "statusBadgeEnabled": False,
            "userLoginsDisabled": False,
            "execEnabled": False,
            "controllerNamespace": "argocd",
            "appsInAnyNamespaceEnabled": True,
        }
    )


def export(call: Call) -> Answer:
    """Everything that Git does not hold, without secret values."""
    return json_answer(call.services.export_state.export())


def restore(call: Call) -> Answer:
    """Put back what an export holds and is not here yet: `{"added": N}`."""
    added = call.services.export_state.restore(call.json())
    call.services.audit(call.who, "store.import", "store", f"{added} added")
    return json_answer({"added": added})
