"""The YAML people already have, parsed once into values that cannot be wrong."""
