"""What people write for a server, as a URL."""

from __future__ import annotations

from urllib.parse import urlsplit

from tidegate.failures import Exit, Failure

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def url_of(server: str, *, plaintext: bool) -> str:
    """`host`, `host:port` or a URL → a URL without a slash at its end.

    TLS unless `plaintext`, or unless the server is on this machine and is written with http://. A URL of
    another machine that starts with http:// needs `plaintext`, since a password would cross the network
    as it is. Raises Failure for what is no address.
    """
    scheme, separator, _ = server.partition("://")
    if separator and scheme not in ("http", "https"):
        raise Failure(f"Server {server!r}: {scheme}:// is not spoken. Write https://HOST[:PORT]", Exit.USAGE)
    parts = urlsplit(server if separator else f"//{server}", scheme="http" if plaintext else "https")
    try:
        known = bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known or parts.username or parts.query:
        raise Failure(f"Server {server!r}: is no address. Write HOST, HOST:PORT or https://HOST", Exit.USAGE)
    if parts.scheme == "http" and not plaintext and not is_local(server):
        raise Failure(
            f"Server {server}: would see your password unencrypted. Say --plaintext if that is meant",
            Exit.USAGE,
        )
    chosen = "http" if plaintext else parts.scheme
    return f"{chosen}://{parts.netloc}{parts.path.rstrip('/')}"


def is_local(server: str) -> bool:
    """Is it this machine, so that nothing crosses a network?"""
    _, separator, rest = server.partition("://")
    return urlsplit(f"//{rest if separator else server}").hostname in _LOOPBACK
