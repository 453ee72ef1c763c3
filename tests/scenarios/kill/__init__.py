"""The kill test: the process dies before and after each effect of a sync, starts again, and all is right."""
