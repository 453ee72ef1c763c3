"""One short name for the content of an object."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical_json(value: Any) -> bytes:
    """JSON with sorted keys and no spaces: equal values have equal bytes. Raises ValueError for NaN."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode("utf-8", "surrogatepass")


def content_hash(value: Any) -> str:
    """BLAKE2b of the canonical JSON, 32 hex digits. Not keyed: never show it for a Secret."""
    return hashlib.blake2b(canonical_json(value), digest_size=16).hexdigest()
