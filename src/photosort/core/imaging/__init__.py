"""The decoder: the only place where a photo is opened, and the only one that knows Pillow, pillow-heif and rawpy.

Pixels come out upright, in sRGB, without alpha, as uint8 arrays of shape (height, width, 3). A file that cannot be
read as a picture raises `photosort.core.errors.ImageError` with a reason for a person; a file that cannot be reached
(gone, locked, on a broken disk) raises `OSError`. Every function may be called from several threads at once, and the
heavy part runs outside Python's global lock.
"""

from photosort.core.imaging.decoding import Decoded, decode, measure_sharpness, read_full, write_png
from photosort.core.imaging.formats import MAX_PIXELS, PHOTO_SUFFIXES, RAW_SUFFIXES
from photosort.core.imaging.measures import content_key, model_input
from photosort.core.imaging.metadata import Metadata, read_metadata

__all__ = [
    "MAX_PIXELS",
    "PHOTO_SUFFIXES",
    "RAW_SUFFIXES",
    "Decoded",
    "Metadata",
    "content_key",
    "decode",
    "measure_sharpness",
    "model_input",
    "read_full",
    "read_metadata",
    "write_png",
]
