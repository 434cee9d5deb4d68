"""Networks and what is computed from their embeddings: NumPy in, NumPy out."""
