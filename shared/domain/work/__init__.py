"""Messages that name things to look at, and when to look again."""
