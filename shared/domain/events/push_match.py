"""Which repository and which revision a push is about."""

from __future__ import annotations

from shared.domain.events.git_push import GitPush
from shared.domain.events.repo_url import RepoUrl

_DEFAULT_PORTS = {"http": "80", "https": "443", "ssh": "22"}
_PREFIXES = ("refs/heads/", "refs/tags/")


def normalised_repo_url(url: str) -> str:
    """Return one text for all spellings of a repository: `github.com/my-org/shop`.

    Scheme (http, https, ssh, scp form), userinfo, the scheme's own port, letter case, `.git` and slashes at
    the end make no difference, nor does a missing scheme; another port does. Other schemes stay in the text.

    Source: Argo CD util/webhook/webhook.go (`getWebURLRegex`) and util/git/git.go (`NormalizeGitURL`).
    It ignores any port and is lenient about `ssh.` and `altssh.` host prefixes; we only drop those prefixes
    where the scheme is ssh.
    """
    parsed = RepoUrl.parse(url)
    path = parsed.path.strip("/").lower().removesuffix(".git").rstrip("/")
    if parsed.scheme not in _DEFAULT_PORTS:
        return f"{parsed.scheme}://{parsed.host.lower()}/{path}" if parsed.scheme else path
    host, port = parsed.host.lower(), parsed.port
    if parsed.scheme == "ssh" and host.startswith(("ssh.", "altssh.")):
        host, port = host.partition(".")[2], ""
    explicit = f":{port}" if port and port != _DEFAULT_PORTS[parsed.scheme] else ""
    return f"{host}{explicit}/{path}"


def touches_revision(target_revision: str, push: GitPush) -> bool:
    """Return whether the push moved what a source's targetRevision names.

    "" and HEAD are the default branch; else the names are equal, `refs/heads/` and `refs/tags/` left out
    on both sides (a full name does not match the other kind). A commit id never moves. A semver range
    (`1.*`, `>=1.2.0`) is False: it is resolved against all tags, which the poll does.

    Source: Argo CD util/webhook/webhook.go, `sourceRevisionHasChanged` and `compareRevisions`.
    """
    if target_revision in {"", "HEAD"}:
        return push.ref == f"refs/heads/{push.default_branch}"
    if target_revision.startswith(_PREFIXES):
        return push.ref == target_revision
    return target_revision == _short(push.ref)


def _short(ref: str) -> str:
    for prefix in _PREFIXES:
        ref = ref.removeprefix(prefix)
    return ref
