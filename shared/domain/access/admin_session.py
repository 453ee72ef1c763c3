"""The local administrator's session: a signed token in the shape that Argo CD's clients expect."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.access.secret_text import SecretText
from shared.errors import UnauthenticatedError

ISSUER = "argocd"
LIFETIME = timedelta(hours=24)
_HEADER = {"alg": "HS256", "typ": "JWT"}
_PARTS = 3


@dataclass(frozen=True, slots=True)
class Session:
    """Who speaks. `subject` is `admin:login`."""

    subject: str

    @property
    def username(self) -> str:
        return self.subject.partition(":")[0]


def issue(subject: str, token_id: str, key: SecretText, now: datetime) -> SecretText:
    """Make a JWT signed with HS256. Source: Argo CD util/session (iss argocd, sub NAME:login, 24 h)."""
    issued = int(now.timestamp())
    claims = {
        "iss": ISSUER,
        "sub": subject,
        "jti": token_id,
        "iat": issued,
        "nbf": issued,
        "exp": issued + int(LIFETIME.total_seconds()),
    }
    signed = f"{_encoded(_HEADER)}.{_encoded(claims)}"
    return SecretText(f"{signed}.{_signature(signed, key)}")


def read(token: str, key: SecretText, now: datetime) -> Session:
    """Check a token; raises UnauthenticatedError for every token that is not ours or not valid now.

    The signature is compared in constant time and before anything of the token is believed.
    """
    signed, _, signature = token.rpartition(".")
    if token.count(".") != _PARTS - 1 or not _same(signature, _signature(signed, key)):
        raise UnauthenticatedError("invalid session: the token is not ours. Log in again")
    claims = json.loads(_decoded(signed.partition(".")[2]))
    seconds = now.timestamp()
    if claims.get("iss") != ISSUER or not claims.get("nbf", 0) <= seconds < claims.get("exp", 0):
        raise UnauthenticatedError("invalid session: the token has expired. Log in again")
    return Session(str(claims["sub"]))


def check_password(given: str, expected: SecretText | None) -> None:
    """Raise UnauthenticatedError unless the password is right; without an expected one nobody gets in."""
    right = expected.reveal() if expected else ""
    if not right or not _same(given, right):
        raise UnauthenticatedError("Invalid username or password")


def _same(given: str, right: str) -> bool:
    """In constant time; what a sender writes may be any text, also one that UTF-8 does not have."""
    return hmac.compare_digest(_bytes(given), _bytes(right))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _signature(signed: str, key: SecretText) -> str:
    digest = hmac.new(_bytes(key.reveal()), _bytes(signed), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _encoded(value: object) -> str:
    text = json.dumps(value, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
