"""Who asks, and may they: tokens, RBAC, and the reviews that tell about both."""
