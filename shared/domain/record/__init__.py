"""What is remembered: status, history, audit."""
