"""photosort: a desktop photo organizer that learns from corrections and can undo everything."""

__version__ = "0.1.0"
