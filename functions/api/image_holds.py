"""Holds of images: our own, since Argo CD has none."""

from __future__ import annotations

from functions._http import Answer, json_answer
from functions.api.application_query import ref_of
from functions.api.call import Call


def release(call: Call, name: str, alias: str) -> Answer:
    """Let an image go on that was rolled back by hand; answers the tag that was rejected."""
    ref = ref_of(call, name)
    rejected = call.services.images.release(ref, alias)
    call.services.audit(call.who, "image.release", str(ref), f"{alias}:{rejected}")
    return json_answer({"alias": alias, "released": rejected})
