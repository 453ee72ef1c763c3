"""`tidegate app create`."""

from __future__ import annotations

from typing import Any

import click

from tidegate.application_options import application_options, apply_options, pairs
from tidegate.applications import CONTROL_NAMESPACE, KIND, AppName, name_of, namespace_option
from tidegate.client import Json, path_of
from tidegate.command_line import Command, flag, with_session
from tidegate.failures import Exit, Failure
from tidegate.manifest_files import read_documents
from tidegate.output import output_option, show_document
from tidegate.session import Session

_FINALIZER = "resources-finalizer.argocd.argoproj.io"


@click.command("create", cls=Command)
@click.argument("name", required=False, default="", metavar="[NAME]")
@click.option("-f", "--file", default="", help="Read Applications from this file; - is standard input.")
@click.option("--name", "named", default="", help="NAME as an option.")
@application_options()
@click.option("-l", "--label", multiple=True, help="Label NAME=VALUE; may be repeated.")
@click.option("--annotations", multiple=True, help="Annotation NAME=VALUE; may be repeated.")
@flag("--set-finalizer", help="Delete the resources together with the application.")
@flag("--upsert", help="Replace an application of the same name that says something else.")
@namespace_option()
@output_option("json", "yaml", "name")
@with_session
def create(session: Session, name: str, file: str, output: str, upsert: bool, **options: Any) -> None:
    """Create application NAME from options, or the applications of a file.

    Options that are given together with a file change what the file says.

    Exit status: 0 created or there already, 1 refused, 2 wrong usage, 4 not logged in.
    """
    named = options.pop("named")
    if name and named and name != named:
        raise Failure(f"--name {named} does not match {name}", Exit.USAGE)
    for manifest in _manifests(name or named, file, options):
        app = name_of(manifest)
        known = _known(session, app)
        created = session.client.post(path_of("applications"), manifest, {"upsert": "true" if upsert else ""})
        if output in ("json", "yaml"):
            show_document(created, output)
        elif output == "name":
            click.echo(str(app))
        else:
            click.echo(f"application '{app}' {_outcome(known, created)}")


def _known(session: Session, app: AppName) -> Json | None:
    try:
        return app.read(session.client)
    except Failure as failure:
        if failure.exit_code != Exit.NOT_FOUND:
            raise
        return None


def _outcome(known: Json | None, created: Json) -> str:
    """Source: Argo CD's words."""
    if known is None:
        return "created"
    return "unchanged" if known["spec"] == created["spec"] else "updated"


def _manifests(name: str, file: str, options: dict[str, Any]) -> list[Json]:
    documents = read_documents(file) if file else [{**KIND, "metadata": {"name": name}, "spec": {}}]
    if not documents:
        raise Failure(f"{file}: holds no Application", Exit.USAGE)
    for document in documents:
        if document.get("kind") != "Application":
            hint = ". Use: tidegate appset create" if document.get("kind") == "ApplicationSet" else ""
            raise Failure(
                f"{file}: holds a {document.get('kind')} where an Application is due{hint}", Exit.USAGE
            )
        _fill(document, name, options)
    return documents


def _fill(manifest: Json, name: str, options: dict[str, Any]) -> None:
    """Write what the options say into a manifest, in place."""
    own = dict(options)
    labels, annotations = own.pop("label"), own.pop("annotations")
    finalizer, namespace = own.pop("set_finalizer"), own.pop("app_namespace")
    metadata = manifest.setdefault("metadata", {})
    written = metadata.get("name") or name
    app = AppName.parse(written, namespace) if written else None
    if app is None or (name and AppName.parse(name, namespace).name != app.name):
        raise Failure(
            f"Application {written or '(without a name)'}: name it, and as the file does", Exit.USAGE
        )
    metadata["name"] = app.name
    metadata["namespace"] = app.namespace or metadata.get("namespace") or CONTROL_NAMESPACE
    if labels:
        metadata["labels"] = {**(metadata.get("labels") or {}), **dict(pairs(labels, "--label"))}
    if annotations:
        metadata["annotations"] = {
            **(metadata.get("annotations") or {}),
            **dict(pairs(annotations, "--annotations")),
        }
    if finalizer:
        metadata["finalizers"] = sorted({*(metadata.get("finalizers") or []), _FINALIZER})
    spec = manifest.setdefault("spec", {})
    apply_options(spec, own)
    spec.setdefault("project", "default")
