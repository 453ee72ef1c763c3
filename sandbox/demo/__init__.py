"""The demo: the world, Tidegate in it, and the checks."""
