"""A client of Tidegate's REST API, as small as the demo needs."""

from __future__ import annotations

from typing import Any

import requests

_TIMEOUT_SECONDS = 20


class ApiClient:
    """Logs in once. Raises requests.HTTPError, with the server's sentence, for every refusal."""

    def __init__(self, url: str, password: str) -> None:
        self.url = url.rstrip("/")
        self._session = requests.Session()
        token = self.call("POST", "/api/v1/session", {"username": "admin", "password": password})["token"]
        self._session.headers["Authorization"] = f"Bearer {token}"

    def close(self) -> None:
        self._session.close()

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = self._session.request(method, self.url + path, json=body, timeout=_TIMEOUT_SECONDS)
        if not answer.ok:
            raise requests.HTTPError(f"{method} {path}: {answer.status_code} {answer.text}", response=answer)
        value: dict[str, Any] = answer.json()
        return value

    def applications(self) -> dict[str, dict[str, Any]]:
        """name → application."""
        items = self.call("GET", "/api/v1/applications")["items"] or []
        return {item["metadata"]["name"]: item for item in items}

    def application(self, name: str) -> dict[str, Any]:
        return self.call("GET", f"/api/v1/applications/{name}")

    def exists(self, name: str) -> bool:
        return name in self.applications()

    def state(self, name: str) -> tuple[str, str]:
        """(sync status, health status), ("", "") when there is no such application."""
        found = self.applications().get(name)
        if found is None:
            return "", ""
        return found["status"]["sync"]["status"], found["status"]["health"]["status"]
