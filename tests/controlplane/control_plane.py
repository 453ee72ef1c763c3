"""A real Kubernetes control plane on this machine, for tests: etcd, kube-apiserver and what they drive.

    with ControlPlane() as cluster:
        cluster.kubeconfig()

`python -m tests.controlplane.control_plane --kubeconfig FILE` runs one until Ctrl-C.
kwok plays the node and its pods: every image "runs" at once, there are no logs and no failing pulls.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests

from tests.controlplane.audit import POLICY, Write, read_writes
from tests.controlplane.build import programs
from tests.controlplane.certificates import Authority, write_key
from tests.controlplane.processes import Child, free_ports, start
from tests.controlplane.stages import kwok_configuration

_TOKENS = {
    "admin": "tidegate-test-admin",
    "kube-controller-manager": "tidegate-test-controllers",
    "kube-scheduler": "tidegate-test-scheduler",
    "kwok": "tidegate-test-kwok",
}
_READY_SECONDS = 120.0
_NODE = {
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {
        "name": "kwok-node",
        "labels": {
            "kubernetes.io/os": "linux",
            "kubernetes.io/arch": "amd64",
            "kubernetes.io/hostname": "kwok-node",
        },
        "annotations": {"kwok.x-k8s.io/node": "fake"},
    },
}


class ControlPlane:
    """One running control plane; a context manager. All of it listens on 127.0.0.1 only.

    With `controllers=False` only etcd and kube-apiserver run: half the memory, and nothing moves by itself.
    """

    def __init__(self, *, controllers: bool = True) -> None:
        """Start it and wait until it serves, about five seconds. Raises RuntimeError when it does not."""
        self._programs = programs()
        self._folder = Path(tempfile.mkdtemp(prefix="tidegate-controlplane-"))
        self._children: list[Child] = []
        self._authority = Authority(self._folder)
        self.audit_log = self._folder / "audit.log"
        etcd, peer, api, *others = free_ports(6)
        self.server = f"https://127.0.0.1:{api}"
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = str(self._authority.pair.certificate)
        self._session.headers["Authorization"] = f"Bearer {_TOKENS['admin']}"
        try:
            self._start_etcd(etcd, peer)
            self._start_api(api, etcd, controllers)
            self._until("kube-apiserver is ready", lambda: self._answers("/readyz"))
            if controllers:
                self._start_controllers(others)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def kubeconfig(self, user: str = "admin", *, certificate: bool = False) -> dict[str, Any]:
        """Return a kubeconfig with one context; `certificate` proves the user by one instead of a token."""
        proof: dict[str, str] = {"token": _TOKENS.get(user, "")}
        if certificate:
            pair = self._authority.client(user, "system:masters")
            proof = {"client-certificate": str(pair.certificate), "client-key": str(pair.key)}
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "real", "cluster": self._endpoint()}],
            "users": [{"name": user, "user": proof}],
            "contexts": [{"name": "real", "context": {"cluster": "real", "user": user}}],
            "current-context": "real",
        }

    def kubectl(self) -> Path:
        """Return the path of a kubectl of the same version."""
        return self._programs["kubectl"]

    def writes(self) -> list[Write]:
        """Return what clients wrote or tried to write, oldest first; control loops left out."""
        return read_writes(self.audit_log)

    def close(self) -> None:
        """Stop everything and remove its files."""
        for child in reversed(self._children):
            child.process.kill()  # nothing here is worth an orderly end
        for child in self._children:
            child.process.wait()
        self._session.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _endpoint(self) -> dict[str, str]:
        return {"server": self.server, "certificate-authority": str(self._authority.pair.certificate)}

    def _run(self, name: str, flags: Mapping[str, str]) -> None:
        self._children.append(start(self._programs[name], flags, self._folder))

    def _start_etcd(self, client: int, peer: int) -> None:
        clients, peers = f"http://127.0.0.1:{client}", f"http://127.0.0.1:{peer}"
        flags = {
            "data-dir": str(self._folder / "etcd"),
            "listen-client-urls": clients,
            "advertise-client-urls": clients,
            "listen-peer-urls": peers,
            "initial-advertise-peer-urls": peers,
            "initial-cluster": f"default={peers}",
            "unsafe-no-fsync": "true",
            "log-level": "warn",
        }
        self._run("etcd", flags)

    def _start_api(self, port: int, etcd: int, controllers: bool) -> None:
        tokens = self._folder / "tokens.csv"
        tokens.touch(mode=0o600)
        tokens.write_text(
            "".join(f'{token},{user},{user},"system:masters"\n' for user, token in _TOKENS.items())
        )
        policy = self._folder / "audit-policy.json"
        policy.write_text(json.dumps(POLICY))
        serving = self._authority.serving("localhost", "kubernetes.default.svc")
        accounts = write_key(self._folder / "service-accounts.key")
        flags = {
            "etcd-servers": f"http://127.0.0.1:{etcd}",
            "bind-address": "127.0.0.1",
            "advertise-address": "127.0.0.1",
            "secure-port": str(port),
            "cert-dir": str(self._folder),
            "tls-cert-file": str(serving.certificate),
            "tls-private-key-file": str(serving.key),
            "client-ca-file": str(self._authority.pair.certificate),
            "token-auth-file": str(tokens),
            "authorization-mode": "RBAC",
            "service-account-issuer": "https://kubernetes.default.svc",
            "service-account-key-file": str(accounts),
            "service-account-signing-key-file": str(accounts),
            "service-cluster-ip-range": "10.96.0.0/16",
            "audit-policy-file": str(policy),
            "audit-log-path": str(self.audit_log),
            "audit-log-mode": "blocking",
            "profiling": "false",
            "allow-privileged": "true",
        }
        # Nobody makes service accounts then, and pods would be refused for want of one
        self._run(
            "kube-apiserver", flags | ({} if controllers else {"disable-admission-plugins": "ServiceAccount"})
        )

    def _start_controllers(self, ports: list[int]) -> None:
        self._run(
            "kube-controller-manager",
            {
                **self._loop_flags("kube-controller-manager", ports[0]),
                "service-account-private-key-file": str(self._folder / "service-accounts.key"),
                "root-ca-file": str(self._authority.pair.certificate),
                # kwok's leases are no proof of life after some minutes
                "node-monitor-grace-period": "12h",
            },
        )
        self._run("kube-scheduler", self._loop_flags("kube-scheduler", ports[1]))
        stages = self._folder / "stages.yaml"
        stages.write_text(kwok_configuration())
        self._run(
            "kwok",
            {
                "config": str(stages),
                "kubeconfig": self._kubeconfig_file("kwok"),
                "manage-all-nodes": "true",
                "node-lease-duration-seconds": "40",
                "server-address": f"127.0.0.1:{ports[2]}",
            },
        )
        self._post("/api/v1/nodes", _NODE)
        self._until("the node is ready", self._node_is_ready)
        self._until(
            "service accounts are made",
            lambda: self._answers("/api/v1/namespaces/default/serviceaccounts/default"),
        )

    def _loop_flags(self, name: str, port: int) -> dict[str, str]:
        file = self._kubeconfig_file(name)
        return {
            "kubeconfig": file,
            "authentication-kubeconfig": file,
            "authorization-kubeconfig": file,
            "bind-address": "127.0.0.1",
            "secure-port": str(port),
            "leader-elect": "false",
            "kube-api-qps": "300",
            "kube-api-burst": "600",
        }

    def _kubeconfig_file(self, user: str) -> str:
        file = self._folder / f"{user}.kubeconfig"
        file.touch(mode=0o600)
        file.write_text(json.dumps(self.kubeconfig(user)))
        return str(file)

    def _answers(self, path: str) -> bool:
        try:
            return self._session.get(self.server + path, timeout=5).ok
        except (requests.ConnectionError, requests.Timeout):
            return False

    def _post(self, path: str, body: Mapping[str, Any]) -> None:
        self._session.post(self.server + path, json=body, timeout=60).raise_for_status()

    def _node_is_ready(self) -> bool:
        node = self._session.get(f"{self.server}/api/v1/nodes/kwok-node", timeout=60).json()
        conditions = node.get("status", {}).get("conditions", [])
        return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)

    def _until(self, what: str, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        while not holds():
            for child in self._children:
                child.check()
            if time.monotonic() > deadline:
                words = "\n".join(f"{child.name}: {child.last_lines()}" for child in self._children)
                raise RuntimeError(f"waited {_READY_SECONDS:.0f} s until {what}, in vain:\n{words}")
            time.sleep(0.05)


def main() -> int:
    """Run one control plane in the foreground until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(description="Run a real Kubernetes control plane on 127.0.0.1.")
    parser.add_argument("--kubeconfig", required=True, type=Path, help="file to write the access to")
    file: Path = parser.parse_args().kubeconfig
    wanted = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, wanted)
    with ControlPlane() as cluster:
        file.touch(mode=0o600)
        file.write_text(json.dumps(cluster.kubeconfig(), indent=2))
        print(f"kube-apiserver at {cluster.server}, kubeconfig in {file}", flush=True)
        signal.sigwait(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
