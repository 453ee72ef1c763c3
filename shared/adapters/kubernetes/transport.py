"""TLS and connection pool of one cluster: PEM texts in memory become a `requests` session."""

from __future__ import annotations

import socket
import ssl
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies

from shared.errors import UnavailableError
from shared.ports.cluster_credentials import ClusterAccess

USER_AGENT = "tidegate"
_POOL_SIZE = 32
# A dead peer of a quiet watch is noticed after a minute, without any traffic of ours.
_SOCKET_OPTIONS = [
    (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 30),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 10),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
]


class _PooledAdapter(HTTPAdapter):
    """Keeps connections with our own TLS context: `requests` itself would also trust the public CAs."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self._context = context
        # A kept connection may have been closed by the server meanwhile: reading again is harmless.
        retries = urllib3.Retry(
            total=1, connect=0, read=1, redirect=0, status=0, allowed_methods={"GET"}, raise_on_status=False
        )
        super().__init__(pool_connections=1, pool_maxsize=_POOL_SIZE, max_retries=retries)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        options |= {"socket_options": _SOCKET_OPTIONS, "ssl_context": self._context}
        super().init_poolmanager(connections, maxsize, block, **options)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Leave the connection to the context of this adapter."""


def open_session(access: ClusterAccess) -> requests.Session:
    """Return a session that trusts and presents what `access` says. Nothing is sent yet.

    Raises UnavailableError when a certificate or key in it cannot be read.
    """
    session = requests.Session()
    # trust_env off: no ~/.netrc over our token, no look at the environment for every request
    session.trust_env = False
    session.verify = not access.insecure_skip_tls_verify
    session.proxies.update(_proxies(access.server))
    session.headers.update(_headers(access.server))
    if access.server.startswith("https"):
        session.mount("https://", _PooledAdapter(_context(access)))
    session.mount("http://", _PooledAdapter(None))
    if access.insecure_skip_tls_verify:
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    return session


def _headers(server: str) -> Mapping[str, str]:
    encoding = "identity" if _is_loopback(server) else "gzip"
    return {"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": encoding}


def _proxies(server: str) -> dict[str, str]:
    """The environment's proxies, never for this machine, as Go's programs do it."""
    return {} if _is_loopback(server) else dict(get_environ_proxies(server))


def _is_loopback(server: str) -> bool:
    host = urlsplit(server).hostname or ""
    return host in {"localhost", "::1"} or host.startswith("127.")


def _context(access: ClusterAccess) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cadata=access.ca_pem or None)
        # Cluster CAs are often older than the rules that Python 3.13 turns on
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        if access.insecure_skip_tls_verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if access.client_certificate_pem and access.client_key_pem:
            _present(context, access.client_certificate_pem, access.client_key_pem.reveal())
    except (ssl.SSLError, ValueError) as error:
        raise UnavailableError(
            f"Cluster {access.server}: its CA, client certificate or key cannot be read: "
            f"{type(error).__name__}. Renew the kubeconfig"
        ) from error
    return context


def _present(context: ssl.SSLContext, certificate_pem: str, key_pem: str) -> None:
    """Load the client certificate; OpenSSL reads it from a file only, which lives as long as this call."""
    with tempfile.TemporaryDirectory(prefix="tidegate-") as folder:
        file = Path(folder) / "client.pem"
        file.touch(mode=0o600)
        file.write_text(f"{certificate_pem}\n{key_pem}")
        context.load_cert_chain(file)
