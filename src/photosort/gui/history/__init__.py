"""What was done to files: listed, shown, and undone."""
