"""Desired state against live state."""
