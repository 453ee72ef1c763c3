"""From the text in a vault to the bytes of one key."""

from __future__ import annotations

import pytest

from shared.domain.secrets.decoding import entry_value
from shared.domain.secrets.external_secret import RemoteEntry
from shared.errors import InvalidSpecError, NotFoundError

OWNER = "ExternalSecret shop/app"


def value(text: str, decoding: str = "", path: str = "") -> bytes:
    return entry_value(OWNER, RemoteEntry("K", "name", path=path, decoding=decoding), text)


@pytest.mark.parametrize(
    ("text", "decoding", "found"),
    [
        ("aGk=", "", b"aGk="),
        ("aGk=", "None", b"aGk="),
        ("aGk=", "Base64", b"hi"),
        ("aG\r\nk=\n", "Base64", b"hi"),
        ("_-8=", "Base64URL", b"\xff\xef"),
        ("_-8=", "Auto", b"\xff\xef"),
        ("/+8=", "Auto", b"\xff\xef"),
        ("not base64!", "Auto", b"not base64!"),
        ("password", "Auto", b"\xa5\xab,\xc2\x8a\xdd"),
        ("é", "", "é".encode()),
    ],
)
def test_decoding(text: str, decoding: str, found: bytes) -> None:
    assert value(text, decoding) == found


@pytest.mark.parametrize(
    ("text", "decoding"), [("canary!", "Base64"), ("aGk", "Base64"), ("/+8=", "Base64URL")]
)
def test_what_cannot_be_decoded_is_named_without_the_text(text: str, decoding: str) -> None:
    with pytest.raises(InvalidSpecError, match=f"data K is no {decoding}") as caught:
        value(text, decoding)
    assert text not in str(caught.value)


def test_a_property_is_taken_before_it_is_decoded() -> None:
    assert value('{"pfx": "aGk="}', "Base64", "pfx") == b"hi"


def test_a_property_that_is_not_there_is_named_without_the_text() -> None:
    with pytest.raises(NotFoundError, match="property b does not exist in key name") as caught:
        value('{"a": "canary"}', path="b")
    assert "canary" not in str(caught.value)


def test_a_path_of_another_form_is_refused() -> None:
    with pytest.raises(InvalidSpecError, match="data K property: only names"):
        value("{}", path="a.#")
