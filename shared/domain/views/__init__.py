"""What people are shown: trees, lists, differences."""
