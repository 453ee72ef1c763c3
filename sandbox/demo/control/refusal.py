"""Why a request of the control URL is not done."""

from __future__ import annotations

from http import HTTPStatus


class RefusedError(Exception):
    """Says what, which field, what is wrong, and the way out; never a secret's value.

    `status` is 400 for wrong input, 404 for what is not there, 409 for what cannot be done now.
    """

    def __init__(
        self, subject: str, field: str, problem: str, way_out: str, status: int = HTTPStatus.BAD_REQUEST
    ) -> None:
        self.subject, self.field, self.problem, self.way_out = subject, field, problem, way_out
        self.status = int(status)
        super().__init__(f"{subject}: {field} {problem}. {way_out}")

    @property
    def body(self) -> dict[str, str]:
        return {
            "message": str(self),
            "subject": self.subject,
            "field": self.field,
            "problem": self.problem,
            "wayOut": self.way_out,
        }
