"""What becomes of every photo, and why: rules, names, conflicts, duplicates. Changes nothing."""
