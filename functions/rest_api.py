"""Every other path: the REST API in Argo CD's shape, behind one route."""

from __future__ import annotations

from collections.abc import Callable

import azure.functions as func

from functions._http import Answer, Request, answer_errors, read, write


def blueprint(answer: Callable[[Request], Answer]) -> func.Blueprint:
    bp = func.Blueprint()

    @bp.function_name("rest_api")
    @bp.route(
        "{*path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], auth_level=func.AuthLevel.ANONYMOUS
    )
    @answer_errors
    def rest_api(req: func.HttpRequest) -> func.HttpResponse:
        return write(answer(read(req)))

    return bp
