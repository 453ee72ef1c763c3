"""`tidegate cluster …`."""
