"""`tidegate appset …`."""
