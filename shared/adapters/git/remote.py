"""Speak to one Git server through libgit2: list refs, fetch, and say what went wrong in our words."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import pygit2
from pygit2.enums import ConfigLevel, CredentialType

from shared.domain.access.secret_text import SecretText
from shared.domain.events.repo_url import RepoUrl
from shared.domain.source.repository_credential import RepositoryCredential
from shared.errors import (
    InvalidSpecError,
    NotFoundError,
    PermissionDeniedError,
    TidegateError,
    UnauthenticatedError,
    UnavailableError,
)

_STATUS = re.compile(r"unexpected http status code: (\d+)")
_BY_ID_REFUSED = "cannot fetch a specific object"
_NO_SUCH_COMMIT = "unexpected packet type"  # all that libgit2 says of "ERR upload-pack: not our ref"
# GIT_ERROR_OS, _NET, _SSL, _SSH, _CALLBACK, _HTTP of git2/errors.h; any other class is about our own files
_CLASSES_OF_THE_SERVER = {2, 12, 16, 23, 26, 34}
_UNSHALLOW = 2147483647  # GIT_FETCH_DEPTH_UNSHALLOW
_FORBIDDEN, _NOT_FOUND, _UNAUTHORISED = 403, 404, 401


@dataclass(frozen=True, slots=True)
class GitTimeouts:
    """Seconds: to connect, between two answers of the server, and for a whole transfer."""

    connect_seconds: float = 10.0
    silence_seconds: float = 30.0
    transfer_seconds: float = 600.0


@dataclass(frozen=True, slots=True)
class Remote:
    """A repository as people write it (`shown`, without userinfo) and where it is (`url`, the same).

    `credential` is called when the server asks who we are; None = nobody.
    """

    shown: str
    url: str
    credential: Callable[[], RepositoryCredential | None]
    transfer_seconds: float

    def __post_init__(self) -> None:
        if RepoUrl.parse(self.url).scheme not in {"http", "https"}:
            raise InvalidSpecError(
                f"Repository {self.shown}",
                "repoURL",
                "is neither https nor http",
                "Write its HTTPS clone URL",
            )

    def refs(self) -> dict[str, str]:
        """Ask for the refs only: full name → id, annotated tags also as `…^{}` → their commit."""
        with _errors(self, "listing its refs"):
            remote = pygit2.Repository().remotes.create_anonymous(self.url)
            heads = remote.list_heads(callbacks=_Callbacks(self))
            return {head.name: str(head.oid) for head in heads if head.name}

    def default_branch(self) -> str:
        """The branch that HEAD stands for. Raises NotFoundError where HEAD is none, or has no commit."""
        with _errors(self, "listing its refs"):
            remote = pygit2.Repository().remotes.create_anonymous(self.url)
            heads = remote.list_heads(callbacks=_Callbacks(self))
        target = next((head.symref_target for head in heads if head.name == "HEAD"), None)
        if not target:
            raise NotFoundError(
                f"Repository {self.shown}: does not say which branch is its default. Name one"
            )
        return target.removeprefix("refs/heads/")

    def push(self, repo: pygit2.Repository, refspec: str) -> str:
        """Push without force; return why the server refused it, "" when it took it."""
        callbacks = _Callbacks(self)
        with _errors(self, "pushing"):
            remote = repo.remotes.create_anonymous(self.url)
            try:
                remote.push([refspec], callbacks=callbacks)
            except pygit2.GitError as error:
                if "not present locally" not in str(error) and "non-fast-forward" not in str(error):
                    raise
                return str(error)
        return callbacks.refused

    def fetch_commit(self, repo: pygit2.Repository, commit: str, keep_as: str) -> None:
        """Bring a commit and its tree, without history, and name it `keep_as`.

        A server that gives only refs is asked for a ref at that commit, and at last for its whole history.
        Raises NotFoundError when the server does not have the commit, DamagedCloneError when `repo` is at
        fault.
        """
        try:
            self._fetch(repo, f"+{commit}:{keep_as}", depth=1)
        except _ByIdRefusedError:
            self._fetch_by_ref(repo, commit, keep_as)
        except _NoSuchCommitError as error:
            if commit in self.refs().values():  # one of many servers of a host may lag behind the others
                raise UnavailableError(f"Repository {self.shown}: does not give {commit} yet") from error
            raise NotFoundError(f"Repository {self.shown}: has no commit {commit}") from error

    def _fetch_by_ref(self, repo: pygit2.Repository, commit: str, keep_as: str) -> None:
        refs = self.refs()
        named = [name for name, oid in refs.items() if oid == commit and name != "HEAD" and "^" not in name]
        if named:
            self._fetch(repo, f"+{named[0]}:{keep_as}", depth=1)
            return
        self._fetch(repo, "+refs/heads/*:refs/tidegate/all/*", depth=_UNSHALLOW)
        if commit not in repo:
            raise NotFoundError(f"Repository {self.shown}: has no commit {commit} that it gives to us")
        repo.references.create(keep_as, commit, force=True)

    def _fetch(self, repo: pygit2.Repository, refspec: str, *, depth: int) -> None:
        with _errors(self, "fetching"):
            remote = repo.remotes.create_anonymous(self.url)
            remote.fetch([refspec], callbacks=_Callbacks(self), depth=depth)


class DamagedCloneError(UnavailableError):
    """What we keep of a repository on the disk cannot be used: make it anew."""


class _ByIdRefusedError(Exception):
    """The server gives refs only."""


class _NoSuchCommitError(Exception):
    """The server broke off where it had to say what it would send."""


class _Callbacks(pygit2.RemoteCallbacks):
    """Answers libgit2 during one connection: who we are, once, and whether it takes too long."""

    def __init__(self, remote: Remote) -> None:
        super().__init__()
        self._remote, self._asked = remote, False
        self._end = time.monotonic() + remote.transfer_seconds
        self.refused = ""

    def push_update_reference(self, refname: str, message: str | None) -> None:
        self.refused = message or self.refused

    def credentials(
        self, url: str, username_from_url: str | None, allowed_types: CredentialType
    ) -> pygit2.UserPass:
        shown = self._remote.shown
        if self._asked:
            raise UnauthenticatedError(f"Repository {shown}: refuses the username and password. Renew them")
        if _origin(url) != _origin(self._remote.url):
            raise UnauthenticatedError(
                f"Repository {shown}: leads to {urlsplit(url).hostname}, which wants a password and gets none"
            )
        credential = self._remote.credential()
        if credential is None:
            raise UnauthenticatedError(f"Repository {shown}: wants a username and password. Add a credential")
        self._asked = True
        return pygit2.UserPass(credential.username, credential.password.reveal())

    def transfer_progress(self, stats: object) -> None:
        if time.monotonic() > self._end:
            seconds = self._remote.transfer_seconds
            raise UnavailableError(
                f"Repository {self._remote.shown}: the transfer took over {seconds:g} seconds"
            )


def configure_libgit2(timeouts: GitTimeouts) -> None:
    """Set what libgit2 keeps per process: time limits, and no configuration files of the machine."""
    pygit2.settings.server_connect_timeout = int(timeouts.connect_seconds * 1000)
    pygit2.settings.server_timeout = int(timeouts.silence_seconds * 1000)
    for level in (ConfigLevel.SYSTEM, ConfigLevel.XDG, ConfigLevel.GLOBAL):
        pygit2.settings.search_path[level] = ""


def credential_in(url: str) -> RepositoryCredential | None:
    """Return the userinfo of an HTTP URL, for people who write it there."""
    name, _, password = RepoUrl.parse(url).userinfo.partition(":")
    return RepositoryCredential(unquote(name), SecretText(unquote(password))) if name else None


@contextmanager
def _errors(remote: Remote, doing: str) -> Iterator[None]:
    """No libgit2 error leaves this file."""
    try:
        yield
    except TidegateError:
        raise
    except (pygit2.GitError, KeyError, ValueError, OSError) as error:
        raise _translated(remote.shown, doing, error) from error


def _translated(shown: str, doing: str, error: Exception) -> Exception:
    text = str(error)
    if _BY_ID_REFUSED in text:
        return _ByIdRefusedError(text)
    if _NO_SUCH_COMMIT in text:
        return _NoSuchCommitError(text)
    if isinstance(error, pygit2.AuthError) or "authentication replays" in text:
        return UnauthenticatedError(f"Repository {shown}: does not accept who we are. Check its credential")
    if match := _STATUS.search(text):
        return _by_status(shown, doing, int(match[1]))
    if getattr(error, "error_class", 0) in _CLASSES_OF_THE_SERVER or isinstance(
        error, pygit2.CertificateError
    ):
        return UnavailableError(f"Repository {shown}: cannot be reached while {doing}: {text}")
    return DamagedCloneError(f"Repository {shown}: its clone on our disk failed while {doing}: {text}")


def _by_status(shown: str, doing: str, status: int) -> TidegateError:
    if status == _UNAUTHORISED:
        return UnauthenticatedError(f"Repository {shown}: does not accept who we are. Check its credential")
    if status == _FORBIDDEN:
        return PermissionDeniedError(
            f"Repository {shown}: forbids us to read it. Ask its owner for read access"
        )
    if status == _NOT_FOUND:
        return NotFoundError(
            f"Repository {shown}: does not exist, or is hidden from us. Check URL and credential"
        )
    return UnavailableError(f"Repository {shown}: answers {status} while {doing}")


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port
