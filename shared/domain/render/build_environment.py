"""The build environment: `$ARGOCD_APP_NAME` and its like in the options of a source."""

from __future__ import annotations

import re
from collections.abc import Mapping

from shared.domain.specs.application import Application
from shared.domain.specs.source import Source

_VARIABLE = re.compile(
    r"\$(?:"
    r"(?P<special>[*#$@!?\-0-9])"
    r"|(?P<plain>[A-Za-z_][A-Za-z0-9_]*)"
    r"|\{(?P<braced>[^}]*)\}"
    r"|(?P<open>\{)"
    r")"
)
_SHORT, _SHORT_8 = 7, 8


def build_environment(app: Application, source: Source, revision: str) -> dict[str, str]:
    """The variables of one source of an Application at a commit.

    Source: Argo CD newEnv (reposerver/repository/repository.go).
    """
    return {
        "ARGOCD_APP_NAME": app.instance_name,
        "ARGOCD_APP_NAMESPACE": app.destination.namespace,
        "ARGOCD_APP_PROJECT_NAME": app.project,
        "ARGOCD_APP_REVISION": revision,
        "ARGOCD_APP_REVISION_SHORT": revision[:_SHORT],
        "ARGOCD_APP_REVISION_SHORT_8": revision[:_SHORT_8],
        "ARGOCD_APP_SOURCE_REPO_URL": source.repo_url,
        "ARGOCD_APP_SOURCE_PATH": source.path,
        "ARGOCD_APP_SOURCE_TARGET_REVISION": source.target_revision,
    }


def substituted(text: str, environment: Mapping[str, str]) -> str:
    """Replace `$NAME` and `${NAME}`; `$$` is a dollar sign, and an unknown name becomes nothing.

    Source: Argo CD Env.Envsubst on Go's os.Expand, whose handling of `$` before anything else (it stays)
    and of an unclosed `${` (it goes) is kept.
    """

    def value(match: re.Match[str]) -> str:
        name = match["special"] or match["plain"] or match["braced"] or ""
        return "$" if name == "$" else environment.get(name, "")

    return _VARIABLE.sub(value, text)
