"""The Kubernetes API over plain HTTPS."""
