"""What `kubectl get` says of services, volumes, events and the rest."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sandbox.cluster.tables import others
from sandbox.cluster.tables.cells import Row

NOW = datetime(2026, 1, 1, 1, tzinfo=UTC)
BORN = "2026-01-01T00:59:00Z"


def row(**body: Any) -> Row:
    return Row({"metadata": {"name": "x", "creationTimestamp": BORN}, **body}, NOW)


def test_a_service_tells_where_it_is_reached() -> None:
    ports = [{"port": 80, "nodePort": 30080, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}]
    spec = {"type": "LoadBalancer", "clusterIP": "10.96.0.2", "ports": ports, "selector": {"a": "b"}}
    status = {"loadBalancer": {"ingress": [{"ip": "203.0.113.9"}]}}
    expected = ["x", "LoadBalancer", "10.96.0.2", "203.0.113.9", "80:30080/TCP,53/UDP", "60s", "a=b"]
    assert others.service(row(spec=spec, status=status)) == expected
    assert others.service(row(spec=spec))[3] == "<pending>"
    assert others.service(row(spec={"type": "ExternalName", "externalName": "a.b"}))[2:5] == [
        *("<none>", "a.b", "<none>")
    ]


def test_endpoints_show_the_first_three() -> None:
    subset = {"addresses": [{"ip": f"10.0.0.{n}"} for n in range(4)], "ports": [{"port": 80}]}
    assert others.endpoints(row(subsets=[subset]))[1] == "10.0.0.0:80,10.0.0.1:80,10.0.0.2:80 + 1 more..."
    assert others.endpoints(row())[1] == "<none>"
    assert others.endpoint_slice(row(addressType="IPv4"))[1:4] == ["IPv4", "<unset>", "<unset>"]


def test_an_ingress_tells_hosts_and_ports() -> None:
    spec = {"ingressClassName": "nginx", "rules": [{"host": "a.b"}, {}], "tls": [{}]}
    assert others.ingress(row(spec=spec))[1:5] == ["nginx", "a.b", "", "80, 443"]
    assert others.ingress(row(spec={}))[1:5] == ["<none>", "*", "", "80"]


def test_a_volume_and_its_claim() -> None:
    spec = {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce", "ReadOnlyMany"],
        "claimRef": None,
    }
    assert others.volume(row(spec=spec, status={"phase": "Available"}))[1:6] == [
        "1Gi",
        "RWO,ROX",
        "",
        "Available",
        "",
    ]
    status = {"phase": "Bound", "capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteMany"]}
    assert others.claim(row(spec={"volumeName": "v"}, status=status))[1:5] == ["Bound", "v", "1Gi", "RWX"]
    assert others.claim(row(spec={}, status={"phase": "Pending"}))[1:5] == ["Pending", "", "", ""]


def test_an_event_tells_when_what_and_to_whom() -> None:
    about = {"kind": "Pod", "name": "web-1", "fieldPath": "spec.containers{app}"}
    event = row(
        type="Warning", reason="BackOff", message=" no \n", involvedObject=about, count=3,
        firstTimestamp="2026-01-01T00:50:00Z", lastTimestamp=BORN,
        source={"component": "kubelet", "host": "n"},
    )  # fmt: skip
    assert others.event(event) == [
        *("60s", "Warning", "BackOff", "pod/web-1", "spec.containers{app}", "kubelet, n"),
        *("no", "10m", 3, "x"),
    ]


def test_bindings_name_their_subjects() -> None:
    subjects = [
        {"kind": "User", "name": "ann"},
        {"kind": "User", "name": "bob"},
        {"kind": "ServiceAccount", "name": "s", "namespace": "n"},
    ]
    role = {"kind": "ClusterRole", "name": "view"}
    assert others.binding(row(roleRef=role, subjects=subjects))[1:] == [
        "ClusterRole/view",
        "60s",
        "ann, bob",
        "",
        "n/s",
    ]


def test_a_node_is_ready_or_not() -> None:
    ready = {"conditions": [{"type": "Ready", "status": "True"}], "nodeInfo": {"kubeletVersion": "v1"}}
    assert others.node(row(status=ready))[1:5] == ["Ready", "<none>", "60s", "v1"]
    assert others.node(row(spec={"unschedulable": True}))[1] == "Unknown,SchedulingDisabled"


def test_smaller_kinds() -> None:
    assert others.config_map(row(data={"a": ""}, binaryData={"b": ""}))[1] == 2
    assert others.secret(row(type="Opaque", data={"a": ""}))[1:3] == ["Opaque", 1]
    assert others.disruption_budget(row(spec={"minAvailable": 1}, status={}))[1:4] == ["1", "N/A", 0]
    assert others.created(row()) == ["x", BORN]
    assert others.api_service(row(spec={}, status={}))[1:3] == ["Local", "Unknown"]
    default = {"annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}
    found = Row({"metadata": {"name": "x", **default}, "provisioner": "p"}, NOW)
    assert others.storage_class(found)[:5] == ["x (default)", "p", "Delete", "Immediate", False]
    quota = {"hard": {"pods": "5", "limits.cpu": "2"}, "used": {"pods": "1"}}
    assert others.quota(row(status=quota))[1:3] == ["pods: 1/5", "limits.cpu: 0/2"]
