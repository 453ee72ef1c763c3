"""compare, rule by rule."""
