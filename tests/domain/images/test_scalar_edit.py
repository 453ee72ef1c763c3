"""One scalar is replaced, and every other byte stays."""

from __future__ import annotations

import pytest

from shared.domain.images.scalar_edit import YamlText, shown, with_value
from shared.errors import RenderError

TEXT = """\
# the tag is moved by a machine
image: &image {repository: myacr.azurecr.io/shop, tag: "1.0.0"}   # by hand
list:
  - name: a
    newTag: v1   # keep
  - {name: b, newTag: 'v2'}
é✓𝄞: x
"dotted.key": 1.4
"""


def edited(text: str, dotted: str, value: str) -> str:
    file = YamlText("values.yaml", text.encode())
    path = file.path_of(dotted)
    assert path is not None
    return file.replaced(path, value).decode()


@pytest.mark.parametrize(
    ("dotted", "value", "before", "after"),
    [
        ("image.tag", "1.0.1", '"1.0.0"', '"1.0.1"'),
        ("list[0].newTag", "v3", "v1 ", "v3 "),
        ("list[1].newTag", "v3", "'v2'", "'v3'"),
        ("dotted.key", "1.5", "1.4", '"1.5"'),
        ("é✓𝄞", "yes", " x\n", ' "yes"\n'),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_only_the_scalar_changes(
    dotted: str, value: str, before: str, after: str, newline: str, mark: str
) -> None:
    text, before, after = (each.replace("\n", newline) for each in (TEXT, before, after))
    assert edited(mark + text, dotted, value) == mark + text.replace(before, after)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("1.2.3", "1.2.3"), ("v1.2.3-rc.1+b", "v1.2.3-rc.1+b"), ("main", "main"), ("feature-1", "feature-1"),
        ("1.2", '"1.2"'), ("12", '"12"'), ("1e5", '"1e5"'), ("0x1f", '"0x1f"'), ("2026.01", '"2026.01"'),
        ("y", '"y"'), ("on", '"on"'), ("null", '"null"'), ("20231005", '"20231005"'),
        ("1.2.3@sha256:ab", '"1.2.3@sha256:ab"'),
    ],
)  # fmt: skip
def test_a_plain_text_is_quoted_where_any_reader_could_see_something_else(value: str, written: str) -> None:
    assert edited("tag: old\n", "tag", value) == f"tag: {written}\n"


def test_an_edit_twice_is_the_same_bytes() -> None:
    once = edited(TEXT, "image.tag", "2.0.0")
    assert edited(once, "image.tag", "2.0.0") == once


@pytest.mark.parametrize(
    "text",
    ["tag: &a 1.0.0\n", "tag: !!str 1.0\n", "tag: |\n  1.0\n", "tag: a\n  b\n", "tag: [1]\n", "tag:\n"],
)
def test_what_is_more_than_a_plain_text_is_left_to_a_person(text: str) -> None:
    with pytest.raises(RenderError, match=r"values\.yaml: .*tag"):
        YamlText("values.yaml", text.encode()).replaced(("tag",), "2.0.0")


@pytest.mark.parametrize("data", [b"a: 1\n---\nb: 1\n", b"a: [\n", b"\xff\xfea\x00", b"a: 1\x85\n"])
def test_what_is_no_single_document_is_refused(data: bytes) -> None:
    with pytest.raises(RenderError, match=r"values\.yaml"):
        YamlText("values.yaml", data)


@pytest.mark.parametrize("dotted", ["image.nothing", "list[7].newTag", "list[x]", "", "image.tag.deeper"])
def test_a_path_that_is_not_there_is_none(dotted: str) -> None:
    assert YamlText("values.yaml", TEXT.encode()).path_of(dotted) is None


def test_an_entry_is_found_by_its_name_when_there_is_one_of_it() -> None:
    file = YamlText("k.yaml", b"images: [{name: a}, {name: b}, {name: b}]\n")
    assert [file.entry_of("images", name) for name in ("a", "b", "c")] == [0, None, None]


def test_the_expected_document_differs_in_one_value_and_the_given_one_stays() -> None:
    document = {"a": [{"b": 1, "c": 2}]}
    assert with_value(document, ("a", 0, "b"), "x") == {"a": [{"b": "x", "c": 2}]}
    assert document == {"a": [{"b": 1, "c": 2}]}
    assert shown(("a", 0, "b")) == "a[0].b"
