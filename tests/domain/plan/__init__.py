"""What to apply and prune."""
