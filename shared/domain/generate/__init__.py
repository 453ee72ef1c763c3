"""One ApplicationSet becomes many Applications."""
