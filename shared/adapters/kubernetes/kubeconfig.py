"""Access by kubeconfig: the only place that uses the `kubernetes` package, imported when first needed.

The package takes 0.4 s of CPU to import; a process that never reads a kubeconfig does not pay for it.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shared.domain.access.secret_text import SecretText
from shared.errors import InvalidRequestError, NotFoundError, UnavailableError
from shared.ports.cluster_credentials import ClusterAccess

# A plugin's token may live for minutes only: not so early that every request would run the plugin
_EARLY_SECONDS = 30.0


class KubeconfigCredentials:
    """See the port cluster_credentials. References are names of contexts; "" is the current one.

    `source` is the path of a kubeconfig (several joined by `:`, as in KUBECONFIG) or its content.
    A file is read again on `renew`: `az aks get-credentials` may have written it anew.
    """

    def __init__(self, source: str | Path | Mapping[str, Any]) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._known: dict[str, ClusterAccess] = {}

    def access(self, reference: str, *, renew: bool = False) -> ClusterAccess:
        """See the port. Runs the user's exec plugin, if there is one.

        Raises InvalidRequestError when the kubeconfig cannot be read.
        """
        with self._lock:
            known = self._known.get(reference)
            if renew or known is None or _is_ending(known):
                known = self._known[reference] = self._load(reference)
            return known

    def contexts(self) -> tuple[str, ...]:
        """Return the names of the contexts, in the order of the kubeconfig; the same errors as `access`."""
        with self._reading():
            return _context_names(self._document())

    def servers(self) -> list[tuple[str, str]]:
        """Return (context, server URL) of every context, running no plugin; the same errors as `access`."""
        with self._reading():
            document = self._document()
            places = {
                str(each["name"]): str(each["cluster"]["server"]) for each in document["clusters"].value
            }
            contexts = [(str(c["name"]), str(c["context"]["cluster"])) for c in document["contexts"].value]
            return [(name, places[cluster].rstrip("/")) for name, cluster in contexts if cluster in places]

    def _load(self, reference: str) -> ClusterAccess:
        with self._reading():
            document = self._document()
            if reference and reference not in (names := _context_names(document)):
                known = ", ".join(names) or "none"
                raise NotFoundError(f"Kubeconfig{self._name()}: has no context {reference!r}. It has {known}")
            return _access(document, reference)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """No error of the package or of PyYAML leaves this file."""
        import yaml
        from kubernetes.config import ConfigException

        try:
            yield
        except yaml.YAMLError as error:
            # its own words may quote the file, which holds keys
            mark = getattr(error, "problem_mark", None)
            where = f" from line {mark.line + 1} on" if mark else ""
            raise InvalidRequestError(f"Kubeconfig{self._name()}: is no YAML{where}") from error
        except (ConfigException, OSError, ValueError, TypeError, AttributeError) as error:
            raise InvalidRequestError(f"Kubeconfig{self._name()}: {error}") from error

    def _document(self) -> Any:
        """Return the content, or the merged files, which remember their folders for relative paths."""
        from kubernetes.config.kube_config import ConfigNode, KubeConfigMerger

        if isinstance(self._source, Mapping):
            return ConfigNode("kubeconfig", dict(self._source))
        merged = KubeConfigMerger(str(self._source)).config
        if merged is None:
            raise InvalidRequestError(f"Kubeconfig{self._name()}: no such file, or it is empty")
        return merged

    def _name(self) -> str:
        return "" if isinstance(self._source, Mapping) else f" {self._source}"


def _context_names(document: Any) -> tuple[str, ...]:
    return tuple(str(context["name"]) for context in document["contexts"].value)


def _access(document: Any, reference: str) -> ClusterAccess:
    from kubernetes.client import Configuration
    from kubernetes.config.kube_config import KubeConfigLoader

    # The package puts keys into files; these live only until we have read them
    with tempfile.TemporaryDirectory(prefix="tidegate-") as folder:
        loader = KubeConfigLoader(
            document, active_context=reference or None, config_base_path=None, temp_file_path=folder
        )
        settings = Configuration()
        loader.load_and_set(settings)
        key = _read(settings.key_file)
        access = ClusterAccess(
            server=str(settings.host),
            ca_pem=_read(settings.ssl_ca_cert),
            token=_token(settings.api_key.get("authorization")),
            client_certificate_pem=_read(settings.cert_file),
            client_key_pem=SecretText(key) if key else None,
            insecure_skip_tls_verify=not settings.verify_ssl,
            expires_at=_expiry(loader),
        )
        tls_server_name = settings.tls_server_name
    _check(access, tls_server_name, _plugin_user(document, loader.current_context))
    return access


def _check(access: ClusterAccess, tls_server_name: str | None, plugin_user: str) -> None:
    """Refuse what would otherwise end in a puzzling answer of the server."""
    if plugin_user and access.token is None and not access.client_certificate_pem:
        raise UnavailableError(
            f"Kubeconfig user {plugin_user!r}: its exec plugin gave neither a token nor a certificate. "
            "Run the plugin by hand to see why"
        )
    if tls_server_name:
        raise InvalidRequestError(
            f"Kubeconfig: tls-server-name {tls_server_name!r} is not supported. "
            "Use a server name that its certificate has"
        )


def _plugin_user(document: Any, context: Mapping[str, Any]) -> str:
    """The user of the context when an exec plugin speaks for it, else ""."""
    user = str(context["context"].get("user") or "")
    entries = document.safe_get("users") or ()
    return user if any(entry["name"] == user and "exec" in entry["user"] for entry in entries) else ""


def _token(header: str | None) -> SecretText | None:
    """`Bearer abc` becomes `abc`. API servers know no Basic authentication since 1.19."""
    if not header:
        return None
    scheme, _, token = header.partition(" ")
    if scheme != "Bearer":
        raise InvalidRequestError("Kubeconfig: user names with passwords are not supported. Use a token")
    return SecretText(token)


def _read(path: str | None) -> str:
    return Path(path).read_text() if path else ""


def _is_ending(access: ClusterAccess) -> bool:
    return bool(access.expires_at) and time.time() >= access.expires_at - _EARLY_SECONDS


def _expiry(loader: Any) -> float:
    expiry = getattr(loader, "expiry", None)
    return float(expiry.timestamp()) if expiry else 0
