"""The engine: domain, ports, services and adapters."""
