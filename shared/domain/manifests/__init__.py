"""Kubernetes objects as data: keys, kinds, order, tracking."""
