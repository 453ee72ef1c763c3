"""The sandbox cluster."""
