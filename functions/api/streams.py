"""Streams of the application service. Source: Argo CD server/application (Watch, WatchResourceTree)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from functions._http import Answer
from functions._streams import stream_answer
from functions.api.application_query import filter_of, mask_of, ref_of
from functions.api.call import Call


def applications(call: Call) -> Answer:
    """`{type: ADDED|MODIFIED|DELETED, application}`: ADDED for all that fit the filters of the list at first.

    `?fields=result.type,result.application.metadata.name` as in Argo CD.
    """
    mask = mask_of(call).below("result")
    return stream_answer(call.request, call.services.stream_applications(filter_of(call), mask))


def resource_tree(call: Call, name: str) -> Answer:
    """The whole tree at first and each time it is another."""
    trees: Iterator[Any] = call.services.show_tree.stream(ref_of(call, name))
    return stream_answer(call.request, trees)
