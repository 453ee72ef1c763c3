"""A value that must never be seen."""

from __future__ import annotations

import copy
import json
import logging
import pickle
from collections.abc import Callable

import msgspec
import pytest

from shared.domain.access.secret_text import SecretText

HIDDEN = SecretText("hunter2")


def test_only_reveal_shows_it() -> None:
    assert HIDDEN.reveal() == "hunter2"


@pytest.mark.parametrize(
    "show", [str, repr, "{}".format, "%s".__mod__, "{!r:>40}".format, lambda x: str([x])]
)
def test_text_of_it_does_not_show_it(show: Callable[[SecretText], str]) -> None:
    assert "hunter2" not in show(HIDDEN)
    assert "••••" in show(HIDDEN)


def test_a_log_does_not_show_it(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("test").warning("password %s", HIDDEN, extra={"password": HIDDEN})
    assert "hunter2" not in caplog.text
    assert "hunter2" not in str(caplog.records[0].__dict__)


@pytest.mark.parametrize("write", [json.dumps, msgspec.json.encode, pickle.dumps, copy.deepcopy])
def test_nothing_writes_it_down(write: Callable[[object], object]) -> None:
    with pytest.raises(TypeError) as refusal:
        write({"password": HIDDEN})
    assert "hunter2" not in str(refusal.value)


def test_equal_values_are_equal_and_no_text_is() -> None:
    assert SecretText("hunter2") == HIDDEN
    assert len({SecretText("hunter2"), HIDDEN, SecretText("other")}) == 2
    assert HIDDEN != "hunter2"
