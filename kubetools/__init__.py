"""Go programs behind ports of Tidegate, and how they are built."""
