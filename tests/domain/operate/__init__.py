"""The operation as a state machine."""
