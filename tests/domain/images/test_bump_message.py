"""What a commit says of the images that it moves."""

from __future__ import annotations

from shared.domain.events.trace_trailer import traces_in
from shared.domain.images.bump_message import Bump, bump_message, moved_in

TRACE = "ab" * 16


def bump(name: str, before: str = "1.0.0") -> Bump:
    return Bump(f"myacr.azurecr.io/team/{name}", before, "2.0.0", f"apps/{name}.yaml", ("argocd/shop",))


def test_a_message_lists_before_and_after_and_ends_with_trailers() -> None:
    assert bump_message([bump("shop")], [TRACE, "", TRACE]) == (
        "Update shop to 2.0.0\n"
        "\n"
        "- myacr.azurecr.io/team/shop: 1.0.0 → 2.0.0 in apps/shop.yaml (argocd/shop)\n"
        "\n"
        "Tidegate-Image: myacr.azurecr.io/team/shop 1.0.0 -> 2.0.0\n"
        f"Tidegate-Trace: {TRACE}\n"
    )


def test_the_headline_of_many_images_stays_short() -> None:
    message = bump_message([bump(name) for name in ("a", "b", "c", "d")])
    assert message.splitlines()[0] == "Update a to 2.0.0, b to 2.0.0 and 2 more"


def test_what_was_moved_and_why_can_be_read_back() -> None:
    message = bump_message([bump("a"), bump("b", before="")], [TRACE])
    assert moved_in(message) == (
        ("myacr.azurecr.io/team/a", "1.0.0", "2.0.0"),
        ("myacr.azurecr.io/team/b", "", "2.0.0"),
    )
    assert traces_in(message) == (TRACE,)


def test_a_commit_of_somebody_else_moves_nothing_of_ours() -> None:
    assert moved_in("Bump shop by hand\n\nTidegate-Image is great\n") == ()
