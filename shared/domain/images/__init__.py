"""Which image an application should run, and how that is written back to Git."""
