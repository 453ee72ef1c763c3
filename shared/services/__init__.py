"""Use cases: the order in which ports are called."""
