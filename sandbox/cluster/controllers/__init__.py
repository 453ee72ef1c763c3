"""What makes objects live: one controller a file."""
