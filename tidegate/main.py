"""The command `tidegate`: the table of its commands, and the session that they share."""

from __future__ import annotations

import os

from tidegate.client import Transport
from tidegate.command_line import Lazy, LazyGroup, persistent_options
from tidegate.environment import Environment
from tidegate.session import Session

_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


def _command(place: str, text: str) -> Lazy:
    """`place` is MODULE:FUNCTION below tidegate.commands."""
    return Lazy(f"tidegate.commands.{place}", text)


def _app(name: str, text: str, function: str = "") -> Lazy:
    return _command(f"app.{name}:{function or name}", text)


def _group(name: str, text: str, table: dict[str, Lazy]) -> LazyGroup:
    return LazyGroup(name, table=table, help=text, context_settings=_SETTINGS)


def _entry(group: LazyGroup) -> Lazy:
    """A group among the commands: it stands in this module under its name in capitals."""
    return Lazy(f"{__name__}:{str(group.name).upper()}", str(group.help))


APP = _group(
    "app",
    "Applications: what to deploy, from where, to where.",
    {
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
        "actions": _command("waiting:actions", "Run actions on resources (waits)."),
    },
)
APPSET = _group(
    "appset",
    "ApplicationSets: applications from a template.",
    {
        "list": _command("appset.list:list_sets", "List ApplicationSets."),
        "get": _command("appset.get:get", "Show one ApplicationSet."),
        "create": _command("appset.create:create", "Create ApplicationSets from files."),
        "delete": _command("appset.delete:delete", "Delete ApplicationSets."),
    },
)
REPO = _group(
    "repo",
    "Repositories and who we are there.",
    {
        "list": _command("repo.list:list_repositories", "List registered repositories."),
        "get": _command("repo.get:get", "Show one registered repository."),
        "add": _command("repo.add:add", "Register a repository with its credentials."),
        "rm": _command("repo.rm:rm", "Forget repositories and their credentials."),
    },
)
CLUSTER = _group(
    "cluster",
    "Clusters to deploy to.",
    {
        "list": _command("cluster.list:list_clusters", "List clusters."),
        "get": _command("cluster.get:get", "Show one cluster."),
        "add": _command("cluster.add:add", "Register a cluster by its kubeconfig context."),
        "rm": _command("cluster.rm:rm", "Forget clusters."),
    },
)
ACCOUNT = _group(
    "account",
    "The account that is logged in.",
    {
        "get-user-info": _command("account:get_user_info", "Show who is logged in."),
        "generate-token": _command("waiting:generate_token", "Make an API token (waits)."),
    },
)
SANDBOX = _group(
    "sandbox",
    "What a person or a pipeline does in the world of make demo.",
    {
        "push-image": _command("sandbox.push_image:push_image", "Push another image into the registry."),
        "drift": _command("sandbox.drift:drift", "Change the replicas of a Deployment by hand."),
        "set-secret": _command("sandbox.set_secret:set_secret", "Set a secret in the vault."),
        "revert": _command("sandbox.revert:revert", "Revert a commit and push that."),
    },
)
MESSAGE = _group(
    "message",
    "Messages that met an error each time they were tried.",
    {
        "list": _command("message.list:list_messages", "List what the queues gave up, and why."),
        "get": _command("message.get:get", "Show one message that was given up."),
        "retry": _command("message.retry:retry", "Do messages again."),
        "delete": _command("message.delete:delete", "Drop messages for good."),
    },
)
GROUPS = {group.name: group for group in (APP, APPSET, REPO, CLUSTER, ACCOUNT, MESSAGE, SANDBOX)}
TABLE = {
    "login": _command("login:login", "Log in to a server."),
    "logout": _command("logout:logout", "Forget the token of a server."),
    "context": _command("context:context", "List contexts, switch to one, or delete one."),
    "app": _entry(APP),
    "appset": _entry(APPSET),
    "repo": _entry(REPO),
    "cluster": _entry(CLUSTER),
    "account": _entry(ACCOUNT),
    "trace": _command("trace:trace", "Follow a change from its event to healthy, stage by stage."),
    "message": _entry(MESSAGE),
    "audit": _command("audit:audit", "List who changed what."),
    "export": _command("export:export", "Print everything that Git does not hold."),
    "import": _command("restore:restore", "Put back what an export holds."),
    "version": _command("version:version", "Show the versions of client and server."),
    "completion": _command("completion:completion", "Print the completion script of a shell."),
    "proj": _command("waiting:proj", "Projects (waits)."),
    "sandbox": _entry(SANDBOX),
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
