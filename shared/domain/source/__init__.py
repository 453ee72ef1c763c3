"""Where manifests come from: repositories, revisions, checkouts."""
