"""The only code that touches the world, one room a technology."""
