"""How repository URLs are read and shown."""

from __future__ import annotations

import pytest

from shared.domain.events.repo_url import RepoUrl, without_userinfo


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("https://github.com/o/r.git", RepoUrl("https", "", "github.com", "", "/o/r.git")),
        ("HTTPS://me:t@ken@GitHub.com:8443/o", RepoUrl("https", "me:t@ken", "GitHub.com", "8443", "/o")),
        ("ssh://git@host:22/o/r", RepoUrl("ssh", "git", "host", "22", "/o/r")),
        ("http://[::1]:80/o/r", RepoUrl("http", "", "[::1]", "80", "/o/r")),
        ("git@github.com:o/r.git", RepoUrl("ssh", "git", "github.com", "", "o/r.git", scp=True)),
        ("file:///srv/r.git", RepoUrl("file", "", "", "", "/srv/r.git")),
        ("https://github.com", RepoUrl("https", "", "github.com", "", "")),
        ("/srv/r.git", RepoUrl("", "", "", "", "/srv/r.git")),
        ("../r.git", RepoUrl("", "", "", "", "../r.git")),
        ("", RepoUrl("", "", "", "", "")),
    ],
)
def test_a_url_is_taken_apart(text: str, parsed: RepoUrl) -> None:
    assert RepoUrl.parse(text) == parsed


@pytest.mark.parametrize(
    "text",
    ["https://github.com/o/r.git", "git@github.com:o/r.git", "ssh://git@h:22/o", "http://[::1]:80/o", "/a b"],
)
def test_and_put_together_again(text: str) -> None:
    assert str(RepoUrl.parse(text)) == text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("https://me:s3cret@github.com/o/r.git", "https://github.com/o/r.git"),
        ("https://s3cret@github.com/o/r.git", "https://github.com/o/r.git"),
        ("http://me:s3cr@et@h:80/o", "http://h:80/o"),
        ("ssh://me:s3cret@h/o", "ssh://h/o"),
        ("git@github.com:o/r.git", "git@github.com:o/r.git"),
        ("ssh://git@h/o", "ssh://git@h/o"),
        ("https://github.com/o/r.git", "https://github.com/o/r.git"),
    ],
)
def test_what_is_shown_has_no_secret(written: str, shown: str) -> None:
    assert without_userinfo(written) == shown
