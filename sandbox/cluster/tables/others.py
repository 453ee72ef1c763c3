"""Rows of everything that is no workload.

Source: pkg/printers/internalversion/printers.go of Kubernetes 1.34; kube-aggregator for APIServices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.cluster.tables.cells import NONE, UNKNOWN, UNSET, Row, addresses, labels_text, some
from sandbox.cluster.tables.cells import selector_text as selector

_Json = Mapping[str, Any]
_MODES = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}
_ROLE, _DEFAULT = "node-role.kubernetes.io/", "storageclass.kubernetes.io/is-default-class"


def service(row: Row) -> list[Any]:
    spec, kind = row.spec, row.spec.get("type", "")
    outside = ",".join(spec.get("externalIPs") or ()) or NONE
    if kind == "LoadBalancer":
        outside = addresses(row.status) or "<pending>"
    elif kind == "ExternalName":
        outside = str(spec.get("externalName"))
    ports = [_service_port(port) for port in spec.get("ports") or ()]
    inside = spec.get("clusterIP") or NONE
    chosen = labels_text(spec.get("selector"))
    return [row.name, kind, inside, outside, ",".join(ports) or NONE, row.age, chosen]


def _service_port(port: _Json) -> str:
    outside = f":{port['nodePort']}" if port.get("nodePort") else ""
    return f"{port['port']}{outside}/{port.get('protocol', 'TCP')}"


def endpoints(row: Row) -> list[Any]:
    found: list[str] = []
    for subset in row.body.get("subsets") or ():
        hosts = [str(address["ip"]) for address in subset.get("addresses") or ()]
        ports = subset.get("ports") or ()
        found += [f"{host}:{port['port']}" for port in ports for host in hosts] if ports else hosts
    return [row.name, some(found), row.age]


def endpoint_slice(row: Row) -> list[Any]:
    ports = [str(p.get("port") or p.get("name") or "*") for p in row.body.get("ports") or ()]
    hosts = [str(a) for each in row.body.get("endpoints") or () for a in each.get("addresses") or ()]
    return [row.name, row.body.get("addressType", ""), _or_unset(ports), _or_unset(hosts), row.age]


def _or_unset(items: list[str]) -> str:
    return some(items) if items else UNSET


def ingress(row: Row) -> list[Any]:
    hosts = [str(rule["host"]) for rule in row.spec.get("rules") or () if rule.get("host")]
    ports = "80, 443" if row.spec.get("tls") else "80"
    where = some(hosts) if hosts else "*"
    return [
        row.name,
        row.spec.get("ingressClassName") or NONE,
        where,
        addresses(row.status),
        ports,
        row.age,
    ]


def ingress_class(row: Row) -> list[Any]:
    found = row.spec.get("parameters")
    group = f".{found['apiGroup']}" if found and found.get("apiGroup") else ""
    text = f"{found['kind']}{group}/{found['name']}" if found else NONE
    return [row.name, row.spec.get("controller", ""), text, row.age]


def config_map(row: Row) -> list[Any]:
    return [row.name, len(row.body.get("data") or ()) + len(row.body.get("binaryData") or ()), row.age]


def secret(row: Row) -> list[Any]:
    return [row.name, row.body.get("type", ""), len(row.body.get("data") or ()), row.age]


def service_account(row: Row) -> list[Any]:
    return [row.name, len(row.body.get("secrets") or ()), row.age]


def namespace(row: Row) -> list[Any]:
    return [row.name, row.status.get("phase", ""), row.age]


def node(row: Row) -> list[Any]:
    conditions = {c["type"]: c["status"] for c in row.status.get("conditions") or ()}
    ready = {"True": "Ready", "": "Unknown"}.get(conditions.get("Ready", ""), "NotReady")
    state = ready + (",SchedulingDisabled" if row.spec.get("unschedulable") else "")
    labels = row.body["metadata"].get("labels") or {}
    roles = ",".join(sorted(name.removeprefix(_ROLE) for name in labels if name.startswith(_ROLE))) or NONE
    info = row.status.get("nodeInfo") or {}
    found = {a["type"]: a["address"] for a in row.status.get("addresses") or ()}
    wide = [found.get(name) or NONE for name in ("InternalIP", "ExternalIP")]
    wide += [info.get(name) or UNKNOWN for name in ("osImage", "kernelVersion", "containerRuntimeVersion")]
    return [row.name, state, roles, row.age, info.get("kubeletVersion", ""), *wide]


def event(row: Row) -> list[Any]:
    body, about = row.body, row.body.get("involvedObject") or {}
    first = body.get("firstTimestamp") or body.get("eventTime")
    last, count = body.get("lastTimestamp") or first, body.get("count") or 1
    kind = str(about.get("kind", "")).lower()
    source = body.get("source") or {}
    parts = [source.get("component") or body.get("reportingComponent"), source.get("host")]
    return [
        row.since(last),
        body.get("type", ""),
        body.get("reason", ""),
        f"{kind}/{about['name']}" if about.get("name") else kind,
        about.get("fieldPath", ""),
        ", ".join(filter(None, parts)),
        str(body.get("message", "")).strip(),
        row.since(first),
        count,
        row.name,
    ]


def volume(row: Row) -> list[Any]:
    spec, claim = row.spec, row.spec.get("claimRef")
    return [
        row.name,
        (spec.get("capacity") or {}).get("storage", ""),
        _modes(spec.get("accessModes") or ()),
        spec.get("persistentVolumeReclaimPolicy", ""),
        _phase(row),
        f"{claim.get('namespace')}/{claim.get('name')}" if claim else "",
        spec.get("storageClassName", ""),
        spec.get("volumeAttributesClassName") or UNSET,
        row.status.get("reason", ""),
        row.age,
        spec.get("volumeMode") or UNSET,
    ]


def claim(row: Row) -> list[Any]:
    bound = bool(row.spec.get("volumeName"))
    return [
        row.name,
        _phase(row),
        row.spec.get("volumeName", ""),
        (row.status.get("capacity") or {}).get("storage", "") if bound else "",
        _modes(row.status.get("accessModes") or ()) if bound else "",
        row.spec.get("storageClassName", ""),
        row.spec.get("volumeAttributesClassName") or UNSET,
        row.age,
        row.spec.get("volumeMode") or UNSET,
    ]


def _modes(modes: Iterable[str]) -> str:
    return ",".join(short for mode, short in _MODES.items() if mode in modes)


def _phase(row: Row) -> str:
    gone = row.body["metadata"].get("deletionTimestamp")
    return "Terminating" if gone else str(row.status.get("phase", ""))


def storage_class(row: Row) -> list[Any]:
    body = row.body
    default = (body["metadata"].get("annotations") or {}).get(_DEFAULT) == "true"
    return [
        row.name + (" (default)" if default else ""),
        body.get("provisioner", ""),
        body.get("reclaimPolicy", "Delete"),
        body.get("volumeBindingMode", "Immediate"),
        bool(body.get("allowVolumeExpansion")),
        row.age,
    ]


def disruption_budget(row: Row) -> list[Any]:
    limits = [row.spec.get("minAvailable"), row.spec.get("maxUnavailable")]
    texts = ["N/A" if limit is None else str(limit) for limit in limits]
    return [row.name, *texts, row.status.get("disruptionsAllowed", 0), row.age]


def network_policy(row: Row) -> list[Any]:
    return [row.name, selector(row.spec.get("podSelector")), row.age]


def created(row: Row) -> list[Any]:
    """Roles and the like tell the moment itself."""
    return [row.name, row.body["metadata"].get("creationTimestamp")]


def binding(row: Row) -> list[Any]:
    role, subjects = row.body.get("roleRef") or {}, row.body.get("subjects") or ()
    named = {"User": "", "Group": "", "ServiceAccount": ""}
    for kind in named:
        found = [s for s in subjects if s.get("kind") == kind]
        names = [
            f"{s.get('namespace')}/{s['name']}" if kind == "ServiceAccount" else s["name"] for s in found
        ]
        named[kind] = ", ".join(names)
    return [row.name, f"{role.get('kind')}/{role.get('name')}", row.age, *named.values()]


def lease(row: Row) -> list[Any]:
    return [row.name, row.spec.get("holderIdentity", ""), row.age]


def priority_class(row: Row) -> list[Any]:
    body = row.body
    default = bool(body.get("globalDefault"))
    return [row.name, body.get("value", 0), default, row.age, body.get("preemptionPolicy", "")]


def controller_revision(row: Row) -> list[Any]:
    owners = [o for o in row.body["metadata"].get("ownerReferences") or () if o.get("controller")]
    owner = NONE
    if owners:
        group = str(owners[0]["apiVersion"]).rpartition("/")[0]
        owner = f"{str(owners[0]['kind']).lower()}{'.' + group if group else ''}/{owners[0]['name']}"
    return [row.name, owner, row.body.get("revision", 0), row.age]


def quota(row: Row) -> list[Any]:
    hard, used = row.status.get("hard") or {}, row.status.get("used") or {}
    texts = {name: f"{name}: {used.get(name, '0')}/{hard[name]}" for name in sorted(hard)}
    limits = [text for name, text in texts.items() if name.startswith("limits.")]
    requests = [text for name, text in texts.items() if not name.startswith("limits.")]
    return [row.name, ", ".join(requests), ", ".join(limits), row.age]


def webhooks(row: Row) -> list[Any]:
    return [row.name, len(row.body.get("webhooks") or ()), row.age]


def api_service(row: Row) -> list[Any]:
    found = row.spec.get("service")
    where = f"{found['namespace']}/{found['name']}" if found else "Local"
    known = [c for c in row.status.get("conditions") or () if c["type"] == "Available"]
    texts = [str(c["status"]) + (f" ({c['reason']})" if c["status"] == "False" else "") for c in known]
    return [row.name, where, *(texts[:1] or ["Unknown"]), row.age]


def plain(row: Row) -> list[Any]:
    return [row.name, row.age]
