"""The doors: one trigger a file."""
