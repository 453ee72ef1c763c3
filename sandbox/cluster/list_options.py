"""From which resourceVersion a LIST or WATCH shows objects.

Source: apimachinery/pkg/apis/meta/internalversion/validation of Kubernetes 1.34, checked against its server.
"""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.cluster.api_error import ApiError, FieldError, Named, bad_request, invalid
from sandbox.cluster.call import Call

_MATCH, _INITIAL = "resourceVersionMatch", "sendInitialEvents"
_NOT_OLDER, _EXACT = "NotOlderThan", "Exact"


@dataclass(frozen=True, slots=True)
class ListOptions:
    """`version` 0 is "any, the newest will do"; `exact` asks for the list as it was then.

    `initial` says whether a watch begins with what exists, and `ends_initial` whether a bookmark tells when
    that is over.
    """

    version: int = 0
    exact: bool = False
    initial: bool = False
    ends_initial: bool = False

    @classmethod
    def parse(cls, call: Call) -> ListOptions:
        """Read the query. Raises 400, 422, and 500 where the real server does."""
        watch, version = call.verb == "watch", call.query.get("resourceVersion", "")
        errors = _of_watch(call) if watch else _of_list(call)
        if errors:
            raise invalid(Named("meta.k8s.io", "ListOptions", ""), errors)
        if version and not version.isdigit():
            problem = f'Invalid value: "{version}": strconv.ParseUint: parsing "{version}": invalid syntax'
            unread = f"resourceVersion: {problem}"
            raise ApiError(500, "", unread) if watch else bad_request(f"invalid resource version: {unread}")
        number = int(version or "0")
        if not watch:
            return cls(number, exact=call.query.get(_MATCH) == _EXACT)
        wished = call.flag(_INITIAL) if _INITIAL in call.query else None
        initial = bool(wished) or (wished is None and number == 0)
        return cls(number, initial=initial, ends_initial=initial and call.flag("allowWatchBookmarks"))


def too_large(version: int, newest: int) -> ApiError:
    """The answer to a list that must not be older than a version which nobody was given yet."""
    cause = {"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}
    problem = f"Timeout: Too large resource version: {version}, current: {newest}"
    return ApiError(504, "Timeout", problem, {"causes": [cause], "retryAfterSeconds": 1})


def _of_watch(call: Call) -> list[FieldError]:
    match, errors = call.query.get(_MATCH, ""), []
    if _INITIAL in call.query and match != _NOT_OLDER:
        errors.append(_forbidden(f"{_INITIAL} requires setting {_MATCH} to {_NOT_OLDER}"))
    if not match:
        return errors
    if _INITIAL not in call.query:
        errors.append(_forbidden(f"{_MATCH} is forbidden for watch unless {_INITIAL} is provided"))
    if match != _NOT_OLDER:
        errors.append(FieldError.unsupported(_MATCH, match, (_NOT_OLDER,)))
    return errors


def _of_list(call: Call) -> list[FieldError]:
    match, version = call.query.get(_MATCH, ""), call.query.get("resourceVersion", "")
    errors: list[FieldError] = []
    if match and not version:
        errors.append(_forbidden(f"{_MATCH} is forbidden unless resourceVersion is provided"))
    if match and call.query.get("continue"):
        errors.append(_forbidden(f"{_MATCH} is forbidden when continue is provided"))
    if match not in ("", _EXACT, _NOT_OLDER):
        errors.append(FieldError.unsupported(_MATCH, match, (_EXACT, _NOT_OLDER, "")))
    if match == _EXACT and version == "0":
        errors.append(_forbidden(f'{_MATCH} "exact" is forbidden for resourceVersion "0"'))
    if _INITIAL in call.query:
        errors.append(_forbidden(f"{_INITIAL} is forbidden for list", _INITIAL))
    return errors


def _forbidden(words: str, field: str = _MATCH) -> FieldError:
    return FieldError(field, f"Forbidden: {words}", "FieldValueForbidden")
