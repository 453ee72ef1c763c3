"""The clock, randomness, keys."""
