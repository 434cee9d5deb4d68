"""Picture formats: which names promise one, and what a file really is by its first bytes."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

# fmt: off
RAW_SUFFIXES: Final = frozenset({
    ".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dcr", ".dng", ".erf", ".fff", ".iiq", ".kdc", ".mef", ".mos",
    ".mrw", ".nef", ".nrw", ".orf", ".pef", ".raf", ".rw2", ".rwl", ".sr2", ".srf", ".srw", ".x3f",
})
"""Names of camera RAW files, lower case."""

PHOTO_SUFFIXES: Final = RAW_SUFFIXES | frozenset({
    ".avif", ".bmp", ".gif", ".heic", ".heif", ".hif", ".jpe", ".jpeg", ".jpg", ".mpo", ".png", ".tif",
    ".tiff", ".webp",
})
# fmt: on
"""Names of files that are taken for photos, lower case."""

MAX_PIXELS: Final = 200_000_000
"""Most pixels that are decoded in one piece: 800 MB in Pillow, the largest sensor on the market, no bomb."""

MAX_DRAFT_PIXELS: Final = 1_500_000_000
"""Most pixels of a JPEG that is decoded at an eighth of its sides: a solid one of that size takes some ten seconds."""

SIGNATURE_BYTES: Final = 64
"""How many first bytes `sniff` wants to see."""


class Format(Enum):
    """What a file is, by its content."""

    JPEG = auto()
    PNG = auto()
    GIF = auto()
    BMP = auto()
    TIFF = auto()
    WEBP = auto()
    AVIF = auto()
    HEIF = auto()
    RAW = auto()


_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_TIFF_SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_RAW_SIGNATURES = (b"FUJIFILMCCD-RAW", b"IIRO", b"IIRS", b"MMOR", b"IIU\0", b"FOVb", b"\0MRM", b"II\x1a\0\0\0HEAP")
_SIGNATURES: tuple[tuple[bytes, Format], ...] = (
    (b"\xff\xd8\xff", Format.JPEG),
    (b"\x89PNG\r\n\x1a\n", Format.PNG),
    (b"GIF87a", Format.GIF),
    (b"GIF89a", Format.GIF),
    (b"BM", Format.BMP),
    *((signature, Format.RAW) for signature in _RAW_SIGNATURES),
)
_OTHER_THINGS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<svg", "an SVG drawing"),
    (b"<?xml", "an XML text"),
    (b"8BPS", "a Photoshop document"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (b"\x1aE\xdf\xa3", "a video"),
)


def sniff(head: bytes, suffix: str) -> Format | None:
    """Tell the format of a file by its first bytes; names lie, and the suffix counts only among kinds of TIFF.

    Args:
        head: the first `SIGNATURE_BYTES` bytes, fewer of a shorter file.
        suffix: the file name's suffix with its dot, in any case.

    Returns:
        the format, or None for something that is not among them.
    """
    is_raw_name = suffix.lower() in RAW_SUFFIXES
    if head.startswith(_TIFF_SIGNATURES):
        return Format.RAW if is_raw_name or head[8:10] == b"CR" else Format.TIFF
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Format.WEBP
    if head[4:8] == b"ftyp":
        return _sniff_iso_media(head)
    return Format.RAW if is_raw_name else None


def describe_other(head: bytes) -> str:
    """Say in words what a file is that is no picture, for a list of problems."""
    lowered = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    for signature, words in _OTHER_THINGS:
        if head.startswith(signature) or lowered.startswith(signature):
            return words
    if head[4:8] == b"ftyp":
        return "a video"
    if not any(head):
        return "empty space (zero bytes only)"
    return f"something unknown that begins with {head[:8].hex(' ')}"


def _sniff_iso_media(head: bytes) -> Format | None:
    """Tell HEIF, AVIF and Canon's CR3 apart by their brands; AVIF files often give HEIF's general brand first."""
    if head[8:12] == b"crx ":
        return Format.RAW
    length = min(int.from_bytes(head[:4], "big"), len(head))
    brands = {head[8:12], *(head[i : i + 4] for i in range(16, length - 3, 4))}
    if head[8:12] in _AVIF_BRANDS or (brands & _AVIF_BRANDS and not brands & (_HEIF_BRANDS - {b"mif1", b"msf1"})):
        return Format.AVIF
    return Format.HEIF if brands & _HEIF_BRANDS else None
