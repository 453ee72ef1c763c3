"""One page in a headless Chromium, driven over its DevTools socket."""

from __future__ import annotations

import base64
import json
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import websocket

from tests.web.chromium import FLAGS, chromium_program

_START_SECONDS = 30.0
_ANSWER_SECONDS = 20.0
_LOOK_SECONDS = 0.05


class Page:
    """What a person does with a page. Waits are bounded and say what was on the screen when they end."""

    def __init__(self, socket: websocket.WebSocket, session: str) -> None:
        self._socket, self._session, self._number = socket, session, 0
        self.problems: list[str] = []
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One DevTools command and its result. Raises AssertionError when Chromium refuses."""
        self._number += 1
        message = {
            "id": self._number,
            "method": method,
            "params": parameters,
            "sessionId": self._session,
        }
        self._socket.send(json.dumps(message))
        while True:
            found = json.loads(self._socket.recv())
            self._note(found)
            if found.get("id") == self._number:
                assert "error" not in found, f"{method}: {found['error']}"
                result: dict[str, Any] = found["result"]
                return result

    def _note(self, message: dict[str, Any]) -> None:
        if message.get("method") == "Runtime.exceptionThrown":
            details = message["params"]["exceptionDetails"]
            self.problems.append(details.get("exception", {}).get("description") or details["text"])
        if message.get("method") == "Log.entryAdded":
            entry = message["params"]["entry"]
            if entry["source"] == "security":
                self.problems.append(entry["text"])

    def script(self, expression: str) -> Any:
        """The value of an expression in the page."""
        found = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True, userGesture=True
        )
        assert "exceptionDetails" not in found, f"{expression}: {found['exceptionDetails']}"
        return found["result"].get("value")

    def open(self, url: str) -> None:
        self.call("Page.navigate", url=url)

    def wait(self, expression: str, seconds: float = 10.0) -> float:
        """Wait until an expression is true; return the seconds that it took."""
        started = time.monotonic()
        while not self.script(f"Boolean({expression})"):
            waited = time.monotonic() - started
            assert waited < seconds, f"not so after {seconds} s: {expression}\n{self.text()}"
            time.sleep(_LOOK_SECONDS)
        return time.monotonic() - started

    def text(self) -> str:
        return str(self.script("document.body.innerText"))

    def click(self, selector: str) -> None:
        self.wait(f"document.querySelector({json.dumps(selector)})")
        self.script(f"document.querySelector({json.dumps(selector)}).click()")

    def click_text(self, words: str, within: str = "button, a") -> None:
        """Click the first thing whose whole text this is."""
        things = f"[...document.querySelectorAll({json.dumps(within)})]"
        found = f"{things}.find(each => each.innerText.trim() === {json.dumps(words)})"
        self.wait(found)
        self.script(f"{found}.click()")

    def fill(self, selector: str, value: str) -> None:
        self.wait(f"document.querySelector({json.dumps(selector)})")
        self.script(f"document.querySelector({json.dumps(selector)}).focus()")
        self.call("Input.insertText", text=value)

    def press(self, key: str) -> None:
        text = {"text": key} if len(key) == 1 else {"text": "\r"} if key == "Enter" else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def size(self, width: int, height: int, *, dark: bool = False) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def picture(self, file: Path) -> None:
        """Write what is seen as PNG."""
        file.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))


@contextmanager
def browser() -> Iterator[Page]:
    """Start Chromium with an empty profile and give its one page; it is gone afterwards."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [str(chromium_program()), *FLAGS, "--remote-debugging-port=0", f"--user-data-dir={profile}"]
        output = Path(profile, "output")
        with (
            output.open("wb") as file,
            subprocess.Popen([*command, "about:blank"], stdout=file, stderr=file) as process,
        ):
            try:
                socket = websocket.create_connection(
                    _address(Path(profile), output, process), timeout=_ANSWER_SECONDS, suppress_origin=True
                )
                try:
                    yield Page(socket, _session(socket))
                finally:
                    socket.close()
            finally:
                process.terminate()
                process.wait(10)


def _address(profile: Path, output: Path, process: subprocess.Popen[bytes]) -> str:
    """Chromium writes its port and path into the profile when it listens."""
    port_file, end = profile / "DevToolsActivePort", time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        lines = port_file.read_text().splitlines() if port_file.exists() else []
        if len(lines) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(_LOOK_SECONDS)
    raise AssertionError(f"Chromium did not start in {_START_SECONDS} s: {output.read_text()[-2000:]}")


def _session(socket: websocket.WebSocket) -> str:
    def ask(number: int, method: str, **parameters: Any) -> dict[str, Any]:
        socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while (found := json.loads(socket.recv())).get("id") != number:
            pass
        result: dict[str, Any] = found["result"]
        return result

    targets = ask(-1, "Target.getTargets")["targetInfos"]
    page = next(target for target in targets if target["type"] == "page")
    return str(ask(-2, "Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"])
