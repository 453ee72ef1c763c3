"""The command `tidegate`: the table of its commands, and the session that they share."""

from __future__ import annotations

import os

from tidegate.client import Transport
from tidegate.command_line import Lazy, LazyGroup, persistent_options
from tidegate.environment import Environment
from tidegate.session import Session

_HERE = "tidegate.commands"
_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


def _app(name: str, text: str, function: str = "") -> Lazy:
    return Lazy(f"{_HERE}.app.{name}:{function or name}", text)


APP = LazyGroup(
    "app",
    table={
        "list": _app("list", "List applications.", "list_applications"),
        "get": _app("get", "Show one application with its resources."),
        "create": _app("create", "Create applications from options or from a file."),
        "set": _app("set", "Change options of an application.", "set_options"),
        "patch": _app("patch", "Change fields of an application by a merge patch."),
        "sync": _app("sync", "Bring applications to their desired state."),
        "wait": _app("wait", "Wait until applications are as they should be."),
        "diff": _app("diff", "Show how the cluster differs from Git."),
        "manifests": _app("manifests", "Print the manifests of an application."),
        "history": _app("history", "List the deployments of an application."),
        "rollback": _app("rollback", "Go back to an earlier deployment."),
        "resources": _app("resources", "List every resource of an application."),
        "events": _app("events", "List the Kubernetes events of an application."),
        "logs": _app("logs", "Print the logs of an application's pods."),
        "terminate-op": _app("terminate_op", "End the running operation of an application."),
        "delete": _app("delete", "Delete applications, with their resources or without."),
        "actions": Lazy(f"{_HERE}.waiting:actions", "Run actions on resources (waits)."),
    },
    help="Applications: what to deploy, from where, to where.",
    context_settings=_SETTINGS,
)
APPSET = LazyGroup(
    "appset",
    table={
        "list": Lazy(f"{_HERE}.appset.list:list_sets", "List ApplicationSets."),
        "get": Lazy(f"{_HERE}.appset.get:get", "Show one ApplicationSet."),
        "create": Lazy(f"{_HERE}.appset.create:create", "Create ApplicationSets from files."),
        "delete": Lazy(f"{_HERE}.appset.delete:delete", "Delete ApplicationSets."),
    },
    help="ApplicationSets: applications from a template.",
    context_settings=_SETTINGS,
)
REPO = LazyGroup(
    "repo",
    table={
        "list": Lazy(f"{_HERE}.repo.list:list_repositories", "List registered repositories."),
        "get": Lazy(f"{_HERE}.repo.get:get", "Show one registered repository."),
        "add": Lazy(f"{_HERE}.repo.add:add", "Register a repository with its credentials."),
        "rm": Lazy(f"{_HERE}.repo.rm:rm", "Forget repositories and their credentials."),
    },
    help="Repositories and who we are there.",
    context_settings=_SETTINGS,
)
CLUSTER = LazyGroup(
    "cluster",
    table={
        "list": Lazy(f"{_HERE}.cluster.list:list_clusters", "List clusters."),
        "get": Lazy(f"{_HERE}.cluster.get:get", "Show one cluster."),
        "add": Lazy(f"{_HERE}.cluster.add:add", "Register a cluster by its kubeconfig context."),
        "rm": Lazy(f"{_HERE}.cluster.rm:rm", "Forget clusters."),
    },
    help="Clusters to deploy to.",
    context_settings=_SETTINGS,
)
ACCOUNT = LazyGroup(
    "account",
    table={
        "get-user-info": Lazy(f"{_HERE}.account:get_user_info", "Show who is logged in."),
        "generate-token": Lazy(f"{_HERE}.waiting:generate_token", "Make an API token (waits)."),
    },
    help="The account that is logged in.",
    context_settings=_SETTINGS,
)
SANDBOX = LazyGroup(
    "sandbox",
    table={
        "push-image": Lazy(f"{_HERE}.sandbox.push_image:push_image", "Push another image into the registry."),
        "drift": Lazy(f"{_HERE}.sandbox.drift:drift", "Change the replicas of a Deployment by hand."),
        "set-secret": Lazy(f"{_HERE}.sandbox.set_secret:set_secret", "Set a secret in the vault."),
        "revert": Lazy(f"{_HERE}.sandbox.revert:revert", "Revert a commit and push that."),
    },
    help="What a person or a pipeline does in the world of make demo.",
    context_settings=_SETTINGS,
)
MESSAGE = LazyGroup(
    "message",
    table={
        "list": Lazy(f"{_HERE}.message.list:list_messages", "List what the queues gave up, and why."),
        "get": Lazy(f"{_HERE}.message.get:get", "Show one message that was given up."),
        "retry": Lazy(f"{_HERE}.message.retry:retry", "Do messages again."),
        "delete": Lazy(f"{_HERE}.message.delete:delete", "Drop messages for good."),
    },
    help="Messages that met an error each time they were tried.",
    context_settings=_SETTINGS,
)
GROUPS = {group.name: group for group in (APP, APPSET, REPO, CLUSTER, ACCOUNT, MESSAGE, SANDBOX)}
TABLE = {
    "login": Lazy(f"{_HERE}.login:login", "Log in to a server."),
    "logout": Lazy(f"{_HERE}.logout:logout", "Forget the token of a server."),
    "context": Lazy(f"{_HERE}.context:context", "List contexts, switch to one, or delete one."),
    "app": Lazy(f"{__name__}:APP", "Applications: what to deploy, from where, to where."),
    "appset": Lazy(f"{__name__}:APPSET", "ApplicationSets: applications from a template."),
    "repo": Lazy(f"{__name__}:REPO", "Repositories and who we are there."),
    "cluster": Lazy(f"{__name__}:CLUSTER", "Clusters to deploy to."),
    "account": Lazy(f"{__name__}:ACCOUNT", "The account that is logged in."),
    "trace": Lazy(f"{_HERE}.trace:trace", "Follow a change from its event to healthy, stage by stage."),
    "message": Lazy(f"{__name__}:MESSAGE", "Messages that met an error each time they were tried."),
    "audit": Lazy(f"{_HERE}.audit:audit", "List who changed what."),
    "export": Lazy(f"{_HERE}.export:export", "Print everything that Git does not hold."),
    "import": Lazy(f"{_HERE}.restore:restore", "Put back what an export holds."),
    "version": Lazy(f"{_HERE}.version:version", "Show the versions of client and server."),
    "completion": Lazy(f"{_HERE}.completion:completion", "Print the completion script of a shell."),
    "proj": Lazy(f"{_HERE}.waiting:proj", "Projects (waits)."),
    "sandbox": Lazy(f"{__name__}:SANDBOX", "What a person or a pipeline does in the world of make demo."),
}


class _Root(LazyGroup):
    """Shows every option that the commands take wherever it stands."""


cli = _Root(
    "tidegate",
    table=TABLE,
    params=list(persistent_options(hidden=False)),
    help="GitOps for Azure Kubernetes Service.\n\n"
    "The options below may stand before or after the name of a command. "
    "Exit status: 0 well, 1 failed, 2 wrong usage, 3 not found, 4 not logged in, 5 denied, "
    "6 conflict or an operation runs already, 7 timed out.",
    context_settings=_SETTINGS,
)


def connect(url: str, insecure: bool) -> Transport:
    """HTTP(S) to a server."""
    from tidegate.transport import HttpTransport

    return HttpTransport(url, insecure=insecure)


def main() -> None:
    """Run the command that the arguments name, and exit with its status."""
    session = Session(Environment.read(os.environ), connect)
    cli.main(prog_name="tidegate", obj=session)
