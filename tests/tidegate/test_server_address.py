"""What counts as a server's address."""

from __future__ import annotations

import pytest

from tidegate.failures import Exit, Failure
from tidegate.server_address import is_local, url_of


@pytest.mark.parametrize(
    ("written", "plaintext", "url"),
    [
        ("tidegate.example.com", False, "https://tidegate.example.com"),
        ("tidegate.example.com:8443", False, "https://tidegate.example.com:8443"),
        ("https://tidegate.example.com/base/", False, "https://tidegate.example.com/base"),
        ("tidegate.example.com", True, "http://tidegate.example.com"),
        ("https://tidegate.example.com", True, "http://tidegate.example.com"),
        ("http://127.0.0.1:8080", False, "http://127.0.0.1:8080"),
        ("http://localhost:8080/", False, "http://localhost:8080"),
        ("http://[::1]:8080", False, "http://[::1]:8080"),
    ],
)
def test_an_address_becomes_a_url(written: str, plaintext: bool, url: str) -> None:
    assert url_of(written, plaintext=plaintext) == url


@pytest.mark.parametrize(
    "written",
    [
        "",
        "https://",
        "ftp://x",
        "x:port",
        "x:0",
        "https://me:secret@x",
        "https://x?y=1",
        "http://remote.test",
    ],
)
def test_what_is_no_safe_address_is_wrong_usage(written: str) -> None:
    with pytest.raises(Failure) as caught:
        url_of(written, plaintext=False)
    assert caught.value.exit_code == Exit.USAGE


@pytest.mark.parametrize(
    ("written", "local"),
    [
        ("127.0.0.1:1", True),
        ("https://localhost", True),
        ("127.0.0.1.evil.test", False),
        ("https://evil.test/127.0.0.1", False),
    ],
)
def test_this_machine_is_told_from_others(written: str, local: bool) -> None:
    assert is_local(written) is local
