"""The REST API in the shape of Argo CD, one file a service."""
