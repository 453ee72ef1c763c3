"""SQLite and the local disk: the embedded home."""
