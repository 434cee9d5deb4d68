"""The errors that photosort raises on purpose; everything else that is raised is a defect.

Every message is written for the person who reads it in a list of problems: what was expected and what came, no
traceback, no type names.
"""

from __future__ import annotations


class PhotosortError(Exception):
    """Base of every error whose message may be shown to a person as it is."""


class ImageError(PhotosortError):
    """A file could not be read as a picture."""


class CatalogError(PhotosortError):
    """The catalog could not be opened, read or written."""


class ScanError(PhotosortError):
    """A folder could not be scanned at all (single unreadable files are failures, not errors)."""


class ModelError(PhotosortError):
    """A network, a head or a card is missing, damaged, foreign, or does not fit what it is asked for."""


class EngineError(PhotosortError):
    """An inference or training engine (LiteRT, TensorFlow) cannot do what was asked on this machine."""


class SortingError(PhotosortError):
    """Photos could not be sorted or put back: nothing was begun, or what was begun can be gone on with."""


class BusyError(SortingError):
    """Somebody else is changing files right now: another window, or a command."""


class SidecarError(PhotosortError):
    """What is written of a photo (a sidecar, or the like inside its file) could not be read, or not be added to."""
