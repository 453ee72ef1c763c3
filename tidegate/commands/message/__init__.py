"""`tidegate message …`."""
