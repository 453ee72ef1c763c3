"""The demo's repository contents and the user's own manifests, as files."""
