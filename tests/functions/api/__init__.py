"""The REST API, service by service."""
