"""The options of `app create` and `app set`, and what each of them writes into an Application.

Source: Argo CD's cmd/util/app.go (names and meaning of the options); an option that is not given changes
nothing, so that the same code fills a new Application and alters one that exists.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from tidegate.client import Json
from tidegate.command_line import Decorator, flag
from tidegate.failures import Exit, Failure
from tidegate.manifest_files import parse_documents, read_text

_AUTOMATED = ("automated", "automatic", "auto")


_SOURCE: tuple[Decorator, ...] = (
    click.option("--repo", help="URL of the repository."),
    click.option("--path", help="Folder in the repository."),
    click.option("--revision", help="Branch, tag or commit to follow. Default: HEAD."),
    click.option("--helm-chart", help="Name of the chart in a Helm repository."),
)
_TOOLS: tuple[Decorator, ...] = (
    click.option("--values", multiple=True, help="Helm values file in the repository; may be repeated."),
    click.option(
        "--values-literal-file", help="Local file whose Helm values are written into the application."
    ),
    click.option("--helm-set", multiple=True, help="Helm parameter NAME=VALUE; may be repeated."),
    click.option("--helm-set-string", multiple=True, help="The same, and the value stays a text."),
    click.option(
        "--helm-set-file", multiple=True, help="Helm parameter NAME=PATH, a file of the repository."
    ),
    click.option("--release-name", help="Name of the Helm release. Default: the application's."),
    click.option(
        "--kustomize-image", multiple=True, help="Image for Kustomize, such as nginx=mirror/nginx:1.27."
    ),
    click.option("--nameprefix", help="Prefix of all names, for Kustomize."),
    click.option("--namesuffix", help="Suffix of all names, for Kustomize."),
    flag("--directory-recurse", default=None, help="Read the folder's folders as well."),
)
_DESTINATION: tuple[Decorator, ...] = (
    click.option("--dest-server", help="URL of the cluster, such as https://kubernetes.default.svc."),
    click.option("--dest-name", help="Name of the cluster, in place of its URL."),
    click.option("--dest-namespace", help="Namespace for resources that name none."),
    click.option("--project", help="Project of the application. Default: default."),
)
_POLICY: tuple[Decorator, ...] = (
    click.option(
        "--sync-policy",
        type=click.Choice(["none", *_AUTOMATED]),
        help="automated syncs by itself, none waits for app sync. Default: none.",
    ),
    flag("--auto-prune", default=None, help="Let automated sync delete what Git no longer has."),
    flag("--self-heal", default=None, help="Let automated sync undo changes made in the cluster."),
    flag("--allow-empty", default=None, help="Let automated sync delete the last resource."),
    click.option(
        "--sync-option",
        multiple=True,
        help="Add a sync option, such as CreateNamespace=true; !NAME=VALUE removes it.",
    ),
    click.option(
        "--sync-retry-limit",
        type=click.IntRange(min=0),
        help="Retries of a failed sync; 0 takes the retries away.",
    ),
    click.option(
        "--revision-history-limit",
        type=click.IntRange(min=0),
        help="How many deployments are remembered. Default: 10.",
    ),
)


def application_options() -> Decorator:
    """Every option that says what an Application is; they arrive as keyword arguments."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed([*_SOURCE, *_TOOLS, *_DESTINATION, *_POLICY]):
            function = option(function)
        return function

    return decorate


def apply_options(spec: Json, options: Mapping[str, Any]) -> int:
    """Write what was given into `spec`, in place; return how many options that were.

    Raises Failure (2) for options that contradict each other or the spec.
    """
    given = {name: value for name, value in options.items() if value not in (None, ())}
    if spec.get("sources") and any(name in _IN_SOURCE for name in given):
        raise Failure(
            "The application has several sources: write them in a file, and use app create -f --upsert",
            Exit.USAGE,
        )
    for name in _ORDER:
        if name in given:
            _WRITERS[name](spec, given[name])
    return len(given)


def pairs(texts: tuple[str, ...], option: str) -> list[tuple[str, str]]:
    """`a=b` entries. Raises Failure (2) for one without `=`."""
    found = []
    for entry in texts:
        name, equals, value = entry.partition("=")
        if not equals or not name:
            raise Failure(f"{option} {entry!r}: write NAME=VALUE", Exit.USAGE)
        found.append((name, value))
    return found


def _child(spec: Json, *names: str) -> Json:
    """The object at a path, made where it is missing."""
    found = spec
    for name in names:
        if not isinstance(found.get(name), dict):
            found[name] = {}
        found = found[name]
    return found


def _field(*path: str) -> Callable[[Json, Any], None]:
    def write(spec: Json, value: Any) -> None:
        _child(spec, *path[:-1])[path[-1]] = list(value) if isinstance(value, tuple) else value

    return write


def _sync_policy(spec: Json, value: str) -> None:
    if value in _AUTOMATED:
        _child(spec, "syncPolicy")["automated"] = {}
        return
    policy = _child(spec, "syncPolicy")
    policy.pop("automated", None)
    if not policy:
        spec.pop("syncPolicy")


def _automated(name: str, option: str) -> Callable[[Json, Any], None]:
    def write(spec: Json, value: bool) -> None:
        automated = (spec.get("syncPolicy") or {}).get("automated")
        if automated is None:
            raise Failure(
                f"Cannot set {option}: application not configured with automatic sync. "
                "Add --sync-policy automated",
                Exit.USAGE,
            )
        automated[name] = value

    return write


def _sync_option(spec: Json, values: tuple[str, ...]) -> None:
    policy = _child(spec, "syncPolicy")
    options = list(policy.get("syncOptions") or [])
    for value in values:
        name = value.removeprefix("!").partition("=")[0]
        kept = value.removeprefix("!") if value.startswith("!") else None
        options = [each for each in options if (each != kept if kept else each.partition("=")[0] != name)]
        if kept is None:
            options.append(value)
    policy["syncOptions"] = options
    if not options:
        policy.pop("syncOptions")
    if not policy:
        spec.pop("syncPolicy")


def _retry(spec: Json, limit: int) -> None:
    if limit:
        backoff = {"duration": "5s", "factor": 2, "maxDuration": "3m0s"}
        _child(spec, "syncPolicy")["retry"] = {"limit": limit, "backoff": backoff}
    elif spec.get("syncPolicy"):
        spec["syncPolicy"].pop("retry", None)


def _literal_values(spec: Json, name: str) -> None:
    documents = parse_documents(read_text(name), name)
    if len(documents) > 1:
        raise Failure(f"{name}: holds {len(documents)} documents where Helm takes one", Exit.USAGE)
    helm = _child(spec, "source", "helm")
    helm.pop("values", None)
    helm["valuesObject"] = documents[0] if documents else {}


def _parameters(option: str, *, text: bool) -> Callable[[Json, Any], None]:
    def write(spec: Json, values: tuple[str, ...]) -> None:
        helm = _child(spec, "source", "helm")
        for name, value in pairs(values, option):
            entry: Json = {"name": name, "value": value, **({"forceString": True} if text else {})}
            helm["parameters"] = _replaced(helm.get("parameters") or [], entry)

    return write


def _file_parameters(spec: Json, values: tuple[str, ...]) -> None:
    helm = _child(spec, "source", "helm")
    for name, path in pairs(values, "--helm-set-file"):
        helm["fileParameters"] = _replaced(helm.get("fileParameters") or [], {"name": name, "path": path})


def _replaced(entries: list[Json], entry: Json) -> list[Json]:
    """The list with an entry of the same name replaced where it stands, or the entry added."""
    if any(each.get("name") == entry["name"] for each in entries):
        return [entry if each.get("name") == entry["name"] else each for each in entries]
    return [*entries, entry]


def _images(spec: Json, values: tuple[str, ...]) -> None:
    kustomize = _child(spec, "source", "kustomize")
    images = list(kustomize.get("images") or [])
    for value in values:
        images = [each for each in images if _image_name(each) != _image_name(value)] + [value]
    kustomize["images"] = images


def _image_name(override: str) -> str:
    """What an override is for: `nginx` of `nginx=mirror/nginx:1.27`, `nginx:1.27` and `nginx@sha256:…`."""
    name = override.partition("=")[0].partition("@")[0]
    before, _, last = name.rpartition("/")
    return f"{before}/{last.partition(':')[0]}"


_WRITERS: dict[str, Callable[[Json, Any], None]] = {
    "repo": _field("source", "repoURL"),
    "path": _field("source", "path"),
    "revision": _field("source", "targetRevision"),
    "helm_chart": _field("source", "chart"),
    "values": _field("source", "helm", "valueFiles"),
    "values_literal_file": _literal_values,
    "helm_set": _parameters("--helm-set", text=False),
    "helm_set_string": _parameters("--helm-set-string", text=True),
    "helm_set_file": _file_parameters,
    "release_name": _field("source", "helm", "releaseName"),
    "kustomize_image": _images,
    "nameprefix": _field("source", "kustomize", "namePrefix"),
    "namesuffix": _field("source", "kustomize", "nameSuffix"),
    "directory_recurse": _field("source", "directory", "recurse"),
    "dest_server": _field("destination", "server"),
    "dest_name": _field("destination", "name"),
    "dest_namespace": _field("destination", "namespace"),
    "project": _field("project"),
    "revision_history_limit": _field("revisionHistoryLimit"),
    "sync_policy": _sync_policy,
    "sync_option": _sync_option,
    "sync_retry_limit": _retry,
    "auto_prune": _automated("prune", "--auto-prune"),
    "self_heal": _automated("selfHeal", "--self-heal"),
    "allow_empty": _automated("allowEmpty", "--allow-empty"),
}
_ORDER = tuple(_WRITERS)
_IN_SOURCE = _ORDER[: _ORDER.index("dest_server")]
