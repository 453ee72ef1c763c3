"""The control URL of the demo: what a person could do by hand, each as one request."""
