"""The command-line client: talks to the REST API and imports nothing of the engine."""
