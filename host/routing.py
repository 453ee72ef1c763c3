"""Which HTTP function answers a path: as ASP.NET decides it for Azure Functions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from urllib.parse import unquote

from host.indexing import HttpFunction
from shared.errors import InvalidSpecError

_LITERAL, _PARAMETER, _CATCH_ALL = 1, 3, 5  # ASP.NET's precedence digits
_PART = re.compile(r"\{(\*{0,2})(\w+)(\??)\}")
_ENCODED_SLASH = re.compile("(%2f)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Part:
    rank: int
    text: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """`params` are decoded; an encoded slash stays encoded, as the platform leaves it."""

    function: HttpFunction
    params: dict[str, str]


class Router:
    """Literal before parameter before catch-all, segment by segment; case does not count in literals.

    A path that a literal route knows for other methods falls through to the next route.
    Raises InvalidSpecError for a route that is not understood and for two functions on one route.
    Source: ASP.NET Core routing (RoutePrecedence.ComputeInbound), which the Functions host uses.
    """

    def __init__(self, functions: Iterable[HttpFunction], prefix: str = "") -> None:
        routes = [(_parsed(each, prefix), each) for each in functions]
        for (left, one), (right, other) in combinations(routes, 2):
            if _shape(left) == _shape(right) and _methods_meet(one, other):
                raise _refused(other, f"is {other.route!r}, which {one.function.name} has already")
        self._routes = sorted(routes, key=lambda route: [part.rank for part in route[0]])

    def match(self, method: str, raw_path: str) -> Match | None:
        """Find the function for the path as it came, percent-encoded and without its query."""
        stripped = raw_path.strip("/")
        segments = [_decoded(segment) for segment in stripped.split("/")] if stripped else []
        for parts, function in self._routes:
            if function.methods and method not in function.methods:
                continue
            params = _params(parts, segments)
            if params is not None:
                return Match(function, params)
        return None


def _parsed(function: HttpFunction, prefix: str) -> tuple[_Part, ...]:
    path = "/".join(part for part in (prefix.strip("/"), function.route) if part)
    texts = path.split("/") if path else []
    parts = tuple(_part(function, text) for text in texts)
    if any(part.rank == _CATCH_ALL or part.optional for part in parts[:-1]):
        raise _refused(function, f"is {function.route!r}: only its last segment may be optional or catch all")
    return parts


def _part(function: HttpFunction, text: str) -> _Part:
    if "{" not in text and "}" not in text:
        return _Part(_LITERAL, text.lower())
    match = _PART.fullmatch(text)
    if match is None:
        raise _refused(
            function,
            f"has the segment {text!r}",
            "This host knows {name}, {name?} and {*name} as whole segments, without constraints",
        )
    stars, name, optional = match.groups()
    return _Part(_CATCH_ALL if stars else _PARAMETER, name, bool(optional))


def _params(parts: tuple[_Part, ...], segments: list[str]) -> dict[str, str] | None:
    """Return the values of the route's parameters, or None where it does not match."""
    params: dict[str, str] = {}
    for place, part in enumerate(parts):
        if part.rank == _CATCH_ALL:
            params[part.text] = "/".join(segments[place:])
            return params
        if place >= len(segments):
            return params if part.optional else None
        if part.rank == _PARAMETER:
            params[part.text] = segments[place]
        elif segments[place].lower() != part.text:
            return None
    return params if len(segments) <= len(parts) else None


def _decoded(segment: str) -> str:
    return "".join(
        part if _ENCODED_SLASH.fullmatch(part) else unquote(part) for part in _ENCODED_SLASH.split(segment)
    )


def _shape(parts: tuple[_Part, ...]) -> list[tuple[int, str]]:
    return [(part.rank, part.text if part.rank == _LITERAL else "") for part in parts]


def _methods_meet(one: HttpFunction, other: HttpFunction) -> bool:
    return not one.methods or not other.methods or bool(one.methods & other.methods)


def _refused(function: HttpFunction, problem: str, hint: str = "Give each its own route") -> InvalidSpecError:
    return InvalidSpecError(f"function {function.function.name}", "route", problem, hint)
