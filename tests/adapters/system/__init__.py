"""Adapters: system."""
