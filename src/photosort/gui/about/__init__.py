"""What is to be known of a classifier: its card, read with care and shown to a person."""
