"""Git through libgit2."""
