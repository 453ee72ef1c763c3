"""What the environment says to the command line, read once by main."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Environment:
    """`server` and `token` count before the contexts; Argo CD's own variables count after them.

    `sandbox` is the control URL of the demo. `colour` is None where a terminal decides. `external_diff` is a
    program as kubectl takes it.
    """

    config: Path
    server: str = ""
    token: str = ""
    sandbox: str = ""
    argocd_server: str = ""
    argocd_token: str = ""
    colour: bool | None = None
    external_diff: str = ""

    @classmethod
    def read(cls, variables: Mapping[str, str]) -> Environment:
        colour: bool | None = None
        if variables.get("NO_COLOR"):
            colour = False
        elif variables.get("FORCE_COLOR"):
            colour = True
        return cls(
            config=_config(variables),
            server=variables.get("TIDEGATE_SERVER", ""),
            token=variables.get("TIDEGATE_AUTH_TOKEN", ""),
            sandbox=variables.get("TIDEGATE_SANDBOX", ""),
            argocd_server=variables.get("ARGOCD_SERVER", ""),
            argocd_token=variables.get("ARGOCD_AUTH_TOKEN", ""),
            colour=colour,
            external_diff=variables.get("KUBECTL_EXTERNAL_DIFF", ""),
        )


def _config(variables: Mapping[str, str]) -> Path:
    if given := variables.get("TIDEGATE_CONFIG"):
        return Path(given)
    folder = variables.get("XDG_CONFIG_HOME")
    return (Path(folder) if folder else Path.home() / ".config") / "tidegate" / "config.json"
