"""views, rule by rule."""
