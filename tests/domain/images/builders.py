"""Applications and policies, as small as a rule needs them."""

from __future__ import annotations

from typing import Any

from shared.domain.images.image_policy import PREFIX, ImagePolicy, read_image_updates
from shared.domain.specs.application import Application

REPO = "https://github.com/my-org/charts.git"


def application(notes: dict[str, str], **source: Any) -> Application:
    """An Application with Image Updater's annotations, their prefix left out; write-back has defaults."""
    told = {"write-back-method": "git", "write-back-target": "kustomization", **notes}
    return Application.parse(
        {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Application",
            "metadata": {
                "name": "shop",
                "namespace": "argocd",
                "annotations": {name if "/" in name else PREFIX + name: text for name, text in told.items()},
            },
            "spec": {
                "source": {"repoURL": REPO, "targetRevision": "main", "path": "apps/shop", **source},
                "destination": {"server": "https://kubernetes.default.svc", "namespace": "shop"},
            },
        }
    )


def policy(listed: str = "shop=myacr.azurecr.io/shop", **notes: str) -> ImagePolicy:
    """The policy of one entry of the list; `update_strategy="digest"` is its own annotation."""
    alias = listed.partition("=")[0]
    own = {f"{alias}.{name.replace('_', '-')}": text for name, text in notes.items()}
    (found,) = read_image_updates(application({"image-list": listed, **own})).policies
    return found
