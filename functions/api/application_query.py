"""What the queries of the application service say, read once and in one way."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from functions.api.call import Call
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.specs.app_ref import AppRef
from shared.domain.views.application_filter import ApplicationFilter
from shared.domain.views.field_mask import FieldMask
from shared.errors import InvalidRequestError

_CONTROL = "argocd"


def ref_of(call: Call, name: str, body: dict[str, Any] | None = None) -> AppRef:
    """The application that path, `?appNamespace=` and body name."""
    namespace = call.request.first("appNamespace") or str((body or {}).get("appNamespace") or "")
    return AppRef(namespace or _CONTROL, name)


def filter_of(call: Call) -> ApplicationFilter:
    """`?projects=&selector=&appNamespace=&name=&search=&repo=&cluster=&namespace=&sync=&health=`.

    projects, cluster, namespace, sync and health may repeat or hold several, separated by commas.
    """
    first = call.request.first
    return ApplicationFilter(
        projects=_several(call, "projects") or _several(call, "project"),
        labels=tuple(_labels(first("selector"))),
        namespace=first("appNamespace"),
        name=first("name"),
        search=first("search"),
        repo=first("repo"),
        clusters=_several(call, "cluster"),
        target_namespaces=_several(call, "namespace"),
        syncs=_several(call, "sync"),
        healths=_several(call, "health"),
    )


def mask_of(call: Call) -> FieldMask:
    """`?fields=items.metadata.name,items.status.sync` or `?fields=-items.status.resources`."""
    return FieldMask.parse(call.request.first("fields"))


def key_of(call: Call) -> ResourceKey:
    """`?group=&kind=&namespace=&resourceName=`. Raises InvalidRequestError without kind and name."""
    first = call.request.first
    kind, name = first("kind"), first("resourceName")
    if not kind or not name:
        raise InvalidRequestError("Resource: kind and resourceName must be given")
    return ResourceKey(first("group"), kind, first("namespace"), name)


def flag_of(call: Call, name: str) -> bool:
    """`?name=true`. Raises InvalidRequestError for anything but true and false."""
    text = call.request.first(name, "false")
    if text not in ("true", "false", ""):
        raise InvalidRequestError(f"Query: {name} must be true or false, not {text!r}")
    return text == "true"


def number_of(call: Call, name: str) -> int | None:
    """A whole number that is not negative; None where it is not given."""
    text = call.request.first(name)
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()):
        raise InvalidRequestError(f"Query: {name} must be a whole number, not {text!r}")
    return int(text)


def limit_of(call: Call, default: int = 100, most: int = 1000) -> int:
    """`?limit=` of a page that always has one."""
    found = number_of(call, "limit")
    if found is None:
        return default
    if not 0 < found <= most:
        raise InvalidRequestError(f"Query: limit must be from 1 to {most}, not {found}")
    return found


def moment_of(call: Call, name: str) -> datetime | None:
    """An RFC 3339 time; without a zone it is UTC. None where it is not given."""
    text = call.request.first(name)
    if not text:
        return None
    try:
        # the plus of a zone that nobody has encoded arrives as a space
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError as error:
        raise InvalidRequestError(
            f"Query: {name} must be a time like 2026-01-31T12:00:00Z, not {text!r}"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _several(call: Call, name: str) -> tuple[str, ...]:
    values = call.request.query.get(name) or ()
    return tuple(part for value in values for part in value.split(",") if part)


def _labels(selector: str) -> list[tuple[str, str]]:
    """Equality selectors `a=b,c=d`; anything else is refused."""
    pairs = []
    for part in filter(None, selector.split(",")):
        name, equals, value = part.replace("==", "=").partition("=")
        if not equals or name.endswith("!"):
            raise InvalidRequestError(f"Selector {part!r}: only label=value is understood yet")
        pairs.append((name.strip(), value.strip()))
    return pairs
