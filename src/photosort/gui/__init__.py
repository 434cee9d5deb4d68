"""The window. Everything that imports Qt lives here."""
