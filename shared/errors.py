"""Every error that Tidegate raises on purpose.

TidegateError
├─ UserError                   only an edit by a person can help; never retried
│  ├─ InvalidRequestError      a request that we cannot read               400
│  ├─ InvalidSpecError         a manifest that we cannot accept            400  condition InvalidSpecError
│  ├─ RenderError              Helm, Kustomize or YAML failed              400  condition ComparisonError
│  ├─ UnauthenticatedError     nobody we know                              401
│  ├─ PermissionDeniedError    RBAC, the AppProject or the cluster says no 403  condition SyncError
│  ├─ NotFoundError            the thing asked for does not exist          404
│  ├─ PayloadTooLargeError     more bytes than we read                     413
│  └─ UnsupportedMediaTypeError                                            415
├─ UnsafePlanError             we refuse until a person confirms           409  condition SyncError
├─ ConflictError               someone else wrote first: reload, try now   409
└─ UnavailableError            a service did not answer: try later         503

Anything else that escapes is a bug: it goes to the poison queue with its traceback.
A message says subject, field, problem and way out, and never a secret value.
"""

from __future__ import annotations

from enum import Enum
from typing import ClassVar


class Retry(Enum):
    """What becomes of a work item that failed."""

    NEVER = "never"
    NOW = "now"
    LATER = "later"


class TidegateError(Exception):
    """Base of all deliberate errors: `retry` is for the queue, `http_status` and `condition` for people."""

    retry: ClassVar[Retry] = Retry.NEVER
    http_status: ClassVar[int] = 500
    condition: ClassVar[str] = "UnknownError"


class UserError(TidegateError):
    """Only an edit by a person can make this work."""

    http_status = 400


class InvalidRequestError(UserError):
    """A request, event or API call that does not say what it must say."""


class InvalidSpecError(UserError):
    """A manifest that we read does not say what it must say."""

    condition = "InvalidSpecError"

    def __init__(self, resource: str, field: str, problem: str, hint: str = "") -> None:
        self.resource, self.field, self.problem = resource, field, problem
        super().__init__(f"{resource}: {field} {problem}" + (f". {hint}" if hint else ""))


class RenderError(UserError):
    """The manifests of one revision cannot be made; waits for another revision or other parameters."""

    condition = "ComparisonError"


class UnauthenticatedError(UserError):
    """The sender did not prove who it is."""

    http_status = 401
    condition = "ComparisonError"


class PermissionDeniedError(UserError):
    """RBAC, the AppProject or the cluster does not allow it."""

    http_status = 403
    condition = "SyncError"


class NotFoundError(UserError):
    """The thing asked for does not exist."""

    http_status = 404
    condition = "ComparisonError"


class PayloadTooLargeError(UserError):
    """More bytes than we are willing to read."""

    http_status = 413


class UnsupportedMediaTypeError(UserError):
    """A body in a form that we do not read."""

    http_status = 415


class UnsafePlanError(TidegateError):
    """The plan would destroy more than the user has agreed to."""

    http_status = 409
    condition = "SyncError"


class ConflictError(TidegateError):
    """The stored version is not the one we read."""

    retry = Retry.NOW
    http_status = 409
    condition = "SyncError"


class UnavailableError(TidegateError):
    """A service we depend on did not answer. `retry_after_seconds` is its own wish, if it had one."""

    retry = Retry.LATER
    http_status = 503
    condition = "ComparisonError"

    def __init__(self, message: str, retry_after_seconds: float | None = None) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(message)
