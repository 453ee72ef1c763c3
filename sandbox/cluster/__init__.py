"""A Kubernetes API in Python. An emulator, believed only where the contract suite passes."""
