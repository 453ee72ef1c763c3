"""What the outside world tells us: proved, then read."""
