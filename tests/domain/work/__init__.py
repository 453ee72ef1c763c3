"""Messages, and when to look again."""
