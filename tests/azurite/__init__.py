"""Azurite, the emulator of Azure Storage, for tests and the demo."""
