"""The local world: Kubernetes, Git and what else the demo needs, on 127.0.0.1."""
