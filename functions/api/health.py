"""How the service itself does: for probes, and for Prometheus."""

from __future__ import annotations

from functions._http import Answer, json_answer
from functions.api.call import Call, token_of
from shared.domain.views.metrics_text import CONTENT_TYPE
from shared.errors import TidegateError
from shared.services.check_health import PartStatus


def healthz(call: Call) -> Answer:
    """`?full=true` asks every part, and answers 503 when one is away or late; without it nothing is asked.

    Who is not logged in sees names, states and ages; the reasons may name hosts and paths.
    """
    if call.request.first("full", "no").lower() not in ("", "1", "true", "yes"):
        return json_answer({"status": "ok"})
    parts = call.services.check_health()
    well = all(part.status is PartStatus.OK for part in parts)
    known = _is_known(call)
    body = {"status": "ok" if well else "degraded", "parts": [part.view(known=known) for part in parts]}
    return json_answer(body, 200 if well else 503)


def metrics(call: Call) -> Answer:
    """Prometheus' text format, in the embedded home. Argo CD serves it on ports of its own."""
    return Answer(200, call.services.show_metrics().encode(), {"Content-Type": CONTENT_TYPE})


def _is_known(call: Call) -> bool:
    try:
        call.services.log_in.session(token_of(call.request))
    except TidegateError:  # nobody we know, or the store of credentials is what is away
        return False
    return True
