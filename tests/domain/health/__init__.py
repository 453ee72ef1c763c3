"""health, rule by rule."""
