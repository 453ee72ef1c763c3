"""Short words for tests that render: commits to render from, and what to look at in the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from shared.domain.render.render_request import HelmRequest
from shared.domain.render.rendered import Rendered
from shared.domain.source.checkout import Checkout
from tests.adapters.tools.extracts import File, write_extract


@dataclass(frozen=True)
class Commit:
    """Makes checkouts that share one folder of objects, as those of one repository do."""

    objects: Path

    def __call__(self, files: Mapping[str, File], repo_url: str = "https://git.example/shop") -> Checkout:
        return write_extract(self.objects, files, repo_url)


def names(rendered: Rendered) -> list[str]:
    return [f"{each['kind']}/{each['metadata']['name']}" for each in rendered.objects]


def read(rendered: Rendered) -> dict[str, str]:
    return {path: found for _, path, found in rendered.read_set.entries}


def config(name: str, **data: str) -> str:
    lines = "".join(f"  {key}: {value!r}\n" for key, value in data.items())
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n" + (
        f"data:\n{lines}" if data else ""
    )


def chart(values: str = "", **templates: str) -> dict[str, File]:
    """A chart in chart/ with these templates, and config.yaml, which shows what it is given."""
    shown = config("{{ .Release.Name }}") + "data:\n  values: {{ .Values | toJson | quote }}\n"
    named = {f"chart/templates/{name}.yaml": text for name, text in (templates or {"config": shown}).items()}
    return {
        "chart/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        "chart/values.yaml": values,
        **named,
    }


def helm(checkout: Checkout, **fields: Any) -> HelmRequest:
    return replace(HelmRequest(checkout, "chart", release="shop", namespace="prod"), **fields)
