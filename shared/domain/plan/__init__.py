"""Comparison to plan: what to apply and prune, in which order, and what to refuse."""
