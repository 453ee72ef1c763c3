"""When an image moves, and when a person's decision holds it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shared.domain.images.image_state import Hold, ImageState, Sighting, decide

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ORDER = ["1", "2", "3", "4"]


def is_newer(tag: str, other: str) -> bool | None:
    if tag == other:
        return False
    return ORDER.index(tag) > ORDER.index(other) if {tag, other} <= set(ORDER) else None


def moved(
    tag: str, pick: str, state: ImageState = ImageState(), *, released: str = ""
) -> tuple[ImageState, str]:
    """What becomes of an image whose file says `tag` and whose policy says `pick`."""
    return decide(state, Sighting(tag, pick, lambda rejected: rejected == released, is_newer, NOW))


def held(state: ImageState) -> str:
    return state.hold.rejected if state.hold else ""


def test_a_newer_tag_is_written() -> None:
    assert moved("1", "2")[1] == "2"


def test_at_the_first_look_the_policy_counts_also_downwards() -> None:
    assert moved("3", "2")[1] == "2"


@pytest.mark.parametrize("pick", ["2", ""])
def test_nothing_is_written_when_the_file_says_so_already_or_nothing_is_there(pick: str) -> None:
    state, write = moved("2", pick)
    assert (write, state.last, state.tag) == ("", "2", "2")


@pytest.mark.parametrize("by_hand", ["1", "debug"])
def test_an_older_or_unknown_tag_set_by_hand_is_held(by_hand: str) -> None:
    state, write = moved(by_hand, "2", ImageState(last="2"))
    assert (held(state), write, state.last) == ("2", "", "2")


def test_a_hold_lasts_while_there_is_nothing_newer() -> None:
    state, _ = moved("1", "2", ImageState(last="2"))
    state, write = moved("1", "2", state)
    assert (held(state), write) == ("2", "")


def test_a_newer_tag_than_the_rejected_one_lifts_the_hold() -> None:
    state, _ = moved("1", "2", ImageState(last="2"))
    state, write = moved("1", "3", state)
    assert (held(state), write) == ("", "3")


def test_a_tag_between_the_two_does_not() -> None:
    state, _ = moved("1", "3", ImageState(last="3"))
    state, write = moved("1", "2", state)
    assert (held(state), write) == ("3", "")


def test_a_newer_tag_set_by_hand_is_not_taken_back() -> None:
    state, write = moved("3", "2", ImageState(last="2"))
    assert (held(state), write) == ("2", "")
    assert moved("3", "4", state)[1] == "4"


def test_who_sets_by_hand_what_the_policy_would_choose_agrees_with_it() -> None:
    state, write = moved("3", "3", ImageState(last="2"))
    assert (held(state), write, state.last) == ("", "", "3")


def test_putting_the_rejected_tag_back_ends_the_hold() -> None:
    state, _ = moved("1", "2", ImageState(last="2"))
    state, write = moved("2", "2", state)
    assert (held(state), write, state.last) == ("", "", "2")


def test_a_person_lifts_a_hold_by_annotation() -> None:
    state, _ = moved("1", "2", ImageState(last="2"))
    state, write = moved("1", "2", state, released="2")
    assert (held(state), write) == ("", "2")


def test_a_person_lifts_a_hold_through_the_api() -> None:
    assert moved("1", "2", ImageState(last="2", released="2"))[1] == "2"


def test_a_released_tag_does_not_release_the_next_one() -> None:
    state, write = moved("1", "3", ImageState(last="3", released="2"))
    assert (held(state), write) == ("3", "")


def test_a_digest_has_no_order_and_another_one_is_new() -> None:
    state = ImageState(last="sha256:b", hold=Hold("sha256:b", "sha256:a", "by hand"))
    assert moved("sha256:a", "sha256:b", state)[1] == ""
    assert moved("sha256:a", "sha256:c", state)[1] == "sha256:c"


def test_a_hold_remembers_since_when_and_where_it_stands() -> None:
    state, _ = moved("2", "3", ImageState(last="3"))
    later, _ = moved("1", "3", state)
    assert later.hold is not None
    assert (later.hold.since, later.hold.at) == (NOW, "1")


def test_a_look_that_works_clears_the_problem_of_the_one_before() -> None:
    assert moved("1", "1", ImageState(problem="was away"))[0].problem == ""
