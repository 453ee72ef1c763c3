"""One POST that is never tried again, as webhooks are sent."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 10.0


def post_once(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Return the status of the answer, 0 when there was none within ten seconds."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=TIMEOUT_SECONDS)
    try:
        connection.request(
            "POST", parts.path + (f"?{parts.query}" if parts.query else ""), body, dict(headers)
        )
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        return 0
    else:
        return answer.status
    finally:
        connection.close()
