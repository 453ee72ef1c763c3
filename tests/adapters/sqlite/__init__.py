"""Adapters: sqlite."""
