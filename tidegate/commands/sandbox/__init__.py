"""`tidegate sandbox …`."""
