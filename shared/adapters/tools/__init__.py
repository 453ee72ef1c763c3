"""The manifest tool: kubetools as one bounded child process."""
