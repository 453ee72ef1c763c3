"""A Git host on 127.0.0.1 that behaves like GitHub as far as GitOps needs it."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from sandbox.git.bare_repository import NO_COMMIT, BareRepository, RefUpdate
from sandbox.git.push_payload import PublicNames, ping_payload, push_payload
from sandbox.git.smart_http import GitRequest, SmartHttpServer
from sandbox.git.tree_edit import Files
from sandbox.git.webhooks import Delivery, Hook, Postman


class SandboxGit:
    """Bare repositories under `root`, served by smart HTTP, with signed `push` webhooks.

    Payloads name repositories by `clone_base` (what people write); clients reach them at `url`.
    """

    def __init__(self, root: Path, *, clone_base: str = "https://github.com") -> None:
        self._root = root
        self._names = PublicNames(clone_base.rstrip("/"))
        self._repositories: dict[str, BareRepository] = {}
        self._hooks: list[Hook] = []
        self._postman = Postman()
        self._http: SmartHttpServer | None = None

    def start(self, port: int = 0) -> Self:
        """Listen on 127.0.0.1; port 0 takes a free one."""
        self._http = SmartHttpServer(port, self._repositories, self.announce)
        self._http.begin("sandbox-git")
        self._postman.start()
        return self

    def stop(self) -> None:
        """Stop listening, hang up, and end the threads."""
        if self._http is not None:
            self._http.end()
            self._postman.stop()
            self._http = None

    def __enter__(self) -> Self:
        return self if self._http is not None else self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, the place that `clone_base` stands for."""
        return self._running().url

    @property
    def requests(self) -> list[GitRequest]:
        """Every request so far, oldest first."""
        return self._running().requests

    @property
    def bytes_sent(self) -> int:
        """The bodies of all answers so far, in bytes."""
        return self._running().bytes_sent

    @property
    def deliveries(self) -> list[Delivery]:
        """Every webhook so far, oldest first."""
        return self._postman.deliveries

    def create(self, full_name: str, files: Files) -> str:
        """Make a repository with one commit on `main` and return its id; no webhook fires.

        Raises FileExistsError when there is one of that name.
        """
        self.create_empty(full_name)
        return self._repositories[full_name.lower()].commit_directly(files, "Initial commit")

    def create_empty(self, full_name: str) -> None:
        """Make a repository without any commit. Raises FileExistsError when there is one of that name."""
        path = self._root / f"{full_name.lower()}.git"
        self._repositories[full_name.lower()] = BareRepository.create(full_name, path)

    def serve_refs_only(self, full_name: str) -> None:
        """From now on refuse to give commits by their id, as Git does unless it is told otherwise."""
        self._repositories[full_name.lower()].configure({"uploadpack.allowAnySHA1InWant": "false"})

    def rename(self, old_name: str, full_name: str) -> None:
        """Redirect clients of an old name, as GitHub does for a repository that was renamed."""
        self._running().moved[old_name.lower()] = full_name

    def protect(self, full_name: str, username: str, password: str) -> None:
        """Make a repository private: from now on only this user may read or push."""
        self._repositories[full_name.lower()].login = (username, password)

    def refs(self, full_name: str) -> dict[str, str]:
        """Return branches and tags as full ref → id."""
        return self._repositories[full_name.lower()].refs()

    def written_url(self, full_name: str) -> str:
        """Return the clone URL as people write it, e.g. https://github.com/my-org/shop.git."""
        return f"{self._names.base}/{full_name}.git"

    def served_url(self, full_name: str) -> str:
        """Return the clone URL where the repository really is."""
        return f"{self.url}/{full_name}.git"

    def where_is(self, url: str) -> str:
        """Map what people write to where it is; other URLs stay as they are."""
        return self.url + url[len(self._names.base) :] if url.startswith(f"{self._names.base}/") else url

    def add_hook(self, full_name: str, url: str, secret: str, *, form: bool = False) -> None:
        """Add a webhook for pushes; it gets a `ping` at once. `form` sends `payload=…` instead of JSON."""
        hook = Hook(len(self._hooks) + 1, full_name, url, secret, form)
        self._hooks.append(hook)
        self._postman.send(hook, "ping", ping_payload(self._names, full_name, hook.id, url))

    def lose_webhooks(self) -> None:
        """From now on every event is lost on the way, as happens to GitHub at times."""
        self._postman.losing = True

    def deliver_webhooks(self) -> None:
        """Deliver events again; what was lost stays lost."""
        self._postman.losing = False

    def settle(self, timeout_seconds: float = 10.0) -> bool:
        """Wait until all events so far were delivered, failed or lost; False if that took too long."""
        return self._postman.settled(timeout_seconds)

    def repository(self, full_name: str) -> BareRepository | None:
        """The repository of a name in any case, None where there is none."""
        return self._repositories.get(full_name.lower())

    def announce(self, repository: BareRepository, updates: list[RefUpdate]) -> None:
        """Tell the webhooks what a push, or a commit by the API, has changed."""
        hooks = [hook for hook in self._hooks if hook.full_name.lower() == repository.full_name.lower()]
        if not hooks:
            return
        moved = {update.ref: update.before for update in updates}
        before = {ref: oid for ref, oid in (repository.refs() | moved).items() if oid != NO_COMMIT}
        for update in updates:
            payload = push_payload(self._names, repository, update, before)
            for hook in hooks:
                self._postman.send(hook, "push", payload)

    def _running(self) -> SmartHttpServer:
        if self._http is None:
            raise RuntimeError("the sandbox Git server is not running: call start()")
        return self._http
