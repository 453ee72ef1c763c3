"""Pure values and decisions, in rooms that follow the flow."""
