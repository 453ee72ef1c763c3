"""How the items of a list are told apart: by keys, as a set, or not at all."""

from __future__ import annotations

from typing import Any

from shared.domain.compare.field_sets import FieldSet, Path, key_step, list_keys, value_step

ATOMIC: tuple[str, ...] = ()
SET: tuple[str, ...] = ("",)

_NAMED = (
    *("containers", "initContainers", "ephemeralContainers", "volumes", "env", "imagePullSecrets"),
    *("webhooks", "resourceClaims", "claims", "secrets", "schedulingGates"),
)
_KNOWN: dict[str, tuple[tuple[str, ...], ...]] = {
    **dict.fromkeys(_NAMED, (("name",),)),
    "ports": (("containerPort", "protocol"), ("port", "protocol")),
    "volumeMounts": (("mountPath",),),
    "volumeDevices": (("devicePath",),),
    "hostAliases": (("ip",),),
    "topologySpreadConstraints": (("topologyKey", "whenUnsatisfiable"),),
    "ownerReferences": (("uid",),),
    "conditions": (("type",),),
    "finalizers": (SET,),
}


def shape_of(desired: list[Any], live: list[Any], fields: FieldSet | None, at: Path) -> tuple[str, ...]:
    """Return the names of the keys, or SET, or ATOMIC.

    What the owners' field sets show is the server's own schema; without it (nobody owns the list, or
    managedFields were cleared) the lists of the built-in kinds are known by name, and all others are
    replaced as a whole, as a custom resource's are.
    """
    if keys := list_keys(fields):
        return keys
    if any(step.startswith("v:") for step in fields or ()):
        return SET
    if fields == {} and live:
        return ATOMIC
    for keys in _KNOWN.get(at[-1][2:], ()) if at else ():
        if keys == SET or all(isinstance(item, dict) and keys[0] in item for item in (*desired, *live)):
            return keys
    return ATOMIC


def steps_of(items: list[Any], shape: tuple[str, ...]) -> list[str]:
    """The step of each item of a list that is not atomic, in the order of the list."""
    return [value_step(item) if shape == SET else key_step(item, shape) for item in items]
