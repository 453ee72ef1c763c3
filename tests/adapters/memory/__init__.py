"""Adapters: memory."""
