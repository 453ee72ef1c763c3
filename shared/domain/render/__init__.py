"""Source to desired state: what to ask of the manifest tool, and its answer."""
