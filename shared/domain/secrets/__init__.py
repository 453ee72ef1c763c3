"""ExternalSecrets and their stores: which values of which vault make which Secret."""
