"""The paths of additionalPrinterColumns."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.cluster.tables.json_path import first

BODY = {
    "metadata": {"name": "x", "annotations": {"a.b/c": "dotted"}},
    "spec": {"ports": [{"name": "http", "port": 80}, {"name": "dns", "port": 53}], "map": {"k": "v"}},
    "status": {"conditions": [{"type": "Synced", "status": "False"}, {"type": "Ready", "status": "True"}]},
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (".metadata.name", "x"),
        ("metadata.name", "x"),
        (".metadata.annotations['a.b/c']", "dotted"),
        (r".metadata.annotations.a\.b/c", "dotted"),
        (".spec.ports[1].port", 53),
        (".spec.ports[-1].port", 53),
        (".spec.ports[*].name", "http"),
        (".spec.map.*", "v"),
        ('.status.conditions[?(@.type=="Ready")].status', "True"),
        (".status.conditions[?(@.type == 'Synced')].status", "False"),
        (".status.phase", None),
        (".spec.ports.name", None),
        (".spec.ports[7].port", None),
        (".spec..ports", None),
    ],
)
def test_the_first_value_at_a_path(path: str, value: Any) -> None:
    assert first(path, BODY) == value
