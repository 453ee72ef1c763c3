"""Variables in the options of a source."""

from __future__ import annotations

import pytest

from shared.domain.render.build_environment import build_environment, substituted
from tests.domain.render.asked import COMMIT, REPO, application

ENVIRONMENT = {"NAME": "shop", "EMPTY": "", "A_1": "x"}


def test_the_variables_of_argo_cd_are_there() -> None:
    app = application()
    assert build_environment(app, app.sources[0], COMMIT) == {
        "ARGOCD_APP_NAME": "shop",
        "ARGOCD_APP_NAMESPACE": "production",
        "ARGOCD_APP_PROJECT_NAME": "web",
        "ARGOCD_APP_REVISION": COMMIT,
        "ARGOCD_APP_REVISION_SHORT": "0123456",
        "ARGOCD_APP_REVISION_SHORT_8": "01234567",
        "ARGOCD_APP_SOURCE_REPO_URL": REPO,
        "ARGOCD_APP_SOURCE_PATH": "charts/ai-app",
        "ARGOCD_APP_SOURCE_TARGET_REVISION": "main",
    }


def test_outside_the_control_namespace_the_name_says_the_namespace() -> None:
    app = application(namespace="team-a")
    assert build_environment(app, app.sources[0], COMMIT)["ARGOCD_APP_NAME"] == "team-a_shop"


TEXTS = [
    ("plain", "plain"),
    ("$NAME", "shop"),
    ("${NAME}", "shop"),
    ("a-$NAME.yaml", "a-shop.yaml"),
    ("$NAME$NAME/${A_1}y", "shopshop/xy"),
    ("$$NAME", "$NAME"),
    ("$$$NAME", "$shop"),
    ("$UNKNOWN-x", "-x"),
    ("${UNKNOWN}x", "x"),
    ("$EMPTY", ""),
    ("100$", "100$"),
    ("$ 5", "$ 5"),
    ("$/x", "$/x"),
    ("$5 off", " off"),
    ("${NAME", "NAME"),
    ("${}", ""),
    ("${$}", "$"),
]


@pytest.mark.parametrize(("text", "result"), TEXTS, ids=[text for text, _ in TEXTS])
def test_variables_are_put_in_as_go_does(text: str, result: str) -> None:
    assert substituted(text, ENVIRONMENT) == result
