"""`tidegate app …`."""
