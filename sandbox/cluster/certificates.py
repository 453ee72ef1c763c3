"""The sandbox cluster's own certificate authority, and the certificate that it serves with."""

from __future__ import annotations

import datetime
import ipaddress
import json
import ssl
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sandbox.cluster.state import State

_DAY = datetime.timedelta(days=1)
_NAMES = ("localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc")


@dataclass(frozen=True, slots=True)
class Certificates:
    """All in PEM: the authority for clients, chain and key for the server."""

    authority: str
    serving: str
    key: str

    @classmethod
    def of(cls, state: State) -> Certificates:
        """Those of a cluster, made at its first start."""
        text = state.fact("certificates", lambda: json.dumps(asdict(cls.make())))
        return cls(**json.loads(text))

    @classmethod
    def make(cls) -> Certificates:
        """A new authority, and a certificate of it for 127.0.0.1 and the names of an API server."""
        root, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        is_authority = x509.BasicConstraints(ca=True, path_length=0)
        authority = _builder("tidegate-sandbox", "tidegate-sandbox", root.public_key())
        authority = authority.add_extension(is_authority, critical=True)
        alternatives: list[x509.GeneralName] = [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        alternatives += [x509.DNSName(name) for name in _NAMES]
        serving = _builder("kube-apiserver", "tidegate-sandbox", own.public_key())
        serving = serving.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        key = own.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        signed = [each.sign(root, hashes.SHA256()) for each in (authority, serving)]
        texts = [each.public_bytes(serialization.Encoding.PEM).decode() for each in signed]
        return cls(texts[0], texts[1], key.decode())

    def context(self) -> ssl.SSLContext:
        """What a listening socket needs."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.minimum_version = ssl.TLSVersion.TLSv1_2
        made.set_alpn_protocols(["http/1.1"])
        with tempfile.TemporaryDirectory(prefix="tidegate-sandbox-") as folder:
            path = Path(folder) / "serving.pem"  # the ssl module reads files only
            path.touch(mode=0o600)
            path.write_text(self.serving + self.key)
            made.load_cert_chain(path)
        return made


def _builder(subject: str, issuer: str, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + 365 * _DAY)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
