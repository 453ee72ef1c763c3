"""`tidegate repo …`."""
