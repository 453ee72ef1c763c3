"""The cases of tests/golden/compare, recorded from a real kube-apiserver."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from shared.domain.manifests.manifest import Manifest

FOLDER = Path(__file__).parents[2] / "golden" / "compare"


@dataclass(frozen=True, slots=True)
class Case:
    about: str
    server_changes: bool
    suspect: bool
    modified: bool
    desired: Manifest
    live: Manifest
    predicted: Manifest


def case(name: str) -> Case:
    return Case(**json.loads((FOLDER / f"{name}.json").read_text()))


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))
