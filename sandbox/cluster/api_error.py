"""Errors as the API server answers them: a metav1.Status with the real server's sentences.

Source: k8s.io/apimachinery/pkg/api/errors, checked against a kube-apiserver 1.34.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson


class ApiError(Exception):
    """An answer other than success. `details` is Status.details, None where the server sends none."""

    def __init__(self, code: int, reason: str, message: str, details: dict[str, Any] | None = None) -> None:
        self.code, self.reason, self.message, self.details = code, reason, message, details
        super().__init__(message)

    def status(self) -> dict[str, Any]:
        """Return the Status document."""
        status: dict[str, Any] = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
        }
        if self.reason:
            status["reason"] = self.reason
        if self.details is not None:
            status["details"] = self.details
        return {**status, "code": self.code}


@dataclass(frozen=True, slots=True)
class Named:
    """What an error speaks of: `deployments.apps "x"` or `Deployment.apps "x"`."""

    group: str
    word: str
    name: str

    def __str__(self) -> str:
        dotted = f"{self.word}.{self.group}" if self.group else self.word
        return f'{dotted} "{self.name}"'

    def details(self, **more: Any) -> dict[str, Any]:
        """Return Status.details; empty fields are left out, as in Go."""
        fields = {"name": self.name, "group": self.group, "kind": self.word, **more}
        return {key: value for key, value in fields.items() if value}


@dataclass(frozen=True, slots=True)
class FieldError:
    """One cause of a 422."""

    path: str
    problem: str
    reason: str = "FieldValueInvalid"

    @classmethod
    def required(cls, path: str, detail: str = "") -> FieldError:
        return cls(path, "Required value" + (f": {detail}" if detail else ""), "FieldValueRequired")

    @classmethod
    def invalid(cls, path: str, value: object, detail: str) -> FieldError:
        """`value` is written as JSON, as the server does."""
        return cls(path, f"Invalid value: {orjson.dumps(value).decode()}: {detail}")

    @classmethod
    def unsupported(cls, path: str, value: object, allowed: tuple[str, ...]) -> FieldError:
        words = ", ".join(f'"{word}"' for word in allowed)
        problem = f'Unsupported value: "{value}": supported values: {words}'
        return cls(path, problem, "FieldValueNotSupported")


def not_found(named: Named) -> ApiError:
    return ApiError(404, "NotFound", f"{named} not found", named.details())


def already_exists(named: Named, *, leaving: bool = False) -> ApiError:
    words = f"{'object is being deleted: ' if leaving else ''}{named} already exists"
    return ApiError(409, "AlreadyExists", words, named.details())


def conflict(named: Named, problem: str = "") -> ApiError:
    """409: by default another writer was first."""
    problem = problem or (
        "the object has been modified; please apply your changes to the latest version and try again"
    )
    return ApiError(409, "Conflict", f"Operation cannot be fulfilled on {named}: {problem}", named.details())


def invalid(named: Named, errors: list[FieldError]) -> ApiError:
    """422 with its causes; `named.word` is the kind, not the plural."""
    sentences = [f"{error.path}: {error.problem}" for error in errors]
    joined = sentences[0] if len(sentences) == 1 else "[" + ", ".join(sentences) + "]"
    causes = [{"reason": e.reason, "message": e.problem, "field": e.path} for e in errors]
    return ApiError(422, "Invalid", f"{named} is invalid: {joined}", named.details(causes=causes))


def unauthorized() -> ApiError:
    return ApiError(401, "Unauthorized", "Unauthorized")


def bad_request(message: str) -> ApiError:
    return ApiError(400, "BadRequest", message)


def forbidden(named: Named, problem: str, causes: list[dict[str, Any]] | None = None) -> ApiError:
    return ApiError(403, "Forbidden", f"{named} is forbidden: {problem}", named.details(causes=causes))


def method_not_allowed() -> ApiError:
    message = "the server does not allow this method on the requested resource"
    return ApiError(405, "MethodNotAllowed", message, {})


def unknown_resource() -> ApiError:
    return ApiError(404, "NotFound", "the server could not find the requested resource", {})


def unsupported_media_type() -> ApiError:
    return ApiError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {})


def expired(message: str) -> ApiError:
    return ApiError(410, "Expired", message)
