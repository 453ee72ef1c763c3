"""Requests for one vault, sent to where the names of the settings say it is.

Above this the SDK speaks with the vault under its own name: its checks of the challenge stay on, and the
certificate has to be one for that name.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests
from azure.core.pipeline.transport import RequestsTransport
from requests.adapters import HTTPAdapter


def transport_to(vault: str, place: str) -> RequestsTransport:
    """`vault` is the URL as written, `place` the one that is connected to; neither ends with a slash."""
    session = requests.Session()
    session.mount("https://", _Elsewhere(vault, place))
    return RequestsTransport(session=session, session_owner=True)


class _Elsewhere(HTTPAdapter):
    def __init__(self, vault: str, place: str) -> None:
        self._host, self._place = str(urlsplit(vault).hostname), place
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        names = {"server_hostname": self._host, "assert_hostname": self._host}
        super().init_poolmanager(*args, **{**options, **names})

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        address = urlsplit(str(request.url))
        if address.hostname != self._host:  # a link that leads elsewhere gets no token from us
            raise requests.exceptions.InvalidURL(f"{address.hostname} is not {self._host}")
        query = f"?{address.query}" if address.query else ""
        request.url = f"{self._place}{address.path}{query}"
        request.headers["Host"] = self._host
        return super().send(request, *args, **options)
